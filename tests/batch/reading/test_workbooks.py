"""Excel workbooks as people really make them, by both readers of sheets."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.batch.reading import archives, grids, opening
from app.batch.reading.opening import open_table
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.reading.files import Found, read
from tests.batch.workbooks import Raw, parts_of, write_parts, write_workbook

ID = "341103194305010018"
OTHER = "34110319430501027X"


@pytest.fixture(autouse=True, params=["whole", "condensed"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "condensed":
        for module in (grids, opening):
            monkeypatch.setattr(module, "LARGE", 0)


def found(path: Path, *sheets: list[list[Any]], **more: Any) -> Found:
    return read(write_workbook(path / "list.xlsx", *sheets, **more))


def test_titles_may_stand_above_the_header(tmp_path: Path) -> None:
    rows = [
        ["乌衣镇示例村困难群众花名册"],
        ["填报单位：", "示例村"],
        [],
        ["户编号", "姓名", "性别"],
        ["H1", "张三", "男"],
    ]
    result = found(tmp_path, rows, merged=["A1:C1"])
    assert result.column("sex") == ["male"]
    assert (result.sheet.first, result.column("row")) == (4, [5])


def test_a_header_of_two_rows_is_read_under_its_groups(tmp_path: Path) -> None:
    rows = [
        ["户编号", "户主信息", None, "家庭成员", None, None],
        [None, "姓名", "身份证号", "姓名", "身份证号", "性别"],
        ["H1", "张三", ID, "李四", OTHER, "男"],
    ]
    result = found(tmp_path, rows, merged=["A1:A2", "B1:C1", "D1:F1"])
    assert result.column("birth_date") == [date(1943, 5, 1)]
    assert result.rejects == []
    assert result.sheet.places["document"].position == 4
    assert (result.sheet.first, result.sheet.last) == (1, 2)


def test_hidden_columns_are_read(tmp_path: Path) -> None:
    assert found(tmp_path, [["户编号", "性别"], ["H1", "女"]], hidden_columns="2").column("sex") == ["female"]


def test_the_first_sheet_with_a_known_header_is_read_and_visible_ones_first(tmp_path: Path) -> None:
    notes = [["填表说明"], ["一、如实填写"]]
    table = [["户编号", "性别"], ["H1", "女"]]
    hidden = [["户编号", "性别"], ["H9", "男"]]
    result = found(tmp_path, notes, hidden, table, hidden_sheets=(1,))
    assert result.column("household_reference") == ["H1"]


VILLAGE = [["户编号", "姓名", "性别"], ["H1", "张三", "女"]]


def test_further_lists_are_told_by_their_places_and_never_passed_over(tmp_path: Path) -> None:
    notes, statistics = [["填表说明"], ["一、如实填写"]], [["乡镇", "户数", "人数"], ["乌衣镇", 1, 2]]
    numbers = [["姓名", "身份证号码"], ["李四", OTHER]]
    result = found(
        tmp_path, notes, VILLAGE, statistics, numbers, [["户编号", "姓名"]], VILLAGE, VILLAGE, hidden_sheets=(6,)
    )
    (note,) = result.sheet.notes
    assert note.startswith("只读了第2张工作表；第4、6张工作表和1张隐藏的工作表也像人员名单，没有读")
    assert "另存" in note
    assert result.rows.height == 1


def test_of_a_workbook_with_one_list_nothing_more_is_said(tmp_path: Path) -> None:
    assert found(tmp_path, [["填表说明"]], VILLAGE).sheet.notes == ()


def test_an_empty_list_gives_way_to_one_with_people(tmp_path: Path) -> None:
    result = found(tmp_path, [["户编号", "姓名"], [], [None, None]], VILLAGE)
    assert result.column("household_reference") == ["H1"]
    assert result.sheet.notes == ()


def test_a_further_sheet_that_is_broken_takes_nothing_from_the_list(tmp_path: Path) -> None:
    parts = parts_of((VILLAGE, VILLAGE))
    del parts["xl/worksheets/sheet2.xml"]
    write_parts(tmp_path / "list.xlsx", parts)
    assert read(tmp_path / "list.xlsx").column("household_reference") == ["H1"]


def test_a_table_may_stand_anywhere_on_the_sheet(tmp_path: Path) -> None:
    result = found(tmp_path, [["户编号", "性别"], ["H1", "女"]], top=5, left=3)
    assert (result.column("row"), result.column("sex")) == ([6], ["female"])


def test_rows_below_the_table_are_reported_and_no_people(tmp_path: Path) -> None:
    rows = [
        ["序号", "户编号", "姓名", "性别", "人均纯收入"],
        [1, "H1", "张三", "男", 5000],
        ["合计", None, "1人", None, 5000],
        [],
        ["备注：以上内容经公示无异议"],
        [None, "填表人：李四", None, None, "审核人：王五"],
    ]
    result = found(tmp_path, rows, merged=["A5:E5"])
    assert result.rows.height == 1
    assert result.rejects == []
    assert [row for row, _, _ in result.warnings] == [3, 5, 6]
    assert all("表尾的说明或合计" in said for said in result.doubts())


def test_cells_merged_downwards_hold_for_all_of_their_rows(tmp_path: Path) -> None:
    rows = [
        ["户编号", "人均纯收入", "姓名", "性别"],
        ["H1", 5000, "张三", "男"],
        [None, None, "李四", "女"],
        [None, None, "王五", "男"],
        ["H2", 6000, "赵六", "男"],
    ]
    result = found(tmp_path, rows, merged=["A2:A4", "B2:B4"])
    assert result.column("household_reference") == ["H1", "H1", "H1", "H2"]
    assert result.column("income_per_capita") == [500_000, 500_000, 500_000, 600_000]
    assert result.rejects == []


def test_a_blank_household_that_is_not_merged_is_no_guess(tmp_path: Path) -> None:
    result = found(tmp_path, [["户编号", "姓名"], ["H1", "张三"], [None, "李四"]])
    assert result.rejects == [(3, "户编号", "没有填写户编号，无法判断属于哪一户")]


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        (date(1943, 5, 1), date(1943, 5, 1)),
        (15827, date(1943, 5, 1)),
        ("1943.5.1", date(1943, 5, 1)),
        ("1943/5/1", date(1943, 5, 1)),
        ("1943年5月1日", date(1943, 5, 1)),
        (19430501, date(1943, 5, 1)),
        ("１９４３０５０１", date(1943, 5, 1)),
        ("1943-05", None),
        (1943.5, None),
        (1943, None),
    ],
)
def test_dates_are_read_however_they_are_kept(tmp_path: Path, cell: object, born: date | None) -> None:
    result = found(tmp_path, [["户编号", "出生日期"], ["H1", cell]])
    assert result.column("birth_date") == [born]
    assert ("不是完整的日期，按未知处理" in "".join(result.doubts())) is (born is None)


@pytest.mark.parametrize("cell", [341103194305010018, Raw("><v>3.4110319430501E+17</v>"), 34110319430501001811])
def test_an_id_kept_as_a_number_is_refused_by_row(tmp_path: Path, cell: object) -> None:
    result = found(tmp_path, [["户编号", "证件号码", "性别"], ["H1", cell, "男"], ["H1", ID, "男"]])
    assert result.rejects == [(2, "证件号码", "证件号码是数字格式，末几位已丢失，请把该列设为文本后重新填写")]
    assert result.column("row") == [3]


def test_a_long_household_number_kept_as_a_number_is_refused_by_row(tmp_path: Path) -> None:
    result = found(tmp_path, [["户编号", "姓名"], [3411031000010000123, "张三"], [341103100001, "李四"]])
    assert result.rejects == [(2, "户编号", "编号是数字格式，末几位已丢失，请把该列设为文本后重新填写")]
    assert result.column("household_reference") == ["341103100001"]


def test_numbers_are_read_as_people_see_them(tmp_path: Path) -> None:
    rows = [["户编号", "人口编号", "人均纯收入", "年龄"], [1, 2, Raw("><v>0.30000000000000004</v>"), 65.0]]
    result = found(tmp_path, rows)
    row = result.rows.row(0, named=True)
    assert (row["household_reference"], row["member_reference"], row["income_per_capita"], row["age"]) == (
        "1",
        "2",
        30,
        65,
    )


def test_booleans_errors_formulas_and_rich_text_are_read(tmp_path: Path) -> None:
    rows = [
        ["户编号", "寄宿生", "农村户籍家庭", "性别", "人均纯收入"],
        [
            "H1",
            True,
            Raw(' t="str"><f>B9</f><v>是</v>'),
            Raw(' t="inlineStr"><is><r><t>女</t></r><rPh><t>nv</t></rPh></is>'),
            Raw(' t="e"><v>#N/A</v>'),
        ],
    ]
    result = found(tmp_path, rows)
    assert result.facts() == {"boarding": True, "rural": True, "sex": "female"}


def test_no_rows_and_no_header_are_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="没有数据行"):
        found(tmp_path, [["户编号", "姓名"]])
    with pytest.raises(UnreadableFileError, match="没有找到表头"):
        found(tmp_path, [["甲", "乙"], ["1", "2"]])
    with pytest.raises(UnreadableFileError, match="没有“户编号”列"):
        found(tmp_path, [["姓名", "性别"], ["张三", "男"]])
    with pytest.raises(UnreadableFileError, match="只有一列"):
        found(tmp_path, [["户编号"], ["H1"]])
    with pytest.raises(UnreadableFileError):
        found(tmp_path, [])


def test_garbage_where_a_sheet_should_be_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", [["户编号", Raw(' t="s"><v>99999999999</v>')], ["H1", "x"]])
    try:
        open_table(path)
    except UnreadableFileError as refused:
        assert "另存为" in str(refused) or "没有找到表头" in str(refused)  # noqa: PT017


def test_bare_numbers_count_from_the_day_that_the_workbook_says(tmp_path: Path) -> None:
    parts = parts_of([[["户编号", "出生日期"], ["H1", 15827 - 1462]]])
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    write_parts(tmp_path / "list.xlsx", parts)
    assert read(tmp_path / "list.xlsx").column("birth_date") == [date(1943, 5, 1)]


ERROR = Raw(' t="e"><v>#N/A</v>')
BROKEN = Raw(' s="1" t="e"><f>1/0</f><v>#DIV/0!</v>')
UNCALCULATED = (Raw("><f>A1</f>"), Raw("><f>A1</f><v></v>"), Raw("><f>A1</f><v/>"), Raw('><f t="shared" si="0"/>'))


def test_an_error_is_not_blank_but_said_and_taken_as_unknown(tmp_path: Path) -> None:
    rows = [
        ["户编号", "性别", "出生日期", "人均纯收入", "寄宿生", "备用"],
        ["H1", ERROR, BROKEN, ERROR, ERROR, ERROR],
        ["H2", "女", "1943-05-01", 5000, "是", "x"],
    ]
    result = found(tmp_path, rows)
    assert result.rejects == []
    told = {(row, column) for row, column, _ in result.warnings}
    assert told == {(2, name) for name in ("性别", "出生日期", "人均纯收入", "寄宿生")}
    assert all("单元格是公式错误（如#N/A、#REF!），按未知处理：请" in said for said in result.doubts())
    assert result.facts() == {}
    assert result.originals["备用"].to_list() == ["#N/A", "x"]


@pytest.mark.parametrize("cell", UNCALCULATED, ids=lambda cell: cell.xml)
def test_a_formula_that_nobody_worked_out_is_not_blank(tmp_path: Path, cell: Raw) -> None:
    result = found(tmp_path, [["户编号", "性别", "人均纯收入"], ["H1", "男", cell], ["H1", "女", 5000]])
    assert result.rejects == []
    assert [place[:2] for place in result.warnings if "没有保存计算结果" in place[2]] == [(2, "人均纯收入")]


def test_a_formula_that_says_nothing_is_blank(tmp_path: Path) -> None:
    result = found(tmp_path, [["户编号", "性别"], ["H1", Raw(' t="str"><f>IF(1,"")</f><v></v>')], ["H2", "女"]])
    assert (result.rejects, result.warnings, result.column("sex")) == ([], [], [None, "female"])


def test_an_error_for_a_number_that_tells_people_apart_sets_the_row_aside(tmp_path: Path) -> None:
    rows = [
        ["户编号", "证件号码", "性别"],
        [ERROR, ID, "男"],
        ["H1", BROKEN, "男"],
        ["H2", UNCALCULATED[0], "女"],
        ["H3", ID, "男"],
    ]
    result = found(tmp_path, rows)
    assert [place[:2] for place in result.rejects] == [(2, "户编号"), (3, "证件号码"), (4, "证件号码")]
    assert ["没有读取" in said for said in result.messages()] == [True] * 3
    assert result.column("household_reference") == ["H3"]


def test_an_error_is_found_wherever_the_blocks_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [["户编号", "性别"], *([f"H{n}", ERROR] for n in range(40))])
    for block in range(50, 120):
        monkeypatch.setattr(archives, "_BLOCK", block)
        spoilt = archives.check_workbook(path).spoilt["xl/worksheets/sheet1.xml"]
        assert spoilt == {(row, 1): "#N/A" for row in range(1, 41)}
