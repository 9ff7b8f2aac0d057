"""What a deployment's database holds, asked without the service."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import Database, url_of
from app.models import Batch, Screening
from app.security.audit import Trouble, anchor, verify
from app.security.sealing import open_keyring
from app.settings import Settings

T = TypeVar("T")


def screenings(settings: Settings) -> int:
    """Return how many screenings are stored."""
    return _asked(settings, lambda session: session.scalar(select(func.count()).select_from(Screening)) or 0)


def lists(settings: Settings) -> int:
    """Return how many lists are there."""
    return _asked(settings, lambda session: session.scalar(select(func.count()).select_from(Batch)) or 0)


def trail(settings: Settings) -> tuple[int, list[Trouble]]:
    """Return how many events the audit trail has, and where it was changed."""
    return _asked(settings, lambda session: (anchor(session).seq, list(verify(session))))


def _asked(settings: Settings, ask: Callable[[Session], T]) -> T:
    database = Database(settings, keyring=open_keyring(settings))
    try:
        return database.read(ask)
    finally:
        database.close()


def is_sound(settings: Settings) -> bool:
    """Tell whether SQLite finds its file in order; PostgreSQL has looked after its own at every start."""
    if url_of(settings).get_backend_name() != "sqlite":
        return True
    with closing(sqlite3.connect(url_of(settings).database or "")) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
