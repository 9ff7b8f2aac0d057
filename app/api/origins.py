"""Pages of other origins: kept out by browsers, unless the deployment names them.

No answer ever allows credentials: a key is sent by the page that has it, never by a browser on its own.
"""

from collections.abc import Iterable
from typing import Final

from starlette.types import Message, Scope, Send

RawHeaders = list[tuple[bytes, bytes]]

ANY: Final = "*"
METHODS: Final = b"GET, HEAD, POST, PUT, PATCH, DELETE"
HEADERS: Final = b"Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-Request-ID"
EXPOSED: Final = (
    b"Content-Disposition, ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, "
    b"WWW-Authenticate, X-Request-ID"
)
KEPT: Final = b"600"
"""Seconds for which a browser may believe what it was told: so soon an origin that is struck out is kept out."""
_VARY: Final = (b"vary", b"Origin")


class Origins:
    """The origins whose pages may read answers."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(origin.encode() for origin in allowed)
        self._any = ANY.encode() in self._allowed

    def headers(self, scope: Scope) -> RawHeaders:
        """Return what is added to the answer to *scope*."""
        if not self._allowed:
            return []
        origin = _header(scope, b"origin")
        if self._any:
            return [] if origin is None else _may_read(b"*")
        if origin is None or origin not in self._allowed:
            # Said also then: a cache that keeps this must not give it to a page that may.
            return [_VARY]
        return [_VARY, *_may_read(origin)]

    async def preflight(self, scope: Scope, send: Send) -> bool:
        """Answer what a browser asks before a request of a page that may ask; return whether it was that."""
        if not self._allowed or scope["method"] != "OPTIONS":
            return False
        origin = _header(scope, b"origin")
        if _header(scope, b"access-control-request-method") is None:
            return False
        if origin is None or not (self._any or origin in self._allowed):
            return False
        start: Message = {
            "type": "http.response.start",
            "status": 204,
            "headers": [
                (b"access-control-allow-methods", METHODS),
                (b"access-control-allow-headers", HEADERS),
                (b"access-control-max-age", KEPT),
            ],
        }
        await send(start)
        await send({"type": "http.response.body", "body": b""})
        return True


def _may_read(origin: bytes) -> RawHeaders:
    return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED)]


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)
