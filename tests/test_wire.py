"""Single values on the wire: both sides of every limit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from app.identity import normalise
from app.intake.wire import (
    MOST,
    amount_reader,
    read_date,
    read_disability_certificate,
    read_identity,
    read_reference,
    read_region,
)
from app.rules import Amount
from app.rules.amount import in_unit
from app.rules.expressions import vocabulary
from policies.facts import Household, Person
from tests.sending import CERTIFICATE, ID_NUMBER

money = amount_reader(Household.income_per_capita)
years = amount_reader(Person.pension_years)
age = amount_reader(Person.age)


def refused(read: Any, value: object) -> str:
    with pytest.raises(PydanticCustomError) as caught:
        read(value)
    assert caught.value.__context__ is None
    return caught.value.message()


@pytest.mark.parametrize(
    ("value", "exact"),
    [(0, 0), (-0.0, 0), (0.01, 1), (0.29, 29), (1.1, 110), (200, 20000), (200.0, 20000), (8603.99, 860399)],
)
def test_money_is_read_exactly_in_fen(value, exact):
    assert money(value) == exact
    assert type(money(value)) is int


@pytest.mark.parametrize("value", [0.001, 0.005, 1.005, 0.1 + 0.2, 1e-300, 8603.991])
def test_money_of_more_than_two_decimals_is_refused(value):
    assert "最多两位小数" in refused(money, value)


@given(st.integers(0, 10**11))
def test_every_sum_of_whole_fen_is_read_back_as_it_was_written(fen):
    assert money(in_unit(fen, "元")) == fen
    assert money(float(Decimal(fen) / 100)) == fen


@given(st.floats(0, 10**9))
def test_a_number_is_refused_unless_it_is_written_with_two_decimals(value):
    if Decimal(repr(value)) * 100 % 1 == 0:
        assert money(value) == Decimal(repr(value)) * 100
    else:
        assert "最多两位小数" in refused(money, value)


@pytest.mark.parametrize(("read", "most"), [(money, 10**9), (years, 60), (age, 130)], ids=["money", "years", "age"])
def test_an_amount_lies_between_nothing_and_its_limit(read, most):
    assert read(0) == 0
    assert read(most) == read(float(most))
    assert read(most) % most == 0
    for value in (-1, -0.01, most + 1, most + 0.01, 10**400, float("inf"), -float("inf")):
        assert f"0至{most}" in refused(read, value)


@pytest.mark.parametrize("read", [years, age], ids=["years", "age"])
def test_years_are_whole(read):
    assert read(12) == read(12.0) == 12
    assert "不能有小数" in refused(read, 12.5)


@pytest.mark.parametrize("value", [True, False, "12", "１２", "", [], {}, float("nan"), Decimal(1)])
def test_an_amount_is_a_number(value):
    assert "请填数字" in refused(money, value)


def test_every_amount_of_the_dictionary_has_a_limit():
    units = {fact.unit for entity in (Household, Person) for fact in vocabulary(entity) if isinstance(fact, Amount)}
    assert units == set(MOST)


@pytest.mark.parametrize("text", ["1943-05-01", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_a_day_that_exists_is_read(text):
    assert read_date(text) == date.fromisoformat(text)


@pytest.mark.parametrize("text", ["2025-02-29", "2025-04-31", "2025-13-01", "2025-00-10", "2025-01-00", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(text):
    assert "存在的日期" in refused(read_date, text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1943-5-1",
        "1943/05/01",
        "19430501",
        "1943-W05-1",
        "1943-05-01T00:00:00",
        "1943-05-01 ",
        "１９４３-05-01",
        "１９４３－０５－０１",
        "1943-05-0١",
        "\ud800943-05-01",
        "1943年5月1日",
        20430501,
        -1,
        None,
        True,
        [],
        date(1943, 5, 1),
    ],
)
def test_a_date_is_written_in_one_way(value):
    assert "年-月-日" in refused(read_date, value)


@pytest.mark.parametrize(
    "text",
    ["1", "H-7", "乌衣镇红星村3组12号", "户 主", "x" * 64, "341103100201", "34110310020100012", "1381234567", "𠮷"],
)
def test_a_serial_number_is_a_reference(text):
    assert read_reference(text) == text


@pytest.mark.parametrize("text", ["", " ", "\u3000"])
def test_a_reference_is_not_blank(text):
    assert "不能是空白" in refused(read_reference, text)


@pytest.mark.parametrize("text", ["a\nb", "\x01", "a\x7f", "a\u2028", "a\u202eb", "a\u200b", "\ufeff1"])
def test_a_reference_has_no_control_characters(text):
    assert "看不见的字符" in refused(read_reference, text)


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER,
        ID_NUMBER.translate({ord(str(n)): 0xFF10 + n for n in range(10)}),
        f"{ID_NUMBER[:6]} {ID_NUMBER[6:14]} {ID_NUMBER[14:]}",
        "34999919430501002x",
        "123456789012345678",
        f"户主{ID_NUMBER}",
        CERTIFICATE,
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+8613812345678",
        "电话19912345678",
    ],
)
def test_a_reference_that_looks_like_an_id_or_phone_number_is_refused(text):
    message = refused(read_reference, text)
    assert "序号" in message
    assert text not in message


def test_numbers_are_read_in_full_width_forms_too():
    wide = CERTIFICATE.translate({ord(str(n)): 0xFF10 + n for n in range(10)})
    assert normalise(wide) == CERTIFICATE
    assert read_disability_certificate(wide) == read_disability_certificate(CERTIFICATE)
    assert read_identity(wide[:18]) == read_identity(ID_NUMBER)
    assert read_region("３４１１０３") == "341103"


@pytest.mark.parametrize("read", [read_identity, read_disability_certificate, read_region])
def test_a_number_that_cannot_be_read_is_refused_without_an_echo(read):
    message = refused(read, "泄漏34110319430501")
    assert "泄漏" not in message
    assert "3411" not in message
