"""Opens a file as a table, by what it really is."""

from pathlib import Path

from app.batch.reading.archives import check_workbook
from app.batch.reading.delimited import DelimitedTable
from app.batch.reading.grids import LARGE
from app.batch.reading.kinds import Kind, recognise
from app.batch.reading.tables import ParquetTable, Table
from app.batch.reading.workbooks import WorkbookTable


def open_table(path: Path) -> tuple[Kind, Table]:
    """Return the table in the file at *path*, or refuse the file."""
    kind = recognise(path)
    match kind:
        case Kind.TEXT:
            return kind, DelimitedTable(path)
        case Kind.WORKBOOK:
            return kind, WorkbookTable(path, check_workbook(path, large=LARGE))
        case Kind.PARQUET:
            return kind, ParquetTable(path)
