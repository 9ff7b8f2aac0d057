"""What the words of the poverty registers say of our facts, and no more than they say.

A register is a claim with a source: where a certificate or a fact's own column says
otherwise, that stands, and the difference is reported.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Any, Final

import polars as pl

from app.batch.reading.distinct import NOTHING, Said, Say, replaced
from app.batch.reading.numbers import amount_sayer
from app.batch.reading.part import Part
from app.batch.reading.words import DANGEROUS, UNKNOWN, fold, say_choice, say_yes_or_no
from app.regions import NANQIAO
from app.rules import Amount
from policies.facts import (
    Assistance,
    DisabilityCategory,
    DisabilityGrade,
    Household,
    Person,
    PovertyRegistration,
    Schooling,
    Work,
)

HOME_NAMES: Final[Mapping[str, str]] = {NANQIAO: "南谯区"}
"""The home region by name: the registers name counties, and give no codes."""
ALL_LIFTED: Final = date(2021, 1, 1)
"""By the end of 2020 every registered poor household of the country was lifted out."""

_REGISTERED, _LIFTED, _MONITORED = (
    PovertyRegistration.REGISTERED.value,
    PovertyRegistration.LIFTED.value,
    PovertyRegistration.MONITORED.value,
)
_PLAIN, _REMOVED, _NO_COLUMN = "plain", "removed", "no column"
_ANSWERS: Final = (None, _REGISTERED, _LIFTED, _MONITORED, _PLAIN, _REMOVED, _NO_COLUMN)
"""What one of the columns about poverty may say."""
_PLACES: Final = {answer: place for place, answer in enumerate(_ANSWERS) if answer is not None}
_ABSENT: Final = _PLACES[_NO_COLUMN]
# 户类型, 贫困户属性 and 监测对象类型, of every period since 2014.
_TYPES: Final[Mapping[str, str]] = {
    _REGISTERED: "贫困户 建档立卡户 建档立卡贫困户 一般贫困户 低保贫困户 五保贫困户 特困供养贫困户 "
    "低保特困供养贫困户 扶贫低保户",
    _LIFTED: "脱贫户 已脱贫户 一般脱贫户 低保脱贫户 五保脱贫户 特困供养脱贫户",
    _MONITORED: "监测对象 监测户 防止返贫监测对象 脱贫不稳定户 边缘易致贫户 边缘户 突发严重困难户",
    _PLAIN: "普通农户 一般农户 农户 非贫困户 否 无 不是 非监测对象",
}
_LIFTED_STATUS: Final[Mapping[str, str]] = {
    _REGISTERED: "未脱贫 预脱贫 返贫",
    _LIFTED: "已脱贫 已脱贫(享受政策) 稳定脱贫 脱贫",
    # Lifted out so long ago that the policies no longer apply: the code "lifted" is for those to whom they do.
    _PLAIN: "已脱贫(不享受政策)",
}
# The label names the household's kind of poverty; that it receives dibao is claimed by no other.
_DIBAO: Final = frozenset("低保贫困户 低保脱贫户 扶贫低保户".split())
_DIBAO_AND_TEKUN: Final = "低保特困供养贫困户"
_LABOUR: Final[Mapping[bool, str]] = {
    # The registers count weak and half labour as labour: they too are offered work.
    True: "普通劳动力 技能劳动力 弱劳动力或半劳动力 弱劳动力 半劳动力 弱(半)劳动力 有劳动能力 有 是",
    False: "丧失劳动力 无劳动力 无劳动能力 丧失劳动能力 无 否",
}
_HEALTH: Final[Mapping[str, str]] = {
    "H": "健康 良好",
    "C": "长期慢性病 慢性病 患有长期慢性病",
    "I": "患有大病 大病 患大病",
    "D": "残疾",
}
_COMMAS: Final = re.compile(r"[,、;/+和]+")
_MONTHS: Final = Amount("务工时间", unit="年")
_BOTH: Final = "低保与特困供养不能同时享受，两项都按未知处理，请核对"


def add_claims(part: Part, day: date, home: str) -> None:
    """Fill in what the register's columns say."""
    _schooling(part)
    _health(part)
    _claimed(part, "labour_capacity", "labour_skill", _sayer(_LABOUR, "请按登记系统的选项填写劳动技能"), pl.Boolean)
    _claimed(part, "work", "work_months", _say_months, pl.String)
    _claimed(part, "tekun", "on_tekun", say_choice(Person.tekun), pl.String)
    _claimed(part, "dwelling_grade", "dangerous_house", _say_dangerous, pl.String)
    part.on_dibao = part.said("on_dibao", say_yes_or_no, pl.Boolean)
    _poverty(part, day)
    name = HOME_NAMES.get(home)
    if name is not None:
        _claimed(part, "local", "county", lambda text: Said(True) if fold(text).endswith(name) else NOTHING, pl.Boolean)


def _claimed(part: Part, key: str, meaning: str, say: Say, dtype: Any) -> None:
    claimed = part.said(meaning, say, dtype)
    if claimed is not None:
        part.claim(key, claimed, meaning)


def _sayer(words: Mapping[Any, str], refusal: str) -> Say:
    meant = {fold(word): value for value, listed in words.items() for word in listed.split()}

    def say(text: str) -> Said:
        word = fold(text)
        if word in meant:
            return Said(meant[word])
        return NOTHING if not word or word in UNKNOWN else Said(fault=refusal)

    return say


# ── members ──


def _say_removed(text: str) -> Said:
    said = say_yes_or_no(text)
    return Said(_REMOVED) if said.value else said._replace(value=None)


def _schooling(part: Part) -> None:
    meaning = "schooling_status"
    claimed = part.said(meaning, say_choice(Person.schooling), pl.String)
    if claimed is None:
        return
    if part.sheet.is_register:
        texts = part.text(meaning)
        assert texts is not None, "the column was just read"
        blank = texts.is_null() | (texts == "")
        claimed = pl.select(pl.when(blank).then(pl.lit(Schooling.NONE.value)).otherwise(claimed)).to_series()
    part.claim("schooling", claimed, meaning)


def _health(part: Part) -> None:
    states = part.said("health", _say_health, pl.String)
    if states is None:
        return
    part.claim("critical_illness", states.str.contains("I", literal=True), "health")
    # "健康" leaves no room for a disability. Of who has a chronic disease, nothing is said.
    nones = {"disability_category": DisabilityCategory.NONE.value, "disability_grade": DisabilityGrade.NONE.value}
    disabled = (part.fact("disability_category") != nones["disability_category"]).fill_null(False) | (
        part.fact("disability_grade") != nones["disability_grade"]
    ).fill_null(False)
    healthy = (states == "H").fill_null(False)
    part.remarks.doubt(healthy & disabled, part.header("health"), "与残疾等级不一致，以残疾等级为准，请核对")
    for key, none in nones.items():
        part.claim(key, pl.select(pl.when(healthy & ~disabled).then(pl.lit(none))).to_series(), "health")


def _say_health(text: str) -> Said:
    said: set[str] = set()
    word = fold(text)
    if not word or word in UNKNOWN:
        return NOTHING
    for piece in filter(None, _COMMAS.split(word)):
        state = next((state for state, words in _HEALTH.items() if piece in words.split()), None)
        if state is None:
            return Said(fault="请填健康、长期慢性病、患有大病、残疾中的一项或几项，用逗号分开")
        said.add(state)
    return Said("".join(sorted(said)))


def _say_months(text: str) -> Said:
    """Months of work away this year make a migrant worker; none say nothing of other work."""
    said = amount_sayer(_MONTHS)(fold(text).removesuffix("个月").removesuffix("月").removesuffix(".5"))
    if said.fault is not None or (said.value or 0) > 12:
        return Said(fault="请填0至12之间的月数")
    return Said(Work.MIGRANT.value) if said.value else NOTHING


def _say_dangerous(text: str) -> Said:
    said = say_yes_or_no(text)
    if said.fault is not None:
        return say_choice(Household.dwelling_grade)(text)
    if not said.value:
        return NOTHING  # not dangerous is A or B, and nobody says which
    return Said(DANGEROUS) if DANGEROUS else Said(doubt="没有说明危房的等级，按未知处理")


# ── the household ──

_SAY_TYPE: Final = _sayer(_TYPES, "不是登记系统里的户类型，请核对")
_SAY_STATUS: Final = _sayer(_LIFTED_STATUS, "不是登记系统里的脱贫属性，请核对")


def _poverty(part: Part, day: date) -> None:
    columns = {
        "household_type": _SAY_TYPE,
        "poverty_attribute": _SAY_TYPE,
        "lifted_status": _SAY_STATUS,
        "monitored_type": _SAY_TYPE,
        "risk_removed": _say_removed,
    }
    said = {meaning: part.said(meaning, say, pl.String) for meaning, say in columns.items()}
    source = next((meaning for meaning, column in said.items() if column is not None), None)
    if source is None:
        return
    number = pl.zeros(part.height, pl.UInt32, eager=True)
    for column in said.values():
        place = _ABSENT if column is None else column.replace_strict(_PLACES, default=0, return_dtype=pl.UInt32)
        number = number * len(_ANSWERS) + place
    part.claim("poverty_registration", _standings(day >= ALL_LIFTED).gather(number), source)
    _assistance(part)


def _standing(
    kind: str | None, attribute: str | None, status: str | None, monitored: str | None, removed: str | None
) -> str | None:
    """Return the one code that these words of a household come to."""
    if _MONITORED in (kind, attribute, monitored) and removed != _REMOVED:
        return PovertyRegistration.MONITORED.value
    if status == _PLAIN:
        return PovertyRegistration.NONE.value
    for said in (status, kind, attribute):  # the attribute keeps its name when the household is lifted out
        if said in (_REGISTERED, _LIFTED):
            return said
    # A plain farm household may be monitored: it is not if there is a column for it, and nothing in it.
    if _PLAIN in (kind, attribute) and monitored != _NO_COLUMN:
        return PovertyRegistration.NONE.value
    return None


@lru_cache(maxsize=2)
def _standings(all_lifted: bool) -> pl.Series:
    """Return the standing for every combination of answers, in the order of their numbers."""
    found = []
    for kind, attribute, status, monitored, removed in product(_ANSWERS, repeat=5):
        lifted = all_lifted and attribute == _REGISTERED
        found.append(_standing(kind, _LIFTED if lifted else attribute, status, monitored, removed))
    return pl.Series(found, dtype=pl.String)


def _assistance(part: Part) -> None:
    texts = part.text("poverty_attribute")
    if texts is None:
        return
    words = {text: fold(text) for text in texts.unique().drop_nulls().to_list()}
    both = [text for text, word in words.items() if word == _DIBAO_AND_TEKUN]
    if both:
        part.remarks.doubt(texts.is_in(both), part.header("poverty_attribute"), _BOTH)
    claimed = {text: Assistance.DIBAO.value for text, word in words.items() if word in _DIBAO}
    part.claim("assistance", replaced(texts, claimed, pl.String), "poverty_attribute")
