"""A part of a workbook cut before its elements, and the texts that they hold as spreadsheets write them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from app.batch.reading.skeleton import UnlikeError

STRETCH: Final = 4 * 1024 * 1024
"""Bytes of a part that are taken apart at a time."""
BLANKS: Final = " \t\r\n"
_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of one element, and of what stands before the first or behind the last."""
_ENCODING: Final = re.compile(rb"""\sencoding\s*=\s*["']([^"']*)["']""")
_KEPT_BLANKS: Final = '<t xml:space="preserve">'
# Elements and entities; line ends that XML changes; letters that Excel writes by their numbers.
_NOT_PLAIN: Final = r"[<&\r]|_x00"


class CutXml:
    """A part of which all that counts is a row of elements: what stands before them, they, and what follows."""

    def __init__(self, blocks: Iterable[bytes], element: bytes, end: bytes) -> None:
        """*element* is how each of them begins, *end* what closes them all."""
        self._blocks, self._element, self._end = blocks, element, end
        self.head = self.tail = b""
        """Known when all stretches were taken."""

    def stretches(self) -> Iterator[bytes]:
        """Yield the elements, some at a time."""
        held: list[bytes] = []
        size = 0
        begun = False
        for block in self._blocks:
            held.append(block)
            size += len(block)
            if size > _LONGEST:
                raise UnlikeError
            if size < STRETCH:
                continue
            data = b"".join(held)
            if not begun and self._element in data:
                begun, data = True, self._begun(data)
            last = data.rfind(self._element)
            if last > 0:
                yield data[:last]
                data = data[last:]
            held, size = [data], len(data)
        data = b"".join(held)
        if not begun:
            data = self._begun(data)
        elements, end, tail = data.partition(self._end)
        if data and not end:
            raise UnlikeError
        self.tail = end + tail
        if elements:
            yield elements

    def _begun(self, data: bytes) -> bytes:
        """Take the head from *data*, and return the rest."""
        at = data.find(self._element)
        self.head = data[: at if at >= 0 else data.find(self._end)]
        encoding = _ENCODING.search(self.head)
        bare = self._element.strip()
        if b"<!" in self.head or bare in self.head or (encoding and encoding[1].lower() != b"utf-8"):
            raise UnlikeError
        return data[len(self.head) :]


def decoded(stretch: bytes) -> pl.Series:
    """Return a stretch as a column of one text."""
    try:
        return pl.Series([stretch], dtype=pl.Binary).cast(pl.String)
    except PolarsError:
        pass
    raise UnlikeError


def copied(texts: pl.Series) -> pl.Series:
    """Return *texts* as texts of their own: cut out of a stretch, they would keep all of it in memory."""
    return texts + ""


def between(cells: pl.Series, opening: str, closing: str) -> pl.Series:
    """Return what stands between *opening* and *closing*; null where a cell does not begin and end so."""
    bare = cells.str.strip_suffix(closing).str.strip_prefix(opening)
    whole = cells.str.len_bytes() == bare.str.len_bytes() + (len(opening) + len(closing))
    return bare if whole.all() else bare.set(~whole, None)


def plain_texts(cells: pl.Series, opening: str, closing: str) -> pl.Series:
    """Return the texts of cells with one `<t>` between *opening* and *closing*; null where there is more to them."""
    closing = f"</t>{closing}"
    kept = between(cells, f"{opening}{_KEPT_BLANKS}", closing)
    if kept.null_count():
        others = kept.is_null().arg_true()
        texts = between(cells[others], f"{opening}<t>", closing).str.strip_chars(BLANKS)
        kept = kept.scatter(others, texts)
    return without_marks(kept)


def without_marks(texts: pl.Series) -> pl.Series:
    """Return *texts*, null where one is not to be taken as it stands."""
    marked = texts.str.contains(_NOT_PLAIN)
    return texts.set(marked, None) if marked.any() else texts
