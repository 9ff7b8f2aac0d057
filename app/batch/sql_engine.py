"""Screen a Parquet table of facts where it lies: in DuckDB on this machine, or on a Spark cluster.

Only statements go to the engine, and only the few distinct states come back: no row
passes through Python.  The engine reads and writes its own paths.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from sqlglot import exp

from app.batch.phases import Phase
from app.batch.sql_plan import OUTCOMES, STATES, SqlPlan, State, Table
from app.batch.sql_source import Source, UnfitTableError, faults_of, source_of
from app.errors import HuiminError
from app.rules import sql_words as sql
from app.screening import Screener


@dataclass(frozen=True)
class Done:
    """What is to be said of a table that was screened."""

    states: int
    """How many different results its rows had."""
    absent: tuple[str, ...]
    ignored: tuple[str, ...]


class EngineError(HuiminError):
    """An engine that is not here, or cannot be reached."""


class Engine(Protocol):
    """A SQL engine with one table of facts."""

    dialect: str
    facts: exp.Table
    columns: Mapping[str, exp.DataType]

    def rows(self, statement: exp.Query) -> list[tuple[Any, ...]]:
        """Run *statement* and return its few rows."""

    def take(self, name: str, table: Table, rows: str) -> str:
        """Make a table of a JSON array of rows, and return what it is called."""

    def write(self, statement: exp.Query, target: str) -> None:
        """Run *statement* and write its rows to Parquet."""


def screen_table(
    engine: Engine,
    screener: Screener,
    day: date,
    target: str,
    *,
    exact_units: bool,
    on_phase: Callable[[Phase], None] = lambda phase: None,
) -> Done:
    """Write the tidy result for *engine*'s table of facts to *target*.

    Amounts of money in it are in 元, or with *exact_units* in 分.
    """
    on_phase(Phase.CHECKING)
    source = source_of(engine.facts, engine.columns, exact_units=exact_units)
    _check(engine, source, day)
    on_phase(Phase.SCREENING)
    plan = SqlPlan(screener, day, source.query)
    states = [State(*row) for row in engine.rows(plan.states(engine.dialect))]
    on_phase(Phase.WRITING)
    in_states, in_outcomes = plan.words(states)
    tables = engine.take("states", STATES, in_states), engine.take("outcomes", OUTCOMES, in_outcomes)
    engine.write(plan.tidy(engine.dialect, *tables), target)
    return Done(len(states), source.absent, source.ignored)


def _check(engine: Engine, source: Source, day: date) -> None:
    statement, words = faults_of(source, day)
    ((*counts,),) = engine.rows(statement)
    said = [words.format(count) for count, words in zip(counts, words, strict=True) if count]
    if said:
        raise UnfitTableError("数据有误，没有筛查：" + "；".join(said))


# ── DuckDB ─────────────────────────────────────────────────────────────────


class DuckDb:
    """DuckDB in this process; *source* is a Parquet file, or a pattern of several."""

    dialect: str = "duckdb"
    facts: exp.Table = sql.table("facts")

    def __init__(self, source: str, *, memory_limit: str | None = None, scratch: Path | None = None) -> None:
        duckdb = _module("duckdb", "DuckDB", "engines")
        # Nothing is downloaded: whatever a statement needs is in the wheel.
        settings = {"autoinstall_known_extensions": "false"}
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        if scratch is not None:
            settings["temp_directory"] = str(scratch)
        self.connection = duckdb.connect(config=settings)
        self.connection.execute("SET enable_progress_bar = false")
        facts = self.connection.read_parquet(source)
        facts.create_view("facts")
        self.columns: Mapping[str, exp.DataType] = {
            name: exp.DataType.build(str(kind), dialect="duckdb")
            for name, kind in zip(facts.columns, facts.types, strict=True)
        }

    def rows(self, statement: exp.Query) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.connection.execute(statement.sql("duckdb")).fetchall()
        return found

    def take(self, name: str, table: Table, rows: str) -> str:
        form = {column: exp.DataType.build(kind).sql("duckdb") for column, kind in table.items()}
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT UNNEST(FROM_JSON(?, ?), recursive := true)",
            [rows, json.dumps([form])],
        )
        return name

    def write(self, statement: exp.Query, target: str) -> None:
        half = f"{target}.{uuid4().hex}.part"
        try:
            self.connection.sql(statement.sql("duckdb")).write_parquet(half, compression="zstd")
            Path(half).replace(target)
        finally:
            Path(half).unlink(missing_ok=True)

    def close(self) -> None:
        self.connection.close()


# ── Spark ──────────────────────────────────────────────────────────────────


class Spark:
    """A Spark session of the user's; *source* is a path as the cluster sees it."""

    dialect: str = "spark"

    def __init__(self, session: Any, source: str) -> None:
        self.session = session
        self._prefix = f"huimin_{uuid4().hex}_"
        self._views: list[str] = []
        frame = session.read.parquet(source)
        self.facts = sql.table(self._view(frame, "facts"))
        self.columns: Mapping[str, exp.DataType] = {
            field.name: exp.DataType.build(field.dataType.simpleString(), dialect="spark") for field in frame.schema
        }

    def rows(self, statement: exp.Query) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(statement.sql("spark")).collect()]

    def take(self, name: str, table: Table, rows: str) -> str:
        fields = ", ".join(f"{column}: {exp.DataType.build(kind).sql('spark')}" for column, kind in table.items())
        # As one parameter, rows need neither pandas nor Arrow on this side, nor Python on the cluster's.
        statement = f"SELECT INLINE(FROM_JSON(:rows, 'ARRAY<STRUCT<{fields}>>'))"
        return self._view(self.session.sql(statement, args={"rows": rows}), name)

    def write(self, statement: exp.Query, target: str) -> None:
        self.session.sql(statement.sql("spark")).write.parquet(target)

    def close(self) -> None:
        """Leave the session as it was found."""
        for view in self._views:
            self.session.catalog.dropTempView(view)

    def _view(self, frame: Any, name: str) -> str:
        view = self._prefix + name
        frame.createOrReplaceTempView(view)
        self._views.append(view)
        return view


def spark_session(address: str | None = None) -> Any:
    """Return the Spark session at *address*, or the one that runs, as under spark-submit.

    An address is `local[*]`, a cluster's master such as `spark://…` or `yarn`, or `sc://…` for Spark Connect.
    """
    session = _module("pyspark.sql", "Spark", "spark").SparkSession
    builder = session.builder.appName("huimin")
    if address is None:
        return session.getActiveSession() or builder.getOrCreate()
    if address.startswith("sc://"):
        return builder.remote(address).getOrCreate()
    return builder.master(address).getOrCreate()


def _module(name: str, engine: str, package: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        raise EngineError(
            f"没有安装{engine}：去掉 HUIMIN_NO_VENV 后重试，会自动安装；"
            f"或自行安装：python3 -m pip install -r requirements/{package}.txt"
        ) from missing
