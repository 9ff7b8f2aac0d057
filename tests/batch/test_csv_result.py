"""The CSV that an official gets back opens right in Excel and runs nothing."""

import csv
from pathlib import Path

import polars as pl
import pytest

from app.batch.csv_result import BOM, CsvResult, safe
from app.batch.screened import ROW, Screened
from app.batch.wide import STATE
from policies import POLICIES
from tests.batch.screened_lists import ABOUT, OWN, random_list, screened


def write(path: Path, *parts: Screened) -> list[list[str]]:
    with CsvResult(path, POLICIES, ABOUT) as result:
        for part in parts:
            result.add(part)
        result.finish()
    data = path.read_bytes()
    assert data.startswith(BOM)
    return list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)))


def test_the_own_rows_come_back_with_a_column_for_each_policy(tmp_path: Path) -> None:
    first = screened(random_list(1, 12))
    second = screened(random_list(2, 9), 2 + first.rows.height)
    head, *rows = write(tmp_path / "a.csv", first, second)
    assert head[: len(OWN) + 1] == [*OWN, STATE]
    assert len(head) == len(OWN) + 1 + len(POLICIES)
    originals = pl.concat([first.originals, second.originals]).drop(ROW)
    ids = OWN.index("证件号码")
    for row, own in zip(rows, originals.iter_rows(), strict=True):
        assert row[ids] == f'="{own[ids]}"'
        assert [cell for n, cell in enumerate(row[: len(OWN)]) if n != ids] == [
            cell or "" for n, cell in enumerate(own) if n != ids
        ]
        assert all(cell.split("：")[0] in ("符合", "待核实", "不符合") for cell in row[len(OWN) + 1 :])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－1", "\u3000@x"])
def test_would_be_formulas_stand_behind_an_apostrophe(text: str) -> None:
    assert safe(pl.Series([text]))[0] == f"'{text}"


@pytest.mark.parametrize("text", ["341103193801010013", "341103100201", "01", "00123", "1E5", "123e45"])
def test_numbers_that_excel_would_spoil_are_kept_as_text(text: str) -> None:
    assert safe(pl.Series([text]))[0] == f'="{text}"'


@pytest.mark.parametrize(
    "text", ["", "0", "42", "7200.5", "34110319380101001X", "张三", "1938-01-01", "a=b", "乌衣镇-1村", None]
)
def test_other_cells_stay_as_they_are(text: str | None) -> None:
    assert safe(pl.Series([text], dtype=pl.String))[0] == text


def test_no_formula_can_hide_in_what_is_kept_as_text() -> None:
    assert safe(pl.Series(['="a"&cmd']))[0] == '\'="a"&cmd'
    assert safe(pl.Series(['000"&cmd&"']))[0] == '000"&cmd&"'
    assert safe(pl.Series(["0001\n=cmd"]))[0] == "0001\n=cmd"


def test_heads_are_made_safe_too(tmp_path: Path) -> None:
    part = screened(random_list(3, 2))
    head = write(tmp_path / "a.csv", part._replace(originals=part.originals.rename({"备注": "=cmd"})))[0]
    assert "'=cmd" in head


def test_commas_quotes_and_lines_in_a_cell_survive(tmp_path: Path) -> None:
    remark = '他说,"好"\n第二行'
    rows = write(tmp_path / "a.csv", screened(random_list(4, 3), remark=remark))[1:]
    assert {row[OWN.index("备注")] for row in rows} == {remark}


def test_parts_out_of_order_are_put_back_in_the_order_of_the_file(tmp_path: Path) -> None:
    first = screened(random_list(6, 12))
    second = screened(random_list(7, 9), 2 + first.rows.height)
    straight = write(tmp_path / "a.csv", first, second)
    with CsvResult(tmp_path / "b.csv", POLICIES, ABOUT, in_order=False) as result:
        result.add(second)
        result.add(first)
        result.finish()
    assert (tmp_path / "b.csv").read_bytes() == (tmp_path / "a.csv").read_bytes()
    assert len(straight) == 1 + first.rows.height + second.rows.height
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_a_list_without_rows_has_a_head(tmp_path: Path) -> None:
    assert write(tmp_path / "a.csv") == [[STATE]]


def test_a_part_of_which_every_row_was_set_aside_comes_first(tmp_path: Path) -> None:
    first = screened(random_list(8, 2))
    second = screened(random_list(9, 3), 2 + first.rows.height)
    aside = Screened(first.originals, first.rows.clear(), (), first.rejects, first.warnings)
    head, *rows = write(tmp_path / "a.csv", aside, second)
    assert {len(row) for row in (head, *rows)} == {len(OWN) + 1 + len(POLICIES)}


def test_nothing_is_left_of_a_result_that_was_given_up(tmp_path: Path) -> None:
    with CsvResult(tmp_path / "a.csv", POLICIES, ABOUT) as result:
        result.add(screened(random_list(5, 2)))
    assert not list(tmp_path.iterdir())
