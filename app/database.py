"""The database: SQLite in the data folder, or PostgreSQL."""

import errno
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, Pool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DatabaseError, InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool, QueuePool

from app.errors import StartError, StorageFullError, UnavailableError, place_of
from app.settings import DATABASE_FILE, ROOT, Settings

CONNECTIONS: Final = {"sqlite": 5, "postgresql": 10}
PATIENCE: Final = 10
"""Seconds to wait for a lock, a connection of the pool, or an answer of the database."""
MIGRATION_PATIENCE: Final = 120
_MIGRATION_LOCK: Final = 0x4855494D494E  # "HUIMIN"

log = logging.getLogger("huimin.database")
T = TypeVar("T")


class Database:
    """Where screenings are kept.  Every write goes through `write`, which is the only place that commits."""

    def __init__(self, settings: Settings, **belongings: object) -> None:
        """Connect to the database of *settings*; *belongings* are in the `info` of every session."""
        self.engine = make_engine(settings)
        self.connections = settings.database_connections or CONNECTIONS[self.engine.dialect.name]
        self._writing = sessionmaker(self.engine, info=belongings)
        self._reading = sessionmaker(self.engine.execution_options(reads_only=True), info=belongings)

    def write(self, work: Callable[[Session], T]) -> T:
        """Do *work* in one transaction; what it returns is on disk when it is returned."""

        def transaction() -> T:
            with self._writing.begin() as session:
                return work(session)

        return _told_apart(transaction)

    def read(self, work: Callable[[Session], T]) -> T:
        """Do *work*, which changes nothing."""

        def transaction() -> T:
            with self._reading() as session:
                return work(session)

        return _told_apart(transaction)

    def revision(self) -> str | None:
        """Return the revision of the tables as they are, or None where there are none."""

        def ask(session: Session) -> str | None:
            if not inspect(session.connection()).has_table("alembic_version"):
                return None
            found: str | None = session.scalar(text("select version_num from alembic_version"))
            return found

        return self.read(ask)

    def close(self) -> None:
        self.engine.dispose()


def _told_apart(transaction: Callable[[], T]) -> T:
    """Do *transaction*; tell a database that is away, locked or full from a mistake of ours."""
    try:
        return transaction()
    except (SQLAlchemyError, sqlite3.Error) as error:
        if not _is_away(error):
            raise
        cause = getattr(error, "orig", None) or error
        full = _is_full(cause)
        log.warning("database %s: %s", "full" if full else "unavailable", place_of(cause))
    # Raised outside: the driver's own message may quote what was to be stored.
    raise StorageFullError if full else UnavailableError


def _is_away(error: Exception) -> bool:
    away = (OperationalError, InterfaceError, InternalError, PoolTimeoutError, sqlite3.Error)
    return isinstance(error, away) or type(error) is DatabaseError


def _is_full(cause: BaseException) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
    # What PostgreSQL calls disk_full.
    return getattr(cause, "sqlstate", None) == "53100"


# ── engines ────────────────────────────────────────────────────────────────


def url_of(settings: Settings) -> URL:
    """Return the address of the database."""
    if settings.database_url is None:
        return URL.create("sqlite", database=str(settings.data_dir / DATABASE_FILE))
    return make_url(settings.database_url.get_secret_value())


def make_engine(settings: Settings, *, migrating: bool = False) -> Engine:
    """Return an engine; *migrating*, one for a single patient connection without foreign keys enforced."""
    url = url_of(settings)
    sqlite = url.get_backend_name() == "sqlite"
    pool: type[Pool] = NullPool if migrating else QueuePool
    sizes = (
        {}
        if migrating
        else {"pool_size": settings.database_connections or CONNECTIONS[url.get_backend_name()], "max_overflow": 0}
    )
    engine = create_engine(
        url,
        poolclass=pool,
        # A restarted PostgreSQL is noticed before a statement is lost to it; SQLite has no such moment.
        pool_pre_ping=not sqlite and not migrating,
        # Errors are logged, and parameters are people's data.
        hide_parameters=True,
        connect_args=_sqlite_arguments(migrating) if sqlite else _postgresql_arguments(migrating),
        **sizes,
        **({} if migrating else {"pool_timeout": PATIENCE}),
    )
    if sqlite:
        _take_over_transactions(engine, enforce=not migrating)
    return engine


def _sqlite_arguments(migrating: bool) -> dict[str, Any]:
    return {"timeout": MIGRATION_PATIENCE if migrating else PATIENCE}


def _postgresql_arguments(migrating: bool) -> dict[str, Any]:
    patience = (MIGRATION_PATIENCE if migrating else PATIENCE) * 1000
    return {
        "application_name": "huimin",
        "connect_timeout": PATIENCE,
        # A network that swallows packets must not hold a worker for the quarter of an hour that TCP would wait.
        "tcp_user_timeout": PATIENCE * 1000,
        "options": f"-c statement_timeout={patience} -c lock_timeout={patience} "
        f"-c idle_in_transaction_session_timeout={patience}",
    }


def _take_over_transactions(engine: Engine, *, enforce: bool) -> None:
    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _: object) -> None:
        # The driver begins transactions late, and deferred ones: ours begin where SQLAlchemy says so.
        connection.isolation_level = None
        connection.execute(f"PRAGMA foreign_keys = {'ON' if enforce else 'OFF'}")
        # NORMAL would survive a killed process, but not a power cut, and village offices have those.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        # What is deleted or replaced is overwritten, and lingers in no free page.
        connection.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that reads and then writes fails at once when another has written in
        # between, without waiting: 600 of 800 times under four threads.
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


# ── before the service starts ──────────────────────────────────────────────


def prepare(settings: Settings) -> None:
    """Make the data folder, and the database's file in it, for this user's eyes only."""
    url = url_of(settings)
    folders = [settings.data_dir]
    try:
        if url.get_backend_name() == "sqlite":
            file = Path(url.database or "")
            folders.append(file.parent)
        for folder in folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            check_writable(folder)
        if url.get_backend_name() == "sqlite":
            # SQLite gives its other files the mode of this one.
            os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, os.strerror(error.errno or 0))
        raise StartError(
            f"数据目录 {folders[-1]} 不能写（{reason}）。\n"
            "请检查目录的权限和磁盘空间，或用环境变量 HUIMIN_DATA_DIR 指定别的目录。"
        ) from None


_REASONS: Final = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "只读的文件系统",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "超过磁盘配额",
    errno.EEXIST: "已有同名的文件",
    errno.ENOTDIR: "路径中有一段不是目录",
}


def check_writable(folder: Path) -> None:
    """Raise OSError unless a file can be made and filled in *folder*."""
    probe = folder / f".write-test-{os.getpid()}-{time.monotonic_ns()}"
    try:
        probe.write_bytes(b"\0" * 4096)
    finally:
        probe.unlink(missing_ok=True)


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Bring the tables up to *revision*; of several processes, one does and the others wait."""
    from alembic import command
    from alembic.util import CommandError

    try:
        with migrating(settings) as connection:
            command.upgrade(alembic_config(connection), revision)
    except CommandError:
        said = "数据库不是这个版本的程序建立的，可能来自更新的版本。请换用同样新或更新的程序。"
    except (SQLAlchemyError, sqlite3.Error) as error:
        log.error("migration failed: %s", place_of(getattr(error, "orig", None) or error))
        said = (
            "数据库打不开或升级失败：请检查数据库是否在运行、地址和密码（HUIMIN_DATABASE_URL）是否正确、磁盘是否已满。"
        )
    else:
        return
    raise StartError(said)


@contextmanager
def migrating(settings: Settings) -> Iterator[Connection]:
    """Yield a connection in a transaction that no other process migrates beside."""
    prepare(settings)
    engine = make_engine(settings, migrating=True)
    if engine.dialect.name == "sqlite":
        _write_ahead(engine)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        yield connection
        if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise StartError("数据库升级失败：升级后的数据互相矛盾，已退回升级前的状态。")


def compact(settings: Settings, table: str) -> None:
    """Write *table* anew, so that nothing of its former content is left in the database's files."""
    engine = make_engine(settings, migrating=True)
    raw = engine.raw_connection()
    try:
        if engine.dialect.name == "sqlite":
            statements = ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"]
        else:
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg's, whose type the pool does not know
            statements = [f"VACUUM FULL {table}"]
        for statement in statements:
            raw.cursor().execute(statement)
    finally:
        raw.close()


def _write_ahead(engine: Engine) -> None:
    """Let readers read beside a writer.  The file remembers it, so it is asked once, before any server runs."""
    deadline = time.monotonic() + MIGRATION_PATIENCE
    raw = engine.raw_connection()
    try:
        while True:
            try:
                raw.cursor().execute("PRAGMA journal_mode = WAL").close()
            except sqlite3.OperationalError:
                # Changing the mode needs the file alone, and does not wait for it.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return
    finally:
        raw.close()


def head() -> str:
    """Return the revision that this program's tables have."""
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def alembic_config(connection: Connection | None = None) -> Any:
    """Return what Alembic's commands need, to run on *connection*."""
    from alembic.config import Config

    config = Config(str(ROOT / "alembic.ini"))
    config.attributes["connection"] = connection
    return config
