"""The officials' own rules of quality: doubts about rows that are screened all the same."""

from typing import Final

import polars as pl

from app.batch.reading.distinct import Said, read
from app.batch.reading.part import Part
from app.batch.reading.words import UNKNOWN, fold, say_yes_or_no

_HEAD, _SPOUSE, _OTHER = "head", "spouse", "other"
_HEADS: Final = frozenset("户主 本人 本人或户主 01 02 1".split())
_SPOUSES: Final = frozenset("配偶 之配偶 夫 妻 丈夫 妻子 之妻 之夫 10 11 12".split())
_PHONE: Final = r"^\s*1[0-9]{10}\s*$"


def check_quality(part: Part) -> None:
    """Apply the rules to the rows that belong to a household."""
    _check_relations(part)
    _check_schooling(part)
    _check_insurances(part)
    _check_phones(part)


def _check_relations(part: Part) -> None:
    texts = part.text("relation")
    if texts is None:
        return
    relations = read(texts, _say_relation, pl.String).values
    header = part.header("relation")
    frame = pl.DataFrame({"run": part.runs, "relation": relations, "sex": part.fact("sex")})
    heads, spouses = pl.col("relation") == _HEAD, pl.col("relation") == _SPOUSE
    sex_of = [pl.col("sex").filter(who).first().alias(name) for name, who in ((_HEAD, heads), (_SPOUSE, spouses))]
    households = frame.group_by("run").agg(heads.sum().alias("heads"), spouses.sum().alias("spouses"), *sex_of)
    first = part.runs.is_first_distinct()
    for wrong, said in (
        (pl.col("heads") == 0, "本户没有户主，请核对"),
        (pl.col("heads") > 1, "本户有几个户主，应只有一个，请核对"),
        (pl.col("spouses") > 1, "本户有几个配偶，应只有一个，请核对"),
        ((pl.col("heads") == 1) & (pl.col(_HEAD) == pl.col(_SPOUSE)), "户主与配偶的性别相同，请核对"),
    ):
        runs = households.filter(wrong)["run"]
        if not runs.is_empty():
            part.remarks.doubt(first & part.runs.is_in(runs.implode()), header, said)


def _say_relation(text: str) -> Said:
    word = fold(text)
    if not word or word in UNKNOWN:
        return Said()
    return Said(_HEAD if word in _HEADS else _SPOUSE if word in _SPOUSES else _OTHER)


def _check_schooling(part: Part) -> None:
    education, status = part.text("education"), part.text("schooling_status")
    if education is None or status is None:
        return
    header = part.header("schooling_status")
    learned, learning = _filled(education), _filled(status)
    part.remarks.doubt(learned & learning, header, "文化程度与在校生状况同时填写了，在校的只填在校生状况，请核对")
    part.remarks.doubt(~learned & ~learning, header, "文化程度与在校生状况都没有填写，请核对")


def _check_insurances(part: Part) -> None:
    residents = part.facts.get("resident_medical_insurance")
    texts = part.text("employee_medical")
    if residents is not None and texts is not None:
        employees = read(texts, say_yes_or_no, pl.Boolean).values
        said = "城乡居民医保（新农合）与职工医保同时填了“是”，请核对"
        part.remarks.doubt(residents & employees, part.header("employee_medical"), said)


def _check_phones(part: Part) -> None:
    for meaning in ("household_phone", "member_phone"):
        texts = part.text(meaning)
        if texts is not None:
            odd = _filled(texts) & ~texts.str.contains(_PHONE)
            # Numbers behind `="…"` or in full-width digits are as good.
            wrong = [text for text in texts.filter(odd).unique().to_list() if not _is_phone(text)]
            part.remarks.doubt(texts.is_in(wrong), part.header(meaning), "联系电话不是11位手机号码，请核对")


def _is_phone(text: str) -> bool:
    word = fold(text)
    return not word or (len(word) == 11 and word.isdecimal() and word.startswith("1"))


def _filled(texts: pl.Series) -> pl.Series:
    return texts.is_not_null() & (texts.fill_null("") != "")
