"""Headers: one table of aliases, forgiving of how people write them."""

import pytest

from app.batch.reading.headers import FACTS, fold, is_known, label, meaning_of
from app.batch.reading.sheet import find, of_names
from tests.batch.registers import REGISTER_1, REGISTER_2, heading


@pytest.mark.parametrize("key", FACTS)
def test_every_fact_is_known_by_its_key_and_by_its_label_bare_and_with_its_unit(key: str) -> None:
    fact = FACTS[key]
    assert {meaning_of(name) for name in (key, key.upper(), fact.label, heading(fact))} == {key}


@pytest.mark.parametrize("header", sorted({*REGISTER_1, *REGISTER_2}))
def test_every_heading_of_the_registers_is_known(header: str) -> None:
    assert is_known(header)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("人编号", "member_reference"),
        ("县（市、区、旗）", "county"),
        ("县(市、区、旗)", "county"),
        ("务工时间（月）", "work_months"),
        ("是否参加新型农村合作医疗（城乡居民基本医疗保险）", "resident_medical_insurance"),
        ("是否参加城镇职工基本养老保险", "employee_pension"),
        ("人均纯收入（元）", "income_per_capita"),
        ("＊户 编 号：", "household_reference"),
        ("出生日期\n(必填)", "birth_date"),
        ("是否寄宿生（是/否）", "boarding"),
        ("年龄【岁】", "age"),
        ("身份证号码", "id_number"),
        ("身份证号", "document"),
        ("\ufeff证件号码", "document"),
    ],
)
def test_headers_are_known_however_they_are_written(header: str, meaning: str) -> None:
    assert meaning_of(header) == meaning


@pytest.mark.parametrize(
    "header",
    [
        "人均纯收入（万元）",
        "家庭人均年可支配收入（元/月）",
        "户主身份证号码(残疾)",
        "是否参加城乡居民基本养老保险",
        "",
        "甲",
    ],
)
def test_a_header_that_says_something_else_is_not_taken_for_a_fact(header: str) -> None:
    assert meaning_of(header) is None


def test_columns_of_one_meaning_are_reported_and_the_first_is_read() -> None:
    sheet = of_names(["户编号", "证件号码", "身份证号", "不认识的列"])
    assert sheet.repeated == ("“身份证号”与“证件号码”两列含义相同，只读取前一列",)
    assert sheet.places["document"].position == 1
    assert sheet.unknown == ("不认识的列",)


def test_what_most_policies_need_and_is_missing_is_reported() -> None:
    assert of_names(["户编号", "证件号码"]).missing == (
        "行政区划代码（或本区户籍）",
        "农村户籍家庭",
        "家庭救助认定",
        "建档立卡",
        "特困供养",
        "在校阶段",
        "家庭人均年可支配收入",
    )
    assert of_names(list(FACTS)).missing == ()


def test_both_registers_are_recognised_as_such_and_our_own_lists_are_not() -> None:
    assert of_names(REGISTER_1).is_poverty_register
    assert of_names(REGISTER_2).is_poverty_register
    assert not of_names(["户编号", "在校生状况", "文化程度", "姓名"]).is_poverty_register


def test_a_row_of_data_is_never_the_header() -> None:
    rows = [["花名册"], ["户编号", "姓名", "性别"], ["H1", "张三", "男"], ["户编号", "姓名", "性别"]]
    sheet = find(rows)
    assert sheet is not None
    assert (sheet.first, sheet.last) == (2, 2)


def test_names_of_columns_are_told_apart() -> None:
    assert of_names(["备注", "备注", "", "row"]).names == ("备注", "备注（2）", "第3列", "row（4）")


def test_messages_call_columns_as_people_do() -> None:
    assert (label("household_reference"), label("document"), label("tekun")) == (
        "户编号",
        "证件号码",
        "特困供养(含五保)",
    )
    assert fold("Ｂｉｒｔｈ＿Date") == "birth_date"
