"""Make a backup of a deployment, which may be serving meanwhile."""

import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, text

from app import __version__
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
from app.database import Database, head, make_engine, upgrade, url_of
from app.security import ringfile
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.ringfile import NAME as KEYRING
from app.settings import Settings


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
        note(settings, Event(Action.BACKUP_MADE, object="with-keys" if with_keys else None, purpose="operation"))
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


def _hold(settings: Settings, work: Path) -> set[str]:
    """Give every file of the data folder but the key ring a second name in *work*; return the names."""
    held = set()
    for path in files_of(settings):
        name = path.relative_to(settings.data_dir).as_posix()
        if is_ring(settings, path):
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
    there = beside(settings, target)
    upgrade(there)
    source, copy_ = make_engine(settings, migrating=True), make_engine(there, migrating=True)
    try:
        with (
            source.connect().execution_options(isolation_level="REPEATABLE READ") as reading,
            copy_.begin() as writing,
        ):
            reading.execute(text("set local statement_timeout = 0"))
            reading.execute(text("set local idle_in_transaction_session_timeout = 0"))
            for table in tables():
                for rows in batches(reading, table):
                    writing.execute(insert(table), rows)
        with closing(sqlite3.connect(target)) as made:
            made.execute("PRAGMA journal_mode = DELETE")
    finally:
        source.dispose()
        copy_.dispose()


def _write(draft: Path, work: Path, names: Sequence[str], *, with_keys: bool) -> Summary:
    members = {CONTENT: work / CONTENT, **{FILES + name: work / FILES / name for name in names}}
    summary = Summary(datetime.now(UTC).isoformat(timespec="seconds"), _count(work / CONTENT), len(names), with_keys)
    manifest = {
        "format": FORMAT,
        "release": __version__,
        "revision": head(),
        **summary._asdict(),
        "sha256": {name: digest_of(path) for name, path in members.items()},
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
        return sum(connection.execute(f'select count(*) from "{table.name}"').fetchone()[0] for table in tables())
