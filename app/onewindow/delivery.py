"""The worker that carries the outbox to the platform."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import StorageFullError, UnavailableError, place_of
from app.onewindow.breaker import Breaker
from app.onewindow.outbox import DeliveryState, Reply, Taken, settle, take
from app.onewindow.platform import Platform
from app.onewindow.receiving import note_arrival
from app.onewindow.tables import Handoff
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.keyring import Keyring

AT_ONCE: Final = 8
"""Messages that are under way together: a slow platform holds up so many, and no more."""
IDLE: Final = 2.0
"""Seconds between looks into an empty outbox."""
TIMEOUT: Final = httpx.Timeout(20, connect=5)
LONGEST: Final = 30.0
"""Seconds for a whole attempt, however the answer trickles in; less than the lease of a message."""
LONGEST_REPLY: Final = 64 * 1024
LONGEST_PAUSE: Final = timedelta(hours=6)
"""However long the platform asks to be left alone."""
NOT_LISTENING: Final = (401, 403, 404, 405, 429)
"""Statuses that say something of all messages, not of one: the breaker counts them as failures."""

log = logging.getLogger("huimin.delivery")


class Worker:
    """Sends what is due until it is told to stop; several, in any number of processes, share the work."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        platform: Platform,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Wait by the clock *now*."""
        self.database, self.keyring, self.platform, self.now = database, keyring, platform, now
        self.breaker = Breaker()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="delivery", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the attempts that are under way, or leave them to whoever comes after their leases."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(IDLE)

    def run(self) -> None:
        """Send until told to stop."""
        with self.platform.client(TIMEOUT) as http:
            while not self._stop.is_set():
                try:
                    sent = self.round(http)
                except (UnavailableError, StorageFullError):
                    sent = 0  # the database says so itself, and it comes back
                except Exception as error:
                    log.error("delivery failed: %s", place_of(error))
                    sent = 0
                if not sent:
                    self._stop.wait(IDLE)

    def round(self, http: httpx.Client) -> int:
        """Send what is due now, each message once; return how many there were."""
        most = self.breaker.allows(self.now(), AT_ONCE)
        if not most:
            return 0
        taken = self.database.write(lambda session: take(session, self.keyring, most, self.now()))
        tried = list(zip(taken, self._send_together(http, taken), strict=True))
        states = self.database.write(partial(self._settle, tried=tried)) if tried else []
        for (message, reply), state in zip(tried, states, strict=True):
            was_open = self.breaker.is_open
            self.breaker.note(_listens(reply), self.now())
            if self.breaker.is_open is not was_open:
                log.warning("delivery: the platform %s", "is back" if was_open else "does not answer: asked less often")
            log.info("delivery: attempt %d, status %s, %s", message.attempts, reply.status or "-", state)
        return len(taken)

    def _settle(self, session: Session, tried: Sequence[tuple[Taken, Reply]]) -> list[DeliveryState]:
        # Cases before messages, and by their ids, which is the order in which everybody locks them.
        ids = sorted(message.handoff for message, _ in tried)
        locked = select(Handoff).where(Handoff.id.in_(ids)).order_by(Handoff.id).with_for_update()
        cases = {case.id: case for case in session.scalars(locked)}
        states = [settle(session, self.keyring, message, reply, self.now()) for message, reply in tried]
        done = [(message, state) for (message, _), state in zip(tried, states, strict=True)]
        for message, state in done:
            case = cases.get(message.handoff)
            if case is not None and state is DeliveryState.DELIVERED and message.number == 0:
                note_arrival(session, self.keyring, case, datetime.now(UTC))
        for message, state in done:
            if state is not DeliveryState.WAITING:
                # What left the house, and what could not.
                audit.record(session, Event(Action(f"handoff.{state}"), object=message.handoff, purpose="handoff"))
        return states

    def _send_together(self, http: httpx.Client, messages: Sequence[Taken]) -> list[Reply]:
        replies = [Reply(None)] * len(messages)

        def send(place: int, message: Taken) -> None:
            replies[place] = self.send(http, message)

        # No pool: its threads would hold up the end of the process for as long as a platform keeps silent.
        threads = [
            threading.Thread(target=send, args=each, name="delivery-attempt", daemon=True)
            for each in enumerate(messages)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return replies

    def send(self, http: httpx.Client, message: Taken) -> Reply:
        """Make one attempt."""
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            # By the real time, whatever clock the worker waits by.
            **self.platform.scheme.sign(message.id, message.body, datetime.now(UTC)),
        }
        end = time.monotonic() + LONGEST
        try:
            with http.stream("POST", self.platform.url, content=message.body, headers=headers) as response:
                body = b""
                for part in response.iter_bytes():
                    body += part[: LONGEST_REPLY - len(body)]
                    if len(body) >= LONGEST_REPLY or time.monotonic() > end:
                        break
                return Reply(response.status_code, body, _pause(response.headers.get("retry-after", "")))
        except httpx.HTTPError as error:
            # Its words may hold the address and what was sent: only its kind is told.
            log.warning("delivery: no answer (%s)", type(error).__name__)
        return Reply(None)


def _listens(reply: Reply) -> bool:
    return reply.status is not None and reply.status < 500 and reply.status not in NOT_LISTENING


def _pause(text: str) -> timedelta | None:
    """Return what `Retry-After` asks for in seconds; a date is not heeded."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return min(timedelta(seconds=int(text)), LONGEST_PAUSE)
