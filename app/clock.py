"""What day it is, wherever the machine stands."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8))
"""China keeps one time, without summer time since 1991."""


def today() -> date:
    """Return the day it is in China."""
    return datetime.now(UTC).astimezone(SHANGHAI).date()
