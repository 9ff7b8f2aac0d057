"""Days and amounts as people write them."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch.reading.numbers import (
    NO_DAY,
    NO_SUCH_DAY,
    ONLY_MONTH,
    ONLY_YEAR,
    amount_sayer,
    read_amounts,
    read_days,
    say_day,
)
from app.wire import amount_reader
from policies.facts import Household, Person

DAY = date(1938, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        "1938-01-01", "1938-1-1", "1938.1.1", "1938/01/01", "19380101", "1938年1月1日", "１９３８．１．１", "13881",
        "13881.0", "13881.75", "1938-01-01 00:00:00", "1938/1/1 0:00", "1938-01-01T00:00:00Z", '="1938-01-01"',
        " 1938-01-01\u3000", "'1938-01-01",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert say_day(text).value == DAY
    assert read_days(pl.Series([text])).values.to_list() == [DAY]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("1938-01", ONLY_MONTH),
        ("1938.1", ONLY_MONTH),
        ("193801", ONLY_MONTH),
        ("1938年1月", ONLY_MONTH),
        ("1938", ONLY_YEAR),
        ("1938年", ONLY_YEAR),
    ],
)
def test_a_month_or_a_year_is_no_day_and_says_so(text: str, doubt: str) -> None:
    said = say_day(text)
    assert (said.value, said.fault, said.doubt) == (None, None, doubt)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1938-02-30", NO_SUCH_DAY), ("19380230", NO_SUCH_DAY), ("0000-01-01", NO_SUCH_DAY), ("1938-13-01", NO_SUCH_DAY),
        ("1/5/1938", NO_DAY), ("38.1.1", NO_DAY), ("380101", NO_DAY), ("+938-01-01", NO_DAY), ("张三", NO_DAY),
        ("1938-01-", NO_DAY), ("193801011", NO_DAY), ("13", NO_DAY),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_without_repeating_it(text: str, fault: str) -> None:
    assert say_day(text).fault == fault
    read = read_days(pl.Series([text]))
    assert (read.values.to_list(), read.faults) == ([None], {text: fault})


@given(
    st.dates(date(1000, 1, 1), date(2999, 12, 31)), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日"])
)
def test_any_day_is_read_alike_in_a_column_and_alone(day: date, form: str) -> None:
    text = day.strftime(form)
    assert say_day(text).value == day
    assert read_days(pl.Series([text, None, ""])).values.to_list() == [day, None, None]


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("3500", 350_000), ("3500.5", 350_050), ("3,500.50", 350_050), ("３５００", 350_000), ("3500元", 350_000), ("¥3500", 350_000),
        ("3500元/年", 350_000), ("3.5E3", 350_000), ("0", 0), ("0.01", 1), (".5", 50), ("1000000000", 10**11),
    ],
)  # fmt: skip
def test_money_is_read_into_fen(text: str, exact: int) -> None:
    assert amount_sayer(Household.income_per_capita)(text).value == exact
    assert read_amounts(pl.Series([text]), Household.income_per_capita).values.to_list() == [exact]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("3500.123", "最多两位小数（单位元/年）"), ("-1", "请填0至1000000000之间的数字（单位元/年）"),
        ("1000000000.01", "请填0至1000000000之间的数字（单位元/年）"), ("3500元/月", "请填数字（单位元/年）"), ("35,00", "请填数字（单位元/年）"),
        ("约3500", "请填数字（单位元/年）"), ("0.35万", "请填数字（单位元/年）"), ("9" * 99, "请填数字（单位元/年）"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused_as_at_the_door(text: str, fault: str) -> None:
    assert amount_sayer(Household.income_per_capita)(text).fault == fault


def test_ages_and_years_are_whole() -> None:
    assert [amount_sayer(Person.age)(text).value for text in ("65", "65岁", "65.0", "65周岁")] == [65] * 4
    assert amount_sayer(Person.age)("65.5").fault == "不能有小数（单位周岁）"
    assert amount_sayer(Person.age)("131").fault == "请填0至130之间的数字（单位周岁）"


@given(st.decimals(0, 10**9, places=2, allow_nan=False))
def test_an_amount_is_the_one_that_the_door_reads(number: object) -> None:
    door = amount_reader(Household.income_per_capita)(float(str(number)))
    assert read_amounts(pl.Series([str(number)]), Household.income_per_capita).values.to_list() == [door]
