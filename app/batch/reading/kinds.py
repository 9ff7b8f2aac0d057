"""What kind of file this is, by its content: names and extensions are often wrong."""

from enum import StrEnum
from pathlib import Path
from typing import Final

from app.batch.reading.unreadable import UnreadableFileError

_HEAD: Final = 8192
_SAVE_AS: Final = "请在Excel或WPS中打开，另存为“Excel 工作簿（.xlsx）”后重新上传"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_UTF32: Final = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")

# Beginnings of files that are neither a table nor text, and what to say of them.
_OTHERS: Final = {
    b"%PDF": "这是PDF文件，不是表格：请上传原来的表格文件",
    b"Rar!": "这是压缩包：请先解压，再上传里面的表格",
    b"7z\xbc\xaf": "这是压缩包：请先解压，再上传里面的表格",
    b"\x1f\x8b": "这是压缩包：请先解压，再上传里面的表格",
    b"\x89PNG": "这是图片，不是表格：请上传原来的表格文件",
    b"\xff\xd8\xff": "这是图片，不是表格：请上传原来的表格文件",
    b"{\\rtf": "这是文字处理文件，不是表格：请把表格复制到Excel或WPS中，保存为.xlsx后上传",
    b"\x09\x08": f"这是旧版的Excel文件（.xls）：{_SAVE_AS}",
    b"\x09\x04": f"这是旧版的Excel文件（.xls）：{_SAVE_AS}",
    b"\x09\x02": f"这是旧版的Excel文件（.xls）：{_SAVE_AS}",
    b"PARE": "这是加密的Parquet文件：请导出为不加密的文件后重新上传",
}
# Many systems export a web page under the name of a table.
_PAGES: Final = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<div", b"<style", b"<script")


class Kind(StrEnum):
    TEXT = "csv"
    WORKBOOK = "xlsx"
    PARQUET = "parquet"


def recognise(path: Path) -> Kind:
    """Return the kind of the file at *path*, or refuse it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            raise UnreadableFileError("文件是空的：请重新导出后上传")
        if head.startswith(_OLE):
            raise UnreadableFileError(_of_compound_file(head + file.read()))
        if head.startswith(b"PAR1"):
            file.seek(-4, 2)
            if file.tell() < 8 or file.read() != b"PAR1":
                raise UnreadableFileError("Parquet文件不完整（可能没有传完）：请重新导出后上传")
            return Kind.PARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Kind.WORKBOOK
    for start, said in _OTHERS.items():
        if head.startswith(start):
            raise UnreadableFileError(said)
    _check_text(head)
    return Kind.TEXT


def _of_compound_file(content: bytes) -> str:
    if _ENCRYPTED in content:
        return "文件设了打开密码：请在Excel或WPS中去掉密码，保存后重新上传"
    return f"这是旧版的Excel文件（.xls）或其他Office文件：{_SAVE_AS}"


def _check_text(head: bytes) -> None:
    if head.startswith(_UTF32):
        raise UnreadableFileError(f"文字编码是UTF-32，读不了：{_SAVE_AS}")
    if not head.startswith(_UTF16) and b"\0" in head:
        even, odd = head[::2].count(0), head[1::2].count(0)
        if max(even, odd) > 8 * min(even, odd) + len(head) // 16:
            raise UnreadableFileError(f"文字编码是UTF-16，但开头没有标明：{_SAVE_AS}")
        raise UnreadableFileError("不是能读的表格：请上传.xlsx、.csv或.parquet文件")
    text = head.decode("utf-16", "ignore").encode() if head.startswith(_UTF16) else head
    start = text.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_PAGES) or (start.startswith(b"<!--") and b"<table" in start):
        raise UnreadableFileError(f"这是网页，不是表格（有的系统导出的.xls其实是网页）：{_SAVE_AS}")
    if start.startswith(b"<"):
        raise UnreadableFileError(f"这是XML文件，不是能读的表格：{_SAVE_AS}")
    if start.startswith((b"mime-version:", b"content-type: multipart")):
        raise UnreadableFileError(f"这是网页存档，不是表格：{_SAVE_AS}")
    if start.startswith((b"{", b"[{")):
        raise UnreadableFileError("这是JSON文件：批量筛查请上传.xlsx、.csv或.parquet文件")
