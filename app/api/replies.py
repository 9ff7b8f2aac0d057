"""Ready answers: compressed where the client takes it, and not sent again where it has them."""

import hashlib
from typing import Final, NamedTuple

from fastapi import Request
from starlette.responses import Response

from app.archive import pack

JSON: Final = "application/json"
SMALL: Final = 1400
"""Up to here an answer fits in one packet, and compressing it gains nothing."""
PRIVATE: Final = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
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
    etag: str
    media_type: str = JSON

    @classmethod
    def of(cls, body: bytes, media_type: str = JSON) -> "Page":
        # Weak, as one tag stands for both encodings.
        return cls(body, pack(body), f'W/"{hashlib.sha256(body).hexdigest()[:20]}"', media_type)


def shared(request: Request, page: Page) -> Response:
    """Return *page*, or 304 to a client that has it."""
    headers = {**SHARED, "ETag": page.etag}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or page.etag in (tag.strip() for tag in known.split(",")):
        return Response(status_code=304, headers=headers)
    if accepts_gzip(request):
        return Response(page.packed, 200, {**headers, "Content-Encoding": "gzip"}, page.media_type)
    return Response(page.body, 200, headers, page.media_type)
