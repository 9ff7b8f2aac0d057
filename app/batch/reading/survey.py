"""A first look at the whole file: what no part of it can tell."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from app.batch.reading.documents import identities
from app.batch.reading.facts import as_text
from app.batch.reading.headers import CERTIFICATE, DOCUMENT, HOUSEHOLD, ID_NUMBER
from app.batch.reading.references import read_references
from app.batch.reading.sheet import Sheet
from app.batch.reading.tables import FLAW, ROW, Table
from app.batch.reading.unreadable import UnreadableFileError
from app.intake.request import MOST_MEMBERS

KEY: Final = "key"
"""The column with the household's reference; null where a row has none."""
_PIECES: Final = 8


@dataclass(frozen=True)
class Survey:
    """What was found; households and people are kept as hashes only."""

    rows: int
    """Rows below the header, blank ones and remarks among them."""
    grouped: bool
    """Whether the members of every household stand together."""
    oversize: pl.Series
    """The households of more members than can be screened."""
    twins: pl.Series
    """The people who stand in the file more than once."""
    order: pl.DataFrame
    """Each household's `hash`, its `first` row, and how many `rows` it has; empty where grouped."""


def keyed(frame: pl.DataFrame, sheet: Sheet) -> pl.DataFrame:
    """Add the references of the households to a frame of cells."""
    cells = as_text(frame[str(sheet.places[HOUSEHOLD].position)])
    references = read_references(cells).values
    return frame.with_columns(pl.when(pl.col(FLAW).is_null()).then(references).alias(KEY))


def survey(table: Table) -> Survey:
    """Read the columns that tell households and people apart, of every row."""
    numbers = [table.sheet.places[m].position for m in (ID_NUMBER, CERTIFICATE, DOCUMENT) if m in table.sheet.places]
    runs = _Runs()
    people: list[pl.Series] = []
    rows = 0
    for frame in table.frames([table.sheet.places[HOUSEHOLD].position, *numbers]):
        rows += frame.height
        runs.add(keyed(frame, table.sheet))
        if numbers:
            people += [identities(as_text(frame[str(at)])).hash() for at in numbers]
    if not rows:
        raise UnreadableFileError("表头下面没有数据行：请核对后重新上传")
    order = runs.all()
    grouped = order["hash"].n_unique() == order.height
    if not grouped:
        order = order.group_by("hash").agg(pl.col("first").min(), pl.col("rows").sum()).sort("first")
    oversize = order.filter(pl.col("rows") > MOST_MEMBERS)["hash"]
    # Where nothing is to be put in order, nothing of what a household takes is kept.
    return Survey(rows, grouped, oversize, _repeated(people), order.clear() if grouped else order)


class _Runs:
    """Gathers the runs of rows with one reference, across frames."""

    def __init__(self) -> None:
        self.found: list[pl.DataFrame] = []

    def add(self, frame: pl.DataFrame) -> None:
        known = frame.filter(pl.col(KEY).is_not_null()).select(
            pl.col(KEY).hash().alias("hash"), pl.col(ROW).alias("first")
        )
        starts = known["hash"].ne_missing(known["hash"].shift(1)).arg_true()
        if starts.is_empty():
            return
        runs = known[starts].with_columns(
            rows=starts.extend_constant(known.height, 1).diff().shift(-1).head(-1).cast(pl.UInt32)
        )
        if self.found and self.found[-1]["hash"][-1] == runs["hash"][0]:
            last = self.found[-1]
            more = int(runs["rows"][0])
            self.found[-1] = last.with_columns(last["rows"].scatter(last.height - 1, int(last["rows"][-1]) + more))
            runs = runs.slice(1)
        if not runs.is_empty():
            self.found.append(runs)

    def all(self) -> pl.DataFrame:
        if not self.found:
            raise UnreadableFileError("没有一行填写了户编号，无法判断谁和谁是一户：请填写后重新上传")
        return pl.concat(self.found)


def _repeated(hashes: list[pl.Series]) -> pl.Series:
    """Return the hashes that occur more than once, a share of them at a time."""
    found = [pl.Series("hash", [], dtype=pl.UInt64)]
    for share in range(_PIECES):
        mine = [piece.filter(piece % _PIECES == share) for piece in hashes]
        if mine:
            ordered = pl.concat(mine).sort()
            found.append(ordered.filter(ordered == ordered.shift(1)).unique().alias("hash"))
    return pl.concat(found)
