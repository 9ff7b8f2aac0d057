"""ID numbers and certificates. Every person here is invented."""

import pickle
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity import (
    IdentityError,
    IdNumber,
    read_certificate,
    read_document,
    read_id_number,
    region_warning,
)

INVENTED = "341103194305010018"
INVENTED_X = "34110319430501027X"

CATEGORIES = {
    "1": "vision",
    "2": "hearing",
    "3": "speech",
    "4": "physical",
    "5": "intellectual",
    "6": "psychiatric",
    "7": "multiple",
}


def checked(body: str) -> str:
    """Append the ISO 7064 MOD 11-2 check character, by the standard's recursion."""
    remainder = 0
    for digit in body:
        remainder = (remainder + int(digit)) * 2 % 11
    return body + "0123456789X"[(12 - remainder) % 11]


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


regions = st.integers(100000, 999999).map(str)
birth_dates = st.dates(date(1900, 1, 1), date(2099, 12, 31))
id_numbers = st.builds(
    lambda region, born, serial: checked(f"{region}{born:%Y%m%d}{serial}"),
    regions,
    birth_dates,
    digits(3),
)
certificates = st.builds(
    lambda number, category, grade, suffix: f"{number}{category}{grade}{suffix}",
    id_numbers,
    st.sampled_from("1234567"),
    st.sampled_from("1234"),
    st.just("") | st.sampled_from("123456789").map("B{}".format),
)


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def message(text: str, read: Callable[[str], object] = read_id_number) -> str:
    with pytest.raises(IdentityError) as caught:
        read(text)
    return str(caught.value)


@given(regions, birth_dates, digits(3))
def test_a_number_says_region_birth_date_and_sex(region: str, born: date, serial: str) -> None:
    number = checked(f"{region}{born:%Y%m%d}{serial}")
    assert read_id_number(number) == IdNumber(number, region, born, "male" if serial[-1] in "13579" else "female")


def test_a_known_number_is_read() -> None:
    assert read_id_number(INVENTED) == IdNumber(INVENTED, "341103", date(1943, 5, 1), "male")


@given(id_numbers)
def test_any_single_wrong_character_is_detected(number: str) -> None:
    for position, right in enumerate(number):
        for wrong in "0123456789XA":
            if wrong != right:
                message(number[:position] + wrong + number[position + 1 :])


@given(id_numbers)
def test_any_two_neighbours_swapped_are_detected(number: str) -> None:
    for i in range(17):
        if number[i] != number[i + 1]:
            message(number[:i] + number[i + 1] + number[i] + number[i + 2 :])


@given(id_numbers, st.integers(0, 18), st.sampled_from(" \t\u3000\u200b\ufeff\u202d"))
def test_ways_of_typing_the_same_number_are_equal(number: str, position: int, blank: str) -> None:
    person = read_id_number(number)
    assert read_id_number(full_width(number)) == person
    assert read_id_number(number.lower()) == person
    assert read_id_number(full_width(number.lower())) == person
    assert read_id_number(number[:position] + blank + number[position:]) == person
    assert read_id_number(f"{blank}{number}{blank}\r\n") == person


def test_a_roman_ten_is_read_as_x() -> None:
    assert read_id_number(INVENTED_X[:17] + "Ⅹ") == read_id_number(INVENTED_X)


@pytest.mark.parametrize("day", ["20000229", "19040229", "19000101", "20231231"])
def test_days_that_exist_are_accepted(day: str) -> None:
    born = read_id_number(checked(f"341103{day}001")).birth_date
    assert f"{born:%Y%m%d}" == day


@pytest.mark.parametrize("day", ["19000229", "19990229", "19430431", "19431301", "19430001", "19430500"])
def test_days_that_do_not_exist_are_refused(day: str) -> None:
    assert "没有这一天" in message(checked(f"341103{day}001"))


def test_a_valid_checksum_does_not_excuse_an_impossible_date() -> None:
    assert checked("34110319990229001") == "341103199902290014"
    assert "没有这一天" in message("341103199902290014")


@pytest.mark.parametrize("day", ["18991231", "00010101"])
def test_births_before_1900_are_refused(day: str) -> None:
    assert "年份过早" in message(checked(f"341103{day}001"))


def test_a_birth_date_to_come_is_left_to_the_caller() -> None:
    number = checked("34110320990101001")
    assert read_id_number(number).birth_date == date(2099, 1, 1)


def test_an_old_number_is_told_to_be_replaced() -> None:
    assert "18位" in message("341103430501001")
    assert "旧身份证" in message(full_width("341103430501001"))


@pytest.mark.parametrize("text", ["", "1", INVENTED[:17], INVENTED + "0", "李" * 40])
def test_a_wrong_length_is_named(text: str) -> None:
    assert "应为18位" in message(text)


@pytest.mark.parametrize("text", ["X" * 18, "341103194305O10019", "٣" + INVENTED[1:]])
def test_characters_that_are_no_digits_are_named(text: str) -> None:
    assert "应为数字" in message(text)


def test_a_number_mangled_by_a_spreadsheet_is_told_so() -> None:
    assert "科学记数法" in message("3.41103E+17")
    assert "表格软件" in message("341103194305010000")
    assert "表格软件" not in message("341103194305011100")


def test_a_certificate_in_place_of_an_id_number_is_told_so() -> None:
    assert "残疾人证号" in message(INVENTED + "42")
    assert "残疾人证号" in message(INVENTED + "42B1")


@given(certificates)
def test_a_certificate_says_holder_category_and_grade(number: str) -> None:
    certificate = read_certificate(number)
    assert certificate.id == read_id_number(number[:18])
    assert certificate.disability_category == CATEGORIES[number[18]]
    assert certificate.disability_grade == number[19]


@given(certificates)
def test_ways_of_typing_the_same_certificate_are_equal(number: str) -> None:
    certificate = read_certificate(number)
    assert read_certificate(full_width(number.lower())) == certificate
    assert read_certificate(f"\u3000{number[:18]} {number[18:]}\u200b") == certificate


def test_an_id_number_in_place_of_a_certificate_is_told_so() -> None:
    said = message(INVENTED, read_certificate)
    assert "身份证号码" in said
    assert "20位" in said
    assert "22位" in said


@pytest.mark.parametrize("text", ["", INVENTED + "4", INVENTED + "42B", "4" * 23])
def test_a_certificate_of_the_wrong_length_is_told_20_or_22(text: str) -> None:
    assert "应为20位或22位" in message(text, read_certificate)


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("02", "第19位"),
        ("82", "第19位"),
        ("X2", "第19位"),
        ("40", "第20位"),
        ("45", "第20位"),
        ("42B0", "B1至B9"),
        ("42A1", "B1至B9"),
        ("4211", "B1至B9"),
    ],
)
def test_the_wrong_part_of_a_certificate_is_named(tail: str, said: str) -> None:
    assert said in message(INVENTED + tail, read_certificate)


def test_a_certificate_with_a_wrong_id_number_says_why() -> None:
    said = message("341103194305010019" + "42", read_certificate)
    assert "前18位" in said
    assert "校验不符" in said


@given(id_numbers, certificates)
def test_a_mixed_column_is_read_by_length(number: str, certificate: str) -> None:
    assert read_document(number) == read_id_number(number)
    assert read_document(certificate) == read_certificate(certificate)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_id_number, read_certificate, read_document):
        with suppress(IdentityError):
            read(text)


# A template for each thing that can be wrong, filled with different people: what is said must depend on the mistake
# alone, so it cannot carry a digit of the number.
MISTAKES: dict[str, Callable[[str], str]] = {
    "checksum": lambda n: n[:17] + ("0" if n[17] != "0" else "1"),
    "length": lambda n: n[:17],
    "letter": lambda n: "Q" + n[1:],
    "date": lambda n: n[:10] + "1332" + n[14:],
    "year": lambda n: n[:6] + "1799" + n[10:],
    "old": lambda n: n[:6] + n[8:17],
    "certificate": lambda n: n + "42",
}


@given(id_numbers, id_numbers, st.sampled_from(sorted(MISTAKES)))
def test_a_message_depends_on_the_mistake_and_not_on_the_number(one: str, other: str, mistake: str) -> None:
    spoil = MISTAKES[mistake]
    # A check character changed to 0 after 00 is a mistake of its own.
    if not {spoil(one)[-3:], spoil(other)[-3:]} & {"000"}:
        assert message(spoil(one)) == message(spoil(other))


@given(id_numbers, st.sampled_from(sorted(MISTAKES)))
def test_nothing_printed_of_an_error_shows_the_number(number: str, mistake: str) -> None:
    spoilt = MISTAKES[mistake](number)
    for read, typed in ((read_id_number, spoilt), (read_certificate, spoilt), (read_certificate, f"{spoilt}42")):
        try:
            read(typed)
        except IdentityError as error:
            printed = "".join(traceback.format_exception(error)) + repr(error)
            assert not any(part in printed for part in pieces(typed))
            chained = error.__cause__ or error.__context__
            assert chained is None


def pieces(number: str, size: int = 6) -> list[str]:
    return [number[i : i + size] for i in range(len(number) - size + 1)]


@given(certificates)
def test_a_repr_shows_nothing_of_the_person(number: str) -> None:
    certificate = read_certificate(number)
    printed = f"{certificate!r} {certificate} {certificate.id!r} {certificate.id}"
    for secret in (number[:18], number[:6], str(certificate.id.birth_date)):
        assert secret not in printed.partition(" at 0x")[0]
    assert "IdNumber object" in printed


def test_values_survive_a_trip_between_processes() -> None:
    certificate = read_certificate(INVENTED + "42")
    assert pickle.loads(pickle.dumps(certificate)) == certificate


@pytest.mark.parametrize("region", ["110101", "341103", "460100", "810000", "912756"])
def test_a_known_province_is_not_warned_of(region: str) -> None:
    assert region_warning(region) is None


@pytest.mark.parametrize("region", ["000000", "160101", "660101", "840000"])
def test_an_unknown_province_is_warned_of_without_its_code(region: str) -> None:
    warning = region_warning(region)
    assert warning is not None
    assert "请核对" in warning
    assert region[:2] not in warning
