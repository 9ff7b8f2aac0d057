"""Members: what their numbers prove, and statements that cannot all be true."""

from datetime import date
from pathlib import Path

import pytest

from tests.batch.reading.files import of_one, read_text
from tests.batch.registers import checked

ID = "341103194305010018"
OTHER = "34110319430501027X"
CERTIFICATE = f"{ID}42"


def test_a_document_of_18_characters_proves_birth_date_and_sex(tmp_path: Path) -> None:
    assert of_one(tmp_path, ["证件号码"], [ID]).facts() == {"birth_date": date(1943, 5, 1), "sex": "male"}


@pytest.mark.parametrize(
    "number", [CERTIFICATE, f"{CERTIFICATE}B1", CERTIFICATE.replace("1", "１"), f" {CERTIFICATE} "]
)
def test_a_document_of_20_or_22_characters_proves_the_disability_too(tmp_path: Path, number: str) -> None:
    assert of_one(tmp_path, ["证件号码"], [number]).facts() == {
        "birth_date": date(1943, 5, 1),
        "sex": "male",
        "disability_category": "physical",
        "disability_grade": "2",
    }


@pytest.mark.parametrize(
    ("columns", "cells", "rejects"),
    [
        (["身份证号码", "出生日期"], [ID, "1943-05-02"], [("出生日期", "出生日期与身份证号码不一致，请核对后改正其一")]),
        (["证件号码", "性别"], [ID, "女"], [("性别", "性别与证件号码不一致，请核对后改正其一")]),
        (["残疾人证号", "残疾等级"], [CERTIFICATE, "一级"], [("残疾等级", "残疾等级与残疾人证号不一致，请核对后改正其一")]),
        (["残疾人证号", "残疾类别"], [CERTIFICATE, "视力"], [("残疾类别", "残疾类别与残疾人证号不一致，请核对后改正其一")]),
        (["身份证号码", "残疾人证号"], [OTHER, CERTIFICATE], [("残疾人证号", "残疾人证号的前18位与身份证号码不一致，请核对后改正其一")]),
        (["出生日期", "年龄"], ["1943-05-01", "80"], [("年龄", "年龄与按出生日期算到筛查当日的周岁不一致，请核对后改正其一")]),
        (["出生日期", "姓名"], ["2026-11-24", "张三"], [("出生日期", "出生日期晚于筛查日期，请核对")]),
        (["出生日期", "姓名"], ["1890-01-01", "张三"], [("出生日期", "按出生日期，筛查当日已超过130周岁，请核对")]),
        (["残疾类别", "残疾等级"], ["无残疾人证", "二级"], [("残疾等级", "残疾等级与残疾类别矛盾：没有残疾人证时两项都填“无残疾人证”，有证时都按证填写")]),
        (["行政区划代码", "本区户籍"], ["341102", "是"], [("本区户籍", "本区户籍与行政区划代码不一致，请核对后改正其一")]),
        (["行政区划代码", "姓名"], ["34110", "张三"], [("行政区划代码", "行政区划代码应为2、4、6、9或12位数字，且不以0开头，请核对后重新填写")]),
        (["身份证号码", "姓名"], [CERTIFICATE, "张三"], [("身份证号码", "位数与残疾人证号相同：请把它填入残疾人证号，或只填写前18位身份证号码")]),
        (["证件号码", "寄宿生"], [ID[:-1] + "0", "也许"], [("寄宿生", "请填“是”或“否”；不清楚就不填"), ("证件号码", "身份证号码校验不符，请对照身份证逐位核对")]),
    ],
)  # fmt: skip
def test_statements_that_cannot_be_true_set_the_row_aside(
    tmp_path: Path, columns: list[str], cells: list[str], rejects: list[tuple[str, str]]
) -> None:
    found = of_one(tmp_path, columns, cells)
    assert found.rows.is_empty()
    assert found.rejects == [(2, column, message) for column, message in rejects]


def test_an_id_of_somebody_to_be_born_is_refused_where_it_stands(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["证件号码", "姓名"], [ID, "张三"], day=date(1943, 4, 30))
    assert found.rejects == [(2, "证件号码", "出生日期晚于筛查日期，请核对")]


def test_no_certificate_stated_once_holds_for_both_facts(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["残疾等级", "姓名"], ["无", "张三"], ["", "李四"])
    assert (found.column("disability_grade"), found.column("disability_category")) == (["none", None], ["none", None])


@pytest.mark.parametrize(
    ("code", "local"), [("341103100201", True), ("341103", True), ("3411", None), ("341102", False)]
)
def test_the_region_says_whether_a_household_is_ours(tmp_path: Path, code: str, local: bool | None) -> None:
    found = of_one(tmp_path, ["行政区划代码", "姓名"], [code, "张三"])
    assert (found.column("local"), found.column("region_code")) == ([local], [code])


def test_doubts_about_regions_are_the_door_s(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["证件号码", "行政区划代码"], [checked("99110319430501001"), "341103999"], ["", "341103"])
    assert found.rejects == []
    assert found.warnings == [(2, "行政区划代码", "行政区划代码中的乡镇（街道）不在已知名单内，请核对")]
    foreign = of_one(tmp_path, ["证件号码", "姓名"], [checked("07110319430501001"), "张三"])
    assert foreign.warnings == [(2, "证件号码", "身份证号码前两位不是已知的省级代码，请核对")]


def test_two_columns_of_numbers_must_name_the_same_person(tmp_path: Path) -> None:
    found = read_text(tmp_path, f"户编号,身份证号码,证件号码\nH1,{ID},{CERTIFICATE}\nH1,{ID},{OTHER}\n")
    assert found.column("disability_grade") == ["2"]
    assert [(row, column) for row, column, _ in found.rejects] == [(3, "证件号码")]


def test_no_message_carries_a_value(tmp_path: Path) -> None:
    cells = ["秘密" + str(place) for place in range(6)]
    found = of_one(tmp_path, ["证件号码", "出生日期", "性别", "寄宿生", "年龄", "行政区划代码"], cells)
    assert len(found.rejects) == 6
    assert "秘密" not in str(found.rejects)
