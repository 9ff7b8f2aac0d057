"""Files sealed in frames, written and read as streams: what is too large to be sealed as one value.

A sealed file is  format (1 byte) · cipher (1) · salt (16) · frames.  Each frame is SIZE bytes of the content, the
last one fewer, and a tag.  The file's own key is derived from its salt; a frame's nonce is its number and whether it
is the last: frames that are moved, doubled, left out or cut off at the end do not open, nor does a file that was put
in another's place.

The files of one thing, such as a batch, are sealed with a data key of its own, and the key ring seals only that.  So
rotation never rewrites a file, who works on one thing is given no more than its key, and what has lost its key is gone.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag

from app.security.keyring import Suite, UnsealError, decrypted, digest, encrypted

KEY_SIZE: Final = 32
SIZE: Final = 256 * 1024
"""Bytes of content in a frame: a reader holds so much in memory."""
_FORMAT: Final = 0xE2
_CODES: Final = {Suite.AES: 1, Suite.SM: 2}
_SUITES: Final = {code: suite for suite, code in _CODES.items()}
_SALT, _TAG = 16, 16
_HEADER: Final = 2 + _SALT


def new_key() -> bytes:
    """Return a data key."""
    return os.urandom(KEY_SIZE)


class SealedWriter:
    """A sealed file in the making, which must not be there yet: write to it, then complete it."""

    def __init__(self, path: Path, key: bytes, suite: Suite, place: str) -> None:
        salt = os.urandom(_SALT)
        self._header = bytes((_FORMAT, _CODES[suite])) + salt
        self._suite, self._key = suite, digest(suite, key, salt)
        self._bound = self._header + place.encode()
        self._number = 0
        self._pending = bytearray()
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)
        self._file.write(self._header)

    def __enter__(self) -> "SealedWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        """Add *data* to the content."""
        self._pending += data
        # The last frame says that it is the last: it stays until it is known to be.
        while len(self._pending) > SIZE:
            self._seal(bytes(self._pending[:SIZE]), last=False)
            del self._pending[:SIZE]

    def complete(self) -> None:
        """Write what is left and close; the file is on disk when this returns, whatever happens then."""
        self._seal(bytes(self._pending), last=True)
        os.fsync(self._file.fileno())
        self.close()

    def close(self) -> None:
        """Close the file; one that was not completed does not open."""
        self._file.close()

    def _seal(self, content: bytes, *, last: bool) -> None:
        frame = encrypted(self._suite, self._key, _nonce(self._number, last=last), content, self._bound)
        left = memoryview(frame)
        while left:
            left = left[self._file.write(left) :]
        self._number += 1


class SealedReader:
    """A sealed file; raise UnsealError, here or while it is read, if it is not as it was written."""

    def __init__(self, path: Path, key: bytes, place: str) -> None:
        self._file: BinaryIO = path.open("rb", buffering=0)
        try:
            self._begin(key, place)
        except BaseException:
            self._file.close()
            raise

    def _begin(self, key: bytes, place: str) -> None:
        header = self._file.read(_HEADER)
        suite = _SUITES.get(header[1]) if len(header) == _HEADER and header[0] == _FORMAT else None
        body = os.fstat(self._file.fileno()).st_size - _HEADER
        self.frames = -(-body // (SIZE + _TAG))
        self.size = body - self.frames * _TAG
        """Bytes of content."""
        if suite is None or self.size < 0 or self.frames == 0:
            raise UnsealError("this is not a sealed file")
        self._suite, self._key = suite, digest(suite, key, header[2:])
        self._bound = header + place.encode()
        # What was cut off is found before anything of it is given out.
        self._frame(self.frames - 1)

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the content from byte *start* to before *stop*, and close the file at the end."""
        stop = self.size if stop is None else stop
        with self._file:
            for number in range(start // SIZE, -(-stop // SIZE)):
                first = number * SIZE
                yield self._frame(number)[max(start - first, 0) : stop - first]

    def close(self) -> None:
        """Close the file, where it is not read to its end."""
        self._file.close()

    def read(self) -> bytes:
        """Return all of the content, and close the file."""
        return b"".join(self.blocks())

    def _frame(self, number: int) -> bytes:
        self._file.seek(_HEADER + number * (SIZE + _TAG))
        frame, most = bytearray(), SIZE + _TAG
        while len(frame) < most and (part := self._file.read(most - len(frame))):
            frame += part
        nonce = _nonce(number, last=number == self.frames - 1)
        try:
            return decrypted(self._suite, self._key, nonce, bytes(frame), self._bound)
        except (InvalidTag, ValueError):
            pass
        # Raised outside, so that no trace shows what was at hand.
        raise UnsealError("the file is damaged, or was sealed for another place")


def seal_file(source: Path, target: Path, key: bytes, suite: Suite, place: str) -> None:
    """Write the content of *source* to *target*, sealed."""
    with source.open("rb") as file, SealedWriter(target, key, suite, place) as writer:
        while block := file.read(SIZE):
            writer.write(block)
        writer.complete()


def open_file(source: Path, target: Path, key: bytes, place: str) -> None:
    """Write the content of the sealed *source* to *target*, in the plain, for this user's eyes only."""
    reader = SealedReader(source, key, place)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for block in reader.blocks():
            file.write(block)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes((last,))
