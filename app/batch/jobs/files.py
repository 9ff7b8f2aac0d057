"""The files of batches, and the only place that reads and writes them.

Each batch has a folder under its id: the list as it was uploaded, the earlier result to compare with,
and a folder for each attempt, whose results count once the table says so.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

FORMATS: Final = ("xlsx", "csv", "parquet")
RESULT, CHANGES, REJECTS = "result", "changes", "rejects"
UPLOAD: Final = "upload"
EARLIER: Final = "earlier.parquet"
UNCLAIMED: Final = 3600
"""Seconds after which a folder that no row knows is nobody's: an upload takes less."""
_BLOCK: Final = 256 * 1024


class BatchFiles:
    """The files of every batch."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "batches"

    def folder(self, id: str) -> Path:
        """Return the folder of a batch, which need not exist."""
        return self.root / str(UUID(id))

    def attempt(self, id: str, attempt: int) -> Path:
        """Return the folder of an attempt."""
        return self.folder(id) / f"attempt-{attempt}"

    # ── what is uploaded ──

    def begin(self, id: str) -> BinaryIO:
        """Return a file for the list to be written to, in a folder of this user's own."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self.folder(id)
        folder.mkdir(mode=0o700)
        return os.fdopen(os.open(folder / UPLOAD, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def complete(self, id: str, file: BinaryIO) -> None:
        """Close the list; it is on disk when this returns, whatever happens then."""
        file.flush()
        os.fsync(file.fileno())
        file.close()
        for folder in (self.folder(id), self.root, self.root.parent):
            _sync(folder)

    def lend(self, id: str, attempt: int, borrower: str) -> None:
        """Give *borrower* the tidy result of batch *id* to compare with, for as long as it needs it."""
        os.link(self.attempt(id, attempt) / "result.parquet", self.folder(borrower) / EARLIER)

    # ── what is made ──

    def open_attempt(self, id: str, attempt: int) -> Path:
        """Make an empty folder for an attempt; what earlier ones left behind goes."""
        for old in self.folder(id).glob("attempt-*"):
            shutil.rmtree(old, ignore_errors=True)
        folder = self.attempt(id, attempt)
        folder.mkdir(mode=0o700)
        return folder

    def seal_attempt(self, id: str, attempt: int) -> None:
        """Put what an attempt has made on the disk for good."""
        folder = self.attempt(id, attempt)
        for path in folder.iterdir():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        _sync(folder)
        _sync(folder.parent)

    def drop_uploads(self, id: str) -> None:
        """Remove what an ended batch needs no more."""
        for name in (UPLOAD, EARLIER):
            (self.folder(id) / name).unlink(missing_ok=True)

    def read(self, path: Path) -> tuple[int, Iterator[bytes]]:
        """Return the size of a result and its content; raise FileNotFoundError before the first byte."""
        file = path.open("rb")
        return os.fstat(file.fileno()).st_size, _blocks(file)

    # ── what goes ──

    def remove(self, id: str) -> None:
        """Remove everything of a batch; what a process still writes at that moment, its worker removes."""
        shutil.rmtree(self.folder(id), ignore_errors=True)

    def unclaimed(self, now: float | None = None) -> Iterator[str]:
        """Yield the ids of folders that are old enough for their row to be there."""
        now = time.time() if now is None else now
        if not self.root.is_dir():
            return
        for folder in self.root.iterdir():
            with suppress(ValueError, FileNotFoundError):
                if str(UUID(folder.name)) == folder.name and now - folder.stat().st_mtime > UNCLAIMED:
                    yield folder.name


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
