"""How far a long command is: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

SECONDS_BETWEEN_LINES: Final = 5.0
STEPS: Final = 10


class Waiting:
    """Tells the person at the terminal the phase, rows done of rows in all, rows a second, time left."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._phase = ""
        self._begun = self._said = clock()
        self._done, self._total = 0, 0
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (TextColumn("{task.description}"), BarColumn(), _Rows())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)

    @property
    def steps(self) -> int:
        """In how many steps whoever waits wants to see the rows go by."""
        return 1 if self._bar is None else STEPS

    def __enter__(self) -> "Waiting":
        if self._bar is not None:
            self._bar.start()
            self._bar.add_task("", total=None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def phase(self, name: str) -> None:
        """Begin another phase."""
        self._phase, self._begun = name, self._clock()
        self._done, self._total = 0, 0
        if self._bar is not None:
            self._bar.reset(self._bar.task_ids[0], total=None, description=name)
        else:
            self._say()

    def rows(self, done: int, total: int) -> None:
        """Say how many rows of the phase are done."""
        self._done, self._total = done, total
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done, total=total)
        else:
            self._say()

    def _say(self) -> None:
        now = self._clock()
        if now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            counts = _counts(self._done, self._total, now - self._begun)
            sys.stderr.write(f"{self._phase}{f'：{counts}' if counts else '……'}\n")
            sys.stderr.flush()


class _Rows(ProgressColumn):
    """The counts beside the bar."""

    def render(self, task: Task) -> Text:
        return Text(_counts(int(task.completed), int(task.total or 0), task.elapsed or 0.0))


def _counts(done: int, total: int, seconds: float) -> str:
    if not total:
        return ""
    said = f"{done}/{total} 行"
    if done and seconds > 0:
        said += f"，每秒 {done / seconds:.0f} 行"
        if done < total:
            said += f"，约剩 {timedelta(seconds=round((total - done) * seconds / done))}"
    return said
