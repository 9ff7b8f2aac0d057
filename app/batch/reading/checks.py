"""The officials' own rules of quality: doubts about rows that are screened all the same."""

from typing import Final

import polars as pl

from app.batch.reading.distinct import Said, read
from app.batch.reading.headers import CERTIFICATE, DOCUMENT, ID_NUMBER
from app.batch.reading.part import Part
from app.batch.reading.words import UNKNOWN, fold, plain, say_yes_or_no

_HEAD, _SPOUSE, _OTHER = "head", "spouse", "other"
_HEADS: Final = frozenset("户主 本人 本人或户主 01 02 1".split())
_SPOUSES: Final = frozenset("配偶 之配偶 夫 妻 丈夫 妻子 之妻 之夫 10 11 12".split())
_PHONE: Final = r"^\s*1[0-9]{10}\s*$"


def check_quality(part: Part) -> None:
    """Apply the rules to the rows that belong to a household."""
    _check_relations(part)
    _check_size(part)
    _check_schooling(part)
    _check_insurances(part)
    _check_phones(part)


def _check_relations(part: Part) -> None:
    texts = part.text("relation")
    if texts is None:
        return
    relations = read(texts, _say_relation, pl.String).values
    header = part.header("relation")
    _check_head(part, relations)
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


def _check_head(part: Part, relations: pl.Series) -> None:
    """Compare what every row says of the head with the head's own row."""
    for stated, own in (("head_name", ("name",)), ("head_document", (DOCUMENT, ID_NUMBER, CERTIFICATE))):
        said = part.text(stated)
        column = next((found for meaning in own if (found := part.text(meaning)) is not None), None)
        if said is None or column is None:
            continue
        rows = pl.DataFrame({"run": part.runs, "said": said, "own": column})
        heads = rows.filter(relations == _HEAD).unique("run", keep="none").select("run", pl.col("own").alias("head"))
        told = rows.join(heads, on="run", how="left", maintain_order="left").select("said", "head")
        # Few differ as they are typed; only these are looked at closely.
        odd = (told["said"] != told["head"]).fill_null(False)
        wrong = [_differ(*pair) for pair in told.filter(odd).iter_rows()]
        odd = odd.scatter(odd.arg_true(), wrong)
        what = "姓名" if stated == "head_name" else "证件号码"
        part.remarks.doubt(odd, part.header(stated), f"与户主本人一行的{what}不一致，请核对")


def _differ(said: str, head: str) -> bool:
    """Whether two names or numbers differ; a certificate begins with the ID number."""
    one, other = plain(said)[:18], plain(head)[:18]
    return bool(one and other) and one != other


def _check_size(part: Part) -> None:
    texts = part.text("household_size")
    if texts is None:
        return
    counts = read(texts, _say_count, pl.UInt32).values
    frame = pl.DataFrame({"run": part.runs, "said": counts})
    odd = frame.select(pl.col("said") != pl.len().over("run")).to_series()
    first = part.runs.is_first_distinct()
    said = "填写的人数与名单中本户的行数不一致，请核对是否漏人或多人"
    part.remarks.doubt(odd & first, part.header("household_size"), said)


def _say_count(text: str) -> Said:
    word = fold(text).removesuffix("人").removesuffix(".0")
    return Said(int(word)) if word.isdecimal() and len(word) < 4 else Said()


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
    """Nobody is in two schemes of one kind: one of them is a fact, the other a column of the register."""
    for fact, column, kind in (
        ("resident_medical_insurance", "employee_medical", "城乡居民医保（新农合）与职工医保"),
        ("employee_pension", "resident_pension", "城乡居民养老保险与职工养老保险"),
    ):
        known, texts = part.facts.get(fact), part.text(column)
        if known is not None and texts is not None:
            other = read(texts, say_yes_or_no, pl.Boolean).values
            part.remarks.doubt(known & other, part.header(column), f"{kind}同时填了“是”，请核对")


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
