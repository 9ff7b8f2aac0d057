"""Parquet files, with types and without."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.batch.reading import tables
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.reading.files import Found, read

ID = "341103194305010018"


def found(path: Path, **columns: Any) -> Found:
    frame = pl.DataFrame({"household_reference": ["H1"] * len(next(iter(columns.values()))), **columns})
    frame.write_parquet(path / "list.parquet")
    return read(path / "list.parquet")


@pytest.mark.parametrize(
    ("key", "values", "facts"),
    [
        ("boarding", [True, False, None], [True, False, None]),
        ("boarding", [1, 0, None], [True, False, None]),
        ("sex", pl.Series(["male", None, "女"], dtype=pl.Categorical), ["male", None, "female"]),
        ("disability_grade", [1, 4, None], ["1", "4", None]),
        ("disability_grade", [1.0, 4.0, float("nan")], ["1", "4", None]),
        ("age", [0, 65, None], [0, 65, None]),
        ("age", pl.Series([0, 65, None], dtype=pl.UInt8), [0, 65, None]),
        ("age", [0.0, 65.0, float("nan")], [0, 65, None]),
        ("birth_date", [date(1943, 5, 1), None, date(2000, 2, 29)], [date(1943, 5, 1), None, date(2000, 2, 29)]),
        ("birth_date", [datetime(1943, 5, 1, 13), None, None], [date(1943, 5, 1), None, None]),  # noqa: DTZ001 (a Parquet file of naive times, as offices export them)
        ("birth_date", [19430501, 15827, None], [date(1943, 5, 1), date(1943, 5, 1), None]),
    ],
    ids=range(11),
)
def test_types_are_read_as_what_they_are(tmp_path: Path, key: str, values: Any, facts: list[object]) -> None:
    result = found(tmp_path, **{key: values})
    assert result.rejects == []
    assert result.column(key) == facts


@pytest.mark.parametrize(
    ("values", "fen"),
    [
        ([3500, 3500, None], [350_000, 350_000, None]),
        ([3500.5, 3500.5, float("nan")], [350_050, 350_050, None]),
        ([Decimal("3500.50"), None, None], [350_050, None, None]),
        (["3500.50", "", None], [350_050, None, None]),
    ],
    ids=range(4),
)
def test_money_of_every_type_becomes_fen(tmp_path: Path, values: Any, fen: list[int | None]) -> None:
    shared = [next(value for value in fen if value is not None)] * 3
    assert found(tmp_path, income_per_capita=values).column("income_per_capita") == shared


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("income_per_capita", 3500.123, "最多两位小数（单位元/年）"),
        ("income_per_capita", -1, "请填0至1000000000之间的数字（单位元/年）"),
        ("income_per_capita", float("inf"), "请填数字（单位元/年）"),
        ("age", 65.5, "不能有小数（单位周岁）"),
        ("boarding", 2, "请填“是”或“否”；不清楚就不填"),
        ("birth_date", True, "请按“年-月-日”填写，如 1943-05-01"),
        ("id_number", 341103194305010018.0, "证件号码是数字格式，末几位已丢失，请把该列设为文本后重新填写"),
    ],
)
def test_a_typed_cell_that_cannot_be_sets_its_row_aside(tmp_path: Path, key: str, value: Any, said: str) -> None:
    result = found(tmp_path, **{key: [value, None]})
    assert [(row, message) for row, _, message in result.rejects] == [(1, said)]
    assert result.column("row") == [2]


def test_an_id_kept_as_a_whole_number_has_all_its_digits(tmp_path: Path) -> None:
    assert found(tmp_path, id_number=[int(ID)]).column("sex") == ["male"]


def test_the_file_s_own_cells_come_as_text(tmp_path: Path) -> None:
    result = found(tmp_path, rural=[None, True, None], 备注=["甲", None, "乙"], 照片=[[1], [2], [3]])
    assert result.column("rural") == [True] * 3
    assert result.originals["rural"].to_list() == [None, "true", None]
    assert result.originals["照片"].to_list() == ["[1]", "[2]", "[3]"]
    assert result.originals["备注"].to_list() == ["甲", None, "乙"]


def test_a_column_of_lists_that_should_be_a_fact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="“rural”列不是文字、数字、日期或是否"):
        found(tmp_path, rural=[[True], [False]])


def test_many_rows_are_read_in_order_and_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "FRAME", 10)
    pl.DataFrame({"户编号": [f"H{at // 3}" for at in range(100)], "性别": ["男"] * 100}).write_parquet(
        tmp_path / "list.parquet", row_group_size=7
    )
    result = read(tmp_path / "list.parquet", rows_per_chunk=20)
    assert result.column("row") == list(range(1, 101))
    assert result.chunks in (5, 6)


def test_no_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="没有数据行"):
        found(tmp_path, sex=pl.Series([], dtype=pl.String))


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="列数太多，最多1000列"):
        found(tmp_path, **{f"c{at}": [1] for at in range(16_384)})
