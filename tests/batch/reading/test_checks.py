"""The officials' own rules of quality: doubts, never a reason to set a row aside."""

from pathlib import Path

import pytest

from tests.batch.reading.files import Found, of_one

HEAD, SPOUSE, SON = "户主", "配偶", "之子"


def relations(path: Path, *listed: str) -> list[str]:
    found = of_one(path, ["与户主关系", "性别"], *(cell.split(" ") for cell in listed))
    assert found.rejects == []
    return found.doubts()


def test_a_household_in_order_raises_no_doubt(tmp_path: Path) -> None:
    assert relations(tmp_path, "户主 男", "配偶 女", "之子 男") == []
    assert relations(tmp_path, "本人 女", "之女 女", "某种亲戚 男") == []


@pytest.mark.parametrize(
    ("listed", "doubt"),
    [
        (["配偶 女", "之子 男"], "本户没有户主，请核对"),
        (["户主 男", "户主 女"], "本户有几个户主，应只有一个，请核对"),
        (["户主 男", "配偶 女", "配偶 女"], "本户有几个配偶，应只有一个，请核对"),
        (["户主 男", "配偶 男"], "户主与配偶的性别相同，请核对"),
    ],
)
def test_relations_that_cannot_be_right_are_doubts(tmp_path: Path, listed: list[str], doubt: str) -> None:
    assert relations(tmp_path, *listed) == [doubt]


def phones(path: Path, *numbers: str) -> Found:
    return of_one(path, ["联系电话", "姓名"], *([number, "张三"] for number in numbers))


def test_phones_that_are_not_of_11_digits_are_doubts(tmp_path: Path) -> None:
    found = phones(
        tmp_path, "13800000000", "1380000000", "0550-1234567", "", "１３８００００００００", '="13800000000"', "无"
    )
    assert [row for row, _, _ in found.warnings] == [3, 4, 8]
    assert set(found.doubts()) == {"联系电话不是11位手机号码，请核对"}
    assert found.rows.height == 7


def test_education_and_schooling_are_one_or_the_other(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["文化程度", "在校生状况"], ["小学", "七年级"], ["小学", ""], ["", "七年级"], ["", ""])
    assert found.warnings == [
        (2, "在校生状况", "文化程度与在校生状况同时填写了，在校的只填在校生状况，请核对"),
        (5, "在校生状况", "文化程度与在校生状况都没有填写，请核对"),
    ]


def test_two_insurances_at_once_are_a_doubt(tmp_path: Path) -> None:
    columns = ["是否参加新型农村合作医疗（城乡居民基本医疗保险）", "是否参加城镇职工基本医疗保险"]
    found = of_one(tmp_path, columns, ["是", "是"], ["是", "否"], ["否", "是"], ["是", "乱填"])
    assert [row for row, _, _ in found.warnings] == [2]
    assert found.rows.height == 4
