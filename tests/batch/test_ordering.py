"""Rows come back in the order of the file, whatever order they were screened in."""

import random
from pathlib import Path

import polars as pl

from app.batch.ordering import Ordering
from app.batch.screened import ROW


def test_rows_come_back_in_the_order_of_the_file(tmp_path: Path) -> None:
    numbers = list(range(1000))
    random.Random(1).shuffle(numbers)
    frame = pl.DataFrame({ROW: numbers}).with_columns(text=pl.col(ROW).cast(pl.String))
    with Ordering(tmp_path, bucket=64) as ordering:
        for start in range(0, 1000, 130):
            ordering.add(frame[start : start + 130])
        found = list(ordering.frames())
    assert max(part.height for part in found) <= 64
    assert pl.concat(found).equals(frame.sort(ROW))
    assert not list(tmp_path.iterdir())
