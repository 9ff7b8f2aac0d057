"""Resident ID numbers and disability certificates: what they prove about a person.

No message, repr or exception chain here carries any part of a number: all of them end up in logs.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

Sex: TypeAlias = Literal["male", "female"]
DisabilityCategory: TypeAlias = Literal[
    "vision",
    "hearing",
    "speech",
    "physical",
    "intellectual",
    "psychiatric",
    "multiple",
]
DisabilityGrade: TypeAlias = Literal["1", "2", "3", "4"]

EARLIEST_BIRTH_YEAR: Final = 1900

_INVISIBLE: Final = dict.fromkeys(
    map(
        ord,
        "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
    )
)
_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_OLD_ID: Final = re.compile(r"[0-9]{15}")
_SCIENTIFIC: Final = re.compile(r"[0-9](\.[0-9]*)?E\+?[0-9]+")
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS: Final = "10X98765432"

# GB/T 2260; 81 to 83 are also the residence permits of Hong Kong, Macao and Taiwan. The permanent residence cards
# of foreigners (since December 2023) begin with 9 and then name a province and a country.
_PROVINCE: Final = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|9[0-9]")

_CATEGORIES: Final[Mapping[str, DisabilityCategory]] = {
    "1": "vision",
    "2": "hearing",
    "3": "speech",
    "4": "physical",
    "5": "intellectual",
    "6": "psychiatric",
    "7": "multiple",
}
_GRADES: Final[Mapping[str, DisabilityGrade]] = {"1": "1", "2": "2", "3": "3", "4": "4"}
_REISSUE: Final = re.compile(r"B[1-9]")


class IdentityError(ValueError):
    """A number that cannot be right; the message says what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class IdNumber:
    """A resident ID number and what it says of its holder.

    `region` is the county of the first registration, not the place of residence.
    """

    number: str
    region: str
    birth_date: date
    sex: Sex


@dataclass(frozen=True, slots=True, repr=False)
class Certificate:
    """A disability certificate, whose number embeds its holder's ID number."""

    id: IdNumber
    disability_category: DisabilityCategory
    disability_grade: DisabilityGrade


def normalise(text: str) -> str:
    """Fold full-width forms and case, and drop blanks and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    return "".join(folded.split()).upper()


def read_id_number(text: str) -> IdNumber:
    """Check an 18-digit ID number (GB 11643) and take it apart.

    A birth date after the screening day is the caller's to refuse.
    """
    number = normalise(text)
    if _OLD_ID.fullmatch(number):
        raise IdentityError("这是15位旧身份证号码，请填写现行的18位身份证号码")
    if len(number) in (20, 22):
        raise IdentityError("位数与残疾人证号相同：请把它填入残疾人证号，或只填写前18位身份证号码")
    if _SCIENTIFIC.fullmatch(number):
        raise IdentityError("号码已被表格软件改成科学记数法，后几位已丢失：请把该列设为文本，再按身份证重新填写")
    if len(number) != 18:
        raise IdentityError("身份证号码应为18位，请核对有无漏写或多写")
    if not _ID.fullmatch(number):
        raise IdentityError("身份证号码前17位应为数字，最后一位应为数字或字母X，请核对后重新填写")
    birth_date = _birth_date(number)
    if _check_character(number) != number[-1]:
        if number.endswith("000"):
            raise IdentityError(
                "身份证号码校验不符，且末三位均为零，可能被表格软件改写：请把该列设为文本，再按身份证重新填写"
            )
        raise IdentityError("身份证号码校验不符，请对照身份证逐位核对")
    return IdNumber(
        number=number,
        region=number[:6],
        birth_date=birth_date,
        sex="male" if int(number[16]) % 2 else "female",
    )


def read_certificate(text: str) -> Certificate:
    """Check a disability certificate number, first issue or reissue."""
    number = normalise(text)
    if len(number) == 18:
        raise IdentityError(
            "位数与身份证号码相同：残疾人证号是身份证号码后加残疾类别、等级各一位，共20位（补换证为22位），请按残疾人证填写"
        )
    if len(number) not in (20, 22):
        raise IdentityError("残疾人证号应为20位或22位，请对照残疾人证核对")
    id_number = _embedded_id_number(number)
    category = _CATEGORIES.get(number[18])
    if category is None:
        raise IdentityError("残疾人证号第19位是残疾类别，应为1至7，请对照残疾人证核对")
    grade = _GRADES.get(number[19])
    if grade is None:
        raise IdentityError("残疾人证号第20位是残疾等级，应为1至4，请对照残疾人证核对")
    if len(number) == 22 and not _REISSUE.fullmatch(number[20:]):
        raise IdentityError("残疾人证号最后两位应为B1至B9，请对照残疾人证核对")
    return Certificate(id_number, category, grade)


def read_document(text: str) -> IdNumber | Certificate:
    """Read a 证件号码 column, which holds either: officials' exports mix them."""
    if len(normalise(text)) in (20, 22):
        return read_certificate(text)
    return read_id_number(text)


def region_warning(region: str) -> str | None:
    """Warn of an ID number whose first two digits name no province."""
    if _PROVINCE.match(region):
        return None
    return "身份证号码前两位不是已知的省级代码，请核对"


def _birth_date(number: str) -> date:
    born = _real_date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    if born is None:
        raise IdentityError("身份证号码第7至14位是出生日期，但没有这一天，请对照身份证核对")
    if born.year < EARLIEST_BIRTH_YEAR:
        raise IdentityError("身份证号码第7至14位是出生日期，但年份过早，请对照身份证核对")
    return born


def _real_date(year: int, month: int, day: int) -> date | None:
    # Refusing inside `except` would chain Python's own message, which quotes the day.
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _check_character(number: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _CHECK_CHARACTERS[total % 11]


def _embedded_id_number(certificate: str) -> IdNumber:
    try:
        return read_id_number(certificate[:18])
    except IdentityError as error:
        reason = str(error)
    raise IdentityError(f"残疾人证号的前18位有误：{reason}")
