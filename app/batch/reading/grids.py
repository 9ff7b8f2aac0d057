"""The sheets of a workbook as grids of texts, whichever of two readers lays them out.

Small sheets are read whole, by a parser that gives an object for each cell; large ones condensed, and whole too where
they are not written as the condensed reader knows them.  Both give the same grids.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetMetadata

from app.batch.reading.archives import MOST_CELLS, MOST_COLUMNS, check_workbook, sizes
from app.batch.reading.condensed import Condensed, Corner, condensed, shared_texts
from app.batch.reading.contents import Contents, Listed
from app.batch.reading.sheet import HEAD
from app.batch.reading.skeleton import Skeleton, UnlikeError
from app.batch.reading.spoilt import Place
from app.batch.reading.typed import as_typed
from app.batch.reading.unreadable import UnreadableFileError

T = TypeVar("T")
LARGE: Final = 1024 * 1024
"""Bytes from which a sheet is read condensed, some 500 rows of 50 columns: shorter ones are read in no time."""
BROKEN: Final = "文件已损坏，或不是标准的.xlsx：请在Excel或WPS中打开，另存为“Excel 工作簿（.xlsx）”后重新上传"
_BATCH: Final = 10_000


class Grid(Protocol):
    """A sheet from its first row to the last that holds something, and from the first such column to the last."""

    height: int
    left: int
    """The first column, counted from 0."""
    merged: Sequence[tuple[Corner, Corner]]
    spoilt: Mapping[Place, str]
    """The cells that show an error or a formula that nobody worked out; the texts have blanks for them."""

    def head(self) -> list[list[str]]:
        """Return the first rows, among which is the header."""
        ...

    def texts(self, above: int, width: int) -> pl.DataFrame:
        """Return the rows but for so many *above*, and of the columns the first *width*, by their places."""
        ...


class WholeGrid:
    """A sheet as the parser gives it."""

    def __init__(self, cells: CalamineSheet, spoilt: Mapping[Place, str]) -> None:
        if cells.total_height * cells.total_width > MOST_CELLS or cells.total_width > MOST_COLUMNS:
            raise UnreadableFileError(f"工作表太大，最多{MOST_COLUMNS}列：请删去下方和右边看似空白的行列后重新上传")
        self._cells, self.spoilt = cells, spoilt
        self.height = cells.total_height
        self.left = cells.start[1] if cells.start else 0
        self.merged: Sequence[tuple[Corner, Corner]] = cells.merged_cell_ranges or ()

    def head(self) -> list[list[str]]:
        return [[as_typed(cell).strip() for cell in row] for row in islice(self._cells.iter_rows(), HEAD)]

    def texts(self, above: int, width: int) -> pl.DataFrame:
        rows = islice(self._cells.iter_rows(), above, None)
        batches = []
        while batch := list(islice(rows, _BATCH)):
            columns = list(zip(*batch, strict=True))[:width]
            batches.append(
                pl.DataFrame(
                    [pl.Series(str(at), _column(column), dtype=pl.String) for at, column in enumerate(columns)]
                )
            )
        return pl.concat(batches) if batches else pl.DataFrame(schema={str(at): pl.String for at in range(width)})


class CondensedGrid:
    """A sheet as the condensed reader gives it."""

    def __init__(self, sheet: Condensed, spoilt: Mapping[Place, str]) -> None:
        self._cells, self.spoilt = sheet.cells, spoilt
        self.height = sheet.cells.height - 1
        self.left, self.merged = sheet.left, sheet.merged

    def head(self) -> list[list[str]]:
        return [[cell.strip() for cell in row] for row in self._cells.head(HEAD).iter_rows()]

    def texts(self, above: int, width: int) -> pl.DataFrame:
        return self._cells.slice(above)[:, :width]


def _column(cells: Sequence[Any]) -> Sequence[Any]:
    return cells if set(map(type, cells)) == {str} else [as_typed(cell) for cell in cells]


class Grids:
    """The sheets of a workbook that was checked."""

    def __init__(self, path: Path, contents: Contents) -> None:
        self._path, self._contents = path, contents
        self._listed = {listed.name: listed for listed in reversed(contents.sheets)}
        self._sizes = sizes(path)
        self.metadata = self._metadata()

    def grid(self, name: str) -> Grid:
        """Lay a sheet out, or refuse it."""
        listed = self._listed.get(name)
        if listed is not None and self._is_large(listed):
            found = self._condensed(listed)
            if found is not None:
                return CondensedGrid(found, self._spoilt(listed) if found.is_spoilt else {})
        spoilt = self._spoilt(listed)
        return guarded(lambda: WholeGrid(self._workbook.get_sheet_by_name(name), spoilt))

    def _metadata(self) -> Sequence[SheetMetadata]:
        if any(map(self._is_large, self._contents.sheets)):
            try:
                return self._skeleton.workbook().sheets_metadata
            except UnlikeError:
                pass
        return guarded(lambda: self._workbook.sheets_metadata)

    def _is_large(self, listed: Listed) -> bool:
        return self._sizes.get(listed.part.casefold(), 0) >= LARGE

    def _condensed(self, listed: Listed) -> Condensed | None:
        try:
            return condensed(self._path, listed, self._skeleton, self._shared)
        except UnlikeError:
            return None

    def _spoilt(self, listed: Listed | None) -> Mapping[Place, str]:
        """Return the spoilt cells of a sheet, after a look at all cells of the workbook."""
        return self._seen.spoilt.get(listed.part.casefold() if listed else "", {})

    @cached_property
    def _seen(self) -> Contents:
        return self._contents if self._contents.is_seen else check_workbook(self._path)

    @cached_property
    def _workbook(self) -> CalamineWorkbook:
        return CalamineWorkbook.from_path(self._path)

    @cached_property
    def _skeleton(self) -> Skeleton:
        return Skeleton(self._path)

    @cached_property
    def _shared(self) -> pl.Series:
        return shared_texts(self._path, self._skeleton, self._contents.sheets[0])


def guarded(read: Callable[[], T]) -> T:
    """Say in words what the parser says of a workbook that it cannot read."""
    try:
        return read()
    except PasswordError:
        said = "文件设了打开密码：请去掉密码，保存后重新上传"
    except (CalamineError, OverflowError):  # a time of more days than there can be
        said = BROKEN
    except BaseException as error:
        # The parser's own panics are no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        said = BROKEN
    raise UnreadableFileError(said)
