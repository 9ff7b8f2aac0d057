"""The files of batches, and the only place that knows where they lie.

Each batch has a folder under its id.  What is kept there is sealed with the batch's own key: the list as it was
uploaded, the earlier result to compare with, and a folder for each attempt, whose results count once the table says
so.  The readers and writers of tables need plain files: those lie in the working folder of the attempt that runs,
which goes when the attempt ends, however it ends.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from app.security.keyring import Suite
from app.security.sealedfiles import SealedReader, SealedWriter

FORMATS: Final = ("xlsx", "csv", "parquet")
RESULT, CHANGES, REJECTS, COUNTS = "result", "changes", "rejects", "counts"
UPLOAD: Final = "upload"
EARLIER: Final = "earlier"
WORK: Final = ".work-"
"""How a working folder's name begins; backups leave out what begins with a dot."""
UNCLAIMED: Final = 3600
"""Seconds after which a folder that no row knows is nobody's: an upload takes less."""
LEAST_FREE: Final = 256 * 2**20
"""Bytes that lists leave free on the disk."""


def place(id: str, name: str) -> str:
    """Return the place for which the file *name* of a batch is sealed."""
    return f"batch:{id}:{name}"


def made_by(attempt: int, kind: str, form: str) -> str:
    """Return the name of a file that an attempt has made."""
    return f"attempt-{attempt}/{kind}.{form}"


class BatchFiles:
    """The files of every batch."""

    def __init__(self, data_dir: Path, suite: Suite) -> None:
        self.root, self.suite = data_dir / "batches", suite

    def folder(self, id: str) -> Path:
        """Return the folder of a batch, which need not exist."""
        return self.root / str(UUID(id))

    def attempt(self, id: str, attempt: int) -> Path:
        """Return the folder of what an attempt has made, sealed."""
        return self.folder(id) / f"attempt-{attempt}"

    def work(self, id: str, worker: str) -> Path:
        """Return the folder in which a worker works on a batch."""
        return self.folder(id) / f"{WORK}{worker}"

    # ── what is uploaded ──

    def begin(self, id: str) -> None:
        """Make the folder of a batch, for this user's eyes only."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder(id).mkdir(mode=0o700)

    def writer(self, id: str, name: str, key: bytes) -> SealedWriter:
        """Return a new file of a batch to write to."""
        return SealedWriter(self.folder(id) / name, key, self.suite, place(id, name))

    def reader(self, id: str, name: str, key: bytes) -> SealedReader:
        """Return a file of a batch to read; raise FileNotFoundError or UnsealError."""
        return SealedReader(self.folder(id) / name, key, place(id, name))

    def settle(self, id: str) -> None:
        """Put on the disk for good where the files of a batch lie."""
        for folder in (self.folder(id), self.root, self.root.parent):
            _sync(folder)

    # ── what is made ──

    def open_attempt(self, id: str, attempt: int, worker: str) -> None:
        """Make the empty folders of an attempt; what earlier ones left behind goes."""
        for folder in (*self.folder(id).glob("attempt-*"), *self.works(id)):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in (self.attempt(id, attempt), self.work(id, worker)):
            folder.mkdir(mode=0o700)

    def settle_attempt(self, id: str, attempt: int) -> None:
        """Put what an attempt has made on the disk for good."""
        _sync(self.attempt(id, attempt))
        _sync(self.folder(id))

    def made(self, id: str, attempt: int, kind: str) -> list[str]:
        """Return the names, in order and without their endings, of what an attempt has made whose names begin so."""
        return sorted(path.stem for path in self.attempt(id, attempt).glob(f"{kind}-*"))

    # ── what goes ──

    def drop_work(self, id: str, worker: str) -> None:
        """Remove a working folder, and with it all that lies there in the plain."""
        shutil.rmtree(self.work(id, worker), ignore_errors=True)

    def drop_attempt(self, id: str, attempt: int) -> None:
        """Remove what an attempt has made."""
        shutil.rmtree(self.attempt(id, attempt), ignore_errors=True)

    def drop_uploads(self, id: str) -> None:
        """Remove what an ended batch needs no more."""
        for name in (UPLOAD, EARLIER):
            (self.folder(id) / name).unlink(missing_ok=True)

    def remove(self, id: str) -> None:
        """Remove everything of a batch; what a process still writes at that moment, its worker removes."""
        shutil.rmtree(self.folder(id), ignore_errors=True)

    # ── what there is ──

    def ids(self) -> Iterator[str]:
        """Yield the ids of the batches that have a folder."""
        if self.root.is_dir():
            for folder in self.root.iterdir():
                with suppress(ValueError):
                    if str(UUID(folder.name)) == folder.name:
                        yield folder.name

    def works(self, id: str) -> Iterator[Path]:
        """Yield the working folders of a batch."""
        return self.folder(id).glob(f"{WORK}*")

    def is_unclaimed(self, id: str) -> bool:
        """Tell whether a folder is so old that its row would be there if it were to come."""
        with suppress(FileNotFoundError):
            return time.time() - self.folder(id).stat().st_mtime > UNCLAIMED
        return False

    def used(self, id: str | None = None) -> int:
        """Return the bytes that the files of a batch take, or those of all."""
        return size_of(self.root if id is None else self.folder(id))

    def free(self) -> int:
        """Return the bytes that lists may still take of the disk."""
        return shutil.disk_usage(self.root if self.root.is_dir() else self.root.parent).free - LEAST_FREE


def size_of(folder: Path) -> int:
    """Return the bytes of all files under *folder*, which may change meanwhile."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(path) / name).lstat().st_size
    return total


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
