"""What is kept only for a time, and the job inside each server that lets it go."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.database import Database
from app.errors import place_of
from app.models import Bucket, Replay, Screening
from app.onewindow.tables import Handoff
from app.quotas import HOUR
from app.security import audit
from app.security.audit import Event
from app.security.audit_actions import Action
from app.settings import Settings

EVERY: Final = 600.0
"""Seconds from one sweep to the next."""
PART: Final = 200
"""Rows that are deleted in one transaction: writers wait for it on SQLite."""
EVENTS: Final = 2000
"""Events of the audit trail that are deleted in one transaction."""
TOLD: Final = frozenset({"screenings", "handoffs"})
"""What was kept about people: that it went is an event."""
PAUSE: Final = 0.05
_LOCK: Final = 0x48554953  # one process at a time, on PostgreSQL; on SQLite only one writes anyway

log = logging.getLogger("huimin.retention")


def expire_part(session: Session, settings: Settings, now: datetime) -> dict[str, int]:
    """Delete up to PART rows of each kind, and EVENTS events, that are due at *now*; return how many of each."""
    if session.get_bind().dialect.name == "postgresql":
        mine = session.scalar(text("select pg_try_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not mine:
            return {}
    oldest = id_at(now - timedelta(days=settings.screening_days))
    due: dict[str, tuple[Any, Any]] = {
        "screenings": (Screening.id, Screening.id < oldest),
        "replays": (Replay.key, Replay.expires_at <= now),
        "handoffs": (Handoff.id, ~Handoff.is_open & (Handoff.changed_at < now - timedelta(days=settings.handoff_days))),
        # By then any is full again, as if it had never been.
        "quotas": (Bucket.client, Bucket.filled_at < now - timedelta(seconds=2 * HOUR)),
    }
    gone = {}
    for name, (column, condition) in due.items():
        keys = list(session.scalars(select(column).where(condition).order_by(column).limit(PART)))
        if keys:
            session.execute(delete(column.class_).where(column.in_(keys)))
            gone[name] = len(keys)
    # By whole days, or every sweep would add an event about a few that went.
    first_kept = datetime.combine(now.astimezone(SHANGHAI) - timedelta(days=settings.audit_days), time(), SHANGHAI)
    if purged := audit.purge(session, first_kept, most=EVENTS):
        gone["audit_events"] = purged
    for name in gone.keys() & TOLD:
        audit.record(session, Event(Action.RETENTION_EXPIRED, object=f"{name}:{gone[name]}", purpose="retention"))
    return gone


def id_at(moment: datetime) -> str:
    """Return the least id that a screening of *moment* can have: ids begin with their millisecond."""
    digits = f"{int(moment.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-0000-0000-000000000000"


async def expire_until(
    stopped: asyncio.Event, run: Callable[..., Awaitable[Any]], database: Database, settings: Settings
) -> None:
    """Let go what is due, now and every so often, until *stopped*; *run* does work away from the event loop."""
    while not stopped.is_set():
        pause = EVERY
        try:
            now = datetime.now(UTC)
            gone: dict[str, int] = await run(database.write, partial(expire_part, settings=settings, now=now))
        except Exception as error:
            # The database is away, full or not yet made: the next sweep finds what this one left.
            log.warning("nothing expired: %s", place_of(error))
        else:
            if gone:
                log.info("expired: %s", ", ".join(f"{count} {name}" for name, count in gone.items()))
            if PART in gone.values() or EVENTS in gone.values():
                pause = PAUSE
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), pause)
