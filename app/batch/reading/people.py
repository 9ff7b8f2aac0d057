"""Reads the members of a part: their facts, what their numbers prove, and whether it all fits."""

from collections.abc import Callable
from datetime import date
from typing import Final

import polars as pl

from app.batch.reading import headers
from app.batch.reading.distinct import Said, read, replaced
from app.batch.reading.documents import Documents, province_doubts, read_documents
from app.batch.reading.facts import as_text, read_fact
from app.batch.reading.headers import CERTIFICATE, DOCUMENT, FACTS, ID_NUMBER, REGION
from app.batch.reading.part import Part, coalesced
from app.batch.reading.words import UNKNOWN, fold, plain
from app.identity import Certificate, IdNumber, read_certificate, read_document, read_id_number
from app.intake.wire import OLDEST
from app.regions import RegionError, is_local, lies_in, read_region_code, township_warning
from app.rules.columns_words import completed_years
from policies.facts import DisabilityCategory, DisabilityGrade

_KINDS: Final[dict[str, Callable[[str], IdNumber | Certificate]]] = {
    ID_NUMBER: read_id_number,
    CERTIFICATE: read_certificate,
    DOCUMENT: read_document,
}
_ID_CARDS: Final = frozenset("居民身份证 身份证 二代身份证 居民身份证(户口簿) 残疾人证 残疾证 第二代残疾人证".split())
_OTHER_DOCUMENT: Final = "证件类型不是居民身份证或残疾人证，没有读取证件号码"
ABROAD: Final = "行政区划代码不在这个密钥的范围内，没有筛查：请核对代码，或换用那个村（社区）、镇（街道）的密钥上传"
_NO_CERTIFICATE: Final = "残疾等级与残疾类别矛盾：没有残疾人证时两项都填“无残疾人证”，有证时都按证填写"


def read_facts(part: Part, since: date) -> None:
    """Read every column that is a fact's own."""
    for key, fact in FACTS.items():
        raw = part.raw(key)
        if raw is None:
            continue
        cells = read_fact(fact, raw, since)
        part.facts[key] = cells.values
        if cells.faults or cells.doubts:  # else the text of a column with a type of its own is never asked for
            part.told(key, as_text(raw), cells)


def locate(part: Part, home: str, area: str | None) -> pl.Series:
    """Read the region codes, say whether they are our own, and return them; rows that lie outside *area* are faults."""
    texts = part.text(REGION)
    if texts is None:
        return part.nulls(pl.String)
    codes = part.told(REGION, texts, read(texts, _say_region, pl.String))
    known = codes.unique().drop_nulls().to_list()
    abroad = [] if area is None else [code for code in known if not lies_in(code, area)]
    if abroad:
        part.remarks.fault(codes.is_in(abroad), part.header(REGION), ABROAD)
    doubts = {code: said for code in known if (said := township_warning(code)) is not None}
    if doubts:
        part.remarks.doubt(codes.is_in(list(doubts)), part.header(REGION), replaced(codes, doubts, pl.String))
    part.prove("local", replaced(codes, {code: is_local(code, home) for code in known}, pl.Boolean), REGION)
    return codes


def _say_region(text: str) -> Said:
    word = plain(text)
    if not word or word.casefold() in UNKNOWN:
        return Said()
    try:
        return Said(read_region_code(word))
    except RegionError as error:
        return Said(fault=str(error))


def identify(part: Part) -> pl.Series:
    """Read the numbers, fill in what they prove, and return who each row is about."""
    found = {meaning: read for meaning in _KINDS if (read := _documents(part, meaning)) is not None}
    number = part.nulls(pl.String)
    source = part.nulls(pl.String)
    for meaning, documents in found.items():
        mine = documents.proved["number"]
        said = (
            "残疾人证号的前18位与身份证号码不一致，请核对后改正其一"
            if meaning == CERTIFICATE
            else f"{headers.label(meaning)}与前面一列的证件号码不一致，请核对后改正其一"
        )
        part.remarks.fault(number != mine, part.header(meaning), said)
        source = coalesced(source, pl.select(pl.when(mine.is_not_null()).then(pl.lit(meaning))).to_series())
        number = coalesced(number, mine)
    stated = part.facts.get("birth_date")
    for meaning, documents in found.items():
        for key in ("disability_category", "disability_grade"):
            if meaning != ID_NUMBER:
                part.prove(key, documents.proved[key], meaning)
    for meaning, documents in found.items():
        first = pl.select(pl.when(source == meaning).then(pl.lit(True))).to_series()
        for key in ("birth_date", "sex"):
            proved = documents.proved[key]
            part.prove(key, pl.select(pl.when(first).then(proved)).to_series(), meaning)
        doubts = province_doubts(number)
        if doubts:
            start = number.str.slice(0, 2)
            part.remarks.doubt(
                first & start.is_in(list(doubts)), part.header(meaning), replaced(start, doubts, pl.String)
            )
    part.born_in = source if stated is None else pl.select(pl.when(stated.is_null()).then(source)).to_series()
    return number


def _documents(part: Part, meaning: str) -> Documents | None:
    texts = part.text(meaning)
    if texts is None:
        return None
    kinds = part.text("document_type")
    if kinds is not None:
        other = [text for text in kinds.unique().drop_nulls().to_list() if not _is_id_card(text)]
        if other:
            unread = kinds.is_in(other)
            part.remarks.doubt(unread & (texts != ""), part.header(meaning), _OTHER_DOCUMENT)
            texts = pl.select(pl.when(~unread.fill_null(False)).then(texts)).to_series()
    documents = read_documents(texts, _KINDS[meaning])
    if documents.faults:
        part.remarks.fault(
            texts.is_in(list(documents.faults)), part.header(meaning), replaced(texts, documents.faults, pl.String)
        )
    return documents


def _is_id_card(text: str) -> bool:
    word = fold(text)
    return not word or word in UNKNOWN or word in _ID_CARDS


def check_disability(part: Part) -> None:
    """Let "no certificate" hold for both facts, and refuse it for one alone."""
    category, grade = part.fact("disability_category"), part.fact("disability_grade")
    no_category, no_grade = category == DisabilityCategory.NONE.value, grade == DisabilityGrade.NONE.value
    part.remarks.fault(no_category != no_grade, part.header("disability_grade"), _NO_CERTIFICATE)
    none = no_category.fill_null(False) | no_grade.fill_null(False)
    if none.any():
        for key, known, no in (
            ("disability_category", category, DisabilityCategory.NONE),
            ("disability_grade", grade, DisabilityGrade.NONE),
        ):
            part.facts[key] = pl.select(
                pl.when(none & known.is_null()).then(pl.lit(no.value)).otherwise(known)
            ).to_series()


def check_ages(part: Part, day: date) -> None:
    """Refuse birth dates to come or too long ago, and an age that does not fit."""
    born = part.facts.get("birth_date")
    if born is None:
        return
    years = born.alias("born").to_frame().select(completed_years(pl.col("born"), day)).to_series()
    _fault_where_born(part, years < 0, "出生日期晚于筛查日期，请核对")
    _fault_where_born(part, years > OLDEST, f"按出生日期，筛查当日已超过{OLDEST}周岁，请核对")
    age = part.facts.get("age")
    if age is not None:
        fits = (years == age) | ~years.is_between(0, OLDEST)
        part.remarks.fault(~fits, part.header("age"), "年龄与按出生日期算到筛查当日的周岁不一致，请核对后改正其一")


def _fault_where_born(part: Part, mask: pl.Series, said: str) -> None:
    if not mask.any():
        return
    part.remarks.fault(mask & part.born_in.is_null(), part.header("birth_date"), said)
    for meaning in _KINDS:
        part.remarks.fault(mask & (part.born_in == meaning), part.header(meaning), said)
