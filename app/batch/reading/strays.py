"""Rows that belong to no household: blank ones, what stands below a table, and mistakes."""

from typing import Final

import polars as pl

from app.batch.reading.distinct import replaced
from app.batch.reading.facts import as_text
from app.batch.reading.headers import HOUSEHOLD
from app.batch.reading.references import is_below, read_references
from app.batch.reading.remarks import Remarks
from app.batch.reading.sheet import Sheet
from app.batch.reading.tables import FLAW, ROW

BELOW: Final = "像是表尾的说明或合计，没有当作人员读取"
NO_HOUSEHOLD: Final = "没有填写户编号，无法判断属于哪一户"


def told(strays: pl.DataFrame, sheet: Sheet) -> Remarks:
    """Say of each row why it belongs to no household; of blank rows, nothing."""
    remarks = Remarks(strays[ROW], pl.repeat(None, strays.height, dtype=pl.String, eager=True))
    if strays.is_empty():
        return remarks
    flawed = strays[FLAW].is_not_null()
    remarks.fault(flawed, "", strays[FLAW])
    header = sheet.header(HOUSEHOLD)
    texts = as_text(strays[str(sheet.places[HOUSEHOLD].position)])
    read = read_references(texts)
    wrong = texts.is_in(list(read.faults)).fill_null(False) & ~flawed
    remarks.fault(wrong, header, replaced(texts, read.faults, pl.String))
    start = _starts(strays, sheet)
    below = start.is_in([text for text in start.unique().drop_nulls().to_list() if is_below(text)]).fill_null(False)
    other = ~flawed & ~wrong
    remarks.doubt(other & below, "", BELOW)
    remarks.fault(other & ~below & start.is_not_null(), header, NO_HOUSEHOLD)
    return remarks


def _starts(rows: pl.DataFrame, sheet: Sheet) -> pl.Series:
    """Return the first cell of each row that is not blank."""
    cells = [as_text(rows[str(column.position)]).str.strip_chars() for column in sheet.columns]
    return pl.select(pl.coalesce(pl.when(cell != "").then(cell) for cell in cells)).to_series()
