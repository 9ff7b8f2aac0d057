"""A list on its way in: sealed onto the disk as it comes, and not a batch before its row is kept."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.batch.jobs.files import EARLIER, UPLOAD, BatchFiles
from app.errors import StorageFullError
from app.security.sealedfiles import SealedReader, SealedWriter, new_key

PARTS: Final = {"file": UPLOAD, "since": EARLIER}
"""The parts of the form that are files, and what they are kept as."""


class Arrival:
    """The files of one upload."""

    def __init__(self, files: BatchFiles, id: str) -> None:
        self.files, self.id, self.key = files, id, new_key()
        self._writers: dict[str, SealedWriter] = {}
        with _full_is_said():
            files.begin(id)
            self._open(UPLOAD)

    @property
    def has_earlier(self) -> bool:
        """Whether an earlier result came along, or was lent."""
        return EARLIER in self._writers

    def write(self, part: str, block: bytes) -> None:
        """Take in what has come of a part of the form; raise StorageFullError."""
        name = PARTS[part]
        with _full_is_said():
            if name not in self._writers:
                self._open(name)
            self._writers[name].write(block)

    def lend(self, earlier: SealedReader) -> None:
        """Take in an earlier result that is here already: the comparison outlives what it was lent from."""
        for block in earlier.blocks():
            self.write("since", block)

    def complete(self) -> None:
        """Put all of it on the disk for good; raise StorageFullError."""
        with _full_is_said():
            for writer in self._writers.values():
                writer.complete()
            self.files.settle(self.id)

    def abandon(self) -> None:
        """Let go of what was not taken in."""
        for writer in self._writers.values():
            writer.close()
        self.files.remove(self.id)

    def _open(self, name: str) -> None:
        self._writers[name] = self.files.writer(self.id, name, self.key)


@contextmanager
def _full_is_said() -> Iterator[None]:
    """Raise StorageFullError where the system says that the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
    else:
        return
    raise StorageFullError
