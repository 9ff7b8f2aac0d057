"""Workbooks hold any text, any length, and read back as they were written."""

import zipfile
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.batch.cells import CUT, LONGEST_CELL, column_letters, number_cells, sheet_name, text_cells
from app.batch.parts import Package
from app.batch.spreadsheet import BLOCK, Book, Column
from app.batch.styles import Style
from tests.batch.screened_lists import read_sheet

ODD = [
    "=1+1",
    "+86",
    "-5",
    "@SUM(A1)",
    "\t=1",
    '="341103"',
    "a&b<c>\"d'",
    " blank around ",
    "two\nlines",
    "return\rcarriage",
    "_x0041_",
    "_x005F_x0041_",
    "𠮷䶮㐂•·",
    "]]>",
    "<!--",
    "341103193801010013",
    "00123",
    "张\u3000三",
]


def write(path: Path, texts: list[str | None], style: Style = Style.TEXT) -> None:
    with Book(path) as book:
        sheet = book.sheet("表", [Column("甲"), Column("乙")])
        frame = pl.DataFrame({"a": pl.Series(texts, dtype=pl.String)})
        shown = pl.DataFrame([text_cells(frame["a"], style), text_cells(frame["a"].alias("b"), style)])
        sheet.append(shown, [pl.col("a"), pl.col("b")])
        book.save()


def read(path: Path) -> list[str | None]:
    sheet = openpyxl.load_workbook(path)["表"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert all(row[0] == row[1] for row in rows)
    return [row[0] for row in rows]  # type: ignore[misc]


def test_odd_texts_read_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, list(ODD))
    spared = [text for text in ODD if "_x" not in text]  # openpyxl does not undo Excel's own escapes
    assert [text for text in read(path) if "_x" not in str(text)] == spared
    found = read_sheet(path, "表")
    assert found["甲"].to_list() == ODD


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, list(ODD))
    for row in openpyxl.load_workbook(path)["表"].iter_rows(min_row=2):
        assert all(cell.data_type == "s" for cell in row)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_text_stays_text_when_it_is_edited(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, ["341103193801010013"])
    assert openpyxl.load_workbook(path)["表"]["A2"].number_format == "@"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_\ufffe\uffff"), min_size=1))
)
def test_any_text_reads_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("x") / "a.xlsx"
    write(path, list(texts))
    assert read(path) == texts


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, ["a\x00b\x0bc\ufffed"])
    assert read(path) == ["abcd"]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(path, ["长" * (LONGEST_CELL + 1), "长" * LONGEST_CELL])
    cut, whole = read(path)
    assert cut is not None
    assert len(cut) == LONGEST_CELL
    assert cut.endswith(CUT)
    assert whole == "长" * LONGEST_CELL


def test_empty_cells_and_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Book(path) as book:
        sheet = book.sheet("表", [Column("甲"), Column("乙")])
        frame = pl.DataFrame({"a": [None, "", "x"], "b": [1, None, 3]})
        sheet.append(frame.with_columns(text_cells(frame["a"])), [pl.col("a"), number_cells(pl.col("b"))])
        sheet.write("y", 4)
        sheet.write(None, None)
        book.save()
    rows = list(openpyxl.load_workbook(path)["表"].iter_rows(min_row=2, values_only=True))
    assert rows == [(None, 1), (None, None), ("x", 3), ("y", 4), (None, None)]


def test_rows_of_many_blocks_are_in_order_and_name_their_places(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    count = 2 * BLOCK + 3
    write(path, [str(number) for number in range(count)])
    sheet = read_sheet(path, "表")
    assert sheet["甲"].to_list() == [str(number) for number in range(count)]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert f'<row r="{count + 1}"><c r="A{count + 1}"' in xml
    assert f'<c r="B{count + 1}"' in xml


def test_sheets_may_be_left_out_and_put_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with Book(path) as book:
        for name in ("一", "二", "三"):
            book.sheet(name, [Column(name)]).write(name)
        book.sheets = [book.sheets[2], book.sheets[0]]
        book.save()
    opened = openpyxl.load_workbook(path)
    assert opened.sheetnames == ["三", "一"]
    assert [opened[name]["A2"].value for name in opened.sheetnames] == ["三", "一"]


def test_nothing_stands_under_the_name_until_the_book_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("before")
    with Book(path) as book:
        book.sheet("表", [Column("甲")]).write("x")
        assert path.read_text() == "before"
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def write_to_a_closed_part(path: Path) -> None:
    with Book(path) as book:
        sheet = book.sheet("表", [Column("甲")])
        sheet.part.file.close()
        sheet.write("x")
        book.save()


def test_what_goes_wrong_while_compressing_is_raised(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="closed file"):
        write_to_a_closed_part(tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def write_what_cannot_be_made(path: Path) -> None:
    def spoil(_: pl.DataFrame) -> pl.DataFrame:
        raise ZeroDivisionError

    with Book(path) as book:
        sheet = book.sheet("表", [Column("甲")])
        sheet.append(pl.DataFrame({"a": ["x"]}), [pl.col("a")], prepare=spoil)
        book.save()


def test_what_goes_wrong_while_rows_are_made_is_raised_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        write_what_cannot_be_made(tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_the_same_content_is_the_same_file(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", list(ODD))
    write(tmp_path / "b.xlsx", list(ODD))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_letters_of_columns(place: int, letters: str) -> None:
    assert column_letters(place) == letters


def test_names_of_sheets() -> None:
    assert sheet_name("花名册·区/县[一]", ()) == "花名册·区·县·一·"
    assert sheet_name("长" * 40, ()) == "长" * 31
    assert sheet_name("长" * 40, {"长" * 31}) == "长" * 28 + "(2)"
    assert sheet_name("A", {"a"}) == "A(2)"


@pytest.mark.slow
def test_a_package_beyond_four_gigabytes_is_a_zip64(tmp_path: Path) -> None:
    package = Package(tmp_path)
    part = package.part("large.bin")
    block = bytes(1 << 28)
    for _ in range(17):
        part.write(block)
    part.end()
    with (tmp_path / "a.zip").open("wb") as file:
        package.write_to(file, package.parts)
    package.close()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        (info,) = archive.infolist()
        assert info.file_size == 17 << 28
        with archive.open(info) as opened:
            assert opened.read(10) == bytes(10)
