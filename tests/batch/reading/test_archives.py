"""Bombs and lies: workbooks that would unpack to more than they say, or to too much."""

import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from app.batch.reading import archives
from app.batch.reading.archives import check_workbook
from app.batch.reading.opening import open_table
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.workbooks import parts_of, write_parts, write_workbook

ROWS = [["户编号", "姓名"], ["H1", "张三"]]


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        check_workbook(path)
    return str(refused.value)


def workbook(path: Path, sheet: str | bytes, name: str = "xl/worksheets/sheet1.xml") -> Path:
    write_parts(path, {**parts_of([ROWS]), name: sheet})
    return path


def test_a_plain_workbook_passes(tmp_path: Path) -> None:
    check_workbook(write_workbook(tmp_path / "a.xlsx", ROWS))


def test_a_sheet_that_unpacks_to_too_much_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", b" " * (600 * 1024 * 1024))
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    assert "解压后太大" in refusal(path)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_part_packed_beyond_reason_is_refused(tmp_path: Path) -> None:
    assert "压缩比异常" in refusal(workbook(tmp_path / "a.xlsx", b" " * (40 * 1024 * 1024)))


def claim(path: Path, size: int) -> None:
    """Let the directory claim another size for the sheet than it has."""
    content = bytearray(path.read_bytes())
    at = -1
    while True:
        at = content.find(b"PK\x01\x02", at + 1)
        length = struct.unpack_from("<H", content, at + 28)[0]
        if b"sheet1" in content[at + 46 : at + 46 + length]:
            break
    struct.pack_into("<I", content, at + 24, size)
    path.write_bytes(content)


def test_a_claim_of_two_gigabytes_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", ROWS)
    claim(path, 2 * 1024**3 - 1)
    assert "解压后太大" in refusal(path)


def test_a_sheet_larger_than_the_directory_says_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", b" " * 5_000_000)
    claim(path, 1000)
    assert "不完整或已损坏" in refusal(path)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 4_000_000)
    assert "解压后太大" in refusal(path)


def cells(*places: str) -> str:
    return (
        "<worksheet><sheetData>"
        + "".join(
            f'<row r="{place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{place}"><v>1</v></c></row>'
            for place in places
        )
        + "</sheetData></worksheet>"
    )


@pytest.mark.parametrize("places", [("A1", "XFD1"), ("A1", "XFD1048576"), ("ZZZ1",)])
def test_cells_too_far_right_are_refused(tmp_path: Path, places: tuple[str, ...]) -> None:
    assert "列数太多，最多1000列" in refusal(workbook(tmp_path / "a.xlsx", cells(*places)))


def test_two_cells_that_span_a_huge_rectangle_are_refused(tmp_path: Path) -> None:
    assert "表格太大" in refusal(workbook(tmp_path / "a.xlsx", cells("CZ1", "A1048576")))


def test_cells_that_do_not_say_where_they_are_count_too(tmp_path: Path) -> None:
    row = f"<row>{'<c><v>1</v></c>' * 1001}</row>"
    assert "列数太多" in refusal(workbook(tmp_path / "a.xlsx", f"<worksheet><sheetData>{row}</sheetData></worksheet>"))
    sheet = f'<worksheet><sheetData><row>{"<c><v>1</v></c>" * 900}</row><row r="1048576"><c><v>1</v></c></row></sheetData></worksheet>'
    assert "表格太大" in refusal(workbook(tmp_path / "b.xlsx", sheet))


def test_cells_that_are_only_coloured_take_no_room(tmp_path: Path) -> None:
    blank = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"></c></row>'
    check_workbook(workbook(tmp_path / "a.xlsx", cells("A1", "B2").replace("</sheetData>", f"{blank}</sheetData>")))


@pytest.mark.parametrize("places", [("CZ1", "A299999"), ("A1", "B1048576"), ("AMJ20000",)])
def test_a_large_table_that_fits_passes(tmp_path: Path, places: tuple[str, ...]) -> None:
    if places == ("AMJ20000",):
        places = ("ALL20000",)
    check_workbook(workbook(tmp_path / "a.xlsx", cells(*places)))


def test_a_far_cell_is_found_wherever_the_blocks_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "a.xlsx", cells("A1", "XFD1"))
    for block in range(40, 90):
        monkeypatch.setattr(archives, "_BLOCK", block)
        assert "列数太多" in refusal(path)


def test_a_plain_sheet_is_looked_at_once_wherever_the_blocks_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_: object) -> None:
        raise AssertionError("the slow look at every cell is for sheets that are not plain")

    monkeypatch.setattr(archives, "_check_extent", slow)
    path = write_workbook(tmp_path / "a.xlsx", [["户编号", "姓名"], *([f"H{n}", "某" * (n % 97)] for n in range(300))])
    for block in range(700, 740):
        monkeypatch.setattr(archives, "_BLOCK", block)
        archives.check_workbook(path)


def test_parts_that_overlap_are_counted_each(tmp_path: Path) -> None:
    """A zip may name the same bytes many times over."""
    path = write_workbook(tmp_path / "a.xlsx", ROWS)
    with zipfile.ZipFile(path, "a") as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
        for number in range(2, 60):
            copy = zipfile.ZipInfo(f"xl/worksheets/sheet{number}.xml")
            copy.file_size, copy.compress_size, copy.CRC = 10_000_000, info.compress_size, info.CRC
            copy.header_offset, copy.compress_type = info.header_offset, info.compress_type
            archive.filelist.append(copy)
        archive._didModify = True  # type: ignore[attr-defined]
    assert "解压后太大" in refusal(path)


def test_a_part_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", zlib.compress(b"no xml at all"))
    with pytest.raises(UnreadableFileError, match="已损坏"):
        open_table(path)


def test_entities_do_not_unfold(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 1000}">' for n in range(9))
    sheet = f"<!DOCTYPE w [{entities}]><worksheet><sheetData><row r='1'><c r='XFD1'><v>&e8;</v></c></row></sheetData></worksheet>"
    assert refusal(workbook(tmp_path / "a.xlsx", sheet))
