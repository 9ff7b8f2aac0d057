"""Read an upload as it comes, straight onto the disk: it is never whole in memory."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.api.body import next_part
from app.batch.jobs.arrivals import PARTS
from app.errors import (
    FieldError,
    InvalidParameterError,
    MalformedUploadError,
    MediaTypeError,
    SlowBodyError,
    TooLargeError,
)

Write = Callable[[str, bytes], Awaitable[object]]

TIMEOUT: Final = 1800
"""Seconds for a whole upload; how fast it must come, the connection minds."""
BLOCK: Final = 2**20
"""Bytes that are gathered before they are written."""
LONGEST_FIELD: Final = 200
ROOM: Final = 64 * 1024
"""Bytes beside the file: boundaries, headers, fields."""
FIELDS: Final = ("as_of", "since")
_BROKEN: Final = "上传的内容不完整或格式有误：请用 multipart/form-data 重新上传，文件放在 file 中。"


class Upload:
    """The parts of a form, gathered as they come; the file's own name is not looked at: it may name a person."""

    def __init__(self, boundary: bytes) -> None:
        self.fields: dict[str, str] = {}
        self.files: dict[str, int] = {}
        """How many files came as each part."""
        self._digests = {name: hashlib.sha256() for name in PARTS}
        self.faults: list[FieldError] = []
        self.ended = False
        self._blocks: dict[str, list[bytes]] = {name: [] for name in PARTS}
        self._gathered = 0
        self._name, self._value, self._is_file = "", b"", False
        self._header, self._headers = [b"", b""], dict[bytes, bytes]()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._on_header(0, data[start:end]),
                "on_header_value": lambda data, start, end: self._on_header(1, data[start:end]),
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_end,
                "on_part_data": lambda data, start, end: self._data(data[start:end]),
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    def feed(self, data: bytes) -> None:
        """Take in what has come; raise MalformedUploadError."""
        try:
            self._parser.write(data)
            return
        except (FormParserError, ValueError):
            pass
        raise MalformedUploadError(_BROKEN)

    def taken(self, least: int) -> Iterator[tuple[str, bytes]]:
        """Yield what has come of each file, by its part, once there are *least* bytes of them."""
        if self._gathered < least:
            return
        self._gathered = 0
        for name, blocks in self._blocks.items():
            if blocks:
                self._blocks[name] = []
                yield name, b"".join(blocks)

    def told(self) -> list[bytes]:
        """Return what tells this upload from another: digests of the files, and the fields."""
        digests = (digest.digest() for digest in self._digests.values())
        return [*digests, *(self.fields.get(name, "").encode() for name in FIELDS)]

    def check(self) -> None:
        """Raise what is wrong with the whole."""
        if not self.ended:
            raise MalformedUploadError(_BROKEN)
        if "file" not in self.files:
            self.faults.append(FieldError("file", "必须上传名单文件（CSV、.xlsx 或 Parquet）"))
        for name, count in self.files.items():
            if count > 1 or name in self.fields:
                self.faults.append(FieldError(name, "一次只上传一个文件" if name == "file" else "只填一次"))
        if self.faults:
            raise InvalidParameterError("请按 errors 中的说明改正后重新上传。", self.faults)

    # ── what the parser reports ──

    def _begin(self) -> None:
        self._headers, self._name, self._value, self._is_file = {}, "", b"", False

    def _on_header(self, place: int, data: bytes) -> None:
        self._header[place] += data

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = options.get(b"name", b"").decode("utf-8", "replace") if kind == b"form-data" else ""
        self._is_file = self._name in PARTS and b"filename" in options
        if self._is_file:
            self.files[self._name] = self.files.get(self._name, 0) + 1
        elif self._name == "file":
            self.files["file"] = 1
            self.faults.append(FieldError("file", "应为一个文件，不是文字"))
        elif self._name not in FIELDS:
            known = "、".join(("file", *FIELDS))
            self.faults.append(FieldError("", f"有不认识的项，请删去；可以有的项：{known}"))
        elif self._name in self.fields:
            self.faults.append(FieldError(self._name, "只填一次"))

    def _data(self, data: bytes) -> None:
        if self._is_file:
            if self.files[self._name] == 1:
                self._blocks[self._name].append(data)
                self._digests[self._name].update(data)
                self._gathered += len(data)
        elif len(self._value) <= LONGEST_FIELD:
            self._value += data

    def _end(self) -> None:
        if self._name in FIELDS and not self._is_file:
            # Too long or not UTF-8: whoever reads the field refuses it.
            self.fields[self._name] = self._value[:LONGEST_FIELD].decode("utf-8", "replace").strip()

    def _finish(self) -> None:
        self.ended = True


def size_of(request: Request, most: int) -> int:
    """Return how many bytes a request says that it has; *most*, where it does not say."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else most


def begin(request: Request, most: int) -> Upload:
    """Look at the headers of an upload; raise MediaTypeError, MalformedUploadError or TooLargeError."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data":
        raise MediaTypeError("请用 multipart/form-data 上传，文件放在 file 中。")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise MediaTypeError("上传的内容不能再压缩，请去掉 Content-Encoding 请求头，按原样发送。")
    boundary = options.get(b"boundary", b"")
    if not 1 <= len(boundary) <= 70:
        raise MalformedUploadError(_BROKEN)
    if size_of(request, most) > most + ROOM:
        raise _too_large(most)
    return Upload(boundary)


async def receive(request: Request, upload: Upload, write: Write, most: int) -> None:
    """Hand each file on to *write*, by its part, as it comes; raise what is wrong."""
    try:
        async with asyncio.timeout(TIMEOUT):
            await _receive(request, upload, write, most)
    except TimeoutError:
        pass
    else:
        upload.check()
        return
    raise SlowBodyError(f"上传应在{TIMEOUT // 60}分钟内完成，请检查网络后重试。")


async def _receive(request: Request, upload: Upload, write: Write, most: int) -> None:
    size, more = 0, True
    while more:
        part, more = await next_part(request)
        size += len(part)
        if size > most + ROOM:
            raise _too_large(most)
        upload.feed(part)
        for name, block in upload.taken(BLOCK if more else 1):
            await write(name, block)


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"文件应在{most // 2**20}MB以内：请按乡镇拆成几份，或存为 .xlsx 或 Parquet 后重新上传。")
