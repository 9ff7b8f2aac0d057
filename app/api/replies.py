"""Ready answers: compressed where the client takes it, and not sent again where it has them."""

import gzip
import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

from fastapi import Request
from starlette.responses import Response

from app.archive import pack

JSON: Final = "application/json"
SMALL: Final = 1400
"""Up to here an answer fits in one packet, and compressing it gains nothing."""
PRIVATE: Final = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
FOR_CLIENTS: Final = {"Cache-Control": "private, max-age=300"}
"""Public, but answered to clients only: no proxy is to hand it to whoever asks."""
SHARED: Final = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Encoding"}


def accepts_gzip(request: Request) -> bool:
    """Tell whether the client takes gzip."""
    for choice in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = choice.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def private(
    request: Request, body: bytes, packed: bytes | None = None, *, status: int = 200, location: str | None = None
) -> Response:
    """Return an answer about people, which no cache may keep."""
    headers = PRIVATE if location is None else {**PRIVATE, "Location": location}
    if len(body) <= SMALL or not accepts_gzip(request):
        return Response(body, status, headers, JSON)
    return Response(packed or pack(body), status, {**headers, "Content-Encoding": "gzip"}, JSON)


class Page(NamedTuple):
    """An answer that is the same for everybody, rendered once."""

    body: bytes
    packed: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, body: bytes, media_type: str = JSON, headers: Mapping[str, str] | None = None) -> "Page":
        # Weak, as one tag stands for both encodings.
        tag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
        # Once, so the hardest compression costs nothing.
        return cls(
            body,
            gzip.compress(body, 9, mtime=0),
            {**SHARED, "Content-Type": media_type, "ETag": tag, **(headers or {})},
        )


def shared(request: Request, page: Page) -> Response:
    """Return *page*, or 304 to a client that has it."""
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or page.headers["ETag"] in (tag.strip() for tag in known.split(",")):
        kept = {name: value for name, value in page.headers.items() if name != "Content-Type"}
        return Response(status_code=304, headers=kept)
    if accepts_gzip(request):
        return Response(page.packed, headers={**page.headers, "Content-Encoding": "gzip"})
    return Response(page.body, headers=page.headers)
