"""The worker that carries the outbox to the platform."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from app.database import Database
from app.errors import UnavailableError, place_of
from app.onewindow.outbox import Reply, Taken, settle, take
from app.onewindow.signatures import Scheme
from app.security.keyring import Keyring

BATCH: Final = 20
IDLE: Final = 2.0
"""Seconds between looks into an empty outbox."""
TIMEOUT: Final = httpx.Timeout(20, connect=5)
LONGEST_REPLY: Final = 64 * 1024
LONGEST_PAUSE: Final = timedelta(hours=6)
"""However long the platform asks to be left alone."""

log = logging.getLogger("huimin.delivery")


@dataclass(frozen=True)
class Platform:
    """Where messages go, and how they are signed."""

    url: str
    scheme: Scheme


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
        self.database, self.keyring, self.platform, self.now = database, keyring, platform, now
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, name="delivery", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop after the attempt that is under way."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT.read)

    def run(self) -> None:
        with client() as http:
            while not self._stop.is_set():
                try:
                    sent = self.round(http)
                except UnavailableError:
                    sent = 0  # the database comes back, or somebody is told by the readiness
                except Exception as error:
                    log.error("delivery failed: %s", place_of(error))
                    sent = 0
                if not sent:
                    self._stop.wait(IDLE)

    def round(self, http: httpx.Client) -> int:
        """Send what is due now, each message once; return how many there were."""
        taken = self.database.write(lambda session: take(session, self.keyring, BATCH, self.now()))
        for message in taken:
            reply = self.send(http, message)
            state = self.database.write(lambda s, m=message, r=reply: settle(s, self.keyring, m, r, self.now()))  # type: ignore[misc]  # bound at once
            log.info("delivery: attempt %d, status %s, %s", message.attempts, reply.status or "-", state)
        return len(taken)

    def send(self, http: httpx.Client, message: Taken) -> Reply:
        """Make one attempt."""
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": message.id,
            **self.platform.scheme.sign(message.id, message.body, self.now()),
        }
        try:
            with http.stream("POST", self.platform.url, content=message.body, headers=headers) as response:
                body = b""
                for part in response.iter_bytes():
                    body += part[: LONGEST_REPLY - len(body)]
                    if len(body) >= LONGEST_REPLY:
                        break
                return Reply(response.status_code, body, _pause(response.headers.get("retry-after", "")))
        except httpx.HTTPError as error:
            # Its words may hold the address and what was sent: only its kind is told.
            log.warning("delivery: no answer (%s)", type(error).__name__)
        return Reply(None)


def client() -> httpx.Client:
    """Return what the platform is asked with: no redirects, no proxy of the environment, certificates checked."""
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)


def _pause(text: str) -> timedelta | None:
    """Return what `Retry-After` asks for in seconds; a date is not heeded."""
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return min(timedelta(seconds=int(text)), LONGEST_PAUSE)
