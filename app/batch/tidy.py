"""Facts of many members in, the tidy result out: a row for each subject and policy.

The columnar reader gives each policy one integer a row; the few distinct integers
are decided once, by the same code that decides one household, and each row takes
what was decided by its number.

Texts of a tidy frame are categories (Enum), numbers of a byte or two: forty rows a
person hold the same few hundred texts.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from app.batch.awards import AMOUNT, Award, Awards
from app.batch.meanings import Meaning, Meanings
from app.batch.numbering import Numbering
from app.rules.columns import Columns
from app.rules.expressions import Condition, vocabulary
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Figure
from app.rules.walk import figures_of
from app.screening import Screener
from policies.facts import Household, Person

REFERENCES = ("household_reference", "member_reference")
VERDICTS = pl.Enum([verdict.value for verdict in Verdict])
TEXTS = pl.List(pl.String)
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
"""The columns of a tidy result as its readers see them."""
FOUND = ("verdict", "amount", "amount_unit", "reasons", "missing_facts", "missing_figures")
"""The columns that say what was found; the others say of whom, and by which policy."""
RECKONED = "reckoned"
"""The column that says whether the amount is the row's own."""
NO_AWARD = Award()


def categories(policies: Sequence[Policy]) -> Schema:
    """Return the columns of the frames that a reader of *policies* makes."""
    figures = [figure for policy in policies for figure in _figures(policy)]
    units = [policy.entitlement.unit for policy in policies]
    units += [value.unit for figure in figures for value in figure.values]
    labels = [part.label for policy in policies for part in policy.eligible.parts if isinstance(part, Condition)]
    facts = [fact.asked_as.key for entity in (Household, Person) for fact in vocabulary(entity)]
    return SCHEMA | {
        "policy": _enum([policy.code for policy in policies]),
        "amount_unit": _enum(units),
        "reasons": pl.List(_enum(labels)),
        "missing_facts": pl.List(_enum(facts)),
        "missing_figures": pl.List(_enum([figure.key for figure in figures])),
        "handling_unit": _enum([policy.handled_by.code for policy in policies]),
    }


def _enum(texts: Sequence[str]) -> pl.Enum:
    return pl.Enum(list(dict.fromkeys(texts)))


def _figures(policy: Policy) -> tuple[Figure, ...]:
    quantity = policy.entitlement.quantity
    return figures_of(policy.eligible) + (() if quantity is None else figures_of(quantity))


class TidyReader:
    """Screens frames of facts, one row a member, for one day.

    A frame has the columns that `rules.columns` names and the two references.
    """

    def __init__(self, screener: Screener, day: date) -> None:
        self.screener, self.day = screener, day
        self._columns = Columns(day, (*vocabulary(Household), *vocabulary(Person)))
        schema = categories(screener.policies)
        self._plans = [_Plan(policy, screener, self._columns, schema) for policy in screener.policies]

    def screen(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Yield the tidy result of each policy for *rows*, whole households of them."""
        for frame, _ in self.numbered(rows):
            yield frame

    def numbered(self, rows: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.Series | None]]:
        """Yield the tidy results, each with a number for every row: rows of one number say the same.

        Where a policy has amounts that are reckoned for every subject, no number tells what a row says.
        """
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


class _Outcome(NamedTuple):
    """What a row says: a meaning, and an award."""

    meaning: Meaning
    award: Award = NO_AWARD


class _Plan:
    """What one policy computes for every row, and what its integers come to."""

    def __init__(self, policy: Policy, screener: Screener, columns: Columns, schema: Schema) -> None:
        self.policy, self.screener = policy, screener
        self.layout, packed = columns.packed(screener.reader.forms[policy])
        self.of_household = policy.subject.name == "household"
        self.awards = Awards(policy, columns)
        self.columns = [packed.alias(policy.code), *self.awards.columns]
        self._fixed = {
            "policy": pl.lit(policy.code, schema["policy"]),
            "handling_unit": pl.lit(policy.handled_by.code, schema["handling_unit"]),
        }
        self._schema = {name: schema[name] for name in FOUND} | {RECKONED: pl.Boolean()}
        self._meant = Numbering(Meanings(policy, screener, self.layout).of)
        self._numbers = Numbering(self._outcome)
        self._table = pl.DataFrame(schema=self._schema)

    def tidy(self, wide: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series | None]:
        """Return a row for each row of *wide*, and the number of what it says."""
        numbers = self._meant.of(wide[self.policy.code]).cast(pl.Int64)
        if self.awards.given:
            numbers = numbers * self.awards.count + self.awards.numbers(wide)
        said = self._numbers.of(numbers)
        found = self._found(said)
        if self.awards.reckons:
            own = pl.when(RECKONED).then(self.awards.amounts(wide)).otherwise("amount")
            found = found.with_columns(own.alias("amount"))
        member = pl.lit(None, pl.String) if self.of_household else wide["member_reference"]
        fixed = {"household_reference": wide["household_reference"], "member_reference": member, **self._fixed}
        tidy = found.select(fixed.get(name, pl.col(name)).alias(name) for name in SCHEMA)
        return tidy, None if self.awards.reckons else said

    def _found(self, numbers: pl.Series) -> pl.DataFrame:
        known = self._numbers.known
        if len(known) > self._table.height:
            fresh = [_row(outcome) for outcome in known[self._table.height :]]
            self._table = self._table.vstack(pl.DataFrame(fresh, schema=self._schema, orient="row")).rechunk()
        return self._table[numbers]

    def _outcome(self, value: int) -> _Outcome:
        """Return what a meaning, and the award where there may be one, come to."""
        meant, number = divmod(value, self.awards.count)
        meaning = self._meant.known[meant]
        if meaning.verdict is Verdict.INELIGIBLE or not self.awards.given:
            return _Outcome(meaning)
        award = self.awards.read(number)
        if award.pending and meaning.verdict is Verdict.ELIGIBLE:
            return _Outcome(meaning._replace(facts=award.facts, figures=award.figures))
        return _Outcome(meaning, award._replace(facts=(), figures=()))


def _row(outcome: _Outcome) -> tuple[Any, ...]:
    """Return FOUND and RECKONED."""
    (verdict, reasons, facts, figures), award = outcome
    return verdict.value, award.amount, award.unit, reasons, facts, figures, award.reckoned
