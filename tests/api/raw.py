"""Requests message by message, as a server hands them to the application."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

HEADERS = ((b"content-type", b"application/json"),)


@dataclass
class Exchange:
    """What was answered, and what the client had to send for it."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False
    taken: int = 0
    """How many of the client's messages were taken."""
    seconds: float = 0


def exchange(
    app: Any,
    messages: Iterable[dict[str, Any]],
    *,
    headers: Iterable[tuple[bytes, bytes]] = HEADERS,
    method: str = "POST",
    path: str = "/v1/screenings",
) -> Exchange:
    """Send *messages*, and nothing after the last; return what came of it."""
    seen = Exchange()
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        message = next(waiting, None)
        if message is None:
            await asyncio.sleep(3600)
        seen.taken += 1
        assert message is not None
        return message

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            seen.status = message["status"]
            seen.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            seen.body += message.get("body", b"")
            seen.complete = not message.get("more_body", False)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [*headers, *_presented(app)],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    begun = time.monotonic()
    asyncio.run(app(scope, receive, send))
    seen.seconds = time.monotonic() - begun
    return seen


def _presented(app: Any) -> list[tuple[bytes, bytes]]:
    headers = app.state.headers if hasattr(app, "state") else {}
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}
