"""Text files: delimiters, quotes, lines, and rows that are too short or too long."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch.reading import delimited, encodings
from app.batch.reading.delimited import TOO_LONG, TOO_SHORT, DelimitedTable
from app.batch.reading.quotes import UNMATCHED
from app.batch.reading.tables import FLAW, ROW
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.reading.files import read_text, write

HEADER = "户编号,人口编号,姓名,性别\n"


def rows(path: Path, text: str, encoding: str = "utf-8") -> list[tuple[object, ...]]:
    """Return the row number, the flaw and the cells of each row."""
    table = DelimitedTable(write(path / "list.csv", text, encoding))
    return [
        (row[ROW], row[FLAW], *(row[str(at)] for at in range(4)))
        for frame in table.frames()
        for row in frame.rows(named=True)
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_cells_stand_between_commas_tabs_or_semicolons(tmp_path: Path, delimiter: str, end: str) -> None:
    text = (HEADER + "H1,1,张三,男\nH1,2,李四,女").replace(",", delimiter).replace("\n", end)
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode())
    found = [row for frame in DelimitedTable(path).frames() for row in frame.select("0", "1", "2", "3").rows()]
    assert found == [("H1", "1", "张三", "男"), ("H1", "2", "李四", "女")]


def test_quoted_cells_may_hold_commas_quotes_and_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, HEADER + 'H1,1,"张,三",男\nH1,2,"李""四""",女\nH1,3,"王\n五",男\nH1,4,赵六,女\n')
    assert [row[4] for row in found] == ["张,三", '李"四"', "王\n五", "赵六"]
    assert [row[0] for row in found] == [2, 3, 4, 5]


def test_an_id_protected_by_an_equals_sign_is_read(tmp_path: Path) -> None:
    found = read_text(
        tmp_path,
        '户编号,人口编号,证件号码\nH1,="01",="341103194305010018"\nH1,"=""02""","=""34110319430501027X"""\n',
    )
    assert found.column("member_reference") == ["01", "02"]
    assert found.column("sex") == ["male", "male"]
    assert found.rejects == []


def test_rows_too_short_or_too_long_are_set_aside_and_the_others_are_read(tmp_path: Path) -> None:
    found = rows(tmp_path, HEADER + "H1,1,张三,男\nH1,2,李四\nH2,1,王,五,男\nH2,2\n\n,,,\nH3,1,,\n")
    assert [(row[0], row[1]) for row in found] == [
        (2, None), (3, TOO_SHORT), (4, TOO_LONG), (5, TOO_SHORT), (6, None), (7, None), (8, None)
    ]  # fmt: skip
    assert found[-1][2:4] == ("H3", "1")
    assert found[1][2:] == (None,) * 4


def test_a_short_first_row_does_not_make_the_table_narrow(tmp_path: Path) -> None:
    assert [row[1] for row in rows(tmp_path, HEADER + "H1\nH1,1,张三,男\n")] == [TOO_SHORT, None]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    found = rows(tmp_path, HEADER + 'H1,1,"张三,男\nH1,2,李四,女\nH2,1,王五,男\n')
    assert [(row[0], row[1]) for row in found] == [(2, UNMATCHED), (3, None), (4, None)]
    assert found[1][2:] == ("H1", "2", "李四", "女")


def test_a_quote_that_is_never_closed_costs_one_row_of_a_long_file(tmp_path: Path) -> None:
    lines = [f"H{number},1,张三,男" for number in range(500)]
    lines[100] = 'H100,1,"张三,男'
    found = rows(tmp_path, HEADER + "\n".join(lines) + "\n")
    assert [row[0] for row in found if row[1] is not None] == [102]
    assert len(found) == 500


def test_a_quote_within_a_cell_is_a_character(tmp_path: Path) -> None:
    found = rows(tmp_path, HEADER + 'H1,1,张"三,男\nH1,2,李四,女\n')
    assert [row[4] for row in found] == ['张"三', "李四"]


def test_the_row_numbers_are_those_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    found = rows(tmp_path, f'南谯区花名册,,,\n"说明\n第二行",,,\n{HEADER}\nH1,1,张三,男\n')
    assert [row[0] for row in found if row[2]] == [5]


def test_titles_above_the_header_may_be_shorter(tmp_path: Path) -> None:
    assert rows(tmp_path, f"南谯区花名册\n填报单位：示例村,2026年\n{HEADER}H1,1,张三,男\n")[0][0] == 4


@pytest.mark.parametrize("text", ["户编号\nH1\nH2\n", "户编号|姓名\nH1|张三\n"])
def test_one_column_is_refused_with_what_separates(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFileError, match="只有一列：请用逗号、制表符或分号分隔"):
        rows(tmp_path, text)


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="列数太多，最多1000列"):
        rows(tmp_path, HEADER.strip() + "," * 16_380 + "\nH1\n")


@pytest.mark.parametrize("text", ["\n\n\n", " \n"])
def test_nothing_but_blank_lines_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(UnreadableFileError, match=r"没有内容|只有一列"):
        DelimitedTable(path)


cells = st.text(st.sampled_from("甲乙 ,;\t\"\n1=A'"), max_size=6)
tables = st.lists(st.lists(cells, min_size=4, max_size=4), max_size=8)


@given(
    tables, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.sampled_from(["\n", "\r\n"]), st.integers(16, 80)
)
def test_what_was_written_is_read_back_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], quoting: int, end: str, size: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([["户编号", "人口编号", "姓名", "性别"], *table])
    path = tmp_path_factory.mktemp("table") / "list.csv"
    path.write_bytes(text.getvalue().encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "BLOCK", size)
        patch.setattr(delimited, "_LONGEST", 4 * size)
        frames = list(DelimitedTable(path).frames())
        some = list(DelimitedTable(path).frames([1, 3]))
    found = [row for frame in frames for row in frame.rows(named=True)]
    assert [row[FLAW] for row in found] == [None] * len(table)
    assert [[row[str(at)] or "" for at in range(4)] for row in found] == table
    assert [row[ROW] for row in found] == list(range(2, len(table) + 2))
    picked = [(row["1"] or "", row["3"] or "", row[ROW]) for frame in some for row in frame.rows(named=True)]
    assert picked == [(cells[1], cells[3], row) for row, cells in enumerate(table, start=2)]


def test_short_rows_below_the_table_are_sums_and_notes_and_no_mistakes(tmp_path: Path) -> None:
    for header in (HEADER, HEADER.replace("姓名", '"姓\n名"')):  # in one sweep, and with care
        found = read_text(tmp_path, f"{header}H1,1,张三,男\n合计,1人\n备注：已公示\nH2\n")
        assert [said for _, _, said in found.rejects] == [TOO_SHORT]
        assert all("表尾的说明或合计" in said for said in found.doubts())
        assert (len(found.doubts()), found.column("household_reference")) == (2, ["H1"])


def test_an_error_that_a_spreadsheet_exported_is_said(tmp_path: Path) -> None:
    result = read_text(tmp_path, "户编号,性别,人均纯收入\nH1,#N/A,#REF!\n#VALUE!,男,1\n")
    assert [(row, column) for row, column, _ in result.warnings] == [(2, "人均纯收入"), (2, "性别")]
    assert [(row, column) for row, column, _ in result.rejects] == [(3, "户编号")]
