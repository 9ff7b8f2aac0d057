"""What a table of facts may hold, and what is refused before anything is screened."""

from datetime import date

import pytest

from app.batch.sql_duckdb import DuckDb
from app.batch.sql_engine import screen_table
from app.batch.sql_source import UnfitTableError
from app.screening import Screener
from policies import POLICIES
from tests.batch.test_sql_engine import DAY, one_by_one, read_tidy
from tests.sql_engines import households, write_facts

SCREENER = Screener(POLICIES)


def screened(folder, profiles, *changes, exact_units=True):
    write_facts(folder / "in.parquet", profiles, *changes)
    engine = DuckDb(str(folder / "in.parquet"))
    try:
        return screen_table(engine, SCREENER, DAY, str(folder / "out.parquet"), exact_units=exact_units)
    finally:
        engine.close()


@pytest.mark.parametrize("kind", ["DECIMAL(12, 2)", "DOUBLE"])
def test_money_in_yuan_is_the_same_to_the_last_fen(tmp_path, kind):
    profiles = households(30)
    changes = [
        f"ALTER TABLE facts ALTER {key} TYPE {kind} USING CAST({key} AS DECIMAL(18, 2)) / 100"
        for key in ("income_per_capita", "medical_expense")
    ]
    screened(tmp_path, profiles, *changes, exact_units=False)
    assert read_tidy(tmp_path / "out.parquet") == one_by_one(profiles, DAY)


def test_a_fact_without_a_column_is_unknown_and_said(tmp_path):
    profiles = households(10)
    done = screened(tmp_path, profiles, "ALTER TABLE facts DROP tekun", "ALTER TABLE facts ADD COLUMN 备注 VARCHAR")
    assert (done.absent, done.ignored) == (("tekun",), ("备注",))
    for profile in profiles:
        for member in profile.members:
            member["tekun"] = None
    assert read_tidy(tmp_path / "out.parquet") == one_by_one(profiles, DAY)


def test_members_are_counted_where_nobody_did(tmp_path):
    profiles = households(20)
    screened(tmp_path, profiles, "ALTER TABLE facts DROP members")
    assert read_tidy(tmp_path / "out.parquet") == one_by_one(profiles, DAY)


def test_short_numbers_serve_as_well(tmp_path):
    profiles = households(20)
    changes = [f"ALTER TABLE facts ALTER {key} TYPE INTEGER" for key in ("income_per_capita", "medical_expense", "age")]
    screened(tmp_path, profiles, *changes)
    assert read_tidy(tmp_path / "out.parquet") == one_by_one(profiles, DAY)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("ALTER TABLE facts DROP household_reference", "缺少户编号"),
        ("ALTER TABLE facts ALTER rural TYPE VARCHAR", "农村户籍家庭一列（rural）的类型应为布尔值"),
        ("ALTER TABLE facts ALTER birth_date TYPE VARCHAR", "类型应为日期"),
        ("ALTER TABLE facts ALTER age TYPE VARCHAR", "类型应为数字"),
        ("UPDATE facts SET household_reference = NULL WHERE household_reference = 'H-0'", "行没有户编号"),
        ("UPDATE facts SET tekun = '是' WHERE household_reference = 'H-0'", "行不是规定的代码"),
        ("UPDATE facts SET age = NULL, birth_date = DATE '2026-11-24' WHERE household_reference = 'H-0'", "晚于筛查日"),
        ("UPDATE facts SET age = 3, birth_date = DATE '1946-01-01' WHERE household_reference = 'H-0'", "不一致"),
        ("UPDATE facts SET income_per_capita = -1 WHERE household_reference = 'H-0'", "不是0至1000000000之间的数字"),
        (
            "UPDATE facts SET rural = (member_reference = '1') WHERE household_reference = 'H-1'",
            "有1户各行的农村户籍家庭",
        ),
        ("UPDATE facts SET rural = NULL WHERE household_reference = 'H-1' AND member_reference = '1'", "有1户各行的"),
        ("UPDATE facts SET household_reference = 'H-0'", "有1户超过30人"),
    ],
)
def test_what_cannot_be_is_refused_without_the_value(tmp_path, change, said):
    profiles = households(20)
    for profile in profiles:
        profile.facts["rural"] = True
    with pytest.raises(UnfitTableError, match=said) as refused:
        screened(tmp_path, profiles, change)
    assert not (tmp_path / "out.parquet").exists()
    assert "1946" not in str(refused.value)
    assert str(date(2026, 11, 24)) not in str(refused.value)


@pytest.mark.parametrize("value", ["'NaN'", "'Infinity'", "1e300"])
def test_a_number_that_is_none_is_refused(tmp_path, value):
    changes = (
        "ALTER TABLE facts ALTER income_per_capita TYPE DOUBLE",
        f"UPDATE facts SET income_per_capita = {value}::DOUBLE WHERE household_reference = 'H-0'",
    )
    with pytest.raises(UnfitTableError, match="行不是0至"):
        screened(tmp_path, households(5), *changes, exact_units=False)


def test_half_a_fen_is_refused(tmp_path):
    changes = (
        "ALTER TABLE facts ALTER income_per_capita TYPE DOUBLE",
        "UPDATE facts SET income_per_capita = 100.005 WHERE household_reference = 'H-0'",
    )
    with pytest.raises(UnfitTableError, match="最多两位小数"):
        screened(tmp_path, households(5), *changes, exact_units=False)
