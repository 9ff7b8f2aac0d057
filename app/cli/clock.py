"""The day it is in China, wherever the machine stands."""

from datetime import UTC, date, datetime, timedelta, timezone


def today() -> date:
    """Return the day it is in China, which has one time and no summer time."""
    return datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).date()
