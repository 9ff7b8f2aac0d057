"""A file in the making, under a passing name beside the one that it will have."""

import os
from pathlib import Path
from typing import IO
from uuid import uuid4


class Draft:
    """A context that leaves nothing behind unless the file was put in its place; whatever ends it, a signal too.

    Its name is known before there is a file of that name: between the two nothing can slip through.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(f".{uuid4().hex}.part")

    def __enter__(self) -> "Draft":
        return self

    def __exit__(self, *error: object) -> None:
        self.path.unlink(missing_ok=True)

    def open(self) -> IO[bytes]:
        """Make the file, for this user's eyes only, and open it to be written."""
        return os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")

    def settle(self) -> None:
        """Put the file, which must be closed, in its place."""
        self.path.replace(self.target)
