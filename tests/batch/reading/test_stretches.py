"""A Parquet file is held by stretches, however large it is and however slow its taker."""

from pathlib import Path

import polars as pl
import pytest

from app.batch.reading import stretches as module
from app.batch.reading.stretches import stretches
from app.batch.reading.survey import survey
from app.batch.reading.tables import ParquetTable


def test_no_more_is_read_than_what_was_taken_and_the_next_stretch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    plain = module._stretch

    def counted(rows: pl.LazyFrame, start: int, height: int) -> pl.DataFrame:
        read.append(start)
        return plain(rows, start, height)

    monkeypatch.setattr(module, "_stretch", counted)
    monkeypatch.setattr(module, "MOST_ROWS", 1_000)
    path = tmp_path / "list.parquet"
    people = pl.DataFrame({"户编号": [f"H{row // 3}" for row in range(20_500)], "人口编号": ["1"] * 20_500})
    people.write_parquet(path, row_group_size=7_000)
    taken = []
    for frame in ParquetTable(path).frames():
        taken.append(frame)
        assert len(read) <= len(taken) + 1
    assert pl.concat(taken)["0"].equals(people["户编号"].alias("0"))
    assert pl.concat(taken)["row"].to_list() == list(range(1, 20_501))
    assert max(frame.height for frame in taken) <= 1_000


def test_stretches_of_wide_files_are_shorter(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    pl.DataFrame({"a": range(5_000)}).write_parquet(path)
    found = [part.height for part in stretches(pl.scan_parquet(path), columns=module.CELLS)]
    assert found == [module.LEAST_ROWS] * 5


def test_nothing_is_kept_of_households_that_stand_together_nor_of_people_who_stand_there_once(tmp_path: Path) -> None:
    path = tmp_path / "list.parquet"
    numbers = [f"34110319500101{row:04d}" for row in range(3_000)]
    pl.DataFrame({"户编号": [f"H{row // 3}" for row in range(3_000)], "身份证号码": numbers}).write_parquet(path)
    found = survey(ParquetTable(path))
    assert (found.grouped, found.rows) == (True, 3_000)
    assert (found.order.height, found.twins.len(), found.oversize.len()) == (0, 0, 0)
