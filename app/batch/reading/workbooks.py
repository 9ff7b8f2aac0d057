"""Excel workbooks: the first sheet with a header that we know, as columns of text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from app.batch.reading import sheet as sheets
from app.batch.reading.archives import MOST_CELLS, MOST_COLUMNS
from app.batch.reading.contents import Contents
from app.batch.reading.headers import HOUSEHOLD
from app.batch.reading.spoilt import Place
from app.batch.reading.tables import FLAW, FRAME, NUMBER, ROW
from app.batch.reading.unreadable import UnreadableFileError

T = TypeVar("T")
_BROKEN: Final = "文件已损坏，或不是标准的.xlsx：请在Excel或WPS中打开，另存为“Excel 工作簿（.xlsx）”后重新上传"
_BATCH: Final = 10_000
_DIGITS_KEPT: Final = 10**15
"""From here on a number in a cell has lost digits."""


class WorkbookTable:
    """One sheet of a workbook, held as text."""

    def __init__(self, path: Path, contents: Contents) -> None:
        found = _guarded(lambda: _first_known(path))
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


def _first_known(path: Path) -> tuple[CalamineSheet, sheets.Sheet]:
    """Return the first sheet from which households can be told; visible sheets first."""
    workbook = CalamineWorkbook.from_path(path)
    listed = sorted(workbook.sheets_metadata, key=lambda about: about.visible is not SheetVisibleEnum.Visible)
    second: sheets.Sheet | None = None
    width = 0
    for about in listed:
        cells = workbook.get_sheet_by_name(about.name)
        if cells.total_height * cells.total_width > MOST_CELLS or cells.total_width > MOST_COLUMNS:
            raise UnreadableFileError(f"工作表太大，最多{MOST_COLUMNS}列：请删去下方和右边看似空白的行列后重新上传")
        rows = [[_text(cell).strip() for cell in row] for row in islice(cells.iter_rows(), sheets.HEAD)]
        found = sheets.find(rows)
        if found is not None and HOUSEHOLD in found.places:
            return cells, found
        second, width = second or found, max(width, *(len(row) for row in rows), 0)
    sheets.check(second, width or 2)
    raise UnreadableFileError(_BROKEN)


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
