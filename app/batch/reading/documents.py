"""ID numbers and disability certificates, a column at a time.

Regular numbers are checked in one sweep; every other text goes to `app.identity`, whose
words are the same as for one household.
"""

import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias

import polars as pl

from app.batch.reading.distinct import NOTHING, Said, read
from app.batch.reading.words import UNKNOWN, plain
from app.identity import (
    EARLIEST_BIRTH_YEAR,
    Certificate,
    IdentityError,
    IdNumber,
    read_certificate,
    read_document,
    region_warning,
)
from policies.facts import DisabilityCategory, Sex

LOST_DIGITS: Final = "证件号码是数字格式，末几位已丢失，请把该列设为文本后重新填写"

PROVED: Final = pl.Schema(
    {
        "number": pl.String,
        "birth_date": pl.Date,
        "sex": pl.String,
        "disability_category": pl.String,
        "disability_grade": pl.String,
    }
)
"""What a number proves: the ID number itself, and facts."""

Read: TypeAlias = Callable[[str], IdNumber | Certificate]
_ID: Final = r"^[0-9]{17}[0-9Xx]$"
_CERTIFICATE: Final = r"^[0-9]{17}[0-9Xx][1-7][1-4]([Bb][1-9])?$"
_LOST: Final = re.compile(r"[0-9](\.[0-9]*)?[Ee]\+?[0-9]{2}")
_CATEGORIES: Final = dict(zip("1234567", (c.value for c in DisabilityCategory if c.value != "none"), strict=True))
_CHECK: Final = "10X98765432"
# The weighted sum of three digits, for each place of three: no arithmetic digit by digit.
_WEIGHTS: Final = (0, 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SUMS: Final = tuple(
    pl.Series(
        [
            (a * _WEIGHTS[place] + b * _WEIGHTS[place + 1] + c * _WEIGHTS[place + 2]) % 11
            for a in range(10)
            for b in range(10)
            for c in range(10)
        ],
        dtype=pl.Int16,
    )
    for place in range(0, 18, 3)
)


class Documents(NamedTuple):
    """A column of numbers as read."""

    proved: pl.DataFrame
    faults: dict[str, str]
    doubts: dict[str, str]


def read_documents(cells: pl.Series, kind: Read = read_document) -> Documents:
    """Read a column of numbers of *kind*."""
    regular = cells.str.contains(_CERTIFICATE if kind is read_certificate else _ID)
    if kind is read_document and not regular.all():
        regular |= cells.str.contains(_CERTIFICATE)
    regular = regular.fill_null(False)
    proved = _spread(_sweep(cells.filter(regular)), regular)
    rest = proved["number"].is_null() & cells.is_not_null() & (cells != "")
    if not rest.any():
        return Documents(proved, {}, {})
    slow = read(cells.filter(rest), lambda text: _say(text, kind), pl.Struct(PROVED), needed=True)
    at = rest.arg_true()
    found = slow.values.struct.unnest()
    proved = proved.with_columns(proved[name].scatter(at, found[name]) for name in PROVED)
    return Documents(proved, dict(slow.faults), dict(slow.doubts))


def identities(cells: pl.Series) -> pl.Series:
    """Return the people that a column of numbers is about, unchecked and without blanks."""
    likely = cells.str.len_bytes().is_in([18, 20, 22])
    return cells.filter(likely).str.slice(0, 18).str.to_uppercase()


def province_doubts(numbers: pl.Series) -> dict[str, str]:
    """Return the first two digits that name no province, with the words for it."""
    found = numbers.str.slice(0, 2).unique().drop_nulls().to_list()
    return {start: said for start in found if (said := region_warning(start)) is not None}


def _sweep(cells: pl.Series) -> pl.DataFrame:
    """Check regular numbers; all of what they prove is null where a check fails."""
    frame = cells.alias("cell").to_frame()
    digits = frame.select(pl.col("cell").str.slice(0, 17).cast(pl.Int64, strict=False))["cell"]
    total = pl.zeros(frame.height, pl.Int16, eager=True)
    for place, sums in enumerate(_SUMS):
        total = total + sums.gather(digits // 10 ** (3 * (5 - place)) % 1000)
    born = frame["cell"].str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    expected = pl.Series(list(_CHECK)).gather(total % 11)
    last = frame["cell"].str.slice(17, 1).str.to_uppercase()
    right = (last == expected) & (born.dt.year() >= EARLIEST_BIRTH_YEAR)
    certificate = frame["cell"].str.len_bytes() > 18
    parts = frame.with_columns(right=right, born=born, digits=digits, last=last, certificate=certificate).with_columns(
        certificate=pl.col("right") & pl.col("certificate")
    )
    category = pl.lit(None, pl.String) if not parts["certificate"].any() else _category()
    grade = pl.col("cell").str.slice(19, 1)
    return parts.select(
        number=pl.when("right").then(pl.col("cell").str.slice(0, 17) + pl.col("last")),
        birth_date=pl.when("right").then("born"),
        sex=pl.when("right").then(
            pl.when(pl.col("digits") % 2 == 1).then(pl.lit(Sex.MALE.value)).otherwise(pl.lit(Sex.FEMALE.value))
        ),
        disability_category=pl.when("certificate").then(category),
        disability_grade=pl.when("certificate").then(grade),
    )


def _spread(proved: pl.DataFrame, at: pl.Series) -> pl.DataFrame:
    """Return the rows of *proved* at the places of *at*, and nulls elsewhere."""
    if at.all():
        return proved
    place = pl.when(at).then(at.cast(pl.UInt32).cum_sum() - 1)
    return proved.select(pl.all().gather(pl.select(place).to_series()))


def _category() -> pl.Expr:
    return pl.col("cell").str.slice(18, 1).replace_strict(_CATEGORIES, default=None, return_dtype=pl.String)


def _say(text: str, kind: Read) -> Said:
    word = plain(text)
    if not word or word.casefold() in UNKNOWN or word == "无":
        return NOTHING
    if _LOST.fullmatch(word):
        return Said(fault=LOST_DIGITS)
    try:
        read = kind(word)
    except IdentityError as error:
        return Said(fault=str(error))
    return Said(_proved(read))


def _proved(document: IdNumber | Certificate) -> dict[str, Any]:
    number, category, grade = (
        (document, None, None)
        if isinstance(document, IdNumber)
        else (document.id, document.disability_category, document.disability_grade)
    )
    return {
        "number": number.number,
        "birth_date": number.birth_date,
        "sex": number.sex,
        "disability_category": category,
        "disability_grade": grade,
    }
