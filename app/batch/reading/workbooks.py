"""Excel workbooks: the first sheet that is a list, as columns of text; of further lists it is told that there are."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl
from python_calamine import SheetMetadata, SheetTypeEnum, SheetVisibleEnum

from app.batch.reading import sheet as sheets
from app.batch.reading.contents import Contents
from app.batch.reading.grids import BROKEN, Grid, Grids, guarded
from app.batch.reading.headers import CERTIFICATE, DOCUMENT, HOUSEHOLD, ID_NUMBER, STATE
from app.batch.reading.tables import FLAW, FRAME, NUMBER, ROW
from app.batch.reading.unreadable import UnreadableFileError

_OF_PEOPLE: Final = frozenset((HOUSEHOLD, ID_NUMBER, CERTIFICATE, DOCUMENT, "name"))
"""Columns of which a list of people has one at least."""
_SAMPLES: Final = ("示例", "样例", "范例", "样表")
"""Words in the names of sheets that show invented people, as that of our own template does."""


class WorkbookTable:
    """One sheet of a workbook, held as text."""

    def __init__(self, path: Path, contents: Contents) -> None:
        grid, self.sheet = guarded(lambda: _first_list(Grids(path, contents)))
        self.since = contents.since
        self._cells = guarded(lambda: _text_of(grid, self.sheet))

    def frames(self, positions: Sequence[int] | None = None) -> Iterator[pl.DataFrame]:
        cells = self._cells if positions is None else self._cells.select(str(at) for at in positions)
        for start in range(0, cells.height, FRAME):
            piece = cells.slice(start, FRAME)
            first = self.sheet.last + 1 + start
            numbers = pl.int_range(first, first + piece.height, dtype=NUMBER, eager=True)
            yield piece.with_columns(numbers.alias(ROW), pl.lit(None, pl.String).alias(FLAW))


def _first_list(grids: Grids) -> tuple[Grid, sheets.Sheet]:
    """Return the first sheet from which households can be told; visible sheets and those with rows first."""
    listed = sorted(grids.metadata, key=lambda about: not _is_visible(about))
    empty: tuple[Grid, sheets.Sheet] | None = None
    second: sheets.Sheet | None = None
    width = 0
    for place, about in enumerate(listed):
        if not _is_asked_for(about):
            continue
        grid = grids.grid(about.name)
        rows = grid.head()
        found = sheets.find(rows)
        if found is not None and HOUSEHOLD in found.places:
            if _has_rows(grid, rows, found):
                # The other sheets of a result of ours repeat the first.
                further = () if STATE in found.names else _unread(grids, listed, place)
                return grid, replace(found, notes=(*found.notes, *further))
            empty = empty or (grid, found)
        second, width = second or found, max(width, *(len(row) for row in rows), 0)
    if empty is not None:
        return empty
    sheets.check(second, width or 2)
    raise UnreadableFileError(BROKEN)


def _unread(grids: Grids, listed: Sequence[SheetMetadata], chosen: int) -> Iterator[str]:
    """Say which sheets are lists too; by their places: their names may be people's."""
    others = [place for place, about in enumerate(listed) if place != chosen and _is_list(grids, about)]
    shown = [str(place + 1) for place in others if _is_visible(listed[place])]
    hidden = len(others) - len(shown)
    which = [*([f"第{'、'.join(shown)}张工作表"] if shown else []), *([f"{hidden}张隐藏的工作表"] if hidden else [])]
    if which:
        read = f"第{chosen + 1}张工作表" if _is_visible(listed[chosen]) else "一张隐藏的工作表"
        yield (
            f"只读了{read}；{'和'.join(which)}也像人员名单，没有读（从左数，不算隐藏的）："
            "要筛查的，请合到一张表里，或分别另存后再筛查"
        )


def _is_visible(about: SheetMetadata) -> bool:
    return about.visible is SheetVisibleEnum.Visible


def _is_asked_for(about: SheetMetadata) -> bool:
    """Whether a sheet may be a list: no chart, and no sample of one."""
    return about.typ is SheetTypeEnum.WorkSheet and not any(word in about.name for word in _SAMPLES)


def _is_list(grids: Grids, about: SheetMetadata) -> bool:
    if not _is_asked_for(about):
        return False
    try:
        grid = grids.grid(about.name)
    except UnreadableFileError:
        return False  # what is broken here takes nothing from the list that is read
    rows = grid.head()
    found = sheets.find(rows)
    return found is not None and bool(_OF_PEOPLE & found.places.keys()) and _has_rows(grid, rows, found)


def _has_rows(grid: Grid, head: Sequence[Sequence[str]], sheet: sheets.Sheet) -> bool:
    return grid.height > len(head) or any(map(any, head[sheet.last :]))


def _text_of(grid: Grid, sheet: sheets.Sheet) -> pl.DataFrame:
    """Return the cells below the header, by their position among the columns of the header."""
    frame = grid.texts(sheet.last, len(sheet.columns))
    return frame if frame.is_empty() else _merged(_told(frame, grid, sheet), grid, sheet)


def _told(frame: pl.DataFrame, grid: Grid, sheet: sheets.Sheet) -> pl.DataFrame:
    """Put the words of spoilt cells where the reader has blanks."""
    words: dict[str, dict[int, str]] = {}
    for (row, column), said in grid.spoilt.items():
        if sheet.last <= row < sheet.last + frame.height:
            words.setdefault(str(column - grid.left), {})[row - sheet.last] = said
    known = [name for name in words if name in frame.columns]
    return frame.with_columns(frame[name].scatter(list(words[name]), list(words[name].values())) for name in known)


def _merged(frame: pl.DataFrame, grid: Grid, sheet: sheets.Sheet) -> pl.DataFrame:
    """Let the value of cells merged downwards hold for each of their rows."""
    # Of each column, the rows that show the value of another.
    sources: dict[str, dict[int, int]] = {}
    room = frame.height * frame.width
    for (top, column), (bottom, _) in grid.merged:
        first, last, name = top - sheet.last, min(bottom - sheet.last + 1, frame.height), str(column - grid.left)
        if first >= 0 and name in frame.columns:
            room -= max(last - first, 0)
            if room < 0:  # they lie one over another
                raise UnreadableFileError(BROKEN)
            rows = sources.setdefault(name, {})
            rows |= dict.fromkeys(range(first + 1, last), first)
    for name, rows in sources.items():
        values = frame[name].gather(list(rows.values()))
        frame = frame.with_columns(frame[name].scatter(list(rows), values))
    return frame
