"""JSON as it is sent and kept: compact, UTF-8."""

import json
from collections.abc import Callable
from typing import Any


def as_json(content: Any, *, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return *content* as JSON; *default* turns what JSON does not know into what it knows."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=default).encode()
