"""The words of the poverty registers: what they say of our facts, and no more."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.batch.reading.words import DANGEROUS
from tests.batch.reading.files import Found, of_one, read_text

ID = "341103194305010018"
CERTIFICATE = f"{ID}42"
REGISTER = ("人口编号", "与户主关系", "文化程度", "健康状况", "劳动技能", "在校生状况")

SCHOOLING = {
    "学龄前儿童": None, "学前教育": "preschool", "小学": "primary", "七年级": "junior", "八年级": "junior", "九年级": "junior",
    "普通高中一年级": "senior_high", "普通高中二年级": "senior_high", "普通高中三年级": "senior_high", "中职一年级": "vocational",
    "中职二年级": "vocational", "中职三年级": "vocational", "高职高专一年级": "higher", "高职高专二年级": "higher",
    "高职高专三年级": "higher", "技师学院一年级": None, "技师学院二年级": None, "技师学院三年级": None, "技师学院四年级": None,
    "本科一年级": "higher", "本科二年级": "higher", "本科三年级": "higher", "本科四年级": "higher", "本科五年级": "higher",
    "硕士研究生及以上": "higher",
}  # fmt: skip


def fact(path: Path, key: str, column: str, cell: str, **more: Any) -> Any:
    found = of_one(path, [column, "姓名"], [f'"{cell}"', "张三"], **more)
    assert found.rejects == []
    return found.column(key)[0]


def register(path: Path, status: str, education: str = "") -> Found:
    return of_one(path, REGISTER, ["1", "户主", education, "健康", "普通劳动力", status])


def test_there_are_25_states_of_schooling() -> None:
    assert len(SCHOOLING) == 25


@pytest.mark.parametrize("status", SCHOOLING)
def test_every_state_of_schooling_is_read(tmp_path: Path, status: str) -> None:
    found = register(tmp_path, status)
    assert found.rejects == []
    assert found.column("schooling") == [SCHOOLING[status]]
    assert bool(found.doubts()) is (SCHOOLING[status] is None)


def test_a_blank_state_is_not_in_school_in_a_register_and_unknown_elsewhere(tmp_path: Path) -> None:
    assert register(tmp_path, "", "小学").column("schooling") == ["none"]
    assert of_one(tmp_path, ["姓名", "在校生状况"], ["张三", ""]).column("schooling") == [None]


def test_an_unknown_state_sets_the_row_aside(tmp_path: Path) -> None:
    found = register(tmp_path, "十年级")
    assert found.rows.is_empty()
    assert [(row, column) for row, column, _ in found.rejects] == [(2, "在校生状况")]


@pytest.mark.parametrize(
    ("state", "ill", "grade"),
    [
        ("健康", False, "none"),
        ("长期慢性病", False, None),
        ("患有大病", True, None),
        ("残疾", False, None),
        ("残疾,患有大病", True, None),
        ("患有大病,残疾", True, None),
        ("长期慢性病，残疾", False, None),
        ("患有大病、长期慢性病", True, None),
        ("", None, None),
    ],
)
def test_states_of_health_in_any_order_say_ill_or_not_and_never_a_grade(
    tmp_path: Path, state: str, ill: bool | None, grade: str | None
) -> None:
    assert fact(tmp_path, "critical_illness", "健康状况", state) is ill
    assert fact(tmp_path, "disability_grade", "健康状况", state) == grade
    assert fact(tmp_path, "disability_category", "健康状况", state) == grade


def test_a_certificate_stands_against_healthy_and_the_difference_is_reported(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["证件号码", "健康状况"], [CERTIFICATE, "健康"])
    assert (found.rejects, found.column("disability_grade"), found.column("disability_category")) == (
        [],
        ["2"],
        ["physical"],
    )
    assert found.warnings == [(2, "健康状况", "与残疾等级不一致，以残疾等级为准，请核对")]


@pytest.mark.parametrize(
    ("word", "capacity"),
    [
        ("普通劳动力", True),
        ("技能劳动力", True),
        ("弱劳动力或半劳动力", True),
        ("丧失劳动力", False),
        ("无劳动力", False),
        ("", None),
    ],
)
def test_labour_is_read(tmp_path: Path, word: str, capacity: bool | None) -> None:
    assert fact(tmp_path, "labour_capacity", "劳动技能", word) is capacity


@pytest.mark.parametrize(
    ("months", "work"), [("10", "migrant"), ("6.5", "migrant"), ("12个月", "migrant"), ("0", None), ("", None)]
)
def test_months_of_work_away_make_a_migrant_and_none_say_nothing(tmp_path: Path, months: str, work: str | None) -> None:
    assert fact(tmp_path, "work", "务工时间（月）", months) == work


def test_months_beyond_a_year_set_the_row_aside(tmp_path: Path) -> None:
    assert of_one(tmp_path, ["姓名", "务工时间"], ["张三", "13"]).messages() == ["请填0至12之间的月数"]


OLD, NEW = date(2019, 6, 30), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("columns", "cells", "day", "standing"),
    [
        (["贫困户属性"], ["一般贫困户"], OLD, "registered"),
        (["贫困户属性"], ["五保贫困户"], OLD, "registered"),
        (["贫困户属性"], ["低保特困供养贫困户"], OLD, "registered"),
        (["贫困户属性"], ["一般脱贫户"], OLD, "lifted"),
        (["贫困户属性", "脱贫属性"], ["一般贫困户", "已脱贫（享受政策）"], OLD, "lifted"),
        (["贫困户属性", "脱贫属性"], ["一般贫困户", "未脱贫"], OLD, "registered"),
        (["贫困户属性", "脱贫属性"], ["一般贫困户", "已脱贫（不享受政策）"], OLD, "none"),
        (["贫困户属性"], ["一般贫困户"], NEW, "lifted"),
        (["贫困户属性"], ["特困供养脱贫户"], NEW, "lifted"),
        (["户类型"], ["脱贫户"], NEW, "lifted"),
        (["户类型"], ["普通农户"], NEW, None),
        (["户类型", "监测对象类型"], ["普通农户", ""], NEW, "none"),
        (["户类型", "监测对象类型"], ["普通农户", "边缘易致贫户"], NEW, "monitored"),
        (["户类型", "监测对象类型"], ["普通农户", "突发严重困难户"], NEW, "monitored"),
        (["户类型", "易返贫致贫户（监测对象）类型"], ["脱贫户", "脱贫不稳定户"], NEW, "monitored"),
        (["户类型", "监测对象类型", "风险是否消除"], ["脱贫户", "脱贫不稳定户", "否"], NEW, "monitored"),
        (["户类型", "监测对象类型", "风险是否消除"], ["脱贫户", "脱贫不稳定户", "是"], NEW, "lifted"),
        (["户类型", "监测对象类型", "风险是否消除"], ["普通农户", "边缘易致贫户", "是"], NEW, "none"),
        (["户类型", "监测对象类型"], ["", ""], NEW, None),
        (["监测对象类型"], [""], NEW, None),
    ],
)
def test_kinds_of_households_are_read_by_the_words_of_their_period(
    tmp_path: Path, columns: list[str], cells: list[str], day: date, standing: str | None
) -> None:
    found = of_one(tmp_path, [*columns, "姓名"], [*cells, "张三"], day=day)
    assert (found.rejects, found.column("poverty_registration")) == ([], [standing])


def test_a_label_of_dibao_is_a_claim_and_one_of_both_is_none(tmp_path: Path) -> None:
    assert fact(tmp_path, "assistance", "贫困户属性", "低保贫困户") == "dibao"
    assert fact(tmp_path, "assistance", "贫困户属性", "一般贫困户") is None
    found = of_one(tmp_path, ["贫困户属性", "姓名"], ["低保特困供养贫困户", "张三"])
    assert (found.column("assistance"), found.column("tekun")) == ([None], [None])
    assert "低保与特困供养不能同时享受" in found.doubts()[0]


@pytest.mark.parametrize(
    ("answers", "assistance", "single"),
    [
        ("是 是", ["dibao", "dibao"], [None, None]),
        ("是 否", [None, None], [True, False]),
        ("否 否", [None, None], [False, False]),
        ("是 ", [None, None], [True, None]),
    ],
)
def test_dibao_of_every_member_is_the_household_s_and_of_some_their_own(
    tmp_path: Path, answers: str, assistance: list[str | None], single: list[bool | None]
) -> None:
    found = of_one(tmp_path, ["是否享受低保", "姓名"], *([answer, "张三"] for answer in answers.split(" ")))
    assert (found.column("assistance"), found.column("single_dibao")) == (assistance, single)


def test_a_label_of_dibao_that_no_member_confirms_is_unknown_and_reported(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["贫困户属性", "是否享受低保"], ["低保贫困户", "否"], ["低保贫困户", "否"])
    assert found.column("assistance") == [None, None]
    assert found.warnings[0][:2] == (2, "是否享受低保")
    assert "没有人享受低保" in found.doubts()[0]


def test_tekun_without_its_kind_stays_unknown_and_says_so(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["是否特困供养人员", "姓名"], ["是", "张三"], ["否", "李四"])
    assert found.column("tekun") == [None, "none"]
    assert found.doubts() == ["没有说明是分散供养还是集中供养，按未知处理"]


def test_a_dangerous_dwelling_has_no_grade_and_a_safe_one_neither(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["危房户", "姓名"], ["是", "张三"])
    assert (found.rejects, found.column("dwelling_grade")) == ([], [DANGEROUS])
    assert fact(tmp_path, "dwelling_grade", "危房户", "否") is None


@pytest.mark.parametrize(("county", "local"), [("南谯区", True), ("滁州市南谯区", True), ("琅琊区", None), ("", None)])
def test_our_county_s_name_says_local_and_another_s_nothing(tmp_path: Path, county: str, local: bool | None) -> None:
    assert fact(tmp_path, "local", "县", county) is local


def test_insurances_are_read(tmp_path: Path) -> None:
    columns = ["是否参加城镇职工基本养老保险", "是否参加新型农村合作医疗（城乡居民基本医疗保险）", "人均纯收入"]
    found = of_one(tmp_path, columns, ["否", "是", "8523.33"])
    assert found.facts() == {
        "employee_pension": False, "resident_medical_insurance": True, "income_per_capita": 852_333
    }  # fmt: skip


def test_a_fact_s_own_column_stands_against_a_register_s_word(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["在校阶段", "在校生状况"], ["小学", "七年级"])
    assert (found.rejects, found.column("schooling")) == ([], ["primary"])
    assert found.warnings == [(2, "在校生状况", "与在校阶段不一致，以在校阶段为准，请核对")]


def test_a_document_of_another_kind_is_not_read_as_an_id(tmp_path: Path) -> None:
    found = read_text(tmp_path, f"户编号,证件类型,证件号码\nH1,护照,E12345678\nH1,居民身份证,{ID}\nH1,,{ID[:-1]}\n")
    assert found.column("birth_date") == [None, date(1943, 5, 1)]
    assert [row for row, _, _ in found.warnings] == [2]
    assert found.messages() == ["身份证号码应为18位，请核对有无漏写或多写"]
