"""Cells of a sheet that show an error, or a formula that nobody has worked out: not blank, and not known.

The parser gives both as blank.  They are few, and found by what only they hold.
"""

import re
from collections.abc import Iterator
from typing import Final

from app.batch.reading.unreadable import UnreadableFileError

UNCALCULATED: Final = "#未计算"
"""What stands for a formula without its result."""
Place = tuple[int, int]
"""Row and column, counted from 0."""

_MOST: Final = 200_000
_LONGEST: Final = 64 * 1024
"""Bytes of a cell, at most; Excel's hold half as much."""
# An error's type; a formula that nothing follows, or a result without anything in it.
_SIGNS: Final = (b'"e"', b"'e'", b"f></", b"/></c", b"<v></v>", b"<v/>", b"<v />")
_TYPE: Final = re.compile(rb"""\st=["']([A-Za-z]+)["']""")
_PLACE: Final = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE: Final = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_TOO_MANY: Final = "公式错误或没有计算结果的单元格太多：请在Excel或WPS中打开，改正公式并保存后重新上传"


class Spoilt:
    """Gathers such cells from the blocks of a sheet."""

    def __init__(self) -> None:
        self.cells: dict[Place, str] = {}
        """What each of them says: its error, or UNCALCULATED."""
        self._rest = b""

    def look(self, block: bytes) -> None:
        """Look at the next *block*."""
        seen = self._rest + block
        if any(sign in seen for sign in _SIGNS):
            for cell in _cells(seen):
                self._take(cell)
            if len(self.cells) > _MOST:
                raise UnreadableFileError(_TOO_MANY)
        last = max(seen.rfind(b"<c ", -_LONGEST), seen.rfind(b":c ", -_LONGEST))
        self._rest = seen[last:] if last >= 0 else b""

    def _take(self, cell: bytes) -> None:
        head, _, content = cell.partition(b">")
        kind = _TYPE.search(head)
        value = _VALUE.search(content)
        if kind is not None and kind[1] == b"e":
            said = value[1].decode(errors="replace") if value and value[1] else "#N/A"
        elif _FORMULA.search(content) and not (value and value[1]) and not (kind and kind[1] == b"str" and value):
            said = UNCALCULATED
        else:
            return
        found = _PLACE.search(head)
        if found is None:
            raise UnreadableFileError(_TOO_MANY)
        column = 0
        for letter in found[1]:
            column = column * 26 + letter - 64
        self.cells[int(found[2]) - 1, column - 1] = said


def _cells(seen: bytes) -> Iterator[bytes]:
    """Yield the cells in which a sign stands, from their tag to their end."""
    ended = 0
    for at in sorted(at for sign in _SIGNS for at in _places(seen, sign)):
        if at < ended:
            continue
        start = max(seen.rfind(b"<c ", 0, at), seen.rfind(b":c ", 0, at))
        end = min((place for place in (seen.find(b"</c>", at), seen.find(b":c>", at)) if place >= 0), default=-1)
        if start >= 0 and end >= 0:
            ended = end
            yield seen[start:end]


def _places(seen: bytes, sign: bytes) -> Iterator[int]:
    at = seen.find(sign)
    while at >= 0:
        yield at
        at = seen.find(sign, at + 1)
