"""OpenFisca over a whole file: the same rules on the arrays of all people at once, verdicts only."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl
from openfisca_core.simulations import Simulation, SimulationBuilder

from app.rules.expressions import Amount, Choice, Fact, When, YesNo, vocabulary
from app.rules.policy import Verdict
from policies import POLICIES
from policies.facts import Household, Person
from tests.benchmarks.households import DAY
from tests.benchmarks.openfisca import UNKNOWN, VERDICTS, OpenFisca, stated

HOME = "341103"
Truths: TypeAlias = dict[str, dict[str, np.ndarray]]


class WholeFile:
    """The system, made once; a run reads a file of facts and writes the verdicts of each policy."""

    def __init__(self) -> None:
        self.peer = OpenFisca(POLICIES, DAY)

    def run(self, source: Path, target: Path) -> dict[str, int]:
        """Return how often each verdict was given."""
        found = self.calculate(self.simulation(source))
        for entity, columns in found.items():
            pl.DataFrame(columns).write_parquet(target.with_suffix(f".{entity}.parquet"))
        return self.counts(found)

    def simulation(self, source: Path) -> Simulation:
        """Return the people of a file, as the system takes them."""
        people = pl.read_parquet(source).with_columns(_no_certificate())
        number = people["household_reference"].rle_id()
        homes = people.filter(number.ne_missing(number.shift(1)))
        builder = SimulationBuilder()
        builder.create_entities(self.peer.system)
        builder.declare_person_entity("person", np.arange(people.height))
        household = builder.declare_entity("household", np.arange(homes.height))
        builder.join_with_persons(household, number.to_numpy(), np.full(people.height, "member"))
        simulation = builder.build(self.peer.system)
        for entity, rows in ((Household, homes), (Person, people)):
            for fact in vocabulary(entity):
                simulation.set_input(stated(fact), self.peer.period, _coded(fact, rows))
        return simulation

    def calculate(self, simulation: Simulation) -> Truths:
        """Return the truths of each policy, by the kind of its subjects."""
        found: Truths = {"household": {}, "person": {}}
        for name, policy in zip(self.peer.names, self.peer.policies, strict=True):
            truths = np.asarray(simulation.calculate(name, self.peer.period))
            found[policy.subject.name][name] = truths.astype(np.int8)
        return found

    def counts(self, found: Truths) -> dict[str, int]:
        """Return how often each verdict is among *found*."""
        every = [np.bincount(truths, minlength=3) for columns in found.values() for truths in columns.values()]
        counts = np.sum(every, axis=0)
        return {Verdict(verdict).value: int(count) for verdict, count in zip(VERDICTS, counts, strict=True)}


def _no_certificate() -> list[pl.Expr]:
    """Let "no certificate" hold for both of its facts, as the door does."""
    pair = [pl.col("disability_category"), pl.col("disability_grade")]
    none = pl.any_horizontal(one.eq("none").fill_null(False) for one in pair)
    return [pl.when(none & one.is_null()).then(pl.lit("none")).otherwise(one).name.keep() for one in pair]


def _coded(fact: Fact, rows: pl.DataFrame) -> np.ndarray:
    """Return a fact as the integers that the system knows."""
    column = pl.col(fact.key)
    match fact:
        case YesNo():
            coded = column.cast(pl.Int32)
            if fact.key == "local":  # told by the region, as the door does
                coded = pl.coalesce(column, pl.col("region_code").str.starts_with(HOME)).cast(pl.Int32)
        case Choice():
            codes = {str(option): place for place, option in enumerate(fact.options)}
            coded = column.replace_strict(codes, default=None, return_dtype=pl.Int32)
        case When():
            coded = column.dt.year() * 10_000 + column.dt.month().cast(pl.Int32) * 100 + column.dt.day()
        case Amount():
            coded = (column * fact.scale).round().cast(pl.Int32)
        case _:
            raise AssertionError(fact)
    return rows.select(coded.fill_null(UNKNOWN)).to_series().to_numpy()
