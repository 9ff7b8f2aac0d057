"""The one middleware, around everything: headers, access log, and the last resort when something fails."""

import errno
import logging
import time
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.access import QUOTA
from app.api.origins import Origins
from app.api.problems import ProblemResponse
from app.errors import InternalError, StorageFullError, place_of
from app.telemetry import request_id
from app.telemetry.metrics import Metrics

if TYPE_CHECKING:
    from app.telemetry.tracing import Tracing

HEADERS: Final = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer.  No Strict-Transport-Security: intranets serve plain HTTP."""
POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
"""The answers are data: nothing in them is ever to run or to be framed.  Pages bring their own policy."""
_RAW: Final = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
_POLICY: Final = (b"content-security-policy", POLICY.encode())

METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
GONE: Final = 499
"""What the access log shows when the client left before it was answered."""

access_log = logging.getLogger("huimin.access")
log = logging.getLogger("huimin.api")


class Frame:
    """Answers HEAD as GET without a body, names the request, adds headers, logs, counts; no exception gets through."""

    def __init__(
        self, app: ASGIApp, *, logs_access: bool, metrics: Metrics, origins: Origins, tracing: "Tracing | None" = None
    ) -> None:
        self.app = app
        self.origins = origins
        self.logs_access = logs_access
        self.metrics = metrics
        self.tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = time.perf_counter()
        since = time.time_ns()
        method = scope["method"]
        sender = _Sender(scope, send, request_id.begin(scope["headers"]), drops_body=method == "HEAD")
        if method == "HEAD":
            # A copy: the server reads its own to know that no body follows.
            scope = {**scope, "method": "GET"}
        sender.scope = scope
        sender.headers += self.origins.headers(scope)
        try:
            if not await self.origins.preflight(scope, sender.send):
                await self.app(scope, receive, sender.send)
        except ClientDisconnect:
            sender.status = GONE
        except Exception as error:
            full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
            # Neither the message nor the frames: both may hold what was submitted.
            log.error("%s: %s", "disk full" if full else "unexpected", place_of(error))
            if sender.status == GONE:
                problem = StorageFullError() if full else InternalError()
                await ProblemResponse(problem)(scope, receive, sender.send)
        finally:
            self._tell(method if method in METHODS else "-", scope, sender.status, since, time.perf_counter() - begun)

    def _tell(self, method: str, scope: Scope, status: int, since: int, seconds: float) -> None:
        # The route, never the path: paths hold ids, and whatever a mistaken client puts there.
        route = getattr(scope.get("route"), "path", "-")
        self.metrics.answered(method, route, status, seconds)
        told = {"method": method, "route": route, "status": status, "milliseconds": round(seconds * 1000, 1)}
        if self.tracing is not None:
            ended = since + int(seconds * 1e9)
            self.tracing.answered(scope["headers"], told, request_id.current.get() or "", since, ended)
        if self.logs_access:
            access_log.info("%(method)s %(route)s %(status)d %(milliseconds).1fms", told)


class _Sender:
    def __init__(self, scope: Scope, send: Send, id: str, *, drops_body: bool) -> None:
        self.scope = scope
        self._send = send
        self.headers = [*_RAW, (request_id.HEADER.lower().encode(), id.encode())]
        self._drops_body = drops_body
        self.status = GONE

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [*message["headers"], *self.headers]
            if (quota := self.scope.get(QUOTA)) is not None:
                headers += quota.headers(time.time())
            if not any(name == _POLICY[0] for name, _ in headers):
                headers.append(_POLICY)
            message = {**message, "headers": headers}
        elif self._drops_body and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)
