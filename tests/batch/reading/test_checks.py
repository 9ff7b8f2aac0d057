"""The officials' own rules of quality: each is a doubt about its row and column, and the row is screened."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.batch.reading.files import read_text
from tests.batch.registers import checked

HEAD = checked("34110319500101001")
WIFE = checked("34110319520202002")
SON = checked("34110319800303003")

# What is wrong: the columns behind 户编号, the rows, where the doubt is, and what it says.
RULES: dict[str, tuple[str, Sequence[str], list[tuple[int, str]], str]] = {
    "no head": ("与户主关系", ["配偶", "之子"], [(2, "与户主关系")], "没有户主"),
    "two heads": ("与户主关系", ["户主", "户主"], [(2, "与户主关系")], "几个户主"),
    "two spouses": ("与户主关系", ["户主", "配偶", "妻子"], [(2, "与户主关系")], "几个配偶"),
    "one sex": ("与户主关系,性别", ["户主,男", "配偶,男"], [(2, "与户主关系")], "性别相同"),
    "both schools": ("文化程度,在校生状况", ["小学,", "小学,小学"], [(3, "在校生状况")], "同时填写"),
    "no school": ("文化程度,在校生状况", ["小学,", ","], [(3, "在校生状况")], "都没有填写"),
    "both medical insurances": (
        "是否参加新型农村合作医疗(城乡居民基本医疗保险),是否参加城镇职工基本医疗保险",
        ["是,否", "是,是"],
        [(3, "是否参加城镇职工基本医疗保险")],
        "同时填了“是”",
    ),
    "both pensions": (
        "是否参加城镇职工基本养老保险,是否参加城乡居民基本养老保险",
        ["是,否", "是,是", ",是"],
        [(3, "是否参加城乡居民基本养老保险")],
        "同时填了“是”",
    ),
    "telephone": ("户联系电话", ["13800000000", "0550-12345"], [(3, "户联系电话")], "不是11位"),
    "size": ("人数", ["3", "3"], [(2, "人数")], "人数与名单中本户的行数不一致"),
    "head's name": (
        "姓名,与户主关系,户主姓名",
        ["张三,户主,张三", "李四,配偶,张山"],
        [(3, "户主姓名")],
        "与户主本人一行的姓名不一致",
    ),
    "head's number": (
        "证件号码,与户主关系,户主证件号码",
        [f"{HEAD}13,户主,{HEAD}", f"{WIFE},配偶,{SON}"],
        [(3, "户主证件号码")],
        "与户主本人一行的证件号码不一致",
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_row_that_breaks_a_rule_is_named_and_screened(tmp_path: Path, rule: str) -> None:
    columns, rows, places, said = RULES[rule]
    text = "\n".join([f"户编号,{columns}", *(f"H1,{row}" for row in rows)])
    result = read_text(tmp_path, f"{text}\n")
    assert (result.rejects, result.rows.height) == ([], len(rows))
    assert [(row, column) for row, column, _ in result.warnings] == places
    assert all(said in doubt and "请核对" in doubt for doubt in result.doubts())


def test_a_household_that_keeps_every_rule_is_not_mentioned(tmp_path: Path) -> None:
    rows = f"""
    户编号,姓名,证件号码,与户主关系,户主姓名,户主证件号码,人数,文化程度,在校生状况,户联系电话
    H1,张三,{HEAD},户主,张三,{HEAD},3人,小学,,13800000000
    H1,李四,{WIFE},配偶, 张三,{HEAD},3,小学,,="13800000000"
    H1,张五,{SON},之子,张三,{HEAD},３,,小学,
    """
    result = read_text(tmp_path, rows.rstrip() + "\n")
    assert (result.rejects, result.warnings) == ([], [])


def test_one_number_twice_is_a_mistake_in_a_household_and_a_doubt_in_two(tmp_path: Path) -> None:
    result = read_text(tmp_path, f"户编号,证件号码\nH1,{HEAD}\nH1,{HEAD}\nH2,{HEAD}\n")
    assert [(row, column) for row, column, _ in result.rejects] == [(3, "证件号码")]
    assert [(row, column) for row, column, _ in result.warnings] == [(4, "证件号码")]
