"""Files pasted together of two encodings: every row is read as it was written, or set aside."""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.batch.reading import encodings
from app.batch.reading.delimited import NOT_READ
from app.batch.reading.encodings import MIXED, MIXED_UP
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.reading.files import Found, read

HEADER = "户编号,姓名,村\n"
UTF8, GB18030 = "utf-8", "gb18030"
# Common names, and some of those rare characters whose bytes in GB18030 begin as a character does in UTF-8.
NAMES = st.text("张王李赵娜伟瑾濮妍婧淇浜涵浩·", min_size=1, max_size=4)
CELLS = st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=6)


def lines(cells: Sequence[tuple[str, str]]) -> list[str]:
    return [f"H{n},{name},{village}村\n" for n, (name, village) in enumerate(cells, 1)]


def pasted(path: Path, *pieces: tuple[str, str]) -> Path:
    """Write pieces of text, each in an encoding."""
    file = path / "list.csv"
    file.write_bytes(b"".join(text.encode(encoding) for text, encoding in pieces))
    return file


def check(found: Found, cells: Sequence[tuple[str, str]]) -> None:
    """Check that every row is as it was written, or set aside."""
    aside = {row for row, _, said in found.rejects if said == NOT_READ}
    assert len(found.rejects) == len(aside)
    shown = {row: tuple(own) for row, _, *own in found.originals.iter_rows()}
    for row, (name, village) in enumerate(cells, 2):
        assert shown[row] == ((None, None) if row in aside else (name, f"{village}村"))


@pytest.mark.parametrize(("head", "tail"), [(GB18030, UTF8), (UTF8, GB18030), ("utf-8-sig", GB18030)])
def test_a_file_with_a_tail_in_another_encoding_is_read_as_it_was_written(tmp_path: Path, head: str, tail: str) -> None:
    cells = [("张三", "乌衣"), ("欧阳四", "沙河"), ("王五", "大王郢"), ("赵六", "腰铺")] * 3
    text = lines(cells)
    found = read(pasted(tmp_path, (HEADER + "".join(text[:6]), head), ("".join(text[6:]), tail)))
    check(found, cells)
    assert found.sheet.notes == (MIXED,)
    assert len(found.rejects) <= 2, "only at the seam is there doubt"


@given(pieces=st.lists(st.tuples(CELLS, st.sampled_from([UTF8, GB18030])), min_size=1, max_size=5))
def test_no_row_of_a_pasted_file_is_garbled(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[tuple[list[tuple[str, str]], str]]
) -> None:
    cells = [each for piece, _ in pieces for each in piece]
    text = lines(cells)
    ends = list(accumulate(len(piece) for piece, _ in pieces))
    written = [
        ("".join(text[end - len(piece) : end]), encoding) for end, (piece, encoding) in zip(ends, pieces, strict=True)
    ]
    file = pasted(tmp_path_factory.mktemp("pasted"), (HEADER, pieces[0][1]), *written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encodings, "BLOCK", 16)
        check(read(file), cells)


def test_a_row_that_could_be_in_either_encoding_is_set_aside_alone(tmp_path: Path) -> None:
    either = "H2,王五,南郢"
    assert either.encode(UTF8).decode(GB18030) != either
    file = pasted(tmp_path, (HEADER + "H1,张三,乌衣\n", GB18030), (either + "\n", UTF8), ("H3,赵六,沙河\n", GB18030))
    found = read(file)
    assert found.rejects == [(3, "", NOT_READ)]
    assert found.column("household_reference") == ["H1", "H3"]


def test_a_lone_row_in_gb18030_that_is_utf_8_but_no_chinese_is_set_aside(tmp_path: Path) -> None:
    other = "H2,牛莫,沙山\n"
    assert other.encode(GB18030).decode(UTF8) != other
    around = [("H1,张三丰,乌衣\n", UTF8), (other, GB18030), ("H3,李四光,沙河\n", UTF8)]
    found = read(pasted(tmp_path, (HEADER, UTF8), *around, ("H4,赵六,腰铺\n", GB18030)))
    assert found.rejects == [(3, "", NOT_READ)]
    assert found.column("household_reference") == ["H1", "H3", "H4"]


def test_a_row_with_both_encodings_or_damage_in_it_is_set_aside_alone(tmp_path: Path) -> None:
    good = "".join(lines([("张三", "乌衣")] * 20))
    file = pasted(tmp_path, (HEADER + good, UTF8), ("H21,", UTF8), ("王五", GB18030), (",乌衣村\n", UTF8))
    with file.open("ab") as more:
        more.write(b"H22,\xff\xff,\nH23,a,b\n")
    found = read(file)
    assert [row for row, _, said in found.rejects if said == NOT_READ] == [22, 23]
    assert found.rows.height == 21


def test_a_cell_of_several_lines_is_set_aside_with_its_row(tmp_path: Path) -> None:
    file = pasted(tmp_path, (HEADER + "H1,张三,乌衣\n", GB18030), ('H2,李四,"南郢\n王郢"\n', UTF8), ("H3,a,b\n", UTF8))
    found = read(file)
    assert {row for row, *_ in found.rejects} == {3}
    assert found.column("household_reference") == ["H1", "H3"]


def test_a_header_that_nobody_can_read_is_refused_for_that(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(pasted(tmp_path, ("户号,姓名\n", UTF8), ("H1,张三\n", GB18030)))
    assert str(refused.value) == MIXED_UP


def test_a_header_is_in_the_encoding_of_the_first_line_that_tells(tmp_path: Path) -> None:
    rows = "H1,张三\n"
    found = read(pasted(tmp_path, ("户号,姓名\nH0,张三丰\n", UTF8), (rows, GB18030), ("H2,张三丰\nH3,李四\n", UTF8)))
    assert found.rejects == []
    assert found.originals["姓名"].to_list() == ["张三丰", "张三", "张三丰", "李四"]


def test_rows_in_gb18030_that_happen_to_be_utf_8_but_no_chinese_are_no_mixture(tmp_path: Path) -> None:
    row = "H1,牛莫,沙山\n"
    assert row.encode(GB18030).decode(UTF8) != row
    found = read(pasted(tmp_path, (HEADER + row, GB18030)))
    assert found.originals["姓名"].to_list() == ["牛莫"]
    assert found.sheet.notes == ()
