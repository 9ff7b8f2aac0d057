"""Days and amounts as people write them."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import polars as pl

from app.batch.reading.contents import SERIALS_SINCE
from app.batch.reading.distinct import NOTHING, Cells, Said, Say, read_rest
from app.batch.reading.words import UNKNOWN, plain
from app.intake.wire import MOST
from app.rules import Amount

NO_DAY: Final = "请按“年-月-日”填写，如 1943-05-01"
NO_SUCH_DAY: Final = "请按“年-月-日”填写一个存在的日期，如 1943-05-01"
ONLY_MONTH: Final = "只有年月，不是完整的日期，按未知处理"
ONLY_YEAR: Final = "只有年份，不是完整的日期，按未知处理"

_TIME: Final = re.compile(r"(?<=[0-9日号])[T]?[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?$")
_DAY: Final = re.compile(r"([0-9]{4})([-/.年])([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?")
_PACKED_DAY: Final = re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})")
_SERIAL: Final = re.compile(r"([1-9][0-9]{4})(\.[0-9]+)?")
_MONTH: Final = re.compile(r"[12][0-9]{3}([-/.年](0?[1-9]|1[0-2])月?|(0[1-9]|1[0-2]))")
_YEAR: Final = re.compile(r"(19|20)[0-9]{2}年?")

_NUMBER: Final = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)(E[+-]?[0-9]{1,3})?")
_GROUPED: Final = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_LONGEST: Final = 40
_PLAIN_NUMBER: Final = r"^[0-9]{1,10}(\.[0-9]{1,2})?$"
# What may stand behind a number, by the unit of the fact.
_SUFFIXES: Final = {"元/年": ("元/年", "元"), "元": ("元",), "年": ("年",), "周岁": ("周岁", "岁")}


# ── days ──


def read_days(cells: pl.Series, since: date = SERIALS_SINCE) -> Cells:
    """Read a column of days; serial numbers count from *since*."""
    quick = _swept(cells, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "%Y-%m-%d")
    if quick.null_count() > cells.null_count():
        packed = _swept(cells, r"^[0-9]{8}$", "%Y%m%d")
        quick = pl.select(pl.coalesce(quick, packed)).to_series()
    return read_rest(cells, quick, lambda text: say_day(text, since))


def _swept(cells: pl.Series, pattern: str, written: str) -> pl.Series:
    # The pattern first: the parser of dates takes signs and blanks too.
    fitting = pl.select(pl.when(cells.str.contains(pattern)).then(cells)).to_series()
    return fitting.str.to_date(written, strict=False)


def say_day(text: str, since: date = SERIALS_SINCE) -> Said:
    """Read one cell of a day."""
    word = plain(text)
    if not word or word.casefold() in UNKNOWN:
        return NOTHING
    bare = _TIME.sub("", word)
    found = _DAY.fullmatch(bare) or _PACKED_DAY.fullmatch(bare)
    if found:
        return _existing(int(found[1]), int(found[3]), int(found[4]))
    word = word.removesuffix(".0")
    if serial := _SERIAL.fullmatch(word):
        return Said(since + timedelta(days=int(serial[1])))
    if _MONTH.fullmatch(word):
        return Said(doubt=ONLY_MONTH)
    return Said(doubt=ONLY_YEAR) if _YEAR.fullmatch(word) else Said(fault=NO_DAY)


def _existing(year: int, month: int, day: int) -> Said:
    try:
        return Said(date(year, month, day))
    except ValueError:
        return Said(fault=NO_SUCH_DAY)


# ── amounts ──


def read_amounts(cells: pl.Series, fact: Amount) -> Cells:
    """Read a column of amounts, into exact units."""
    regular = cells.str.contains(_PLAIN_NUMBER)
    if fact.scale == 1:
        regular &= ~cells.str.contains(".", literal=True)
    exact = (cells.cast(pl.Float64, strict=False) * fact.scale).round().cast(pl.Int64, strict=False)
    quick = pl.select(pl.when(regular & (exact <= MOST[fact.unit] * fact.scale)).then(exact).alias(cells.name))
    return read_rest(cells, quick.to_series(), amount_sayer(fact))


def amount_sayer(fact: Amount) -> Say:
    """Return the reader of one cell of an amount, which gives exact units."""
    most, suffixes = MOST[fact.unit], _SUFFIXES[fact.unit]
    digits = "最多两位小数" if fact.scale == 100 else "不能有小数"

    def say(text: str) -> Said:
        word = plain(text)
        if not word or word.casefold() in UNKNOWN:
            return NOTHING
        word = _without(word.removeprefix("¥"), suffixes)
        if _GROUPED.fullmatch(word):
            word = word.replace(",", "")
        if len(word) > _LONGEST or not _NUMBER.fullmatch(word):
            return Said(fault=f"请填数字（单位{fact.unit}）")
        number = Decimal(word)
        if not 0 <= number <= most:
            return Said(fault=f"请填0至{most}之间的数字（单位{fact.unit}）")
        exact = number * fact.scale
        if exact != int(exact):
            return Said(fault=f"{digits}（单位{fact.unit}）")
        return Said(int(exact))

    return say


def _without(word: str, suffixes: tuple[str, ...]) -> str:
    for suffix in suffixes:
        if word.endswith(suffix):
            return word.removesuffix(suffix)
    return word
