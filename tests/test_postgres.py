"""The PostgreSQL of the tests behaves as a real one: it keeps commits through a kill."""

import psycopg
import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.pool import NullPool

from tests.postgres import PostgreSQL


def rows(url: URL) -> int:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found: int = connection.execute(text("select count(*) from t")).scalar_one()
    return found


def make_table(url: URL) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("create table t as select generate_series(1, 3)"))


def test_each_database_is_empty(postgres: PostgreSQL) -> None:
    with postgres.database() as first, postgres.database() as second:
        make_table(first)
        make_table(second)
        assert first != second


def test_a_database_is_dropped_although_somebody_is_connected(postgres: PostgreSQL) -> None:
    with postgres.database() as url:
        engine = create_engine(url)
        engine.connect()
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url.set(drivername="postgresql").render_as_string())
    engine.dispose()


def test_commits_survive_a_kill(postgres: PostgreSQL, postgres_url: URL) -> None:
    make_table(postgres_url)
    postgres.kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres_url.set(drivername="postgresql").render_as_string())
    postgres.start()
    assert rows(postgres_url) == 3


def test_commits_survive_a_restart(postgres: PostgreSQL, postgres_url: URL) -> None:
    make_table(postgres_url)
    postgres.restart()
    assert rows(postgres_url) == 3
