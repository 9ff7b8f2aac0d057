"""This machine's deployment, for one command."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import typer

if TYPE_CHECKING:
    from app.database import Database
    from app.security.keyring import Keyring
    from app.settings import Settings


class Deployment(NamedTuple):
    """What a command works on."""

    settings: "Settings"
    database: "Database"
    keyring: "Keyring"


@contextmanager
def opened() -> Iterator[Deployment]:
    """Yield the deployment, its tables up to date and its keys checked."""
    from app.database import Database, upgrade
    from app.security.sealing import ready
    from app.settings import Settings

    settings = Settings.load()
    upgrade(settings)
    keyring = ready(settings, tell=lambda said: typer.echo(said, err=True))
    database = Database(settings, keyring=keyring)
    try:
        yield Deployment(settings, database, keyring)
    finally:
        database.close()
