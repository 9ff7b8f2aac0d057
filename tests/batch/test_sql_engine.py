"""A table screened where it lies gives what screening its households one by one gives."""

import sys
from decimal import Decimal

import polars as pl
import pytest

from app.batch.phases import Phase
from app.batch.spark_session import spark_session as spark_session_at
from app.batch.sql_duckdb import DuckDb
from app.batch.sql_engine import EngineError, screen_table
from app.batch.sql_spark import Spark
from app.rules.policy import Verdict
from app.screening import Screener
from policies import POLICIES
from tests.spark import spark_session  # noqa: F401
from tests.sql_engines import households, write_facts
from tests.strategies import DAYS

SCREENER = Screener(POLICIES)
TIDY = (
    "household_reference",
    "member_reference",
    "policy",
    "verdict",
    "amount",
    "amount_unit",
    "reasons",
    "missing_facts",
    "missing_figures",
    "handling_unit",
)
DAY = DAYS[-1]


def one_by_one(profiles, day):
    """Return the tidy result by screening each household; of lists, what they hold."""
    found = {}
    for profile in profiles:
        screening = SCREENER.screen(profile, day)
        for result in screening.results:
            amount = screening.amount(result)
            member = None if result.position is None else profile.references[result.position]
            awarded = result.verdict is not Verdict.INELIGIBLE and amount.exact is not None
            found[profile.reference, member, result.policy.code] = (
                result.verdict,
                round(Decimal(amount.value), 2) if awarded else None,
                amount.unit if awarded else None,
                [condition.label for condition in result.decision.conditions],
                {question.fact.key for question in screening.asks(result)},
                {figure.key for figure in screening.figures(result)},
                result.policy.handled_by.code,
            )
    return found


def tidy_rows(rows):
    found = {}
    for household, member, policy, verdict, amount, unit, reasons, facts, figures, handled in rows:
        assert len(set(facts)) == len(facts)
        key = household, member, policy
        assert key not in found
        found[key] = (verdict, amount, unit, reasons, set(facts), set(figures), handled)
    return found


def screened(path, target, day=DAY, **options):
    engine = DuckDb(str(path))
    try:
        return screen_table(engine, SCREENER, day, str(target), **{"exact_units": True, **options})
    finally:
        engine.close()


def read_tidy(target):
    frame = pl.read_parquet(target)
    assert tuple(frame.columns) == TIDY
    assert frame.schema["amount"] == pl.Decimal(20, 2)
    return tidy_rows(frame.rows())


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_duckdb_gives_what_one_by_one_gives(tmp_path, day):
    profiles = households(40)
    write_facts(tmp_path / "in.parquet", profiles)
    phases = []
    done = screened(tmp_path / "in.parquet", tmp_path / "out.parquet", day, on_phase=phases.append)
    assert read_tidy(tmp_path / "out.parquet") == one_by_one(profiles, day)
    assert phases == [Phase.CHECKING, Phase.SCREENING, Phase.WRITING]
    assert (done.absent, done.ignored) == ((), ())


@pytest.mark.spark
@pytest.mark.parametrize("ansi", ["true", "false"])
def test_spark_gives_what_one_by_one_gives(spark_session, tmp_path, ansi):  # noqa: F811
    spark_session.conf.set("spark.sql.ansi.enabled", ansi)
    profiles = households(60)
    write_facts(tmp_path / "in.parquet", profiles)
    engine = Spark(spark_session, str(tmp_path / "in.parquet"))
    screen_table(engine, SCREENER, DAY, str(tmp_path / "out"), exact_units=True)
    engine.close()
    rows = spark_session.read.parquet(str(tmp_path / "out")).select(*TIDY).collect()
    assert tidy_rows(map(tuple, rows)) == one_by_one(profiles, DAY)
    assert not [view for view in spark_session.catalog.listTables() if view.name.startswith("huimin")]


def test_a_table_that_changes_while_it_is_read_is_no_result(tmp_path):
    """A state that nobody decided would be a row without a verdict."""
    path, target = tmp_path / "in.parquet", tmp_path / "out.parquet"
    write_facts(path, households(5))
    engine = DuckDb(str(path))
    take = engine.take
    engine.take = lambda name, table, rows: take(name, table, rows if name == "outcomes" else "[]")
    with pytest.raises(Exception, match="the facts changed"):
        screen_table(engine, SCREENER, DAY, str(target), exact_units=True)
    assert list(tmp_path.iterdir()) == [path]


def test_little_memory_changes_nothing(tmp_path):
    profiles = households(40, seed=3)
    write_facts(tmp_path / "in.parquet", profiles)
    engine = DuckDb(str(tmp_path / "in.parquet"), memory_limit="200MB", scratch=tmp_path / "scratch")
    screen_table(engine, SCREENER, DAY, str(tmp_path / "out.parquet"), exact_units=True)
    engine.close()
    assert read_tidy(tmp_path / "out.parquet") == one_by_one(profiles, DAY)


def test_a_result_of_which_rows_are_lost_is_no_result(tmp_path):
    """Machines without a common storage each write to their own, and a cluster calls it success."""
    write_facts(tmp_path / "in.parquet", households(5))
    engine = DuckDb(str(tmp_path / "in.parquet"))
    height = engine.height
    engine.height = lambda target: height(target) - 1
    with pytest.raises(EngineError, match="共用的存储"):
        screen_table(engine, SCREENER, DAY, str(tmp_path / "out.parquet"), exact_units=True)


def test_without_spark_the_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"requirements/spark\.txt"), spark_session_at("local[1]"):
        pass
