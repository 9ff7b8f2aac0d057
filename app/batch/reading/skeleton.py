"""A workbook without its sheets and its texts: what sheets it has, and how its single cells are to be read.

The parser of whole workbooks is asked about a sheet of a few cells, put in the place of a large one: styles, days
and everything else of the workbook are its own, so that its answers are those that it would give of the whole.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar
from xml.parsers import expat

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.batch.reading.archives import unpacked
from app.batch.reading.contents import RELATIONS, STRINGS, WORKBOOK, Listed
from app.batch.reading.typed import as_typed

T = TypeVar("T")
_KEPT: Final = ("_rels/.rels", WORKBOOK, RELATIONS, "xl/styles.xml")
_MOST: Final = 16 * 1024 * 1024
"""Bytes of a part that is kept."""
_OPENING: Final = "<worksheet><sheetData>"
_CLOSING: Final = "</sheetData></worksheet>"
_MARK: Final = "#"
"""Stands above and below the cells that are asked about, to see that none was lost."""
_MARKED: Final = f' t="str"><v>{_MARK}</v></c>'
# What would end a cell, or begin what is no element.
_NOT_INSIDE: Final = re.compile(r"<[!?]|</?(?:\w+:)?(?:c|row|si|sst|sheetData)[\s/>]")


class UnlikeError(Exception):
    """The workbook is written in a way that only the parser of whole workbooks knows."""


class Skeleton:
    """What is left of a workbook without the cells of its sheets."""

    def __init__(self, path: Path) -> None:
        self._parts = {name: b"".join(few(unpacked(path, name), _MOST)) for name in _KEPT}

    def workbook(self, more: Mapping[str, bytes] | None = None) -> CalamineWorkbook:
        """Return the workbook, with *more* parts."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, content in {**self._parts, **(more or {})}.items():
                if content:
                    archive.writestr(name, content)
        packed.seek(0)
        return _parsed(lambda: CalamineWorkbook.from_filelike(packed))

    def frame(self, listed: Listed, head: bytes, tail: bytes) -> CalamineSheet:
        """Return a sheet as it would be with a single cell between its *head* and its *tail*."""
        return self._sheet(listed, head + _row(1, _MARKED).encode() + tail, None)

    def cells(self, listed: Listed, cells: Sequence[str]) -> list[str]:
        """Return how *cells* of a sheet read, each the XML from behind `<c r="…"` to its end."""
        _check(f"<c{cell}" for cell in cells)
        return self._column(listed, cells, None)

    def strings(self, listed: Listed, items: Sequence[str]) -> list[str]:
        """Return how shared strings read, each the XML from behind `<si>` to its end."""
        _check(f"<si>{item}" for item in items)
        strings = f"<sst>{''.join(f'<si>{item}' for item in items)}</sst>".encode()
        return self._column(listed, [f' t="s"><v>{number}</v></c>' for number in range(len(items))], strings)

    def _column(self, listed: Listed, cells: Sequence[str], strings: bytes | None) -> list[str]:
        rows = "".join(_row(place, cell) for place, cell in enumerate([_MARKED, *cells, _MARKED], 1))
        sheet = self._sheet(listed, f"{_OPENING}{rows}{_CLOSING}".encode(), strings)
        first, *found, last = _parsed(lambda: [as_typed(row[0]) for row in sheet.iter_rows()])
        if (first, len(found), last) != (_MARK, len(cells), _MARK):
            raise UnlikeError
        return found

    def _sheet(self, listed: Listed, xml: bytes, strings: bytes | None) -> CalamineSheet:
        workbook = self.workbook({listed.part: xml} | ({} if strings is None else {STRINGS: strings}))
        return _parsed(lambda: workbook.get_sheet_by_name(listed.name))


def _row(place: int, cell: str) -> str:
    return f'<row r="{place}"><c r="A{place}"{cell}</row>'


def few(blocks: Iterable[bytes], most: int) -> Iterable[bytes]:
    """Yield *blocks*, of no more than *most* bytes together."""
    for block in blocks:
        most -= len(block)
        if most < 0:
            raise UnlikeError
        yield block


def _check(elements: Iterable[str]) -> None:
    """Make sure that each of the *elements* ends where it should, and holds nothing that reaches beyond it."""
    parser = expat.ParserCreate()
    try:
        parser.Parse("<x>", False)
        for element in elements:
            inside = element[2 : element.rindex("</")]
            if _NOT_INSIDE.search(inside):
                raise UnlikeError
            parser.Parse(element, False)
        parser.Parse("</x>", True)
    except (expat.ExpatError, ValueError):
        broken = True
    else:
        broken = False
    if broken:
        raise UnlikeError


def _parsed(read: Callable[[], T]) -> T:
    try:
        return read()
    except (CalamineError, OverflowError):
        pass
    except BaseException as error:
        # The parser's own panics are no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
    raise UnlikeError
