"""Make a deployment of a backup, on either database."""

import json
import logging
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.backup.contents import (
    CONTENT,
    FILES,
    FORMAT,
    MANIFEST,
    BackupError,
    Summary,
    batches,
    beside,
    digest_of,
    files_of,
    is_ring,
    note,
    tables,
)
from app.database import Database, alembic_config, make_engine, migrating, upgrade, url_of
from app.errors import StartError, place_of
from app.models import AuditEvent, AuditHead, Base, SealingKey
from app.security import ringfile
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.ringfile import NAME as KEYRING
from app.security.sealing import ready
from app.settings import Settings

log = logging.getLogger("huimin.backup")


def restore(settings: Settings, source: Path, *, force: bool = False) -> Summary:
    """Make of *source* the deployment that *settings* describe; raise BackupError before anything is changed.

    A deployment that holds anything is only replaced with *force*.  No server may run on it meanwhile.
    """
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data_dir) as folder:
        work = Path(folder)
        manifest = _unpack(source, work)
        if not force and (kept := _holds(settings)):
            raise BackupError(f"这里已有数据（{kept}），没有恢复。确实要用备份替换全部现有数据，请加 --force。")
        there = beside(settings, work / CONTENT)
        try:
            # A backup of an earlier release is brought to the present tables first, beside what is there.
            upgrade(there)
        except StartError:
            raise BackupError("备份来自更新版本的程序：请换用同样新或更新的程序再恢复。") from None
        cause = ""
        try:
            _load(settings, there)
        except (SQLAlchemyError, sqlite3.Error) as error:
            # Raised outside: the driver's own message may quote what was to be stored.
            cause = place_of(getattr(error, "orig", None) or error)
        if cause:
            raise BackupError(
                f"数据库没有恢复，仍是原来的样子：请确认服务已停止、数据库在运行、磁盘没有满。（{cause}）"
            )
        _replace_files(settings, work / FILES)
        try:
            ready(settings)
            note(settings, Event(Action.BACKUP_RESTORED, object=manifest["created_at"], purpose="operation"))
        except StartError:
            # The ring is kept elsewhere: the start will ask for it.
            log.warning("the restored database is not opened by the key ring at hand")
    return Summary(*(manifest[name] for name in Summary._fields))


def _unpack(source: Path, work: Path) -> dict[str, Any]:
    """Unpack *source* into *work*, each member checked; return the manifest."""
    try:
        with tarfile.open(source) as tar:
            first = tar.extractfile(MANIFEST)
            manifest: dict[str, Any] = json.load(first) if first is not None else {}
            if manifest.get("format") != FORMAT:
                raise KeyError(FORMAT)
            for name in manifest["sha256"]:
                tar.extract(name, work, filter="data")
    except OSError as error:
        if not isinstance(error, tarfile.TarError) and error.errno:
            raise BackupError(f"读不了 {source}（{os.strerror(error.errno)}）。") from None
        manifest = {}
    except (tarfile.TarError, ValueError, KeyError, EOFError):
        manifest = {}
    if not manifest:
        raise BackupError(f"{source} 不是完整的备份文件：请换一份用 backup 命令做的备份。")
    damaged = [name for name, digest in manifest["sha256"].items() if digest_of(work / name) != digest]
    if damaged:
        raise BackupError(f"备份已损坏（{'、'.join(damaged[:3])} 与做备份时不同），没有恢复：请换一份备份。")
    return manifest


def _holds(settings: Settings) -> str:
    """Return what the deployment holds already; nothing for a new one."""
    if any(files_of(settings)):
        # A key ring alone is what a first start leaves behind.
        named = [path.name for path in files_of(settings) if not is_ring(settings, path)]
        if named:
            return f"数据目录 {settings.data_dir} 中有文件"
    database = Database(settings)
    try:
        if url_of(settings).get_backend_name() == "sqlite" and not Path(url_of(settings).database or "").exists():
            return ""

        def rows(session: Any) -> int:
            there = set(inspect(session.connection()).get_table_names())
            kept = [table for table in tables() if table.name in there and table.name not in _FROM_THE_START]
            return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in kept)

        return f"数据库中有{count}行" if (count := database.read(rows)) else ""
    finally:
        database.close()


_FROM_THE_START: Final = frozenset(model.__tablename__ for model in (SealingKey, AuditHead, AuditEvent))
"""Tables in which a first start leaves something, before anything worth keeping is there."""


def _load(settings: Settings, there: Settings) -> None:
    file = url_of(there).database or ""
    if url_of(settings).get_backend_name() == "sqlite":
        upgrade(settings)
        with closing(sqlite3.connect(file)) as copy, closing(sqlite3.connect(url_of(settings).database or "")) as live:
            # In one transaction: a restore that is cut short leaves what was there.
            copy.backup(live)
        upgrade(settings)
        return
    from alembic import command

    source = make_engine(there, migrating=True)
    try:
        with migrating(settings) as connection, source.connect() as reading:
            Base.metadata.drop_all(connection)
            connection.execute(text("drop table if exists alembic_version"))
            command.upgrade(alembic_config(connection), "head")
            for table in tables():
                _copy_in(connection, table, batches(reading, table))
    finally:
        source.dispose()


def _copy_in(connection: Connection, table: Table, parts: Iterator[list[dict[str, Any]]]) -> None:
    """Load rows into PostgreSQL's *table* by COPY, and let its counter go on behind them."""
    # What the migration itself put there comes with the backup.
    connection.execute(table.delete())
    dialect = connection.dialect
    columns = list(table.columns)
    bind = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for rows in parts:
            for row in rows:
                given = (row[column.key] for column in columns)
                copy.write_row(
                    [value if made is None else made(value) for value, made in zip(given, bind, strict=True)]
                )
    for column in columns:
        counter = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
        if column.primary_key and connection.scalar(text(f"select {counter}")) is not None:
            last = f'(select max("{column.name}") from "{table.name}")'
            connection.execute(text(f"select setval({counter}, {last}) where {last} is not null"))


def _replace_files(settings: Settings, files: Path) -> None:
    brought = (
        {path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file()} if files.exists() else set()
    )
    for path in list(files_of(settings)):
        name = path.relative_to(settings.data_dir).as_posix()
        # Without one in the backup, the key ring that is here is the one to open it with.
        if name not in brought and not is_ring(settings, path):
            path.unlink()
    if KEYRING in brought:
        brought.remove(KEYRING)
        _take_over_ring(settings, files / KEYRING)
    for name in sorted(brought):
        target = settings.data_dir / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(files / name, target)


def _take_over_ring(settings: Settings, brought: Path) -> None:
    """Put the *brought* ring in place; another that was there is kept beside it, for it may open other backups."""
    path = ringfile.path_of(settings)
    if path.exists() and path.read_bytes() != brought.read_bytes():
        path.rename(path.with_name(f"{path.name}.replaced-{datetime.now(UTC):%Y%m%d%H%M%S}"))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.move(brought, path)
