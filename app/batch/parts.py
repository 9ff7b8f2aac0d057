"""The parts of a zip package, each compressed as it comes and joined at the end.

Several sheets grow at the same time, which the standard library's zip writer cannot
do.  Making the rows' XML and compressing it runs on a thread of its own, so that it overlaps
with the screening of the rows that follow; the unnamed temporary files vanish with the process,
whatever ends it.
"""

import shutil
import struct
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from queue import Queue
from typing import IO, Any, Final

from isal import isal_zlib

MOST_WAITING: Final = 64
"""Pieces that may wait before their giver has to: more than a part of a list gives at once."""
LEVEL: Final = 1
"""The repetitive text of sheets hardly shrinks further at a higher level, which takes longer."""

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_LOCATOR_64: Final = struct.Struct("<4sLQL")
_END: Final = struct.Struct("<4s4H2LH")
_NEEDS_64: Final = 0xFFFF_FFFF
_MIDNIGHT_1980: Final = (0, 33)
"""The time of every part: a file with the same content is the same file."""


class Part:
    """One file of the package."""

    def __init__(self, package: "Package", name: str) -> None:
        self.package, self.name = package, name
        self.size = self.checksum = 0
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=package.folder)  # noqa: SIM115, closed by the package
        self._deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -isal_zlib.MAX_WBITS)

    def write(self, data: bytes) -> None:
        self.package.later(self._press, data)

    def make(self, pieces: Iterable[bytes]) -> None:
        """Write *pieces*, which come about only when it is their turn."""
        self.package.later(self._press_each, pieces)

    def end(self) -> None:
        self.package.later(self._end)

    def _press_each(self, pieces: Iterable[bytes]) -> None:
        for data in pieces:
            if self.package.closed:
                return
            self._press(data)

    def _press(self, data: bytes) -> None:
        self.size += len(data)
        self.checksum = isal_zlib.crc32(data, self.checksum)
        self.file.write(self._deflate.compress(data))

    def _end(self) -> None:
        self.file.write(self._deflate.flush())


class Package:
    """A zip file in the making, in the folder where it will stand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.parts: list[Part] = []
        self._waiting: Queue[Callable[[], None] | None] = Queue(MOST_WAITING)
        self._error: BaseException | None = None
        self.closed = False
        # A daemon, so that whatever interrupts its maker, it keeps no process from ending.
        self._worker = threading.Thread(target=self._work, name="compress", daemon=True)
        self._worker.start()

    def close(self) -> None:
        self.closed = True
        if self._worker.is_alive():
            self._waiting.put(None)
            self._worker.join()
        for part in self.parts:
            part.file.close()

    def part(self, name: str) -> Part:
        self.parts.append(Part(self, name))
        return self.parts[-1]

    def later(self, work: Callable[..., None], *arguments: Any) -> None:
        """Do *work* after all before it; wait, or raise what went wrong, where too much is waiting."""
        self._waiting.put(partial(work, *arguments))
        if self._error is not None:
            raise self._error

    def settle(self) -> None:
        """Wait until all that was given is done, or raise what went wrong."""
        self._waiting.join()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while (work := self._waiting.get()) is not None:
            try:
                if self._error is None and not self.closed:
                    work()
            except BaseException as error:
                self._error = error
            finally:
                self._waiting.task_done()

    def write_to(self, file: IO[bytes], order: Sequence[Part]) -> None:
        """Join the parts, all of them ended, into *file*."""
        self.settle()
        directory = []
        for part in order:
            offset, packed = file.tell(), part.file.tell()
            name = part.name.encode()
            large = max(part.size, packed) >= _NEEDS_64
            sizes = (_NEEDS_64, _NEEDS_64) if large else (packed, part.size)
            extra = struct.pack("<2H2Q", 1, 16, part.size, packed) if large else b""
            head = (45 if large else 20, 0x800, 8, *_MIDNIGHT_1980, part.checksum, *sizes, len(name), len(extra))
            file.write(_LOCAL.pack(b"PK\x03\x04", *head) + name + extra)
            part.file.seek(0)
            shutil.copyfileobj(part.file, file, 1 << 20)
            directory.append((part, packed, offset))
        start = file.tell()
        for part, packed, offset in directory:
            file.write(_entry(part, packed, offset))
        end, count = file.tell(), len(directory)
        if end >= _NEEDS_64:
            file.write(_END_64.pack(b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, end - start, start))
            file.write(_LOCATOR_64.pack(b"PK\x06\x07", 0, end, 1))
        last = (min(end - start, _NEEDS_64), min(start, _NEEDS_64))
        file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, *last, 0))


def _entry(part: Part, packed: int, offset: int) -> bytes:
    name = part.name.encode()
    exact = [value for value in (part.size, packed, offset) if value >= _NEEDS_64]
    extra = struct.pack(f"<2H{len(exact)}Q", 1, 8 * len(exact), *exact) if exact else b""
    short = [min(value, _NEEDS_64) for value in (packed, part.size)]
    version = 45 if exact else 20
    head = (version, version, 0x800, 8, *_MIDNIGHT_1980, part.checksum, *short, len(name), len(extra))
    return _CENTRAL.pack(b"PK\x01\x02", *head, 0, 0, 0, 0, min(offset, _NEEDS_64)) + name + extra
