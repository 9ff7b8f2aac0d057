"""A workbook's zip, checked before anything parses it.

What a zip says of its sizes can be a lie, so every part that the parser would read
is unpacked here once, counted, and thrown away.  A sheet is also checked for cells far
out, because the parser lays out the whole rectangle up to the farthest one.
"""

import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final
from xml.parsers import expat

from isal import isal_zlib

from app.batch.reading.contents import (
    RELATIONS,
    STRINGS,
    WORKBOOK,
    Contents,
    MalformedXmlError,
    claimed_strings,
    read_contents,
)
from app.batch.reading.spoilt import Spoilt
from app.batch.reading.unreadable import UnreadableFileError

MOST_PARTS: Final = 5_000
MOST_UNPACKED: Final = 512 * 1024 * 1024
"""About 350,000 rows of 45 columns; parsed, they take some four times as much."""
MOST_RATIO: Final = 300
"""How many times its packed size a large part may be; sheets reach a few dozen."""
LARGE: Final = 32 * 1024 * 1024
MOST_COLUMNS: Final = 1_000
MOST_CELLS: Final = 30_000_000
MOST_SHEETS: Final = 1_000
_LARGE_HEAD: Final = 8 * 1024 * 1024
"""Bytes that the list of the sheets may have."""
_LEAST_STRING: Final = 5
"""Bytes that a shared string takes at least."""

_TAG: Final = 256
"""Bytes that the beginning of a cell takes, at most."""
_BLOCK: Final = 1024 * 1024
_SPLIT: Final = "请拆成几个文件，或另存为CSV（UTF-8）后重新上传"
_TOO_LARGE: Final = f"文件解压后太大：{_SPLIT}"
_BROKEN: Final = "文件不完整或已损坏（可能没有传完）：请重新导出后上传"
_KINDS: Final = {
    "xl/workbook.bin": "这是二进制工作簿（.xlsb）：请在Excel中另存为“Excel 工作簿（.xlsx）”后重新上传",
    "word/document.xml": "这是Word文件，不是表格：请把表格复制到Excel或WPS中，保存为.xlsx后上传",
    "ppt/presentation.xml": "这是PowerPoint文件，不是表格：请上传.xlsx、.csv或.parquet文件",
    "content.xml": "这是OpenDocument文件：请另存为“Excel 工作簿（.xlsx）”后重新上传",
}
# Cells and rows that do not plainly say that they stand within column CZ and row 299,999. Together, those that do
# cannot make too many cells; where there are others, every cell is looked at.
_PLAIN_ROW: Final = rb"(?:[0-9]{1,5}|[12][0-9]{5})"
_FAR: Final = (
    (b"<c", re.compile(rb'<c(?! r="[A-C]?[A-Z]' + _PLAIN_ROW + rb'"|ol)')),
    (b"<row", re.compile(rb'<row(?! r="' + _PLAIN_ROW + rb'")')),
    (b":c", re.compile(rb":c[ />\t\r\n]")),
    (b":row", re.compile(rb":row[ />\t\r\n]")),
)
"""Each with what it begins with: to find that there is none is ten times as fast without a pattern."""
_WHERE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def check_workbook(path: Path, *, large: int | None = None) -> Contents:
    """Return what the workbook holds; refuse a zip that is none, is damaged, or would unpack to too much.

    At the cells of a sheet of *large* bytes or more nobody looks: whoever reads them must.
    """
    with _opened(path) as (file, parts):
        _check_directory(parts)
        left = MOST_UNPACKED
        sheets = [part for part in parts if "worksheets/" in part.filename]
        seen = {part.filename.casefold(): Spoilt() for part in sheets if large is None or part.file_size < large}
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                left -= _check_part(file, part, left, seen.get(part.filename.casefold()))
        contents = _contents(file, {part.filename.casefold(): part for part in parts})
        known = {name: found.cells for name, found in seen.items() if found.cells}
    return contents._replace(spoilt=known, is_seen=len(seen) == len(sheets))


def sizes(path: Path) -> Mapping[str, int]:
    """Return how large each part is unpacked, by its name in small letters, as a checked workbook says."""
    with _opened(path) as (_, parts):
        return {part.filename.casefold(): part.file_size for part in parts}


def unpacked(path: Path, name: str) -> Iterator[bytes]:
    """Yield the part *name* of a checked workbook, block by block; nothing where there is none."""
    with _opened(path) as (file, parts):
        for part in parts:
            if part.filename.casefold() == name.casefold():
                yield from _unpacked(file, part)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, list[zipfile.ZipInfo]]]:
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            yield file, archive.infolist()
    except (
        zipfile.BadZipFile,
        isal_zlib.error,  # type: ignore[misc]  # its stub says that it is an exception, not a class of them
        struct.error,
        NotImplementedError,
        OverflowError,
        ValueError,
        EOFError,
        MalformedXmlError,
    ):
        broken = True
    else:
        broken = False
    if broken:
        raise UnreadableFileError(_BROKEN)


def _contents(file: BinaryIO, parts: Mapping[str, zipfile.ZipInfo]) -> Contents:
    """Return what the workbook holds, where it is not more than there is."""
    heads = [parts.get(name) for name in (WORKBOOK, RELATIONS)]
    if any(part is None or part.file_size > _LARGE_HEAD for part in heads):
        raise zipfile.BadZipFile
    contents = read_contents(*(_unpacked(file, part) for part in heads if part is not None))
    if len(contents.sheets) > MOST_SHEETS:
        raise UnreadableFileError(f"工作表太多，最多{MOST_SHEETS}张：请只保留名单所在的工作表后重新上传")
    if len({sheet.part.casefold() for sheet in contents.sheets}) < len(contents.sheets):
        raise zipfile.BadZipFile  # one sheet read again and again
    strings = parts.get(STRINGS.casefold())
    if strings is not None and claimed_strings(_unpacked(file, strings)) * _LEAST_STRING > strings.file_size:
        raise zipfile.BadZipFile  # the parser would make room for them all
    return contents


def _check_directory(parts: list[zipfile.ZipInfo]) -> None:
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        for name, said in _KINDS.items():
            if name in names:
                raise UnreadableFileError(said)
        raise UnreadableFileError("这是压缩包，不是表格：请先解压，再上传里面的表格")
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnreadableFileError("文件设了打开密码：请去掉密码，保存后重新上传")
    if len(parts) > MOST_PARTS:
        raise UnreadableFileError(f"里面的文件太多，不像是名单：{_SPLIT}")
    if len(names) < len(parts):
        raise UnreadableFileError(_BROKEN)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise UnreadableFileError(_TOO_LARGE)
    if any(part.file_size > max(LARGE, MOST_RATIO * part.compress_size) for part in parts):
        raise UnreadableFileError(f"文件的压缩比异常：{_SPLIT}")


def _check_part(file: BinaryIO, part: zipfile.ZipInfo, most: int, sheet: Spoilt | None) -> int:
    """Unpack *part*, look for far and spoilt cells where it is a *sheet*, and return its real size."""
    size, tail, far = 0, b"", False
    for block in _unpacked(file, part):
        size += len(block)
        if size > most:
            raise UnreadableFileError(_TOO_LARGE)
        if sheet is not None:
            sheet.look(block)
        if sheet is not None and not far:
            seen = tail + block
            end = seen.rfind(b"<", -_TAG)  # what begins here may go on in the next block
            whole = end if end >= 0 else len(seen)
            far = may_be_far(seen, whole)
            tail = seen[end:] if end >= 0 else b""
    if size != part.file_size:
        raise UnreadableFileError(_BROKEN)
    if far:
        _check_extent(_unpacked(file, part))
    return size


def may_be_far(seen: bytes, end: int | None = None) -> bool:
    """Whether cells or rows in *seen*, as far as *end*, do not plainly stand within what a sheet may hold."""
    end = len(seen) if end is None else end
    return any(start in seen and pattern.search(seen, 0, end) for start, pattern in _FAR)


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what *part* really unpacks to, whatever the directory says of its size."""
    file.seek(part.header_offset)
    header = file.read(30)
    name, extra = struct.unpack("<26x2H", header)
    file.seek(name + extra, 1)
    left = part.compress_size
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    inflate = isal_zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(left, _BLOCK))
        if not packed:
            raise EOFError
        left -= len(packed)
        if inflate is None:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, _BLOCK)
            packed = inflate.unconsumed_tail
    if inflate is not None:
        yield inflate.flush()
        if not inflate.eof:
            raise EOFError


class _Extent:
    """Follows the cells of a sheet as the parser would, and knows the farthest."""

    def __init__(self) -> None:
        self.row = self.column = self.at = self.rows = self.columns = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "row":
            said = attributes.get("r", "")
            self.row, self.column = (int(said) if said.isdecimal() else self.row + 1), 0
        elif kind == "c":
            where = attributes.get("r")
            found = None if where is None else _WHERE.fullmatch(where)
            if where is not None and found is None:
                raise ValueError("no place on a sheet")
            self.column = _number(found[1]) if found else self.column + 1
            self.at = int(found[2]) if found else self.row
        elif kind in ("v", "is", "f"):
            # A cell that is only coloured or framed holds nothing, and the parser passes over it.
            self.rows, self.columns = max(self.rows, self.at), max(self.columns, self.column)


def _check_extent(blocks: Iterator[bytes]) -> None:
    extent, parser = _Extent(), expat.ParserCreate()
    parser.StartElementHandler = extent.start
    try:
        for block in blocks:
            parser.Parse(block)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise UnreadableFileError(_BROKEN) from None
    if extent.columns > MOST_COLUMNS:
        raise UnreadableFileError(f"列数太多，最多{MOST_COLUMNS}列：请删去无关的列（包括右边看似空白的列）后重新上传")
    if extent.rows * extent.columns > MOST_CELLS:
        raise UnreadableFileError(f"表格太大：请删去下方和右边看似空白的行列；如果确有这么多行，{_SPLIT}")


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
