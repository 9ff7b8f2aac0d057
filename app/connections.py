"""Connections to clients: a head only so large, and nobody may hold one by being slow.

The server's own protocol, with what it leaves open closed: it waits for ever for a request's head, for its
body, and for a client to take its answer, and keeps as many headers as anybody sends.
"""

import asyncio
import math
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from app.errors import MEDIA_TYPE, BadRequestError, BusyError, HeadTooLargeError, ProblemError, SlowBodyError
from app.telemetry import request_id

LARGEST_HEAD: Final = 32 * 1024
"""Bytes of a request's line and headers together."""
MOST_HEADERS: Final = 100
HEAD_SECONDS: Final = 10
"""For a whole head, from its first byte; a new connection has them for its first."""
WINDOW: Final = 20
SLOWEST: Final = 512
"""Bytes a second that a body must come, or an answer be taken, over each window of so many seconds."""


class Connection(HttpToolsProtocol):
    """One client's connection; whoever runs the server calls `check` every second or so."""

    most: int = 1000
    """How many connections there may be at once."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._reads_head = True
        self._refused = False
        self._head_size = 0
        self._head_since = self.loop.time()
        self._received = 0
        self._coming = _Flow()
        self._going = _Flow()
        if len(self.connections) > self.most:
            self._refuse(BusyError())

    # ── what the parser reports ──

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if not self._head_size:
            self._head_since = self.loop.time()
        self._head_size += len(data)
        self._received += len(data)
        super().data_received(data)
        if self._reads_head and self._head_size > LARGEST_HEAD:
            self._refuse(HeadTooLargeError())

    def on_headers_complete(self) -> None:
        self._reads_head = False
        # What came along of the body counts too at first; only then is it worth adding up.
        large = self._head_size > LARGEST_HEAD and self._exact_size() > LARGEST_HEAD
        if large or len(self.headers) > MOST_HEADERS:
            self._refuse(HeadTooLargeError())
        if not self._refused:
            super().on_headers_complete()

    def _exact_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._reads_head = True
        self._head_size = 0
        self._coming.rest()
        if not self._refused:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(BadRequestError("请求不是合法的 HTTP，请核对后重试；接口说明见 /docs。"))

    # ── those who are slow ──

    def resume_writing(self) -> None:
        super().resume_writing()
        # The client has taken most of what was waiting. How much waits says no more how much it takes: it is filled up.
        self._going.rest()

    def check(self, now: float) -> None:
        """Part with the client if it is too slow at *now*, in the loop's time."""
        # It is None until the first request, whatever its type says.
        cycle: Any = self.cycle
        if self._going.is_slow(now, self.transport.get_write_buffer_size(), drains=True):
            self.transport.abort()
        elif self.transport.is_closing():
            return
        elif not self._reads_head:
            if self.flow.read_paused:
                # It is we who let it wait.
                self._coming.rest()
            elif self._coming.is_slow(now, self._received, drains=False):
                self.transport.abort()
        elif now - self._head_since > HEAD_SECONDS and (cycle is None or (cycle.response_complete and self._head_size)):
            self._refuse(SlowBodyError(f"请求头应在{HEAD_SECONDS}秒内发完，请检查网络后重试。"))

    def _refuse(self, problem: ProblemError) -> None:
        """Answer with *problem* and close; where an answer is under way, only close."""
        self._refused = True
        if self.transport.is_closing():
            return
        cycle: Any = self.cycle
        if cycle is not None and not cycle.response_complete:
            if cycle.response_started or self._reads_head or self.pipeline:
                self.transport.abort()
                return
            # Its body is at fault: whoever was about to answer hears that the client is gone.
            cycle.disconnected = True
            cycle.message_event.set()
        id = request_id.new()
        body = problem.document(id)
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            request_id.HEADER: id,
            **problem.headers,
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[problem.status] + head.encode() + b"\r\n" + body)
        self.transport.close()


class _Flow:
    """Bytes on their way, looked at again and again."""

    def __init__(self) -> None:
        self.rest()

    def rest(self) -> None:
        """Begin anew: nothing is on its way, or it is not for the client to move it."""
        self._since = math.inf
        self._mark = 0

    def is_slow(self, now: float, count: int, *, drains: bool) -> bool:
        """Tell whether too few moved in a whole window; *count* grows as they come, or *drains* as they are taken."""
        if drains and count == 0:
            self.rest()
            return False
        if self._since == math.inf:
            self._since, self._mark = now, count
            return False
        if now - self._since < WINDOW:
            return False
        moved = self._mark - count if drains else count - self._mark
        self._since, self._mark = now, count
        return moved < SLOWEST * WINDOW


def check_all(connections: Any, now: float) -> None:
    """Look at every one of *connections*."""
    for connection in list(connections):
        connection.check(now)
