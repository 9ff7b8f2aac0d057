"""What was refused, for the audit trail: so much of it that it is seen, and so little that nobody fills a disk with it.

The first refusal of a kind is told at once; the same again within a quarter of an hour is only counted, and the number
told at the end.  Of more than MOST kinds at a time the rest are counted together.  Whoever refuses only notes it
here, in memory: the answer waits for nothing, and takes as long whatever was refused.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from app.database import Database
from app.errors import place_of
from app.security import audit
from app.security.audit import Event, log

MOST: Final = 100
"""Kinds told in one window: at most two events each, so less than twenty thousand a day, some six megabytes."""
WINDOW: Final = 900.0
EVERY: Final = 2.0
"""Seconds from one telling to the next: so much of what was refused is forgotten when the process is killed."""
REFUSED: Final = "refused"


class Refusals:
    """Counts refusals by what they are."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._begun = clock()
        self._counts: dict[Event, int] = {}
        self._untold: list[Event] = []

    def note(self, event: Event) -> None:
        """Take down that *event* was refused; called on the event loop only."""
        if event not in self._counts and len(self._counts) >= MOST:
            event = Event(event.action, event.outcome, object="others")
        count = self._counts.get(event, 0)
        self._counts[event] = count + 1
        if count == 0:
            self._untold.append(event)

    def due(self, *, end: bool = False) -> list[Event]:
        """Return what is to be told now; with *end*, as if the window were over."""
        told, self._untold = self._untold, []
        if end or self._clock() - self._begun > WINDOW:
            told += [
                replace(event, outcome=f"{event.outcome}:{count - 1}")
                for event, count in self._counts.items()
                if count > 1
            ]
            self._counts, self._begun = {}, self._clock()
        return told


async def tell_until(
    stopped: asyncio.Event, run: Callable[..., Awaitable[Any]], database: Database, refusals: Refusals
) -> None:
    """Record what is refused every so often, and the rest when *stopped*."""
    while True:
        ends = stopped.is_set()
        if told := refusals.due(end=ends):
            try:
                await run(database.write, lambda session, told=told: _record(session, told))
            except Exception as error:
                log.error("%d refusals are not in the audit trail: %s", len(told), place_of(error))
        if ends:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), EVERY)


def _record(session: Session, told: list[Event]) -> None:
    for event in told:
        audit.record(session, event)
