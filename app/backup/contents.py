"""What a backup consists of."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import SecretStr
from sqlalchemy import Connection, Table, select

from app.database import Database
from app.errors import HuiminError
from app.models import Base
from app.onewindow import tables as onewindow_tables  # noqa: F401 (tells Base of its tables)
from app.security import audit, ringfile
from app.security.audit import Event
from app.security.ringfile import NAME as KEYRING
from app.security.sealing import open_keyring
from app.settings import DATABASE_FILE, Settings

FORMAT: Final = "huimin-backup/1"
MANIFEST, CONTENT, FILES = "manifest.json", "database.sqlite", "files/"
ROWS: Final = 200
"""As many rows are copied at once: of stored answers, some megabytes."""


class BackupError(HuiminError):
    """A backup cannot be made or brought back."""


class Summary(NamedTuple):
    """What a backup holds."""

    created_at: str
    rows: int
    files: int
    with_keys: bool


def files_of(settings: Settings) -> Iterator[Path]:
    """Yield the files of the data folder, the database's own and passing ones left out."""
    for parent, folders, names in os.walk(settings.data_dir):
        folders[:] = [name for name in folders if not name.startswith(".")]
        top = Path(parent) == settings.data_dir
        for name in names:
            if not name.startswith(".") and not (top and name.startswith(DATABASE_FILE)):
                yield Path(parent) / name


def is_ring(settings: Settings, path: Path) -> bool:
    """Tell whether *path* is the key ring, or a former one."""
    return path.relative_to(settings.data_dir).parts[0].startswith(KEYRING) or path == ringfile.path_of(settings)


def tables() -> Sequence[Table]:
    return Base.metadata.sorted_tables


def batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = connection.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": ROWS})
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def beside(settings: Settings, file: Path) -> Settings:
    """Return the settings of a deployment whose database is the SQLite *file*."""
    return settings.model_copy(update={"data_dir": file.parent, "database_url": SecretStr(f"sqlite:///{file}")})


def note(settings: Settings, event: Event) -> None:
    """Record *event* in the deployment's trail."""
    database = Database(settings, keyring=open_keyring(settings))
    try:
        database.write(lambda session: audit.record(session, event))
    finally:
        database.close()
