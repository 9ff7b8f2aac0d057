"""Read the body of a request: only JSON, only so much, only for so long."""

import asyncio
import time
from typing import Any, Final

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from app.api.service import Service
from app.errors import (
    FieldError,
    InvalidParameterError,
    MalformedError,
    MediaTypeError,
    SlowBodyError,
    TooLargeError,
)
from app.intake.door import LARGEST_BODY, RejectedError, Submission, parse, read_submission

TIMEOUT: Final = 30
"""Seconds for a whole body: sixty kilobytes, a large household, over the weakest of networks."""
LINGER: Final = 30
LINGER_IDLE: Final = 5
LINGER_BYTES: Final = 64 * 2**20
"""For how long, and for how much, a refused client is heard out: one that is cut off while it sends reads no answer."""

COMPLETE: Final = "huimin.body_complete"


async def read_body(request: Request, most: int = LARGEST_BODY) -> bytes:
    """Return the body of *request*, up to *most* bytes; raise MediaTypeError, TooLargeError or SlowBodyError."""
    _check_headers(request, most)
    try:
        async with asyncio.timeout(TIMEOUT):
            return await _collect(request, most)
    except TimeoutError:
        pass
    raise SlowBodyError(f"请求体应在{TIMEOUT}秒内发完，请检查网络后重试。")


def _check_headers(request: Request, most: int) -> None:
    if not _is_json(request.headers.get("content-type", "")):
        raise MediaTypeError("请求体应为 UTF-8 编码的 JSON，请求头写 Content-Type: application/json。")
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise MediaTypeError("请求体不能压缩，请去掉 Content-Encoding 请求头，按原样发送。")
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or len(length) > 15 or int(length) > most:
        raise _too_large(most)


def _is_json(content_type: str) -> bool:
    if content_type == "application/json":
        return True
    kind, *parameters = content_type.lower().split(";")
    charsets = [text.partition("=")[2].strip('" ') for text in parameters if text.strip().startswith("charset=")]
    return kind.strip() == "application/json" and all(charset in ("utf-8", "utf8") for charset in charsets)


async def _collect(request: Request, most: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        part, more = await next_part(request)
        size += len(part)
        if size > most:
            raise _too_large(most)
        parts.append(part)
    return b"".join(parts)


async def next_part(request: Request) -> tuple[bytes, bool]:
    """Return the next part of a body, and whether there are more; raise ClientDisconnect."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    more = message.get("more_body", False)
    request.scope[COMPLETE] = not more
    return message.get("body", b""), more


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"请求体应在{most // 1024}KB以内；一次只筛查一户。")


async def linger(scope: Scope, receive: Receive) -> None:
    """Receive and drop the rest of a refused body, within limits."""
    deadline = time.monotonic() + LINGER
    dropped = 0
    try:
        while not scope.get(COMPLETE) and dropped < LINGER_BYTES and time.monotonic() < deadline:
            async with asyncio.timeout(LINGER_IDLE):
                message = await receive()
            dropped += len(message.get("body", b""))
            if message["type"] != "http.request" or not message.get("more_body", False):
                return
    except TimeoutError:
        return


def read(body: bytes, service: Service) -> Submission:
    """Return the submission in *body*; what is wrong with it is raised."""
    return read_submission(body, today=service.today(), home=service.settings.region, codes=service.codes)


def read_object(body: bytes, most: int = LARGEST_BODY) -> dict[str, Any]:
    """Return the JSON object in *body*; raise MalformedError or InvalidParameterError."""
    try:
        given = parse(body, most)
    except RejectedError as refused:
        said = [FieldError(*error) for error in refused.errors]
        malformed = refused.malformed
    else:
        if isinstance(given, dict):
            return given
        said, malformed = [FieldError("", "应为一个 JSON 对象")], False
    # Outside `except`: what was sent stays out of every trace.
    if malformed:
        raise MalformedError("请求体应为 UTF-8 编码的 JSON，请按 errors 改正后重试。", said)
    raise InvalidParameterError("请按 errors 中的说明改正后重试。", said)
