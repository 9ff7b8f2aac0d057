"""A Parquet file by stretches of its rows: no more of it is held than what is worked on, and the next.

Polars' own batches are no measure of what it holds: it goes on decoding while the taker
works, up to the whole file (1.1 GB of four million people).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import polars as pl

CELLS: Final = 10_000_000
"""Cells of a stretch, about: so many take some tens of megabytes."""
MOST_ROWS: Final = 250_000
LEAST_ROWS: Final = 1_000
"""Shorter stretches of very wide files would have their pages unpacked all too often."""


def stretches(rows: pl.LazyFrame, columns: int) -> Iterator[pl.DataFrame]:
    """Yield *rows*, a scan of a file with so many *columns*, in order, the next stretch read during the work on one."""
    height = max(LEAST_ROWS, min(MOST_ROWS, CELLS // max(columns, 1)))
    with ThreadPoolExecutor(1, thread_name_prefix="stretches") as reader:
        start, coming = 0, reader.submit(_stretch, rows, 0, height)
        while (stretch := coming.result()).height:
            start += height
            coming = reader.submit(_stretch, rows, start, height)
            yield stretch


def _stretch(rows: pl.LazyFrame, start: int, height: int) -> pl.DataFrame:
    return rows.slice(start, height).collect()
