"""The files of invented facts are the same on every run, of the size asked for, and all of their rows can be screened."""

from pathlib import Path

import polars as pl

from app.batch.reading.chunks import read_chunks
from tests.batch.crowds import SCHEMA, crowd
from tests.batch.registers import DAY, HOME


def test_a_crowd_is_of_the_size_asked_for_and_the_same_again(tmp_path: Path) -> None:
    made = [crowd(tmp_path / f"{name}.parquet", 3000) for name in "ab"]
    frames = [pl.read_parquet(path) for path in made]
    assert frames[0].schema == SCHEMA
    assert frames[0].height == 3000
    assert frames[0].equals(frames[1])
    assert not frames[0].equals(pl.read_parquet(crowd(tmp_path / "c.parquet", 3000, seed=2)))


def test_every_row_of_a_crowd_is_screened(tmp_path: Path) -> None:
    chunks = list(read_chunks(crowd(tmp_path / "a.parquet", 3000), day=DAY, home=HOME))
    assert sum(chunk.rows.height for chunk in chunks) == 3000
    assert not sum(chunk.rejects.height + chunk.warnings.height for chunk in chunks)
