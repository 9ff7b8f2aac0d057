"""Brings the members of each household together where a file scatters them.

Households keep the order of their first rows.  They are dealt out to files on disk, each
a stretch of that order, so that memory holds one stretch at a time.
"""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from app.batch.reading.survey import KEY, Survey, keyed
from app.batch.reading.tables import ROW, Table

_LENGTH: Final = 8


def in_order(table: Table, survey: Survey, rows: int) -> Iterator[pl.DataFrame]:
    """Yield the rows of *table* with their keys, households together, some *rows* at a time."""
    order = survey.order.join(survey.oversize.alias("hash").to_frame(), on="hash", how="anti", maintain_order="left")
    stretches = order.with_columns(stretch=((pl.col("rows").cum_sum() - 1) // max(rows, 1)).cast(pl.UInt32))
    stretches = stretches.select("hash", "first", "stretch")
    with tempfile.TemporaryDirectory(prefix="huimin-") as folder:
        for frame in table.frames():
            known = keyed(frame, table.sheet)
            placed = known.with_columns(pl.col(KEY).hash().alias("hash")).join(
                stretches, on="hash", how="left", maintain_order="left"
            )
            loose = placed["stretch"].is_null()  # of no household, or of one that is too large
            if loose.any():
                yield placed.filter(loose).select(known.columns)
            for (stretch,), part in placed.filter(~loose).partition_by("stretch", as_dict=True).items():
                _append(Path(folder) / str(stretch), part.drop("hash", "stretch"))
        for stretch in stretches["stretch"].unique(maintain_order=True).to_list():
            path = Path(folder) / str(stretch)
            yield pl.concat(_parts(path)).sort("first", ROW).drop("first")
            path.unlink()


def _append(path: Path, part: pl.DataFrame) -> None:
    buffer = io.BytesIO()
    part.write_ipc(buffer, compression="lz4")
    with path.open("ab") as file:
        file.write(buffer.tell().to_bytes(_LENGTH, "big"))
        file.write(buffer.getbuffer())


def _parts(path: Path) -> Iterator[pl.DataFrame]:
    with path.open("rb") as file:
        while length := file.read(_LENGTH):
            yield pl.read_ipc(io.BytesIO(file.read(int.from_bytes(length, "big"))))
