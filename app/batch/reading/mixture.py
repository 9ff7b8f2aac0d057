"""Files pasted together of UTF-8 and GB18030: each line is read in the one encoding that it can be in.

Some lines can be in either.  Between lines that can be in UTF-8 only, those that are Chinese in UTF-8 are in UTF-8.
A line in GB18030 may be UTF-8 too (of lines with a name and a village, 18 in 100,000; measured with the characters
of GB 2312's first level), but then reads as other letters, for its bytes come in twos.  Elsewhere nobody can tell,
because of such lines in UTF-8 every third is GB18030 too: these, and those in neither, are not guessed at.  What is
not ASCII in them becomes UNCLEAR.
"""

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Final

UTF8: Final = "utf-8"
GB18030: Final = "gb18030"
UNCLEAR: Final = "\ufdd0"
"""No character, and in no file: stands for what cannot be read."""
_UNREAD: Final = re.compile(rb"[\x80-\xff]+")
_CHINESE: Final = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_FEW: Final = 10
"""One line of so many may be in neither encoding; of more, this is no text."""
_LONGEST: Final = 32 * 1024 * 1024
"""Bytes without the end of a line, after which they are taken for one."""


class Mixture:
    """A file whose lines are looked at one by one; bytes before *start* are none of them."""

    def __init__(self, path: Path, start: int, block: int, *, all_gb18030: bool) -> None:
        """*all_gb18030* says that every line can be in GB18030, which need not be asked again."""
        self.path, self.start, self.block = path, start, block
        self._all_gb18030 = all_gb18030
        self._seen = self._neither = self._utf8 = self._either = 0
        self._runs: list[tuple[int, int, bool]] = []
        """Runs of lines that can be in one encoding only: the first line, the last, and whether that is UTF-8."""
        for lines in self._lines():
            self._look(lines)
        runs = [(first, last) for first, last, utf8 in self._runs if utf8]
        if runs and self._runs[0][2]:
            runs[0] = (0, runs[0][1])
        if runs and self._runs[-1][2]:
            runs[-1] = (runs[-1][0], self._seen)
        self._firsts, self._lasts = [first for first, _ in runs], [last for _, last in runs]

    @property
    def has_utf8(self) -> bool:
        """Whether some lines are Chinese in UTF-8."""
        return self._utf8 + self._either > 0

    @property
    def is_gb18030(self) -> bool:
        """Whether every line can be in GB18030, and none is Chinese in UTF-8."""
        return not self.has_utf8 and not self._neither

    @property
    def is_text(self) -> bool:
        """Whether few lines are in neither encoding."""
        return self._neither * _FEW <= self._seen

    def blocks(self) -> Iterator[bytes]:
        """Yield the lines in UTF-8."""
        number = 0
        for lines in self._lines():
            yield b"".join(map(self._read, lines, count(number)))
            number += len(lines)

    def _read(self, line: bytes, place: int) -> bytes:
        if line.isascii():
            return line
        text, other = _in(UTF8, line), _in(GB18030, line)
        if text is None and other is not None:
            return other.encode()
        if text is not None and self._is_within(place) and (other is None or _CHINESE.search(text)):
            return line.removeprefix(codecs.BOM_UTF8)  # of a file in the middle of this one
        return _UNREAD.sub(UNCLEAR.encode(), line)

    def _is_within(self, place: int) -> bool:
        run = bisect_right(self._firsts, place) - 1
        return run >= 0 and place <= self._lasts[run]

    def _look(self, lines: Sequence[bytes]) -> None:
        for place, line in enumerate(lines, self._seen):
            if line.isascii():
                continue
            text = _in(UTF8, line)
            if self._all_gb18030 or _in(GB18030, line) is not None:
                if text is None:
                    self._add(place, utf8=False)
                else:
                    self._either += _CHINESE.search(text) is not None
            elif text is not None:
                self._utf8 += 1
                self._add(place, utf8=True)
            else:
                self._neither += 1
        self._seen += len(lines)

    def _add(self, place: int, *, utf8: bool) -> None:
        if self._runs and self._runs[-1][2] == utf8:
            self._runs[-1] = (self._runs[-1][0], place, utf8)
        else:
            self._runs.append((place, place, utf8))

    def _lines(self) -> Iterator[Sequence[bytes]]:
        with self.path.open("rb") as file:
            file.seek(self.start)
            rest = b""
            while read := file.read(self.block):
                *lines, rest = (rest + read).splitlines(keepends=True)
                if len(rest) > _LONGEST:
                    lines, rest = [*lines, rest], b""
                yield lines
            if rest:
                yield [rest]


def _in(encoding: str, line: bytes) -> str | None:
    """Return *line* as *encoding* has it; None where it cannot be in it."""
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None
