"""Read an upload as it comes, straight onto the disk: it is never whole in memory."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from app.api.body import COMPLETE
from app.errors import (
    FieldError,
    InvalidParameterError,
    MalformedUploadError,
    MediaTypeError,
    SlowBodyError,
    TooLargeError,
)

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
        self.files = 0
        self._digest = hashlib.sha256()
        self.faults: list[FieldError] = []
        self.ended = False
        self._blocks: list[bytes] = []
        self._gathered = 0
        self._name, self._value = "", b""
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

    def taken(self, least: int) -> bytes:
        """Return what has come of the file, once there are *least* bytes of it."""
        if self._gathered < least:
            return b""
        block = b"".join(self._blocks)
        self._blocks, self._gathered = [], 0
        return block

    def told(self) -> list[bytes]:
        """Return what tells this upload from another: a digest of the file, and the fields."""
        return [self._digest.digest(), *(self.fields.get(name, "").encode() for name in FIELDS)]

    def check(self) -> None:
        """Raise what is wrong with the whole."""
        if not self.ended:
            raise MalformedUploadError(_BROKEN)
        if not self.files:
            self.faults.append(FieldError("file", "必须上传名单文件（CSV、.xlsx 或 Parquet）"))
        if self.files > 1:
            self.faults.append(FieldError("file", "一次只上传一个文件"))
        if self.faults:
            raise InvalidParameterError("请按 errors 中的说明改正后重新上传。", self.faults)

    # ── what the parser reports ──

    def _begin(self) -> None:
        self._headers, self._name, self._value = {}, "", b""

    def _on_header(self, place: int, data: bytes) -> None:
        self._header[place] += data

    def _header_end(self) -> None:
        self._headers[self._header[0].lower()] = self._header[1]
        self._header = [b"", b""]

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = options.get(b"name", b"").decode("utf-8", "replace") if kind == b"form-data" else ""
        if self._name == "file":
            self.files += 1
            if b"filename" not in options:
                self.faults.append(FieldError("file", "应为一个文件，不是文字"))
        elif self._name not in FIELDS:
            known = "、".join(("file", *FIELDS))
            self.faults.append(FieldError("", f"有不认识的项，请删去；可以有的项：{known}"))
        elif self._name in self.fields:
            self.faults.append(FieldError(self._name, "只填一次"))

    def _data(self, data: bytes) -> None:
        if self._name == "file":
            if self.files == 1:
                self._blocks.append(data)
                self._digest.update(data)
                self._gathered += len(data)
        elif len(self._value) <= LONGEST_FIELD:
            self._value += data

    def _end(self) -> None:
        if self._name in FIELDS:
            # Too long or not UTF-8: whoever reads the field refuses it.
            self.fields[self._name] = self._value[:LONGEST_FIELD].decode("utf-8", "replace").strip()

    def _finish(self) -> None:
        self.ended = True


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
    length = request.headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and len(length) < 16 and int(length) > most + ROOM:
        raise _too_large(most)
    return Upload(boundary)


async def receive(request: Request, upload: Upload, write: Callable[[bytes], Awaitable[object]], most: int) -> None:
    """Hand the file on to *write* as it comes; raise what is wrong."""
    try:
        async with asyncio.timeout(TIMEOUT):
            await _receive(request, upload, write, most)
    except TimeoutError:
        pass
    else:
        upload.check()
        return
    raise SlowBodyError(f"上传应在{TIMEOUT // 60}分钟内完成，请检查网络后重试。")


async def _receive(request: Request, upload: Upload, write: Callable[[bytes], Awaitable[object]], most: int) -> None:
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part, more = message.get("body", b""), message.get("more_body", False)
        request.scope[COMPLETE] = not more
        size += len(part)
        if size > most + ROOM:
            raise _too_large(most)
        upload.feed(part)
        if block := upload.taken(BLOCK if more else 1):
            await write(block)


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"文件应在{most // 2**20}MB以内：请按乡镇拆成几份，或存为 .xlsx 或 Parquet 后重新上传。")
