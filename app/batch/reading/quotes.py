"""The quotes of text files: where a row ends, and rows read one by one where that is in doubt.

The module `csv` reads what needs care: cells of several lines, and quotes that do not match, where
one bad row must not swallow the rest.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

_MOST_LINES: Final = 50
"""Lines in one cell, after which its quotes are taken to be broken."""
_LONGEST_LINE: Final = 1024 * 1024
"""Bytes that are kept of one line: a cell holds an eighth of it at most."""

TOO_LARGE: Final = "本行太长，无法读取，可能缺少换行：请核对"
UNMATCHED: Final = "本行的引号没有成对，无法分列：请核对"


def border(data: bytes) -> int:
    """Return where the last whole row of *data* ends, by its quotes; 0 where that is nowhere near."""
    end = data.rfind(b"\n") + 1
    if b'"' not in data:
        return end
    for _ in range(_MOST_LINES):
        if data.count(b'"', 0, end) % 2 == 0:
            return end
        end = data.rfind(b"\n", 0, end - 1) + 1
    return 0


def is_regular(piece: bytes, delimiter: bytes) -> bool:
    """Whether every quote opens or closes a cell, or is one of two within."""
    if b'"' not in piece:
        return True
    ends = piece.count(b"\n")
    if piece.startswith(b'"') and piece.count(b'\n"') == ends - 1:
        between = piece.count(b'"' + delimiter + b'"')
        if piece.count(b'"') == 2 * (between + ends) and ends in (piece.count(b'"\n'), piece.count(b'"\r\n')):
            return True  # every cell is quoted
    outside = piece.split(b'"')[::2]
    opening = (delimiter, b"\n", delimiter + b"=", b"\n=")  # `="…"` is a cell too
    closing = (delimiter, b"\n", b"\r\n")
    first, last = outside[0], outside[-1]
    if not (first.endswith(opening) or first in (b"", b"=")) or not last.startswith(closing):
        return False
    # Nothing between two quotes is one quote within a cell.
    return all(not part or (part.startswith(closing) and part.endswith(opening)) for part in outside[1:-1])


class _UnmatchedError(Exception):
    """A quote was opened and is not closed within reason."""


def lines(pieces: Iterator[bytes] | Sequence[bytes]) -> Iterator[str]:
    """Yield the lines, of too long ones the beginning."""
    rest = b""
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            first, _, more = piece[:end].partition(b"\n")
            yield _kept(rest, first)
            yield from more.decode().split("\n")[:-1]
            rest = b""
        rest = (rest + piece[end : end + _LONGEST_LINE])[: _LONGEST_LINE + 1]
    if rest:
        yield _kept(rest, b"")


def _kept(start: bytes, end: bytes) -> str:
    line = start + end[:_LONGEST_LINE]
    return line.decode() if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].decode(errors="ignore")


def records(rows: Iterator[str], delimiter: str) -> Iterator[tuple[list[str], str | None]]:
    """Yield each row with what is wrong with its quotes."""
    taken: list[str] = []
    again: deque[str] = deque()

    def feed() -> Iterator[str]:
        while True:
            line = again.popleft() if again else next(rows, None)
            if line is None:
                return
            if len(taken) == _MOST_LINES:
                again.appendleft(line)
                raise _UnmatchedError
            taken.append(line.rstrip("\r\n"))
            yield f"{taken[-1]}\n"

    while True:
        try:
            for cells in csv.reader(feed(), delimiter=delimiter):
                if len(taken) > 1 and "".join(taken).count('"') % 2:
                    raise _UnmatchedError
                taken.clear()
                yield cells, None
        except (_UnmatchedError, csv.Error):
            # Only the first line is given up: the quote that it opens had no end.
            again.extendleft(reversed(taken[1:]))
            flaw = TOO_LARGE if taken and len(taken[0]) > csv.field_size_limit() else UNMATCHED
            taken.clear()
            yield [], flaw
        else:
            return
