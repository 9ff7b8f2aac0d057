"""What the reading side and the screening hand to the writers of results."""

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import polars as pl

ROW: Final = "row"
"""The column with a row's number in the official's file, in the originals, the rows and the remarks."""
COLUMN: Final = "column"
MESSAGE: Final = "message"
REMARKS: Final = {ROW: pl.Int64, COLUMN: pl.String, MESSAGE: pl.String}


@dataclass(frozen=True)
class About:
    """What a result says of itself."""

    day: date
    policy_set: str
    release: str
    notice: str


class Screened(NamedTuple):
    """A part of a file, cut between households, and what was found."""

    originals: pl.DataFrame
    """The official's own columns as text, in the file's order, and ROW; rows set aside are among them."""
    rows: pl.DataFrame
    """The facts as `rules.columns` takes them, with the references, `first` and ROW; households together."""
    tidy: tuple[pl.DataFrame, ...]
    """A frame for each policy, in the order of *rows*, as `TidyReader` makes them."""
    rejects: pl.DataFrame
    """Rows set aside: ROW, COLUMN, MESSAGE."""
    warnings: pl.DataFrame
    """Doubts about rows that were screened, in the same columns."""
    said: tuple[pl.Series | None, ...] = ()
    """For each frame of *tidy*, numbers of what its rows say, where `TidyReader` gives some."""


def no_remarks() -> pl.DataFrame:
    return pl.DataFrame(schema=REMARKS)
