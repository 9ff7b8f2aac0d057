"""What is wrong or doubtful about the rows of one part of a file."""

from typing import Final

import polars as pl

from app.batch.reading.distinct import Cells, replaced
from app.batch.reading.tables import NUMBER, ROW

COLUMN: Final = "column"
MESSAGE: Final = "message"
REFERENCE: Final = "household_reference"
SCHEMA: Final = pl.Schema({ROW: NUMBER, COLUMN: pl.String, MESSAGE: pl.String, REFERENCE: pl.String})


class Remarks:
    """Gathers faults, which set a row aside, and doubts, which do not.

    Masks are as long as the part, one value a row; null counts as no.
    """

    def __init__(self, rows: pl.Series, references: pl.Series) -> None:
        self._rows = pl.DataFrame({ROW: rows, REFERENCE: references})
        self._faults: list[pl.DataFrame] = []
        self._doubts: list[pl.DataFrame] = []
        self.bad = pl.repeat(False, rows.len(), dtype=pl.Boolean, eager=True)
        """Which rows are set aside."""

    @property
    def good(self) -> pl.Series:
        return ~self.bad

    def fault(self, mask: pl.Series, column: str, said: "str | pl.Series") -> None:
        """Set aside the rows of *mask*."""
        if mask.any():
            self._faults.append(self._told(mask, column, said))
            self.bad = self.bad | mask.fill_null(False)

    def doubt(self, mask: pl.Series, column: str, said: "str | pl.Series") -> None:
        """Warn of the rows of *mask*."""
        if mask.any():
            self._doubts.append(self._told(mask, column, said))

    def told(self, texts: pl.Series, cells: Cells, column: str) -> None:
        """Take over what reading a column found."""
        if cells.faults:
            self.fault(texts.is_in(list(cells.faults)), column, replaced(texts, cells.faults, pl.String))
        if cells.doubts:
            self.doubt(texts.is_in(list(cells.doubts)), column, replaced(texts, cells.doubts, pl.String))

    def rejects(self) -> pl.DataFrame:
        """Return the faults, in the order of the rows."""
        return _ordered(self._faults)

    def warnings(self) -> pl.DataFrame:
        """Return the doubts, in the order of the rows."""
        return _ordered(self._doubts)

    def _told(self, mask: pl.Series, column: str, said: "str | pl.Series") -> pl.DataFrame:
        message = pl.lit(said) if isinstance(said, str) else said
        return (
            self._rows.with_columns(message.alias(MESSAGE))
            .filter(mask)
            .select(ROW, pl.lit(column).alias(COLUMN), MESSAGE, REFERENCE)
        )


def _ordered(told: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([SCHEMA.to_frame(), *told]).sort(ROW, maintain_order=True)
