"""What a deployment's database holds, asked without the service."""

import sqlite3
from contextlib import closing

from sqlalchemy import func, select

from app.database import Database, url_of
from app.models import Screening
from app.settings import Settings


def screenings(settings: Settings) -> int:
    """Return how many screenings are stored."""
    database = Database(settings)
    try:
        return database.read(lambda session: session.scalar(select(func.count()).select_from(Screening)) or 0)
    finally:
        database.close()


def is_sound(settings: Settings) -> bool:
    """Tell whether SQLite finds its file in order; PostgreSQL has looked after its own at every start."""
    if url_of(settings).get_backend_name() != "sqlite":
        return True
    with closing(sqlite3.connect(url_of(settings).database or "")) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
