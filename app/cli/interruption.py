"""Ctrl-C, and whoever else ends a long command: at once, in good order, and without a word."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGINT and SIGTERM raise KeyboardInterrupt, whatever the engine makes of it underneath.

    While another error is on its way out nothing is raised: the engine raises an error of its own at SIGINT, and a
    second one within what cleans up after the first would leave things behind.  The end raises it then.
    """
    interrupted = False

    def end(_: int, __: FrameType | None) -> None:
        nonlocal interrupted
        if not interrupted:
            interrupted = True
            # The engine's threads tell the descriptor of their panics when they are stopped within our code.
            sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
        if sys.exception() is None:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except BaseException as error:
        if not interrupted or isinstance(error, KeyboardInterrupt):
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted:
        raise KeyboardInterrupt
