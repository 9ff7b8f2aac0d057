"""Facts of many members in, the tidy result out: a row for each subject and policy.

The columnar reader gives each policy one integer a row; the few distinct integers
are decided once, by the same code that decides one household, and joined back.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import TypeAlias

import polars as pl

from app.rules.columns import Columns
from app.rules.columns_words import Absence
from app.rules.decision import Decision
from app.rules.expressions import Fact, Quantity, vocabulary
from app.rules.packing import Layout
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Figure, Value, scale_of
from app.screening import Screener
from policies.facts import Household, Person

REFERENCES = ("household_reference", "member_reference")
VERDICTS = pl.Enum([verdict.value for verdict in Verdict])
TEXTS = pl.List(pl.String)
AMOUNT = pl.Decimal(20, 2)
Schema: TypeAlias = dict[str, pl.DataType | type[pl.DataType]]
SCHEMA: Schema = {
    "household_reference": pl.String,
    "member_reference": pl.String,
    "policy": pl.String,
    "verdict": VERDICTS,
    "amount": AMOUNT,
    "amount_unit": pl.String,
    "reasons": TEXTS,
    "missing_facts": TEXTS,
    "missing_figures": TEXTS,
    "handling_unit": pl.String,
}


class TidyReader:
    """Screens frames of facts, one row a member, for one day.

    A frame has the columns that `rules.columns` names and the two references.
    """

    def __init__(self, screener: Screener, day: date) -> None:
        self.screener, self.day = screener, day
        self._columns = Columns(day, (*vocabulary(Household), *vocabulary(Person)))
        self._plans = [_Plan(policy, screener, self._columns) for policy in screener.policies]

    def screen(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield the tidy result of each policy for *rows*, whole households of them."""
        frames = self._columns.frames(rows, REFERENCES[:1])
        of_members, of_households = (
            frame.lazy()
            .select(
                *(name for name in REFERENCES if name in frame.columns),
                *(column for plan in self._plans if plan.of_household is whole for column in plan.columns),
            )
            .collect()
            for frame, whole in zip(frames, (False, True), strict=True)
        )
        for plan in self._plans:
            yield plan.tidy(of_households if plan.of_household else of_members)


class _Plan:
    """What one policy computes for every row, and how its integers are decided."""

    def __init__(self, policy: Policy, screener: Screener, columns: Columns) -> None:
        self.policy, self.screener = policy, screener
        code = policy.code
        self.layout, packed = columns.packed(screener.reader.forms[policy])
        self.of_household = policy.subject.name == "household"
        self.columns = [packed.alias(code)]
        self.wanted: list[Fact | Figure] = []
        self.branches: list[Quantity] = []
        quantity = policy.entitlement.quantity
        if quantity is not None:
            self.columns.append(columns.branch(quantity, self.branches).alias(f"{code}.branch"))
            reckoned = [branch for branch in self.branches if not isinstance(branch, Figure)]
            if reckoned:
                self.columns.append(columns.exact(reckoned[0]).alias(f"{code}.exact"))
            absences = columns.absences_of(quantity)
            self.wanted = [item for item, _ in absences]
            self.columns.append(_bits(absences).alias(f"{code}.wanted"))
        self.day = columns.day
        self._known: dict[int, tuple[str, list[str], list[str], list[str]]] = {}

    def tidy(self, wide: pl.DataFrame) -> pl.DataFrame:
        code = self.policy.code
        names = [column.meta.output_name() for column in self.columns]
        subjects = wide.select(*(name for name in REFERENCES if name in wide.columns), *names)
        decided = self._decided(subjects[code].unique())
        found = subjects.join(decided, on=code, how="left", maintain_order="left")
        amount, unit = self._amount()
        eligible = pl.col("verdict") == Verdict.ELIGIBLE.value
        if self.wanted:
            sought = self._sought(subjects[f"{code}.wanted"].unique())
            found = found.join(sought, on=f"{code}.wanted", how="left", maintain_order="left")
            pending = eligible & amount.is_null()
            facts = pl.when(pending).then("wanted_facts").otherwise("missing_facts")
            figures = pl.when(pending).then("wanted_figures").otherwise("missing_figures")
        else:
            facts, figures = pl.col("missing_facts"), pl.col("missing_figures")
        awarded = pl.col("verdict") != Verdict.INELIGIBLE.value
        member = pl.lit(None, pl.String) if self.of_household else pl.col("member_reference")
        return found.select(
            "household_reference",
            member.alias("member_reference"),
            pl.lit(code).alias("policy"),
            "verdict",
            pl.when(awarded).then(amount).alias("amount"),
            pl.when(awarded & amount.is_not_null()).then(unit).alias("amount_unit"),
            "reasons",
            facts.alias("missing_facts"),
            figures.alias("missing_figures"),
            pl.lit(self.policy.handled_by.code).alias("handling_unit"),
        )

    def _decided(self, values: pl.Series) -> pl.DataFrame:
        """Return what each distinct integer means."""
        rows = [(value, *self._meaning(value)) for value in values.to_list()]
        return pl.DataFrame(
            rows,
            schema={
                self.policy.code: pl.Int64,
                "verdict": VERDICTS,
                "reasons": TEXTS,
                "missing_facts": TEXTS,
                "missing_figures": TEXTS,
            },
            orient="row",
        )

    def _meaning(self, value: int) -> tuple[str, list[str], list[str], list[str]]:
        known = self._known.get(value)
        if known is None:
            vector, lacking = self.layout.unpack(value)
            decision = self.screener.reader.decide(self.policy, vector)
            known = self._known[value] = (
                decision.verdict.value,
                [condition.label for condition in decision.conditions],
                missing_facts(decision, self.layout, lacking),
                missing_figures(decision, self.layout, lacking),
            )
        return known

    def _sought(self, values: pl.Series) -> pl.DataFrame:
        """Return what each distinct combination of missing items of the amount is called."""
        code, rows = self.policy.code, []
        for value in values.to_list():
            items = [item for place, item in enumerate(self.wanted) if value >> place & 1]
            rows.append(
                (
                    value,
                    [item.asked_as.key for item in items if isinstance(item, Fact)],
                    [item.key for item in items if isinstance(item, Figure)],
                )
            )
        schema: Schema = {f"{code}.wanted": pl.Int64, "wanted_facts": TEXTS, "wanted_figures": TEXTS}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def _amount(self) -> tuple[pl.Expr, pl.Expr]:
        """Return the amount in the unit that people read, and that unit."""
        code, entitlement = self.policy.code, self.policy.entitlement
        amount, unit = pl.lit(None, AMOUNT), pl.lit(None, pl.String)
        chosen = pl.col(f"{code}.branch")
        for number, branch in enumerate(self.branches):
            here = chosen == number
            if isinstance(branch, Figure):
                value = branch.on(self.day)
                if value is not None:
                    amount = pl.when(here).then(_money(value)).otherwise(amount)
                    unit = pl.when(here).then(pl.lit(value.unit)).otherwise(unit)
            else:
                scale = pl.lit(Decimal(scale_of(entitlement.unit)), AMOUNT)
                exact = (pl.col(f"{code}.exact").cast(AMOUNT) / scale).cast(AMOUNT)
                amount = pl.when(here).then(exact).otherwise(amount)
                unit = pl.when(here).then(pl.lit(entitlement.unit)).otherwise(unit)
        return amount, unit


def missing_facts(decision: Decision, layout: Layout, lacking: tuple[tuple[int, Fact | Figure], ...]) -> list[str]:
    """Return the keys of the facts to ask for, of the subject and of whom its leaves ask."""
    keys = [ask.fact.key for ask in decision.asks]
    for leaf in decision.deeper:
        place = layout.form.index[leaf]
        keys += [item.asked_as.key for at, item in lacking if at == place and isinstance(item, Fact)]
    return list(dict.fromkeys(keys))


def missing_figures(decision: Decision, layout: Layout, lacking: tuple[tuple[int, Fact | Figure], ...]) -> list[str]:
    """Return the keys of the figures that the verdict waits for."""
    keys = []
    for leaf in decision.waiting:
        place = layout.form.index[leaf]
        keys += [item.key for at, item in lacking if at == place and isinstance(item, Figure)]
    return list(dict.fromkeys(keys))


def _money(value: Value) -> pl.Expr:
    return pl.lit(Decimal(value.exact) / scale_of(value.unit), AMOUNT)


def _bits(absences: list[Absence]) -> pl.Expr:
    parts = [absent.cast(pl.Int64) * (1 << place) for place, (_, absent) in enumerate(absences)]
    return reduce(lambda left, right: left + right, parts, pl.lit(0, pl.Int64))
