"""How one value is written on the wire, and the reader of each kind.

A reader refuses with words that say what to do and carry no part of the value:
they end up in answers and in logs.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final, NoReturn, TypeVar

from pydantic_core import PydanticCustomError

from app.identity import Certificate, IdentityError, IdNumber, normalise, read_certificate, read_id_number
from app.regions import RegionError, read_region_code
from app.rules import Amount

LONGEST_TEXT: Final = 64
OLDEST: Final = 130
MOST: Final[Mapping[str, int]] = {"元": 10**9, "元/年": 10**9, "周岁": OLDEST, "年": 60}
"""The most that an amount may be, by its unit; a new unit needs its limit here."""
REFUSED: Final = "refused"
"""The pydantic error type of what a reader says in its own words."""

_CONTROL: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
# 18 characters of an ID number, or one inside a longer text such as a certificate number.
_ID_LIKE: Final = re.compile(
    r"[0-9]{17}[0-9X]|.*(?<![0-9])[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X].*"
)
_PHONE_LIKE: Final = re.compile(r"(?<![0-9])(\+?86-?)?1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}(?![0-9])")

T = TypeVar("T")


def refuse(message: str) -> NoReturn:
    """Refuse a value; pydantic files the message under the field."""
    raise PydanticCustomError(REFUSED, message)


def read_date(value: object) -> date:
    """Read a day that exists, written 年-月-日."""
    if type(value) is not str or len(value) != 10 or not value[4] == value[7] == "-":
        refuse("请按“年-月-日”填写，用半角数字，月和日各两位，如 1943-05-01")
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    refuse("请按“年-月-日”填写一个存在的日期，用半角数字，如 1943-05-01")


def amount_reader(fact: Amount) -> Callable[[object], int]:
    """Return the reader of an amount, which gives exact units."""
    scale, most = fact.scale, MOST[fact.unit]
    digits = "最多两位小数" if scale == 100 else "不能有小数"

    def read(value: object) -> int:
        if (type(value) is not int and type(value) is not float) or value != value:
            refuse(f"请填数字（单位{fact.unit}），用半角，不加引号")
        if not 0 <= value <= most:
            refuse(f"请填0至{most}之间的数字（单位{fact.unit}）")
        # A float is the number that was written when it is the nearest one to it, which the division finds again.
        exact = round(value * scale)
        if exact / scale != value:
            refuse(f"{digits}（单位{fact.unit}）")
        return exact

    return read


def read_reference(text: str) -> str:
    """Read the caller's own name of a household or a member: a serial number, nothing personal."""
    if text.isascii() and text.isalnum() and len(text) < 11:
        return text
    if not text.strip():
        refuse("请填编号，不能是空白")
    if any(unicodedata.category(character) in _CONTROL for character in text):
        refuse("编号不能含换行等看不见的字符")
    plain = normalise(text)
    if _ID_LIKE.fullmatch(plain) or _PHONE_LIKE.search(plain):
        refuse("看起来是证件号码或手机号码，请改用户编号、人口编号等序号")
    return text


def read_identity(text: str) -> IdNumber:
    """Read an ID number in a request."""
    return _in_words(read_id_number, text)


def read_disability_certificate(text: str) -> Certificate:
    """Read the number of a disability certificate in a request."""
    return _in_words(read_certificate, text)


@lru_cache(maxsize=4096)
def read_region(text: str) -> str:
    """Read a region code in a request."""
    return _in_words(read_region_code, text)


def _in_words(read: Callable[[str], T], text: Any) -> T:
    # Refusing inside `except` would chain the first error, and with it the frame that holds the text.
    try:
        return read(text)
    except (IdentityError, RegionError) as error:
        said = str(error)
    refuse(said)
