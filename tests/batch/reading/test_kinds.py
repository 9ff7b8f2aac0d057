"""What a file really is, whatever it is called, and what to do about it."""

import io
import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest

from app.batch.reading.kinds import Kind, recognise
from app.batch.reading.opening import open_table
from app.batch.reading.unreadable import UnreadableFileError
from tests.batch.workbooks import parts_of, write_parts, write_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError) as refused:
        open_table(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "文件是空的"),
        ("a.xlsx", OLE + "Workbook".encode("utf-16-le"), "旧版的Excel文件（.xls）"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        ("a.xlsx", b"\x09\x08\x10\x00\x00\x06", "旧版的Excel文件（.xls）"),
        ("a.xls", b"\xef\xbb\xbf \r\n<HTML><body><table>", "网页"),
        ("a.csv", b"<!DOCTYPE html>\n<html lang='zh'>", "网页"),
        ("a.xls", b"<meta charset=gbk><table><tr>", "网页"),
        ("a.xls", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook>', "XML"),
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "网页存档"),
        ("a.csv", b"%PDF-1.7", "PDF"),
        ("a.csv", b"Rar!\x1a\x07", "压缩包"),
        ("a.csv", b"\x1f\x8b\x08\x00", "压缩包"),
        ("a.csv", b"\x89PNG\r\n", "图片"),
        ("a.csv", b'{"household": {}}', "JSON"),
        ("a.csv", b"a,b\n\0\0\0", "不是能读的表格"),
        ("a.parquet", b"PAR1" + b"\0" * 100, "Parquet文件不完整"),
        ("a.parquet", b"PAR1" + b"\0" * 100 + b"PAR1", "Parquet文件已损坏"),
        ("a.parquet", b"PARE" + b"\0" * 100, "加密的Parquet"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "不完整或已损坏"),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_what_it_is(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refusal(tmp_path / name, content)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("word/document.xml", "Word"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("xl/workbook.bin", ".xlsb"),
        ("content.xml", "OpenDocument"),
        ("list.xlsx", "先解压"),
    ],
)
def test_another_zip_is_refused_by_what_it_is(tmp_path: Path, part: str, said: str) -> None:
    write_parts(tmp_path / "a.xlsx", {part: "<x/>"})
    assert said in refusal(tmp_path / "a.xlsx", (tmp_path / "a.xlsx").read_bytes())


def test_a_workbook_cut_short_anywhere_is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [["户编号", "姓名"], ["H1", "张三"]])
    content = path.read_bytes()
    for length in range(len(content) // 8, len(content), len(content) // 8):
        assert "不完整或已损坏" in refusal(path, content[:length])


def test_kinds_are_told_by_content_and_not_by_name(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    write_workbook(path, [["户编号", "姓名"], ["H1", "张三"]])
    assert recognise(path) is Kind.WORKBOOK
    pl.DataFrame({"户编号": ["H1"]}).write_parquet(path)
    assert recognise(path) is Kind.PARQUET
    path.write_text("户编号,姓名\n", encoding="utf-8")
    assert recognise(path) is Kind.TEXT


def test_no_message_carries_anything_of_the_file(tmp_path: Path) -> None:
    assert "张三" not in refusal(tmp_path / "a.csv", "张三\n李四\n".encode())
    assert "秘密" not in refusal(tmp_path / "a.csv", "秘密,张三\n1,2\n".encode())


def encrypted(path: Path) -> bytes:
    """Return a workbook whose entries are marked as encrypted."""
    parts = parts_of([[["户编号", "姓名"]]])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    content = bytearray(buffer.getvalue())
    at = content.find(b"PK\x01\x02")
    content[at + 8 : at + 10] = struct.pack("<H", 1)
    return bytes(content)


def test_a_zip_with_a_password_is_refused(tmp_path: Path) -> None:
    assert "打开密码" in refusal(tmp_path / "a.xlsx", encrypted(tmp_path))
