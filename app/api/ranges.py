"""The rest of a file, for a client whose download broke off."""

import re
from typing import Final, NamedTuple

from fastapi import Request

_RANGE: Final = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")


class Range(NamedTuple):
    """A stretch of a file, from *start* to before *stop*."""

    start: int
    stop: int


def asked(request: Request, size: int, tag: str) -> Range | None:
    """Return the stretch that is asked for of a file of *size* bytes; None where all of it is to be sent.

    A stretch of no bytes is one that the file does not have.  Whatever else a client may ask for, several stretches
    or the last bytes, may be answered with the whole.
    """
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    # What it has is of another file, or was not told apart.
    if found is None or request.headers.get("if-range", tag) != tag:
        return None
    start, stop = int(found[1]), min(int(found[2]) + 1 if found[2] else size, size)
    if stop <= start < size:
        return None
    return Range(start, max(start, stop))
