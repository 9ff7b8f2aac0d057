"""A file's table as frames of raw cells, whatever kind of file it is.

The columns of a frame are `row`, its number in the file; `flaw`, what is wrong with the
row as a whole; and the cells, named by their position.  Cells are text, except where a
Parquet file has types.  A blank cell is null or empty.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final, Protocol

import polars as pl
from polars.exceptions import PolarsError

from app.batch.reading import sheet as sheets
from app.batch.reading.archives import MOST_COLUMNS
from app.batch.reading.contents import SERIALS_SINCE
from app.batch.reading.sheet import Sheet
from app.batch.reading.stretches import stretches
from app.batch.reading.unreadable import UnreadableFileError

ROW: Final = "row"
FLAW: Final = "flaw"
NUMBER: Final = pl.Int64
LONGEST_TEXT: Final = 131_072
"""Bytes of one cell: four times what Excel holds, and what Python's reader of CSV takes."""
TOO_LONG: Final = "本行有一格的内容太长，无法读取：请核对"
FRAME: Final = 50_000
"""Rows a frame, about."""


class Table(Protocol):
    """A table ready to be read, more than once."""

    sheet: Sheet
    since: date
    """The day from which a bare number counts where a day is meant."""

    def frames(self, positions: Sequence[int] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows below the header, from the first, or only their cells at *positions*."""
        ...


class ParquetTable:
    """A Parquet file, with or without types."""

    since = SERIALS_SINCE

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            schema = pl.read_parquet_schema(path)
        except (PolarsError, OSError):
            schema = None
        if schema is None:
            raise UnreadableFileError("Parquet文件已损坏，或用了不支持的格式：请重新导出后上传")
        self.names = list(schema)
        if len(self.names) > MOST_COLUMNS:
            raise UnreadableFileError(f"列数太多，最多{MOST_COLUMNS}列：请删去无关的列后重新导出")
        self.sheet = sheets.check(sheets.of_names(self.names), len(self.names))
        for column in self.sheet.places.values():
            kind = schema[column.header]
            if kind.is_nested() or kind in (pl.Time, pl.Duration, pl.Object):
                raise UnreadableFileError(f"“{column.header}”列不是文字、数字、日期或是否：请改正后重新导出")

    def frames(self, positions: Sequence[int] | None = None) -> Iterator[pl.DataFrame]:
        wanted = range(len(self.names)) if positions is None else positions
        lazy = pl.scan_parquet(self.path).select(pl.col(self.names[at]).alias(str(at)) for at in wanted)
        row = 1
        try:
            for stretch in stretches(lazy, len(wanted)):
                for batch in stretch.iter_slices(FRAME):
                    numbers = pl.int_range(row, row + batch.height, dtype=NUMBER, eager=True)
                    yield _fitting(batch.with_columns(*map(_written, batch)), numbers)
                    row += batch.height
        except PolarsError:
            pass
        else:
            return
        raise UnreadableFileError("Parquet文件已损坏，或用了不支持的格式：请重新导出后上传")


def _fitting(cells: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Number the rows, and blank out those with a text beyond measure: a kilobyte of a file can hold gigabytes."""
    texts = [column for column in cells if column.dtype == pl.String]
    if any((column.str.len_bytes().max() or 0) > LONGEST_TEXT for column in texts):  # type: ignore[operator]
        long = pl.any_horizontal(pl.col(column.name).str.len_bytes() > LONGEST_TEXT for column in texts).fill_null(
            False
        )
        numbered = cells.select(pl.when(~long).then(pl.all()), pl.when(long).then(pl.lit(TOO_LONG)).alias(FLAW))
    else:
        numbered = cells.with_columns(pl.lit(None, pl.String).alias(FLAW))
    return numbered.with_columns(numbers.alias(ROW))


def _written(cells: pl.Series) -> pl.Series:
    """Return *cells* as they can be shown: bytes and lists are texts."""
    if cells.dtype == pl.Binary:
        # Some programs leave out that their bytes are text. Bytes that are none say nothing.
        return pl.Series(cells.name, [_decoded(cell) for cell in cells], dtype=pl.String)
    if cells.dtype.is_nested() or cells.dtype in (pl.Duration, pl.Object):
        texts = [
            None if cell is None else json.dumps(cell, default=str, ensure_ascii=False) for cell in cells.to_list()
        ]
        return pl.Series(cells.name, texts, dtype=pl.String)
    return cells


def _decoded(cell: bytes | None) -> str | None:
    try:
        return None if cell is None else cell.decode()
    except UnicodeDecodeError:
        return None
