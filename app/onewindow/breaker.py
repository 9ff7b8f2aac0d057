"""A circuit breaker: a platform that is down is asked now and then, not by everything that waits for it."""

from datetime import datetime, timedelta
from typing import Final

AFTER: Final = 5
"""So many failures in a row open it."""
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(minutes=1)


class Breaker:
    """Closed while the platform answers; open for a time after it failed several times in a row."""

    def __init__(self) -> None:
        self._failed = 0
        self._pause = FIRST_PAUSE
        self._until: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self._until is not None

    def allows(self, now: datetime, most: int) -> int:
        """Return how many messages may be tried: *most*, none while it is open, one to see whether it may close."""
        if self._until is None:
            return most
        return 1 if now >= self._until else 0

    def note(self, answered: bool, now: datetime) -> None:
        """Note what came of a message: whether the platform is there and listens to us."""
        if answered:
            self._failed, self._pause, self._until = 0, FIRST_PAUSE, None
            return
        self._failed += 1
        if self._failed >= AFTER and (self._until is None or now >= self._until):
            self._until = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
