"""Excel workbooks: the first sheet with a header that we know, as columns of text."""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

import fastexcel
import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.batch.reading import sheet as sheets
from app.batch.reading.archives import check_workbook
from app.batch.reading.headers import HOUSEHOLD
from app.batch.reading.sheet import Sheet
from app.batch.reading.tables import FLAW, FRAME, NUMBER, ROW, SERIALS_SINCE
from app.batch.reading.unreadable import UnreadableFileError

T = TypeVar("T")
Opened: TypeAlias = tuple[list[list[str]], Callable[[Sheet], pl.DataFrame]]
"""The first rows of a sheet, and a way to get those below its header."""
_BROKEN: Final = "文件已损坏，或不是标准的.xlsx：请在Excel或WPS中打开，另存为“Excel 工作簿（.xlsx）”后重新上传"
SINCE_1904: Final = date(1904, 1, 1)
"""The day 0 of workbooks that were begun on an old Macintosh."""
LARGE: Final = 20 * 1024 * 1024
"""Bytes from which a plain workbook is worth reading in one sweep."""
_BATCH: Final = 10_000
_DIGITS_KEPT: Final = 10**15
"""From here on a number in a cell has lost digits."""


class WorkbookTable:
    """One sheet of a workbook, held as text."""

    def __init__(self, path: Path) -> None:
        contents = check_workbook(path)
        self.serials_since = SINCE_1904 if _counts_from_1904(path) else SERIALS_SINCE
        open_sheet = _Swept(path) if contents.plain and contents.size > LARGE else _Walked(path)
        self.sheet, self._cells = _guarded(lambda: _first_known(path, open_sheet))

    def frames(self, positions: Sequence[int] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows below the header."""
        cells = self._cells if positions is None else self._cells.select(str(at) for at in positions)
        for start in range(0, cells.height, FRAME):
            piece = cells.slice(start, FRAME)
            first = self.sheet.last + 1 + start
            numbers = pl.int_range(first, first + piece.height, dtype=NUMBER, eager=True)
            yield piece.with_columns(numbers.alias(ROW), pl.lit(None, pl.String).alias(FLAW))


def _counts_from_1904(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return re.search(rb"""date1904\s*=\s*["'](1|true)""", archive.read("xl/workbook.xml")) is not None


def _guarded(read: Callable[[], T]) -> T:
    try:
        return read()
    except PasswordError:
        said = "文件设了打开密码：请去掉密码，保存后重新上传"
    except (CalamineError, fastexcel.FastExcelError):
        said = _BROKEN
    except BaseException as error:
        # The parser's own panics are no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        said = _BROKEN
    raise UnreadableFileError(said)


def _first_known(path: Path, open_sheet: "_Swept | _Walked") -> tuple[Sheet, pl.DataFrame]:
    """Return the first sheet from which households can be told; visible sheets first."""
    listed = CalamineWorkbook.from_path(path).sheets_metadata
    second: Sheet | None = None
    width = 0
    for about in sorted(listed, key=lambda about: about.visible is not SheetVisibleEnum.Visible):
        if about.typ is not SheetTypeEnum.WorkSheet:
            continue
        rows, cells_below = open_sheet(about.name)
        found = sheets.find([[cell.strip() for cell in row] for row in rows])
        if found is not None and HOUSEHOLD in found.places:
            return found, cells_below(found)
        second, width = second or found, max(width, *(len(row) for row in rows), 0)
    sheets.check(second, width or 2)
    raise UnreadableFileError(_BROKEN)


class _Swept:
    """Reads a large and plain sheet in one sweep."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, name: str) -> Opened:
        frame = (
            fastexcel.read_excel(self._path).load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
        )
        head = [[cell or "" for cell in row] for row in frame.head(sheets.HEAD).rows()]
        return head, lambda sheet: self._below(frame, sheet)

    def _below(self, frame: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
        below = frame[sheet.last :, : len(sheet.columns)]
        return below.select(
            column.str.strip_suffix(" 00:00:00").alias(str(at)) for at, column in enumerate(below.get_columns())
        )


class _Walked:
    """Reads a sheet cell by cell, with the kinds of the cells and what is merged."""

    def __init__(self, path: Path) -> None:
        self._workbook = CalamineWorkbook.from_path(path)

    def __call__(self, name: str) -> Opened:
        cells = self._workbook.get_sheet_by_name(name)
        head = [[_text(cell) for cell in row] for row in islice(cells.iter_rows(), sheets.HEAD)]
        return head, lambda sheet: _text_of(cells, sheet)


def _text_of(cells: CalamineSheet, sheet: Sheet) -> pl.DataFrame:
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
    return _merged(pl.concat(batches), cells, sheet)


def _column(cells: Sequence[Any]) -> Sequence[Any]:
    return cells if set(map(type, cells)) == {str} else [_text(cell) for cell in cells]


def _text(cell: Any) -> str:
    """Return a cell as a person would have typed it; a number that lost digits says so."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float() | int():
            if abs(cell) >= _DIGITS_KEPT:
                return f"{cell:.14E}"
            return str(int(cell)) if cell == int(cell) else f"{cell:.9f}".rstrip("0").rstrip(".")
        case datetime():
            return str(cell).removesuffix(" 00:00:00")
        case _:
            return str(cell)


def _merged(frame: pl.DataFrame, cells: CalamineSheet, sheet: Sheet) -> pl.DataFrame:
    """Let the value of cells merged downwards hold for each of their rows."""
    left = cells.start[1] if cells.start else 0
    for (top, column), (bottom, _) in cells.merged_cell_ranges or ():
        first, last, name = max(top - sheet.last, 0), bottom - sheet.last, str(column - left)
        if top >= sheet.last and last > first and name in frame.columns:
            value = frame[name][first]
            at = range(first + 1, min(last + 1, frame.height))
            frame = frame.with_columns(frame[name].scatter(list(at), [value] * len(at)))
    return frame
