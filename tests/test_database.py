"""The database: migrations, transactions, and what is said when it is away."""

import os
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import IntegrityError

import app.onewindow.tables  # noqa: F401 (tells Base of its tables)
from app.database import Database, alembic_config, head, make_engine, migrating, upgrade
from app.errors import StartError, UnavailableError
from app.models import Base, Screening
from app.onewindow import tables as _handoffs  # noqa: F401 (tells Base of its tables)
from tests.deployments import deployment, environment, settings  # noqa: F401 (a fixture)

TABLES = {table.name for table in Base.metadata.sorted_tables}


def row(id: str = "x") -> Screening:
    return Screening(
        id=id,
        created_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
        as_of=date(2026, 11, 23),
        policy_set="sha256:0",
        release="test",
        given=b"",
        answer=b"",
    )


def count(database: Database) -> int:
    return database.read(lambda session: session.scalar(select(func.count()).select_from(Screening)) or 0)


@pytest.fixture
def database(settings):  # noqa: F811 (the fixture)
    upgrade(settings)
    database = Database(settings)
    yield database
    database.close()


def tables(settings) -> set[str]:  # noqa: F811
    engine = make_engine(settings, migrating=True)
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_tables_go_up_down_and_up_again(settings):  # noqa: F811
    upgrade(settings)
    assert tables(settings) == TABLES
    with migrating(settings) as connection:
        command.downgrade(alembic_config(connection), "base")
    assert tables(settings) == set()
    upgrade(settings)
    assert tables(settings) == TABLES


def test_the_migrations_make_what_the_models_describe(settings):  # noqa: F811
    upgrade(settings)
    with migrating(settings) as connection:
        command.check(alembic_config(connection))


def test_upgrading_twice_changes_nothing(settings):  # noqa: F811
    upgrade(settings)
    upgrade(settings)
    assert tables(settings) == TABLES


def test_processes_that_start_at_once_migrate_once(settings):  # noqa: F811
    program = "from app.database import upgrade; from app.settings import Settings; upgrade(Settings.load())"
    variables = {**os.environ, **environment(settings)}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=variables, stderr=subprocess.PIPE) for _ in range(4)
    ]
    for process in started:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
    assert tables(settings) == TABLES


def test_a_failed_migration_leaves_nothing_behind(settings):  # noqa: F811
    def cut_short() -> None:
        with migrating(settings) as connection:
            command.upgrade(alembic_config(connection), "head")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_short()
    assert tables(settings) == set()


def test_a_database_of_a_newer_release_is_refused(settings):  # noqa: F811
    upgrade(settings)
    with migrating(settings) as connection:
        connection.execute(text("update alembic_version set version_num = 'from_the_future'"))
    with pytest.raises(StartError, match="更新的版本"):
        upgrade(settings)


def test_revisions_are_dated_and_fit_the_column():
    for script in ScriptDirectory.from_config(alembic_config()).walk_revisions():
        assert len(script.revision) <= 32
        assert Path(script.path).name.startswith(script.revision[:10])
        assert (script.doc or "").endswith(".")


def test_the_revision_is_known_before_and_after(settings):  # noqa: F811
    if settings.database_url is None:
        settings.data_dir.mkdir()
    database = Database(settings)
    assert database.revision() is None
    upgrade(settings)
    assert database.revision() == head()
    database.close()


def test_what_is_written_is_read_again(database):
    database.write(lambda session: session.add(row()))
    created = database.read(lambda session: session.scalars(select(Screening.created_at)).one())
    assert created == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_moment_without_a_time_zone_is_refused(database):
    naive = row()
    naive.created_at = datetime(2026, 11, 23)  # noqa: DTZ001 (the point)
    with pytest.raises(Exception, match="time zone"):
        database.write(lambda session: session.add(naive))


def test_work_that_fails_is_undone(database):
    def work(session):
        session.add(row())
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write(work)
    assert count(database) == 0


def test_a_mistake_of_ours_is_not_taken_for_an_absent_database(database):
    database.write(lambda session: session.add(row()))
    with pytest.raises(IntegrityError):
        database.write(lambda session: session.add(row()))


def test_readers_and_writers_that_read_first_wait_for_each_other(database):
    def read_then_write(number: int) -> None:
        def work(session) -> None:
            session.scalar(select(func.count()).select_from(Screening))
            session.add(row(str(number)))

        database.write(work)
        count(database)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read_then_write, range(200)))
    assert count(database) == 200


def test_no_more_connections_are_used_than_the_setting_says(settings, monkeypatch):  # noqa: F811
    monkeypatch.setattr("app.database.PATIENCE", 0.1)
    upgrade(settings)
    database = Database(settings.model_copy(update={"database_connections": 2}))
    assert database.connections == 2
    with (
        database.engine.execution_options(reads_only=True).connect(),
        database.engine.execution_options(reads_only=True).connect(),
        pytest.raises(UnavailableError),
    ):
        count(database)
    assert count(database) == 0
    database.close()


def test_a_reader_does_not_wait_for_a_writer(database):
    writing, done = threading.Event(), threading.Event()

    def work(session) -> None:
        session.add(row())
        session.flush()
        writing.set()
        assert done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(database.write, work)
        assert writing.wait(10)
        assert count(database) == 0
        done.set()
        writer.result()
    assert count(database) == 1


# ── SQLite ──


@pytest.fixture
def here(tmp_path):
    return deployment(tmp_path)


def test_nobody_else_may_read_the_data(here):
    upgrade(here)
    database = Database(here)
    database.write(lambda session: session.add(row()))
    assert stat.S_IMODE(here.data_dir.stat().st_mode) == 0o700
    files = list(here.data_dir.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    database.close()


def test_sqlite_writes_ahead_synchronously_and_checks_foreign_keys(here):
    upgrade(here)
    database = Database(here)
    for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)):
        assert database.read(lambda session, ask=f"pragma {pragma}": session.scalar(text(ask))) == wanted
    database.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StartError, match="不能写（已有同名的文件）") as caught:
        upgrade(deployment(tmp_path))
    assert str(tmp_path / "data") in str(caught.value)
    assert "HUIMIN_DATA_DIR" in str(caught.value)


def test_a_file_that_is_no_database_is_refused(here):
    here.data_dir.mkdir()
    (here.data_dir / "huimin.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(StartError, match="打不开"):
        upgrade(here)


def test_a_locked_database_is_said_to_be_unavailable(here, monkeypatch, caplog):
    monkeypatch.setattr("app.database.PATIENCE", 0.1)
    upgrade(here)
    database = Database(here)
    with migrating(here), pytest.raises(UnavailableError) as caught:
        database.write(lambda session: session.add(row()))
    assert caught.value.__context__ is None
    assert "OperationalError" in caplog.text
    database.close()


# ── PostgreSQL ──


def test_a_killed_postgresql_is_said_to_be_unavailable_and_found_again(postgres, postgres_url, tmp_path):
    there = deployment(tmp_path, postgres_url)
    upgrade(there)
    database = Database(there)
    database.write(lambda session: session.add(row("before")))
    postgres.kill()
    with pytest.raises(UnavailableError):
        count(database)
    with pytest.raises(StartError, match="HUIMIN_DATABASE_URL"):
        upgrade(there)
    postgres.start()
    assert count(database) == 1
    database.write(lambda session: session.add(row("after")))
    database.close()
