"""Excel workbooks: the first sheet that is a list, as columns of text; of further lists it is told that there are."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.batch.reading import sheet as sheets
from app.batch.reading.archives import MOST_CELLS, MOST_COLUMNS
from app.batch.reading.contents import Contents
from app.batch.reading.headers import CERTIFICATE, DOCUMENT, HOUSEHOLD, ID_NUMBER, STATE
from app.batch.reading.spoilt import Place
from app.batch.reading.tables import FLAW, FRAME, NUMBER, ROW
from app.batch.reading.unreadable import UnreadableFileError

T = TypeVar("T")
_BROKEN: Final = "文件已损坏，或不是标准的.xlsx：请在Excel或WPS中打开，另存为“Excel 工作簿（.xlsx）”后重新上传"
_BATCH: Final = 10_000
_DIGITS_KEPT: Final = 10**15
"""From here on a number in a cell has lost digits."""
_OF_PEOPLE: Final = frozenset((HOUSEHOLD, ID_NUMBER, CERTIFICATE, DOCUMENT, "name"))
"""Columns of which a list of people has one at least."""
_SAMPLES: Final = ("示例", "样例", "范例", "样表")
"""Words in the names of sheets that show invented people, as that of our own template does."""


class WorkbookTable:
    """One sheet of a workbook, held as text."""

    def __init__(self, path: Path, contents: Contents) -> None:
        found = _guarded(lambda: _first_list(path))
        self.name, self.sheet = found[0].name, found[1]
        self.since = contents.since
        part = next((listed.part for listed in contents.sheets if listed.name == self.name), "")
        spoilt = contents.spoilt.get(part.casefold(), {})
        self._cells = _guarded(lambda: _text_of(found[0], self.sheet, spoilt))

    def frames(self, positions: Sequence[int] | None = None) -> Iterator[pl.DataFrame]:
        cells = self._cells if positions is None else self._cells.select(str(at) for at in positions)
        for start in range(0, cells.height, FRAME):
            piece = cells.slice(start, FRAME)
            first = self.sheet.last + 1 + start
            numbers = pl.int_range(first, first + piece.height, dtype=NUMBER, eager=True)
            yield piece.with_columns(numbers.alias(ROW), pl.lit(None, pl.String).alias(FLAW))


def _guarded(read: Callable[[], T]) -> T:
    try:
        return read()
    except PasswordError:
        said = "文件设了打开密码：请去掉密码，保存后重新上传"
    except CalamineError:
        said = _BROKEN
    except BaseException as error:
        # The parser's own panics are no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        said = _BROKEN
    raise UnreadableFileError(said)


def _first_list(path: Path) -> tuple[CalamineSheet, sheets.Sheet]:
    """Return the first sheet from which households can be told; visible sheets and those with rows first."""
    workbook = CalamineWorkbook.from_path(path)
    listed = sorted(workbook.sheets_metadata, key=lambda about: not _is_visible(about))
    empty: tuple[CalamineSheet, sheets.Sheet] | None = None
    second: sheets.Sheet | None = None
    width = 0
    for place, about in enumerate(listed):
        if not _is_asked_for(about):
            continue
        cells = workbook.get_sheet_by_name(about.name)
        if cells.total_height * cells.total_width > MOST_CELLS or cells.total_width > MOST_COLUMNS:
            raise UnreadableFileError(f"工作表太大，最多{MOST_COLUMNS}列：请删去下方和右边看似空白的行列后重新上传")
        rows = _head(cells)
        found = sheets.find(rows)
        if found is not None and HOUSEHOLD in found.places:
            if _has_rows(cells, rows, found):
                # The other sheets of a result of ours repeat the first.
                further = () if STATE in found.names else _unread(workbook, listed, place)
                return cells, replace(found, notes=(*found.notes, *further))
            empty = empty or (cells, found)
        second, width = second or found, max(width, *(len(row) for row in rows), 0)
    if empty is not None:
        return empty
    sheets.check(second, width or 2)
    raise UnreadableFileError(_BROKEN)


def _unread(workbook: CalamineWorkbook, listed: Sequence[SheetMetadata], chosen: int) -> Iterator[str]:
    """Say which sheets are lists too; by their places: their names may be people's."""
    others = [place for place, about in enumerate(listed) if place != chosen and _is_list(workbook, about)]
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


def _is_list(workbook: CalamineWorkbook, about: SheetMetadata) -> bool:
    if not _is_asked_for(about):
        return False
    try:
        cells = _guarded(lambda: workbook.get_sheet_by_name(about.name))
    except UnreadableFileError:
        return False  # what is broken here takes nothing from the list that is read
    rows = _head(cells)
    found = sheets.find(rows)
    return found is not None and bool(_OF_PEOPLE & found.places.keys()) and _has_rows(cells, rows, found)


def _head(cells: CalamineSheet) -> list[list[str]]:
    return [[_text(cell).strip() for cell in row] for row in islice(cells.iter_rows(), sheets.HEAD)]


def _has_rows(cells: CalamineSheet, head: Sequence[Sequence[str]], sheet: sheets.Sheet) -> bool:
    return cells.total_height > len(head) or any(map(any, head[sheet.last :]))


def _text_of(cells: CalamineSheet, sheet: sheets.Sheet, spoilt: Mapping[Place, str]) -> pl.DataFrame:
    """Return the cells below the header, by their position among the columns of the header."""
    rows = islice(cells.iter_rows(), sheet.last, None)
    width = len(sheet.columns)
    batches = []
    while batch := list(islice(rows, _BATCH)):
        columns = list(zip(*batch, strict=True))[:width]
        batches.append(
            pl.DataFrame([pl.Series(str(at), _column(column), dtype=pl.String) for at, column in enumerate(columns)])
        )
    if not batches:
        return pl.DataFrame(schema={str(at): pl.String for at in range(width)})
    return _merged(_told(pl.concat(batches), cells, sheet, spoilt), cells, sheet)


def _told(frame: pl.DataFrame, cells: CalamineSheet, sheet: sheets.Sheet, spoilt: Mapping[Place, str]) -> pl.DataFrame:
    """Put the words of spoilt cells where the parser has blanks."""
    left = cells.start[1] if cells.start else 0
    words: dict[str, dict[int, str]] = {}
    for (row, column), said in spoilt.items():
        if sheet.last <= row < sheet.last + frame.height:
            words.setdefault(str(column - left), {})[row - sheet.last] = said
    known = [name for name in words if name in frame.columns]
    return frame.with_columns(frame[name].scatter(list(words[name]), list(words[name].values())) for name in known)


def _column(cells: Sequence[Any]) -> Sequence[Any]:
    return cells if set(map(type, cells)) == {str} else [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """Return a cell as a person would have typed it; a number that lost digits says so."""
    match cell:
        case str():
            return cell
        case bool():
            return "是" if cell else "否"
        case float() | int():
            if abs(cell) >= _DIGITS_KEPT:
                return f"{cell:.14E}"
            return str(int(cell)) if cell == int(cell) else f"{cell:.15g}"
        case datetime():
            return str(cell.date()) if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else str(cell)
        case date():
            return str(cell)
        case _:
            return str(cell)


def _merged(frame: pl.DataFrame, cells: CalamineSheet, sheet: sheets.Sheet) -> pl.DataFrame:
    """Let the value of cells merged downwards hold for each of their rows."""
    left = cells.start[1] if cells.start else 0
    # Of each column, the rows that show the value of another.
    sources: dict[str, dict[int, int]] = {}
    room = frame.height * frame.width
    for (top, column), (bottom, _) in cells.merged_cell_ranges or ():
        first, last, name = top - sheet.last, min(bottom - sheet.last + 1, frame.height), str(column - left)
        if first >= 0 and name in frame.columns:
            room -= max(last - first, 0)
            if room < 0:  # they lie one over another
                raise UnreadableFileError(_BROKEN)
            rows = sources.setdefault(name, {})
            rows |= dict.fromkeys(range(first + 1, last), first)
    for name, rows in sources.items():
        values = frame[name].gather(list(rows.values()))
        frame = frame.with_columns(frame[name].scatter(list(rows), values))
    return frame
