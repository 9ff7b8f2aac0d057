"""Chunks: cut between households, whatever the order and the size of the file."""

import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch.reading.chunks import Register, read_chunks
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.reading.files import DAY, HOME, read, read_text
from tests.batch.registers import LAYOUTS, people, records, write

HEADER = "户编号,人口编号,农村户籍家庭\n"


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.integers(1, 20), st.randoms(use_true_random=False))
def test_households_are_never_cut_in_any_order_and_any_size_of_chunks(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], rows: int, chance: random.Random
) -> None:
    lines = [f"H{number},{member},是" for number, size in enumerate(sizes) for member in range(size)]
    shuffled = chance.sample(lines, len(lines))
    path = tmp_path_factory.mktemp("order") / "list.csv"
    for order in (lines, shuffled):
        path.write_text(HEADER + "\n".join(order) + "\n", encoding="utf-8")
        chunks = list(read_chunks(path, day=DAY, home=HOME, rows_per_chunk=rows))
        where: dict[str, set[int]] = {}
        for number, chunk in enumerate(chunks):
            assert chunk.rows["household"].rle_id().n_unique() == chunk.rows["household"].n_unique()
            for row in chunk.rows.rows(named=True):
                where.setdefault(row["household_reference"], set()).add(number)
                assert order[row["row"] - 2] == f"{row['household_reference']},{row['member_reference']},是"
                assert row["members"] == sizes[int(row["household_reference"][1:])]
        assert all(len(numbers) == 1 for numbers in where.values())
        assert sorted(row for chunk in chunks for row in chunk.rows["row"].to_list()) == list(range(2, len(lines) + 2))
        assert chunks[-1].done == len(lines)
        households = pl.concat([chunk.rows for chunk in chunks]).filter("first")
        assert households["household"].to_list() == list(range(len(sizes)))
        assert households["row"].is_sorted()  # in the order of their first rows


def test_scattered_members_find_each_other_and_keep_their_order(tmp_path: Path) -> None:
    found = read_text(tmp_path, HEADER + "B,1,是\nA,1,\nB,2,\n,9,\nA,2,否\nB,3,是\n", rows_per_chunk=2)
    assert found.rows.select("household_reference", "member_reference", "row").rows() == [
        ("B", "1", 2), ("B", "2", 4), ("B", "3", 7), ("A", "1", 3), ("A", "2", 6)
    ]  # fmt: skip
    assert found.column("rural") == [True, True, True, False, False]
    assert sorted(found.originals["row"].to_list()) == [2, 3, 4, 5, 6, 7]


def test_every_layout_is_read_alike_when_its_rows_are_shuffled(tmp_path: Path) -> None:
    for layout in LAYOUTS:
        rows = list(records(people(60, seed=3), layout))
        straight = read(write(tmp_path / "a.csv", rows, LAYOUTS[layout].columns, "csv"))
        shuffled = random.Random(1).sample(rows, len(rows))
        mixed = read(write(tmp_path / "b.csv", shuffled, LAYOUTS[layout].columns, "csv"), rows_per_chunk=10)
        key = ["household_reference", "member_reference"]
        places = ["row", "household", "first"]
        assert mixed.rows.drop(places).sort(key).equals(straight.rows.drop(places).sort(key))


@pytest.mark.parametrize("scattered", [False, True])
def test_a_great_many_rows_of_one_household_are_set_aside_piece_by_piece(tmp_path: Path, scattered: bool) -> None:
    lines = ["A,1,是", *("B,,是" for _ in range(60_000)), "C,1,是", *(["A,2,是"] if scattered else [])]
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    chunks = list(read_chunks(path, day=DAY, home=HOME, rows_per_chunk=5_000))
    assert [row for chunk in chunks for row in chunk.rows["household_reference"].to_list()] == [
        "A",
        *["A"] * scattered,
        "C",
    ]
    assert sum(chunk.rejects.height for chunk in chunks) == 60_000
    assert max(chunk.rejects.height for chunk in chunks) <= 6_000


def test_a_great_many_rows_of_no_household_are_set_aside_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "A,1,是\n" + ",1,是\n" * 60_000 + "A,2,是\n", encoding="utf-8")
    chunks = list(read_chunks(path, day=DAY, home=HOME, rows_per_chunk=5_000))
    assert sum(chunk.rejects.height for chunk in chunks) == 60_000
    assert [row for chunk in chunks for row in chunk.rows["row"].to_list()] == [2, 60_003]


def test_the_file_s_own_cells_come_under_its_own_headers(tmp_path: Path) -> None:
    found = read_text(tmp_path, "序号,户编号,性别,备注,备注,\n1,A,男,甲,乙,丙\n2,A,错,,,\n")
    assert found.originals.columns[:6] == ["序号", "户编号", "性别", "备注", "备注（5）", "第6列"]
    assert found.originals.rows() == [("1", "A", "男", "甲", "乙", "丙", 2), ("2", "A", "错", None, None, None, 3)]


def test_cells_may_be_left_out_where_nobody_needs_them(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("户编号,性别\nA,男\n", encoding="utf-8")
    (chunk,) = read_chunks(tmp_path / "list.csv", day=DAY, home=HOME, originals=False)
    assert chunk.originals is None


def test_the_same_file_is_read_for_another_day(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("户编号,出生日期,年龄\nA,1943-05-01,83\n", encoding="utf-8")
    register = Register(tmp_path / "list.csv")
    (now,) = register.chunks(day=date(2026, 11, 23), home=HOME)
    (later,) = register.chunks(day=date(2027, 11, 23), home=HOME)
    assert (now.rejects.height, later.rejects.height) == (0, 1)


def test_a_file_in_which_nobody_has_a_household_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="没有一行填写了户编号"):
        read_text(tmp_path, HEADER + ",1,是\n,2,否\n")
    with pytest.raises(UnreadableFileError, match="没有数据行"):
        read_text(tmp_path, HEADER)


def test_every_row_is_screened_set_aside_or_reported(tmp_path: Path) -> None:
    chance = random.Random(5)
    rows = list(records(people(300, seed=9), "register-1"))
    for row in chance.sample(rows, 40):
        column = chance.choice(["证件号码", "性别", "户编号", "在校生状况", "健康状况"])
        row[column] = chance.choice(["", "乱填", "341103199902290014", "合计"])
    found = read(write(tmp_path / "list.csv", rows, LAYOUTS["register-1"].columns, "csv"), rows_per_chunk=37)
    screened, aside = set(found.column("row")), {row for row, _, _ in found.rejects}
    assert screened & aside == set()
    assert screened | aside | {row for row, _, _ in found.warnings} >= set(range(2, len(rows) + 2))
