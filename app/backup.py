"""Backups: everything that a deployment keeps, in one file, and from it a deployment again, on either database.

A backup is a tar file: `manifest.json` (what it is, and a digest of every other member), `database.sqlite` and
`files/…`, the data folder's other files.  Whatever the deployment's database is, the backup's is SQLite: copied
page by page from SQLite, table by table from PostgreSQL in one snapshot.  Sealed values stay sealed.  The key
ring is left out unless it is asked for: who finds the file can then read nothing in it.
"""

import hashlib
import io
import json
import logging
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import SecretStr
from sqlalchemy import Connection, Table, func, insert, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from app import __version__
from app.database import Database, alembic_config, head, make_engine, migrating, upgrade, url_of
from app.errors import HuiminError, StartError, place_of
from app.models import AuditEvent, AuditHead, Base, SealingKey
from app.onewindow import tables  # noqa: F401 (tells Base of its tables)
from app.security import audit, ringfile
from app.security.audit import Event
from app.security.ringfile import NAME as KEYRING
from app.security.sealing import open_keyring, ready
from app.settings import DATABASE_FILE, Settings

log = logging.getLogger("huimin.backup")

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


# ── making one ─────────────────────────────────────────────────────────────


def back_up(settings: Settings, target: Path, *, with_keys: bool = False) -> Summary:
    """Write a backup of the deployment, which may be serving meanwhile, to *target*; raise BackupError."""
    if target.exists():
        raise BackupError(f"{target} 已经存在：请换一个文件名，备份从不覆盖已有的文件。")
    if _revision(settings) != head():
        raise BackupError("数据库还没有建立，或与程序的版本不符：请先用这个版本启动一次服务，再备份。")
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.data_dir) as folder:
            work = Path(folder)
            # Files never change once they are written.  What a row of the snapshot names was there before it or came
            # while it was taken; a name that is held meanwhile keeps what is deleted.
            held = _hold(settings, work)
            ring = ringfile.load(settings)
            _snapshot(settings, work / CONTENT)
            held |= _hold(settings, work)
            if with_keys:
                # A rotation may have begun or ended meanwhile: what was sealed on either side of it must open.
                ringfile.save(ring.merged(ringfile.load(settings)), work / FILES / KEYRING, replace=True)
                held.add(KEYRING)
            summary = _write(draft, work, sorted(held), with_keys=with_keys)
        _note(settings, Event("backup.made", object="with-keys" if with_keys else None, purpose="operation"))
        os.link(draft, target)
    except FileExistsError:
        raise BackupError(f"{target} 已经存在：请换一个文件名，备份从不覆盖已有的文件。") from None
    except OSError as error:
        said = f"备份写不下来（{os.strerror(error.errno or 0)}）：请检查磁盘空间和 {target.parent} 的权限。"
        raise BackupError(said) from None
    finally:
        draft.unlink(missing_ok=True)
    return summary


def _revision(settings: Settings) -> str | None:
    database = Database(settings)
    try:
        return database.revision()
    finally:
        database.close()


def _note(settings: Settings, event: Event) -> None:
    """Record *event* in the deployment's trail."""
    database = Database(settings, keyring=open_keyring(settings))
    try:
        database.write(lambda session: audit.record(session, event))
    finally:
        database.close()


def _hold(settings: Settings, work: Path) -> set[str]:
    """Give every file of the data folder but the key ring a second name in *work*; return the names."""
    held = set()
    for path in _files(settings):
        name = path.relative_to(settings.data_dir).as_posix()
        if _is_ring(settings, path):
            continue
        copy = work / FILES / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not copy.exists():
                os.link(path, copy)
        except FileNotFoundError:
            continue
        held.add(name)
    return held


def _is_ring(settings: Settings, path: Path) -> bool:
    """Tell whether *path* is the key ring, or a former one."""
    return path.relative_to(settings.data_dir).parts[0].startswith(KEYRING) or path == ringfile.path_of(settings)


def _files(settings: Settings) -> Iterator[Path]:
    """Yield the files of the data folder, the database's own and passing ones left out."""
    for parent, folders, names in os.walk(settings.data_dir):
        folders[:] = [name for name in folders if not name.startswith(".")]
        top = Path(parent) == settings.data_dir
        for name in names:
            if not name.startswith(".") and not (top and name.startswith(DATABASE_FILE)):
                yield Path(parent) / name


def _snapshot(settings: Settings, target: Path) -> None:
    if url_of(settings).get_backend_name() == "sqlite":
        with (
            closing(sqlite3.connect(url_of(settings).database or "")) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy, pages=1000)
            # One file, as it is to be read elsewhere.
            copy.execute("PRAGMA journal_mode = DELETE")
        return
    there = _beside(settings, target)
    upgrade(there)
    source, copy_ = make_engine(settings, migrating=True), make_engine(there, migrating=True)
    try:
        with (
            source.connect().execution_options(isolation_level="REPEATABLE READ") as reading,
            copy_.begin() as writing,
        ):
            reading.execute(text("set local statement_timeout = 0"))
            reading.execute(text("set local idle_in_transaction_session_timeout = 0"))
            for table in _tables():
                for rows in _batches(reading, table):
                    writing.execute(insert(table), rows)
        with closing(sqlite3.connect(target)) as made:
            made.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.dispose()
        copy_.dispose()


def _beside(settings: Settings, file: Path) -> Settings:
    """Return the settings of a deployment whose database is the SQLite *file*."""
    return settings.model_copy(update={"data_dir": file.parent, "database_url": SecretStr(f"sqlite:///{file}")})


def _tables() -> Sequence[Table]:
    return Base.metadata.sorted_tables


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    found = connection.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": ROWS})
    for part in found.mappings().partitions():
        yield [dict(row) for row in part]


def _write(draft: Path, work: Path, names: Sequence[str], *, with_keys: bool) -> Summary:
    members = {CONTENT: work / CONTENT, **{FILES + name: work / FILES / name for name in names}}
    summary = Summary(datetime.now(UTC).isoformat(timespec="seconds"), _count(work / CONTENT), len(names), with_keys)
    manifest = {
        "format": FORMAT,
        "release": __version__,
        "revision": head(),
        **summary._asdict(),
        "sha256": {name: _digest(path) for name, path in members.items()},
    }
    listed = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(listed), 0o600
            tar.addfile(entry, io.BytesIO(listed))
            for name, path in members.items():
                tar.add(path, name, filter=_private)
        file.flush()
        os.fsync(file.fileno())
    return summary


def _private(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mode, entry.uid, entry.gid, entry.uname, entry.gname = 0o600, 0, 0, "", ""
    return entry


def _count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return sum(connection.execute(f'select count(*) from "{table.name}"').fetchone()[0] for table in _tables())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ── bringing one back ──────────────────────────────────────────────────────


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
        there = _beside(settings, work / CONTENT)
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
            _note(settings, Event("backup.restored", object=manifest["created_at"], purpose="operation"))
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
    damaged = [name for name, digest in manifest["sha256"].items() if _digest(work / name) != digest]
    if damaged:
        raise BackupError(f"备份已损坏（{'、'.join(damaged[:3])} 与做备份时不同），没有恢复：请换一份备份。")
    return manifest


def _holds(settings: Settings) -> str:
    """Return what the deployment holds already; nothing for a new one."""
    if any(_files(settings)):
        # A key ring alone is what a first start leaves behind.
        named = [path.name for path in _files(settings) if not _is_ring(settings, path)]
        if named:
            return f"数据目录 {settings.data_dir} 中有文件"
    database = Database(settings)
    try:
        if url_of(settings).get_backend_name() == "sqlite" and not Path(url_of(settings).database or "").exists():
            return ""

        def rows(session: Any) -> int:
            there = set(inspect(session.connection()).get_table_names())
            tables = [table for table in _tables() if table.name in there and table.name not in _FROM_THE_START]
            return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)

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
            for table in _tables():
                _copy_in(connection, table, _batches(reading, table))
    finally:
        source.dispose()


def _copy_in(connection: Connection, table: Table, batches: Iterator[list[dict[str, Any]]]) -> None:
    """Load rows into PostgreSQL's *table* by COPY, and let its counter go on behind them."""
    # What the migration itself put there comes with the backup.
    connection.execute(table.delete())
    dialect = connection.dialect
    columns = list(table.columns)
    bind = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns]
    names = ", ".join(f'"{column.name}"' for column in columns)
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for rows in batches:
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
    for path in list(_files(settings)):
        name = path.relative_to(settings.data_dir).as_posix()
        # Without one in the backup, the key ring that is here is the one to open it with.
        if name not in brought and not _is_ring(settings, path):
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
