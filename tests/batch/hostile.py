"""Files that lie, and files that are bombs: one function each, which writes the file and returns its path.

`python -m tests.batch.hostile FOLDER` writes them all, to be tried by hand.
"""

import codecs
import io
import os
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copyfile
from typing import Final

import polars as pl

from tests.batch.workbooks import letters, parts_of, write_parts, write_workbook

SECRET: Final = "张三"
"""Of the person in every file: no message may hold it."""
HEAD: Final = ("户编号", "人口编号", "姓名", "出生日期")
PERSON: Final = ("甲", "1", SECRET, "1943-05-01")
LINE: Final = f"{','.join(HEAD)}\n"
ROW: Final = f"{','.join(PERSON)}\n"
_FILES: Final = Path(__file__).with_name("files")
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET: Final = "xl/worksheets/sheet1.xml"
_LAUGHS: Final = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 1000}">' for n in range(9))

Maker = Callable[[Path], None]


# ── workbooks ──


def _workbook(
    path: Path, sheet: Callable[[str], str] = lambda xml: xml, parts: Mapping[str, str | bytes] | None = None
) -> None:
    """Write a list of one person, its sheet changed by *sheet*, *parts* added or put in place of others."""
    made = parts_of([[HEAD, PERSON]])
    made[_SHEET] = sheet(str(made[_SHEET]))
    write_parts(path, {**made, **(parts or {})})


def ratio_bomb(path: Path) -> None:
    _workbook(path, lambda xml: xml.replace("</sheetData>", " " * (40 * 1024 * 1024) + "</sheetData>"))


def many_entries(path: Path) -> None:
    _workbook(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(6_000):
            archive.writestr(f"xl/media/{number}", "")


def nested_zip(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("list.csv", b"0" * 10_000_000)
    write_parts(path, {"inner.zip": inner.getvalue()})


def zip64_lies(path: Path) -> None:
    """Let the directory say in its 64-bit fields that the sheet has a thousand terabytes."""
    _workbook(path)
    content = path.read_bytes()
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(_SHEET.encode()))
    name, more = struct.unpack_from("<2H", content, at + 28)
    extra = struct.pack("<2HQ", 1, 8, 10**15)
    entry = (
        content[at : at + 24] + b"\xff" * 4 + struct.pack("<2H", name, more + len(extra)) + content[at + 32 : at + 46]
    )
    entry += content[at + 46 : at + 46 + name + more] + extra
    end = content.rindex(b"PK\x05\x06")
    last = bytearray(content[end:])
    struct.pack_into("<I", last, 12, struct.unpack_from("<I", last, 12)[0] + len(extra))
    path.write_bytes(content[:at] + entry + content[at + 46 + name + more : end] + bytes(last))


def smaller_than_it_is(path: Path) -> None:
    _claim(path, 10)


def larger_than_it_is(path: Path) -> None:
    _claim(path, 2**31 - 1)


def _claim(path: Path, size: int) -> None:
    _workbook(path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(_SHEET.encode()))
    struct.pack_into("<I", content, at + 24, size)
    path.write_bytes(content)


def laughs_in_the_sheet(path: Path) -> None:
    _workbook(path, lambda xml: f"<!DOCTYPE w [{_LAUGHS}]>{xml.replace(SECRET, '&e8;')}")


def laughs_in_the_strings(path: Path) -> None:
    strings = f'<!DOCTYPE w [{_LAUGHS}]><sst xmlns="{_MAIN}" uniqueCount="1"><si><t>&e8;</t></si></sst>'
    _workbook(path, parts={"xl/sharedStrings.xml": strings})


def outside_entity(path: Path) -> None:
    entity = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    _workbook(path, lambda xml: f"{entity}{xml.replace(SECRET, '&x;')}")


def claims_many_strings(path: Path) -> None:
    """A parser that makes room for them all is ended by the system."""
    strings = f'<sst xmlns="{_MAIN}" count="4294967295" uniqueCount="4294967295"></sst>'
    _workbook(path, parts={"xl/sharedStrings.xml": strings})


def claims_a_huge_sheet(path: Path) -> None:
    _workbook(path, lambda xml: xml.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'))


def merged_over_everything(path: Path) -> None:
    merged = '<mergeCells count="2"><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A2:A1048576"/></mergeCells>'
    _workbook(path, lambda xml: xml.replace("</sheetData>", f"</sheetData>{merged}"))


def merged_one_over_another(path: Path) -> None:
    merged = '<mergeCell ref="A2:A1048576"/>' * 10_000
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>H{n}</t></is></c></row>' for n in range(3, 2_000))
    _workbook(path, lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData><mergeCells>{merged}</mergeCells>"))


def cell_beyond_every_sheet(path: Path) -> None:
    _workbook(path, lambda xml: xml.replace('r="C2"', 'r="ZZZZZZZ99999999999"'))


def one_sheet_many_times(path: Path) -> None:
    """A thousand tabs for one sheet, which a reader would read a thousand times."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    tabs = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, 1_000))
    targets = "".join(
        f'<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
        for n in range(1, 1_000)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 100_000))
    _workbook(
        path,
        lambda _: f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        {
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{relations}"><sheets>{tabs}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{targets}</Relationships>',
        },
    )


def nested_elements(path: Path) -> None:
    _workbook(path, lambda _: f'<worksheet xmlns="{_MAIN}">{"<a>" * 500_000}{"</a>" * 500_000}</worksheet>')


def widest_sheet(path: Path) -> None:
    write_workbook(path, [[f"{letters(n)}" for n in range(16_384)], PERSON])


def one_column(path: Path) -> None:
    write_workbook(path, [["户编号"], ["甲"]])


def no_rows(path: Path) -> None:
    write_workbook(path, [HEAD])


def cut_short(path: Path) -> None:
    _workbook(path)
    path.write_bytes(path.read_bytes()[:-100])


def old_workbook(path: Path) -> None:
    """A real one, saved by LibreOffice as Excel 97 to 2003."""
    copyfile(_FILES / "old.xls", path)


def locked_workbook(path: Path) -> None:
    """A real one, with a password."""
    copyfile(_FILES / "locked.xlsx", path)


def open_document(path: Path) -> None:
    """A real one, saved by LibreOffice."""
    copyfile(_FILES / "open.ods", path)


def binary_workbook(path: Path) -> None:
    write_parts(path, {"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\x01\x00"})


def with_macros(path: Path) -> None:
    _workbook(path, parts={"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 5000})


def web_page(path: Path) -> None:
    path.write_text(f"<html><body><table><tr><td>{SECRET}</td></tr></table>", encoding="gb18030")


# ── Parquet ──

_ROWS: Final = 12_345
"""How many rows the good file has, in a way that its bytes are found in its footer."""


def _table(path: Path) -> bytes:
    numbers = pl.int_range(_ROWS, eager=True)
    frame = pl.DataFrame({"户编号": "H" + numbers.cast(pl.String), "姓名": [SECRET] * _ROWS, "人均纯收入": numbers})
    frame.write_parquet(path)
    return path.read_bytes()


def _varint(number: int) -> bytes:
    coded, left = b"", number * 2
    while left > 127:
        coded, left = coded + bytes([left & 127 | 128]), left >> 7
    return coded + bytes([left])


def claims_a_trillion_rows(path: Path) -> None:
    content = _table(path)
    size = struct.unpack("<I", content[-8:-4])[0]
    footer = content[-8 - size : -8].replace(_varint(_ROWS), _varint(10**12))
    path.write_bytes(content[: -8 - size] + footer + struct.pack("<I", len(footer)) + b"PAR1")


def corrupt_pages(path: Path) -> None:
    content = _table(path)
    path.write_bytes(content[:500] + bytes(byte ^ 0x5A for byte in content[500:2000]) + content[2000:])


def footer_beyond_the_file(path: Path) -> None:
    path.write_bytes(_table(path)[:-8] + struct.pack("<I", 0xFFFF_FFF0) + b"PAR1")


def wrong_magic(path: Path) -> None:
    path.write_bytes(b"PAR2" + _table(path)[4:])


def nested_column(path: Path) -> None:
    pl.DataFrame({"户编号": ["甲"], "性别": [{"a": SECRET}]}).write_parquet(path)


def texts_beyond_measure(path: Path) -> None:
    """A few kilobytes that hold 1.5 gigabytes: one text of a dictionary in every row."""
    numbers = pl.int_range(300, eager=True)
    text = pl.lit("a" * 5_000_000).alias("备用")
    pl.LazyFrame({"户编号": "H" + numbers.cast(pl.String)}).with_columns(text).sink_parquet(path)


def widest_table(path: Path) -> None:
    pl.DataFrame({"户编号": ["甲"], **{f"c{n}": ["x"] for n in range(16_383)}}).write_parquet(path)


# ── text ──


def empty(path: Path) -> None:
    path.write_bytes(b"")


def only_a_mark(path: Path) -> None:
    path.write_bytes(codecs.BOM_UTF8)


def blank_lines(path: Path) -> None:
    path.write_bytes(b"\n" * 1_000_000)


def only_delimiters(path: Path) -> None:
    path.write_bytes(b"," * 10_000_000)


def zero_bytes(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW}".encode() + b"\0" * 100)


def zero_byte_far_down(path: Path) -> None:
    rows = "".join(f"H{n},1,李四,1943-05-01\n" for n in range(1_000))
    path.write_bytes(f"{LINE}{rows}乙,1\0,{SECRET},1943-05-01\n丙,1,\0{SECRET},1943-05-01\n".encode())


def unmatched_quote(path: Path) -> None:
    """A hundred megabytes behind a quote that nobody closes."""
    row = f"{{}},1,{SECRET}{'，' * 1_000},1943-05-01\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{LINE}乙,1,"{SECRET},1943-05-01\n')
        file.writelines(row.format(number) for number in range(33_000))


def million_columns(path: Path) -> None:
    path.write_text(",".join(f"c{n}" for n in range(1_000_000)) + "\n", encoding="utf-8")


def million_cells_in_a_row(path: Path) -> None:
    path.write_text(f"{LINE}{ROW}乙{',' * 1_000_000}\n丙,1,李四,1943-05-01\n", encoding="utf-8")


def endless_line(path: Path) -> None:
    """Two hundred megabytes without the end of a row, and a good row behind them."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{LINE}{ROW}乙,1,")
        for _ in range(200):
            file.write("a" * 1_000_000)
        file.write("\n丙,1,李四,1943-05-01\n")


def two_encodings(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW * 20}".encode() + (ROW * 9).encode("gb18030"))


def utf_16_with_a_mark(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW}".encode("utf-16"))


def utf_16_without(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW}".encode("utf-16-le"))


def utf_16_without_the_other_way(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW}".encode("utf-16-be"))


def utf_32(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW}".encode("utf-32"))


def old_line_ends(path: Path) -> None:
    path.write_bytes(f"{LINE}{ROW}".replace("\n", "\r").encode())


def one_household_of_all(path: Path) -> None:
    path.write_text("户编号,人口编号\n" + "".join(f"甲,{n}\n" for n in range(300_000)), encoding="utf-8")


# ── no files at all ──


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_nothing(path: Path) -> None:
    path.symlink_to("none.csv")


def main() -> None:
    """Write every file into the folder that the command line names."""
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    for name, make in list(globals().items()):
        if (
            callable(make)
            and getattr(make, "__module__", "") == __name__
            and not name.startswith("_")
            and name != "main"
        ):
            make(place / name)


if __name__ == "__main__":
    main()
