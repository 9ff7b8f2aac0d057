"""Rows that come in another order than the file's, put back into it.

A list whose households are scattered is screened household by household.  Its rows then
wait on disk, in buckets of neighbouring rows, each small enough to be sorted in memory.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from app.batch.screened import ROW

BUCKET: Final = 100_000
"""Rows of a bucket."""


class Ordering:
    """Takes frames with the column ROW, and gives them back in its order; use it as a context."""

    def __init__(self, folder: Path, bucket: int = BUCKET) -> None:
        self._folder = tempfile.TemporaryDirectory(dir=folder, prefix=".")
        self._bucket = bucket
        self._pieces: dict[int, list[Path]] = {}

    def __enter__(self) -> "Ordering":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        self._folder.cleanup()

    def add(self, frame: pl.DataFrame) -> None:
        parts = frame.with_columns((pl.col(ROW) // self._bucket).alias("bucket"))
        for (bucket,), part in parts.partition_by("bucket", as_dict=True, include_key=False).items():
            pieces = self._pieces.setdefault(int(bucket), [])
            pieces.append(Path(self._folder.name) / f"{bucket}-{len(pieces)}.ipc")
            part.write_ipc(pieces[-1], compression="lz4")

    def frames(self) -> Iterator[pl.DataFrame]:
        """Yield everything in the order of ROW."""
        for bucket in sorted(self._pieces):
            frame = pl.concat([pl.read_ipc(path) for path in self._pieces[bucket]])
            yield frame.sort(ROW, maintain_order=True)
