"""The SQL engines of the tests, each with a table of the facts of some households."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import duckdb
import psycopg
from sqlalchemy import URL
from sqlglot import exp

from app.rules.expressions import Amount, Fact, When, YesNo
from app.screening import Profile
from tests.strategies import HOUSEHOLD_FACTS, PERSON_FACTS, random_profile

FACTS = (*HOUSEHOLD_FACTS, *PERSON_FACTS)
KEYS = ("household", "members", "position")
Row = dict[str, Any]


class Engine(Protocol):
    """Runs statements over the table `facts`."""

    def load(self, profiles: Iterable[Profile]) -> None: ...

    def run(self, statement: exp.Query) -> list[Row]: ...


def kind(fact: Fact) -> str:
    """Return the SQL type of the column of *fact*."""
    match fact:
        case YesNo():
            return "BOOLEAN"
        case Amount():
            return "BIGINT"
        case When():
            return "DATE"
        case _:
            return "VARCHAR"


COLUMNS = ", ".join([*(f'"{key}" BIGINT' for key in KEYS), *(f'"{fact.key}" {kind(fact)}' for fact in FACTS)])


def rows_of(profiles: Iterable[Profile]) -> Iterator[tuple[Any, ...]]:
    """Yield a row for each member of the households, which are numbered from 0."""
    for number, profile in enumerate(profiles):
        for position, member in enumerate(profile.members):
            facts = {**profile.facts, **member}
            yield (number, len(profile.members), position, *(facts[fact.key] for fact in FACTS))


class DuckDb:
    def __init__(self) -> None:
        self.connection = duckdb.connect()

    def load(self, profiles: Iterable[Profile]) -> None:
        self.connection.execute(f"CREATE OR REPLACE TABLE facts ({COLUMNS})")
        marks = ", ".join(["?"] * (len(KEYS) + len(FACTS)))
        self.connection.executemany(f"INSERT INTO facts VALUES ({marks})", list(rows_of(profiles)))

    def run(self, statement: exp.Query) -> list[Row]:
        found = self.connection.execute(statement.sql("duckdb"))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


class Postgres:
    def __init__(self, url: URL) -> None:
        self.connection = psycopg.connect(url.set(drivername="postgresql").render_as_string(), autocommit=True)

    def load(self, profiles: Iterable[Profile]) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS facts")
            cursor.execute(f"CREATE TABLE facts ({COLUMNS})")
            with cursor.copy("COPY facts FROM STDIN") as copy:
                for row in rows_of(profiles):
                    copy.write_row(row)

    def run(self, statement: exp.Query) -> list[Row]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement.sql("postgres"))
            names = [column.name for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class Spark:
    def __init__(self, session: Any) -> None:
        self.session = session

    def load(self, profiles: Iterable[Profile]) -> None:
        schema = COLUMNS.replace('"', "`").replace("VARCHAR", "STRING")
        self.session.createDataFrame(list(rows_of(profiles)), schema).createOrReplaceTempView("facts")

    def run(self, statement: exp.Query) -> list[Row]:
        return [row.asDict() for row in self.session.sql(statement.sql("spark")).collect()]


def households(count: int, seed: int = 1) -> list[Profile]:
    """Return random households with references of their own."""
    chance = random.Random(seed)
    profiles = [random_profile(chance, holes=chance.choice((0.05, 0.25, 0.6)), most=6) for _ in range(count)]
    return [replace(profile, reference=f"H-{n}") for n, profile in enumerate(profiles)]


def write_facts(path: Path, profiles: Iterable[Profile], *changes: str) -> None:
    """Write the facts of *profiles* to Parquet, after the statements *changes*."""
    engine = DuckDb()
    engine.load(profiles)
    engine.connection.execute("ALTER TABLE facts ADD COLUMN household_reference VARCHAR")
    engine.connection.execute("ALTER TABLE facts ADD COLUMN member_reference VARCHAR")
    engine.connection.execute(
        "UPDATE facts SET household_reference = 'H-' || household, member_reference = position + 1"
    )
    engine.connection.execute("ALTER TABLE facts DROP household")
    engine.connection.execute("ALTER TABLE facts DROP position")
    for change in changes:
        engine.connection.execute(change)
    engine.connection.execute(f"COPY facts TO '{path}' (FORMAT parquet)")
