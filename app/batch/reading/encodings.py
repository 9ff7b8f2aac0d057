"""How the text of a file is encoded, and the file as UTF-8.

Decided by the whole file, never by its beginning: a page of ASCII says nothing, and
some words in GBK happen to be valid UTF-8.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PolarsError

from app.batch.reading.mixture import GB18030, UTF8, Mixture
from app.batch.reading.unreadable import UnreadableFileError

BLOCK: Final = 8 * 1024 * 1024
_MARKS: Final = {
    codecs.BOM_UTF8: UTF8,
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
    b"\x84\x31\x95\x33": GB18030,
}
_SAVE_AS: Final = "请在Excel或WPS中打开核对，另存为“CSV UTF-8（逗号分隔）”或.xlsx后重新上传"
_LYING: Final = f"文件开头标明的文字编码与内容不符：{_SAVE_AS}"
MIXED_UP: Final = f"文件里混有UTF-8和GB18030（GBK）两种文字编码，表头读不出来：{_SAVE_AS}"
MIXED: Final = "文件里的文字编码前后不一致（可能由UTF-8和GB18030的文件拼成），已逐行辨认；辨认不了的行已退回"


class Encoding:
    """The encoding of one file: a mark at its beginning, else strict UTF-8, else GB18030, else line by line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            head = file.read(4)
        self.mark = next((mark for mark in _MARKS if head.startswith(mark)), b"")
        self.name = _MARKS.get(self.mark, UTF8)
        self.mixture: Mixture | None = None
        """The file line by line, where it is in no one encoding."""
        if self._holds():
            return
        if self.mark and self.name != UTF8:
            raise UnreadableFileError(_LYING)
        self.name = GB18030
        mixture = Mixture(path, len(self.mark), BLOCK, all_gb18030=self._holds())
        if self.mark and not mixture.has_utf8:
            raise UnreadableFileError(_LYING)
        if not mixture.is_text:
            raise UnreadableFileError(f"文字编码既不是UTF-8，也不是GB18030（GBK）：{_SAVE_AS}")
        if not mixture.is_gb18030:
            self.mixture = mixture

    def blocks(self) -> Iterator[bytes]:
        """Yield the file as UTF-8, without its mark; no block ends within a character."""
        if self.mixture is not None:
            yield from self.mixture.blocks()
            return
        with self.path.open("rb") as file:
            file.seek(len(self.mark))
            rest, decoder = b"", codecs.getincrementaldecoder(self.name)()
            while read := file.read(BLOCK):
                if self.name == UTF8:
                    block = rest + read
                    end = _whole(block)
                    yield block[:end]
                    rest = block[end:]
                else:
                    yield decoder.decode(read).encode()
            decoder.decode(b"", True)  # refuses half a character
            if rest:
                yield rest

    def _holds(self) -> bool:
        try:
            for block in self.blocks():
                # Five times as fast as Python's decoder, and as strict.
                pl.Series([block], dtype=pl.Binary).cast(pl.String)
        except (UnicodeError, PolarsError):
            return False
        return True


def _whole(block: bytes) -> int:
    """Return where the last whole UTF-8 character of *block* ends."""
    for back in range(1, min(4, len(block) + 1)):
        byte = block[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) - back if length > back else len(block)
        if byte < 0x80:
            break
    return len(block)
