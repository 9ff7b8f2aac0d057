"""Screen a Parquet table of facts where it lies: in DuckDB on this machine, or on a Spark cluster.

Only statements go to the engine, and only the few distinct states come back: no row
passes through Python.  The engine reads and writes its own paths.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any, Protocol

from sqlglot import exp

from app.batch.phases import Phase
from app.batch.sql_plan import OUTCOMES, STATES, SqlPlan, State, Table
from app.batch.sql_source import Source, UnfitTableError, faults_of, source_of
from app.errors import HuiminError
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

    def height(self, target: str) -> int:
        """Return how many rows a result that was written has, as whoever reads it finds them."""


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
    people, households = _check(engine, source, day)
    on_phase(Phase.SCREENING)
    plan = SqlPlan(screener, day, source.query)
    states = [State(*row) for row in engine.rows(plan.states(engine.dialect))]
    on_phase(Phase.WRITING)
    in_states, in_outcomes = plan.words(states)
    tables = engine.take("states", STATES, in_states), engine.take("outcomes", OUTCOMES, in_outcomes)
    engine.write(plan.tidy(engine.dialect, *tables), target)
    # Machines that share no storage write to disks of their own, and a cluster calls that success.
    if engine.height(target) != plan.height(people, households):
        raise EngineError(
            "结果的行数不对，不能使用，请删除后重试：筛查期间数据表有改动，或集群的机器没有共用的存储"
            "（名单和结果要放在每台机器都能读写的位置，如 hdfs://、s3a:// 或共享目录）"
        )
    return Done(len(states), source.absent, source.ignored)


def _check(engine: Engine, source: Source, day: date) -> tuple[int, int]:
    """Return how many people and households there are; raise UnfitTableError."""
    statement, words = faults_of(source, day)
    ((*counts, people, households),) = engine.rows(statement)
    said = [words.format(count) for count, words in zip(counts, words, strict=True) if count]
    if said:
        raise UnfitTableError("数据有误，没有筛查：" + "；".join(said))
    return people or 0, households


def module(name: str, engine: str, package: str) -> Any:
    """Import *name*, which comes with the requirements *package*; raise EngineError."""
    try:
        return import_module(name)
    except ImportError as missing:
        raise EngineError(
            f"没有安装{engine}：去掉 HUIMIN_NO_VENV 后重试，会自动安装；"
            f"或自行安装：python3 -m pip install -r requirements/{package}.txt"
        ) from missing
