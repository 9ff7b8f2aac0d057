"""The process in which one list is screened, as its worker sees it: told what to do, watched, ended."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.batch.jobs.files import size_of
from app.settings import ROOT

DISK_FULL: Final = "服务器的磁盘空间不足，没有完成：请告知系统管理员清理后重新上传"
PROGRAM: Final = ("-m", "app.batch.jobs.perform")
LOOK: Final = 0.1
"""Seconds between two looks at the memory: in so little, a process takes a few hundred megabytes at most."""
MEASURE: Final = 1.0
"""Seconds between two looks at the disk."""
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Limits:
    """What one list may take."""

    memory: int
    """Bytes."""
    disk: int
    """Bytes in its working folder."""
    free: int
    """Bytes that it leaves free on the disk: the database and the households of the day go first."""
    seconds: float


class Process:
    """A list being screened; use it as a context: it has ended when the context is left."""

    def __init__(self, job: Mapping[str, Any], limits: Limits, program: tuple[str, ...] = PROGRAM) -> None:
        self._work = Path(job["work"])
        self.limits = limits
        self.memory = 0
        """The most bytes that it was seen to take."""
        self._begun = self._measured = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, *program],
            cwd=ROOT,
            # What it spools lies in its working folder, and goes with it whoever is killed.
            env={**os.environ, "TMPDIR": str(self._work), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A library's last words may quote the list.
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="batch-listener", daemon=True)
        self._listener.start()
        assert self._process.stdin is not None
        # One that ended before it listened is told as any other end.
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(BrokenPipeError):
                stream.close()

    def next(self) -> dict[str, Any]:
        """Return what it says next: nothing for now, how far it is, how it ended, or which limit it has passed."""
        try:
            said = self._said.get(timeout=LOOK)
        except queue.Empty:
            return self._over_limit()
        # An end without a last word: it was killed, or fell.
        return {"broken": "no last word"} if said is None else said

    def _over_limit(self) -> dict[str, Any]:
        self.memory = max(self.memory, _memory(self._process.pid))
        if self.memory > self.limits.memory:
            return {"over": "memory"}
        now = time.monotonic()
        if now - self._begun > self.limits.seconds:
            return {"over": "time"}
        if now - self._measured > MEASURE:
            self._measured = now
            if size_of(self._work) > self.limits.disk:
                return {"over": "disk"}
            if shutil.disk_usage(self._work).free < self.limits.free:
                return {"over": "full"}
        return {}

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            for line in self._process.stdout:
                self._said.put(json.loads(line))
        except ValueError:
            pass  # it is out of its mind, and told as any other end
        finally:
            self._said.put(None)


def _memory(pid: int) -> int:
    """Return the bytes that are a process's own; address space does not count: the engine reserves plenty."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * _PAGE
