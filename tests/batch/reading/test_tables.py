"""Parquet files with the types that programs give their columns."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.reading.files import Found, read


def found(path: Path, **columns: pl.Series) -> Found:
    frame = pl.DataFrame({"户编号": ["H1", "H2"], **columns})
    frame.write_parquet(path / "list.parquet")
    return read(path / "list.parquet")


def test_a_day_is_that_of_its_own_clock(tmp_path: Path) -> None:
    midnight = pl.Series([datetime(1953, 4, 30, 16, tzinfo=UTC), None])
    result = found(tmp_path, birth_date=midnight.dt.convert_time_zone("Asia/Shanghai"))
    assert result.column("birth_date") == [date(1953, 5, 1), None]


@pytest.mark.parametrize("kind", [pl.Float32, pl.Float64, pl.Decimal(20, 2)])
def test_money_is_what_was_meant_in_every_precision(tmp_path: Path, kind: pl.DataType) -> None:
    result = found(tmp_path, income_per_capita=pl.Series([Decimal("7200.10"), None]).cast(kind))
    assert result.column("income_per_capita") == [720_010, None]
    assert result.rejects == []


def test_bytes_are_read_where_they_are_text(tmp_path: Path) -> None:
    result = found(tmp_path, 性别=pl.Series(["男".encode(), b"\xff\xfe"]), 附件=pl.Series([b"\xff", None]))
    assert result.column("sex") == ["male", None]


def test_categories_and_yes_and_no_are_read(tmp_path: Path) -> None:
    result = found(tmp_path, 性别=pl.Series(["男", None], dtype=pl.Categorical), rural=pl.Series([True, None]))
    assert (result.column("sex"), result.column("rural")) == (["male", None], [True, None])


@pytest.mark.parametrize("cells", [[["男"], ["女"]], [{"a": "男"}, None]])
def test_a_column_of_lists_that_we_know_is_refused_by_name(tmp_path: Path, cells: list[object]) -> None:
    with pytest.raises(UnreadableFileError, match="“性别”列不是文字"):
        found(tmp_path, 性别=pl.Series(cells))
