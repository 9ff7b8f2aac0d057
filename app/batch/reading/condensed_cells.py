"""The texts of many cells at a time, each told by its number: most of them stand in a workbook once, shared by all."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

import polars as pl

from app.batch.reading.contents import Listed
from app.batch.reading.cut_xml import between, copied, plain_texts, without_marks
from app.batch.reading.skeleton import Skeleton, UnlikeError

_ATTRIBUTES: Final = re.compile(r'(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?(?: (?:cm|vm|ph)="[0-9]+")*( ?/)?')
_FORMULA: Final = r"^<f(?: [^<>]*)?(?:/>|>[^<]*</f>)"
_RESULT: Final = "^<v>[^<]+</v></c>$"
_NO_VALUE: Final = ("<v></v></c>", "<v/></c>", "<v /></c>")
_END: Final = "</c>"
# A person would have typed these numbers as the sheet has them.
_PLAIN_NUMBER: Final = r"^(?:0|-?[1-9][0-9]{0,14}|-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,3}[1-9])$"
_PROBE: Final = "1.5"
"""A number that no format of days or times would show so."""
_FEW_KINDS: Final = 8
"""Up to so many, to compare with each is faster than to look up."""
_MOST_KINDS: Final = 5_000
_MOST_ASKED: Final = 200_000
"""Different cells of a sheet that are asked about."""

_BLANK, _SHARED, _NUMBER, _INLINE, _STRING, _ERROR, _OTHER = range(7)
_KINDS: Final = {"s": _SHARED, "inlineStr": _INLINE, "str": _STRING, "e": _ERROR}
# Cells without a text that are not blank.
_EMPTY: Final = {
    _INLINE: re.compile(r"<is ?/></c>|<is>(?:(?!</?is).)*</is></c>", re.DOTALL),
    _STRING: re.compile(r"<v></v></c>|<v ?/></c>"),
    _ERROR: re.compile(r"<v>[^<]+</v></c>"),
}


class Numbered(NamedTuple):
    """Cells by the numbers of their texts."""

    numbers: pl.Series
    """0 where a cell is blank or its text is empty."""
    own: pl.Series
    """Texts whose numbers follow those of the shared ones."""
    filled: pl.Series
    """Whether a cell counts as one that holds something, be it an empty text."""
    is_spoilt: bool
    """Whether there are errors, or formulas that nobody worked out."""


class CellTexts:
    """Reads the cells of a sheet."""

    def __init__(self, listed: Listed, skeleton: Skeleton, shared: int) -> None:
        """*shared* is how many texts the sheets share, with the empty one in front of them."""
        self._listed, self._skeleton, self._shared = listed, skeleton, shared
        self._kinds: dict[str, int] = {}
        self._known: dict[str, str | None] = {}
        """What was asked already: the text of a cell, None where it is blank."""

    def read(self, attributes: pl.Series, bodies: pl.Series) -> Numbered:
        """Read cells, given as the rest of their tag behind the place, and as all that follows to their end."""
        kinds = self._kinds_of(attributes)
        closed = kinds == _BLANK
        need((bodies.str.ends_with(_END) != closed).all() and (bodies.filter(closed) == "").all())
        is_spoilt = bool((kinds == _ERROR).any())
        formulas = bodies.str.starts_with("<f").arg_true()
        if not formulas.is_empty():
            results = bodies[formulas].str.replace(_FORMULA, "")
            is_spoilt = is_spoilt or not results.str.contains(_RESULT).all()
            bodies = bodies.clone().scatter(formulas, results)
        filled = ~closed & (bodies != _END)
        found = _Found(kinds.set(~filled, _BLANK), bodies, filled, self._shared)
        found.share()
        odd = [
            found.take(_NUMBER, _numbers),
            found.take(_INLINE, lambda cells: plain_texts(cells, "<is>", "</is></c>")),
            found.take(_STRING, lambda cells: without_marks(between(cells, "<v>", "</v></c>"))),
            *(found.places(kind) for kind in (_ERROR, _OTHER)),
        ]
        places = pl.concat(odd)
        if not places.is_empty():
            cells = pl.select(pl.concat_str(attributes[places], pl.lit(">"), bodies[places])).to_series()
            found.put(places, self._texts_of(cells))
        return Numbered(found.numbers, copied(pl.concat(found.own)), found.filled, is_spoilt)

    def _texts_of(self, cells: pl.Series) -> pl.Series:
        """Ask how *cells* read, each different one once; null where one is blank."""
        different = cells.unique().to_list()
        new = [cell for cell in different if cell not in self._known]
        need(len(self._known) + len(new) <= _MOST_ASKED)
        if new:
            texts = self._skeleton.cells(self._listed, new)
            self._known |= {cell: self._said(cell, text) for cell, text in zip(new, texts, strict=True)}
        return cells.replace_strict(different, [self._known[cell] for cell in different], return_dtype=pl.String)

    def _said(self, cell: str, text: str) -> str | None:
        """Return the *text* of a cell, None where it is blank: the parser gives both as one."""
        if text:
            return text
        attributes, _, body = cell.partition(">")
        kind = self._kinds[attributes]
        empty = _EMPTY.get(kind)
        if empty is not None:
            need(empty.fullmatch(body))
            return ""
        need(body in _NO_VALUE and ' t="d"' not in attributes)
        return None

    def _kinds_of(self, attributes: pl.Series) -> pl.Series:
        found = attributes.unique().to_list()
        need(len(found) <= _MOST_KINDS)
        for said in found:
            if said not in self._kinds:
                self._kinds[said] = self._kind(said)
        if len(found) > _FEW_KINDS:
            return attributes.replace_strict(found, [self._kinds[said] for said in found], return_dtype=pl.UInt8)
        each = ((pl.lit(attributes) == said).cast(pl.UInt8) * self._kinds[said] for said in found)
        return pl.select(pl.sum_horizontal(each).cast(pl.UInt8)).to_series()

    def _kind(self, attributes: str) -> int:
        said = _ATTRIBUTES.fullmatch(attributes)
        if said is None or (said[2] == "e" and said[3]):
            raise UnlikeError
        style, kind, closed = said[1], said[2], said[3]
        if closed:
            return _BLANK
        if kind not in (None, "n"):
            return _KINDS.get(kind, _OTHER)
        if style is None:
            return _NUMBER
        shown = self._skeleton.cells(self._listed, [f"{attributes}><v>{_PROBE}</v></c>"])
        return _NUMBER if shown == [_PROBE] else _OTHER


class _Found:
    """What was found out of cells so far."""

    def __init__(self, kinds: pl.Series, bodies: pl.Series, filled: pl.Series, shared: int) -> None:
        self._kinds, self._bodies, self._shared = kinds, bodies, shared
        self._next = shared
        self.filled = filled
        self.numbers = pl.repeat(0, bodies.len(), dtype=pl.UInt32, eager=True)
        self.own = [pl.Series([], dtype=pl.String)]

    def places(self, kind: int) -> pl.Series:
        return (self._kinds == kind).arg_true()

    def share(self) -> None:
        """Take the cells that name a shared text."""
        places = self.places(_SHARED)
        if places.is_empty():
            return
        bodies = self._bodies[places]
        said = between(bodies, "<v>", "</v></c>")
        numbers = said.set(said.str.starts_with("+"), None).cast(pl.UInt32, strict=False)
        unsaid = numbers.is_null()
        if unsaid.any():
            need(bodies.filter(unsaid).is_in(_NO_VALUE).all())
            self.filled.scatter(places.filter(unsaid), False)
        most = numbers.max()
        need(most is None or int(most) < self._shared - 1)  # type: ignore[arg-type]  # of whole numbers
        self.numbers.scatter(places, (numbers + 1).fill_null(0))

    def take(self, kind: int, texts: Callable[[pl.Series], pl.Series]) -> pl.Series:
        """Take the cells of *kind*, and return the places of those in which *texts* does not find a text."""
        places = self.places(kind)
        if places.is_empty():
            return places
        found = texts(self._bodies[places])
        odd = found.is_null()
        self._add(places.filter(~odd), found.filter(~odd))
        return places.filter(odd)

    def put(self, places: pl.Series, texts: pl.Series) -> None:
        """Give the cells at *places* their *texts*; null is blank."""
        blank = texts.is_null()
        self.filled.scatter(places.filter(blank), False)
        self._add(places.filter(~blank), texts.filter(~blank))

    def _add(self, places: pl.Series, texts: pl.Series) -> None:
        self.numbers.scatter(places, pl.int_range(self._next, self._next + texts.len(), dtype=pl.UInt32, eager=True))
        self._next += texts.len()
        self.own.append(texts)


def _numbers(cells: pl.Series) -> pl.Series:
    said = between(cells, "<v>", "</v></c>")
    return said.set(~said.str.contains(_PLAIN_NUMBER), None)


def need(condition: object) -> None:
    """Give the sheet up unless *condition* holds."""
    if not condition:
        raise UnlikeError
