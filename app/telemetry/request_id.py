"""What a request is called: in its answer, in every line logged for it, in the problem document."""

import os
import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Final

HEADER: Final = "X-Request-ID"
_HEADER: Final = HEADER.lower().encode()
# Nothing that means anything to anybody passes: a UUID, or the same digits without dashes.
_SAFE: Final = re.compile(rb"(?a:[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12})")

current: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request that is being answered; threads that work for it see it too."""


def begin(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Return the id of a request with *headers*, its own if it may be used, and make it the current one."""
    id = None
    for name, value in headers:
        if name == _HEADER and _SAFE.fullmatch(value):
            id = value.decode()
            break
    id = id or new()
    current.set(id)
    return id


def new() -> str:
    """Return an id that no other request has."""
    return os.urandom(16).hex()
