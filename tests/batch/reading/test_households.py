"""Households: who is with whom, and what their rows say together."""

from pathlib import Path

from app.request import MOST_MEMBERS
from tests.batch.reading.files import of_one, read_text

ID = "341103194305010018"
TOO_MANY = f"本户超过{MOST_MEMBERS}人，整户没有筛查：请核对户编号是否填错"


def test_households_are_numbered_and_their_members_counted(tmp_path: Path) -> None:
    found = read_text(tmp_path, "户编号,性别\nA,男\nA,女\nB,男\n", rows_per_chunk=1)
    assert found.rows.select("household", "members", "first", "set_aside").rows() == [
        (0, 2, True, 0), (0, 2, False, 0), (1, 1, True, 0)
    ]  # fmt: skip
    assert found.chunks == 2


def test_members_without_a_name_are_called_by_their_place(tmp_path: Path) -> None:
    found = read_text(tmp_path, "户编号,人口编号,性别\nA,x,男\nA,,女\nA,,男\nB,,男\n")
    assert found.column("member_reference") == ["x", "2", "3", "1"]


def test_a_member_named_twice_is_set_aside_the_second_time(tmp_path: Path) -> None:
    found = read_text(tmp_path, "户编号,人口编号,性别\nA,1,男\nA,1,女\nB,1,男\nA1,2,男\nA1,,女\n")
    assert found.rejects == [
        (3, "人口编号", "人口编号与第2行的重复，请改用不同的编号（不填时为顺序号）"),
        (6, "人口编号", "人口编号与第5行的重复，请改用不同的编号（不填时为顺序号）"),
    ]


def test_a_bad_row_is_set_aside_and_its_household_is_screened_and_says_so(tmp_path: Path) -> None:
    found = read_text(tmp_path, "户编号,人口编号,性别\nA,1,男\nA,2,错\nA,3,女\nB,1,错\nC,1,男\n")
    assert [row for row, _, _ in found.rejects] == [3, 5]
    assert found.rows.select("household_reference", "member_reference", "household", "members", "set_aside").rows() == [
        ("A", "1", 0, 2, 1), ("A", "3", 0, 2, 1), ("C", "1", 1, 1, 0)
    ]  # fmt: skip
    assert found.originals["row"].to_list() == [2, 3, 4, 5, 6]


def test_what_one_row_says_of_the_household_holds_for_all(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["农村户籍家庭", "人均纯收入"], ["", "5000"], ["是", ""], ["", ""])
    assert found.column("rural") == [True] * 3
    assert found.column("income_per_capita") == [500_000] * 3


def test_what_differs_within_a_household_is_refused_on_the_later_row(tmp_path: Path) -> None:
    found = of_one(
        tmp_path, ["农村户籍家庭", "人均纯收入"], ["", "5000"], ["是", "5000.00"], ["否", "6000"], ["是", ""]
    )
    assert found.rejects == [
        (4, "农村户籍家庭", "与同户第3行不一致，同一户应填写相同的内容，请核对"),
        (4, "人均纯收入", "与同户第2行不一致，同一户应填写相同的内容，请核对"),
    ]
    assert found.column("row") == [2, 3, 5]
    assert found.column("rural") == [True] * 3


def test_a_row_that_is_set_aside_says_nothing_of_the_household(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["农村户籍家庭", "性别"], ["是", "错"], ["否", "男"])
    assert (found.column("rural"), [row for row, _, _ in found.rejects]) == ([False], [2])


def test_a_difference_is_told_by_the_column_that_said_so(tmp_path: Path) -> None:
    found = of_one(tmp_path, ["户类型", "监测对象类型"], ["脱贫户", ""], ["脱贫户", "脱贫不稳定户"])
    assert [(row, column) for row, column, _ in found.rejects] == [(3, "户类型")]


def test_a_household_of_too_many_is_set_aside_whole(tmp_path: Path) -> None:
    members = [f"A,{number},男" for number in range(MOST_MEMBERS + 1)] + [
        f"B,{number},男" for number in range(MOST_MEMBERS)
    ]
    found = read_text(tmp_path, "\n".join(["户编号,人口编号,性别", *members]), rows_per_chunk=10)
    assert found.rows.height == MOST_MEMBERS
    assert {message for _, _, message in found.rejects} == {TOO_MANY}
    assert len(found.rejects) == MOST_MEMBERS + 1


def test_the_same_person_twice_in_a_household_is_a_mistake_and_in_two_a_doubt(tmp_path: Path) -> None:
    text = f"户编号,证件号码\nA,{ID}\nA,{ID}42\nB,{ID.lower()}\nC,\nC,\n"
    found = read_text(tmp_path, text, rows_per_chunk=1)
    assert found.rejects == [(3, "证件号码", "证件号码与第2行的相同，请核对")]
    assert found.warnings == [(4, "证件号码", "与第2行是同一个证件号码，可能重复登记，请核对")]


def test_references_are_the_same_however_they_are_written(tmp_path: Path) -> None:
    found = read_text(tmp_path, '户编号,性别\nA1,男\n="A1",女\n Ａ１,男\nA1\u3000,女\n')
    assert found.column("household_reference") == ["A1"] * 4
    assert found.column("household") == [0] * 4


def test_references_that_are_personal_or_broken_are_refused_by_row(tmp_path: Path) -> None:
    found = read_text(tmp_path, f"户编号,人口编号\n{ID},1\n13800000000,1\n3.41103E+17,1\n{'长' * 65},1\nA,{ID}\n")
    personal = "看起来是证件号码或手机号码，请改用户编号、人口编号等序号"
    assert found.rejects == [
        (2, "户编号", personal),
        (3, "户编号", personal),
        (4, "户编号", "编号是数字格式，末几位已丢失，请把该列设为文本后重新填写"),
        (5, "户编号", "太长，最多64个字"),
        (6, "人口编号", personal),
    ]


def test_rows_without_a_household_cost_nobody_else(tmp_path: Path) -> None:
    found = read_text(tmp_path, "户编号,性别\nA,男\n,女\n\nA,女\n备注：无,\n户编号,性别\nA,男\n")
    assert found.column("members") == [3, 3, 3]
    assert found.rejects == [(3, "户编号", "没有填写户编号，无法判断属于哪一户")]
    assert [(row, message[:5]) for row, _, message in found.warnings] == [(6, "像是表尾的"), (7, "像是重复的")]
