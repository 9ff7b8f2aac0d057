"""Read every policy for many households at once, as polars expressions.

One row is one member; household facts repeat on each of its rows.  Each policy
becomes one integer a row, laid out by `packing`.

Facts are columns of the fact's key: Boolean, String, Int64 in exact units, Date.
"""

from collections.abc import Sequence
from datetime import date
from math import inf
from typing import assert_never

import polars as pl

from app.rules.columns_words import Absence, any_of_these, chosen, constant, in_bits, places, ready, wherever
from app.rules.evaluate import Reading
from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Condition,
    EveryMember,
    Fact,
    Group,
    InForce,
    IsIn,
    Leaf,
    Not,
    Proposition,
    Quantity,
    YesNo,
)
from app.rules.form import Form, single_fact, take_apart
from app.rules.outcome import decide
from app.rules.packing import Layout
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Product
from app.rules.walk import facts_of, walk

HOUSEHOLD_NUMBER = "household"
"""The column that numbers the households, rising from row to row."""
MEMBER_COUNT = "members"
"""The column that says how many members the household has."""

MOST_MEMBER_LEAVES = 4
UNKNOWN = pl.lit(None, pl.Boolean)
UNCHOSEN = pl.lit(None, pl.UInt8)


class Columns:
    """Turns rules into expressions for the screening of one day."""

    def __init__(self, day: date, facts: Sequence[Fact]) -> None:
        self.day = day
        self._facts = facts
        self._aggregates: dict[str, pl.Expr] = {}
        self._names: dict[AnyMember | EveryMember, str] = {}

    # ── frames ──

    def frames(self, rows: pl.DataFrame, kept: Sequence[str] = ()) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the members, and the households with what is asked of all their members.

        Household facts, the member count and the *kept* columns are a household's own, and
        repeat on each of its rows.  Call it when every expression has been made.
        """
        own = [fact.key for fact in self._facts if fact.entity.name == "household"]
        members = rows.with_columns(ready(fact, self.day) for fact in self._facts)
        number = members[HOUSEHOLD_NUMBER]
        first = number.ne_missing(number.shift(1))
        households = members.filter(first).select(HOUSEHOLD_NUMBER, MEMBER_COUNT, *own, *kept)
        if self._aggregates:
            in_order = members.lazy().set_sorted(HOUSEHOLD_NUMBER).group_by(HOUSEHOLD_NUMBER, maintain_order=True)
            asked = in_order.agg(**self._aggregates).collect().drop(HOUSEHOLD_NUMBER)
            households = households.hstack(asked)
            members = members.hstack(asked[first.cast(pl.UInt32).cum_sum() - 1])
        return members, households

    def _over_members(self, leaf: AnyMember | EveryMember) -> pl.Expr:
        """Return the column of the households that answers *leaf*."""
        if any(isinstance(node, AnyMember | EveryMember) for node in walk(leaf.test)):
            raise TypeError("one question to all members cannot hold another, for many households at once")
        if leaf not in self._names:
            self._names[leaf] = name = f"members.{len(self._names)}"
            asked = self.truth(leaf.test)
            each = asked.any(ignore_nulls=False) if isinstance(leaf, AnyMember) else asked.all(ignore_nulls=False)
            self._aggregates[name] = each
        return pl.col(self._names[leaf])

    def packed(self, form: Form) -> tuple[Layout, pl.Expr]:
        """Return the integer of the rule of *form* for every row, and how it is laid out."""
        absences = [(place, *pair) for place, leaf in enumerate(form.leaves) for pair in self.absences(leaf)]
        layout = Layout(form, tuple((place, item) for place, item, _ in absences))
        parts = [(2 * place, self.reading(leaf)) for place, leaf in enumerate(form.leaves)]
        parts += [(2 * len(parts) + n, absent.cast(pl.UInt8)) for n, (_, _, absent) in enumerate(absences)]
        return layout, in_bits(parts, layout.bits)

    # ── truths ──

    def truth(self, rule: Proposition) -> pl.Expr:
        """Return the truth of *rule* for every row; null is unknown."""
        match rule:
            case YesNo():
                return pl.col(rule.key)
            case IsIn(choice, options):
                return any_of_these(
                    [pl.col(choice.key) == pl.lit(place, pl.UInt8) for place in places(choice, options)]
                )
            case Compare():
                return self._comparison(rule)
            case InForce(period):
                return pl.lit(self.day in period)
            case AllOf(parts):
                return pl.all_horizontal([self.truth(part) for part in parts])
            case AnyOf(parts):
                return pl.any_horizontal([self.truth(part) for part in parts])
            case Not(part):
                return ~self.truth(part)
            case AnyMember() | EveryMember():
                return self._over_members(rule)
            case Group(_, test) | Condition(_, test):
                return self.truth(test)
            case _:
                assert_never(rule)

    def reading(self, leaf: Leaf) -> pl.Expr:
        """Return the reading of *leaf* for every row: 0 false, 1 true, 2 open, 3 waiting."""
        unknown: pl.Expr = pl.lit(int(Reading.OPEN), pl.UInt8)
        waiting = self._waiting(leaf)
        if waiting is not None:
            unknown = pl.when(waiting).then(pl.lit(int(Reading.WAITING), pl.UInt8)).otherwise(unknown)
        return self.truth(leaf).cast(pl.UInt8).fill_null(unknown)

    def _waiting(self, leaf: Leaf) -> pl.Expr | None:
        """Return whether an unknown *leaf* waits for a figure; None where it never can."""
        if not isinstance(leaf, Compare):
            return None
        absent = [expr for item, expr in self._missing(leaf) if isinstance(item, Figure)]
        return any_of_these(absent) if absent else None

    def absences(self, leaf: Leaf) -> list[Absence]:
        """Return what an unknown *leaf* of several may be waiting for, with whether it is."""
        if single_fact(leaf) is not None or isinstance(leaf, InForce):
            return []
        unknown = self.truth(leaf).is_null()
        if isinstance(leaf, AnyMember | EveryMember):
            return wherever(unknown, self._asked_of_members(leaf))
        return wherever(unknown, self.absences_of(leaf))

    def _asked_of_members(self, leaf: AnyMember | EveryMember) -> list[Absence]:
        """Return what an open *leaf* asks members for, with whether it asks any of them."""
        form = take_apart(leaf.test)
        if len(form.leaves) == 1 and (fact := single_fact(form.leaves[0])) is not None:
            return [(fact, pl.lit(True))]
        layout, packed = self.packed(form)
        if layout.items or len(form.leaves) > MOST_MEMBER_LEAVES:
            raise TypeError("what is asked of each member is too much for many households at once")
        outcomes = {v: decide(form, layout.unpack(v)[0]) for v in range(4 ** len(form.leaves))}
        found: list[Absence] = []
        for place, inner in enumerate(form.leaves):
            open_in = [v for v, outcome in outcomes.items() if place in outcome.open]
            for fact in facts_of(inner):
                name = f"{self._over_members(leaf).meta.output_name()}.{len(self._aggregates)}"
                self._aggregates[name] = packed.is_in(open_in).any()
                found.append((fact, pl.col(name)))
        return found

    def absences_of(self, rule: Proposition | Quantity) -> list[Absence]:
        """Return every fact and figure that *rule* may lack, each once."""
        merged: dict[Fact | Figure, list[pl.Expr]] = {}
        for item, absent in self._missing(rule):
            merged.setdefault(item, []).append(absent)
        return [(item, any_of_these(listed)) for item, listed in merged.items()]

    def _missing(self, rule: Proposition | Quantity) -> list[Absence]:
        """Return what *rule* may lack, each with whether it does: the columns of `evaluate.missing`."""
        match rule:
            case YesNo() | Amount():
                return [(rule, pl.col(rule.key).is_null())]
            case IsIn(choice):
                return [(choice, pl.col(choice.key).is_null())]
            case Figure():
                return [(rule, pl.lit(True))] if rule.on(self.day) is None else []
            case Compare(_, left, right):
                unknown = self.truth(rule).is_null()
                listed = [*self._missing(left), *self._missing(right)]
                return wherever(unknown, listed)
            case Product(left, right) | Difference(left, right):
                return [*self._missing(left), *self._missing(right)]
            case Cases():
                return self._missing_from_cases(rule)
            case Named(_, _, inner):
                return self._missing(inner)
            case AllOf(parts) | AnyOf(parts):
                return [pair for part in parts for pair in self._missing(part)]
            case Not(part) | Group(_, part) | Condition(_, part):
                return self._missing(part)
            case AnyMember() | EveryMember():
                return self.absences(rule)
            case InForce() | Literal() | MemberCount():
                return []
            case _:
                assert_never(rule)

    def _missing_from_cases(self, rule: Cases) -> list[Absence]:
        of_cases: list[Absence] = []
        of_branches: list[Absence] = []
        undecided: pl.Expr = pl.lit(True)  # no case before this one holds for certain
        for when, branch in rule.branches:
            truth = self.truth(when)
            of_cases += wherever(undecided & truth.is_null(), self._missing(when))
            of_branches += wherever(undecided & truth.fill_null(True), self._missing(branch))
            undecided = undecided & ~truth.fill_null(False)
        if rule.otherwise is not None:
            of_branches += wherever(undecided, self._missing(rule.otherwise))
        else:  # where no case holds for certain, none of the branches is known to matter
            of_branches = wherever(~undecided, of_branches)
        return of_cases + of_branches

    # ── quantities ──

    def _comparison(self, rule: Compare) -> pl.Expr:
        apply = rule.operator.apply
        if isinstance(rule.left, Amount) and isinstance(rule.right, Literal) and single_fact(rule) is not None:
            truth: pl.Expr = apply(pl.col(rule.left.key), rule.right.value)
            return truth
        (left_low, left_high), (right_low, right_high) = self.bounds(rule.left), self.bounds(rule.right)
        least, most = (left_low, right_high), (left_high, right_low)
        if not rule.operator.upward:
            least, most = most, least
        return pl.when(apply(*least)).then(pl.lit(True)).when(~apply(*most)).then(pl.lit(False)).otherwise(UNKNOWN)

    def bounds(self, quantity: Quantity) -> tuple[pl.Expr, pl.Expr]:
        """Return the least and the greatest that *quantity* can be on each row.

        Both are floats, for the sake of infinity; amounts stay exact far beyond what the door lets in.
        """
        match quantity:
            case Amount():
                known = pl.col(quantity.key).cast(pl.Float64)
                return known.fill_null(0), known.fill_null(inf)
            case Figure():
                value = quantity.on(self.day)
                return (constant(0), constant(inf)) if value is None else (constant(value.exact),) * 2
            case Literal(number):
                return (constant(number),) * 2
            case MemberCount():
                return (pl.col(MEMBER_COUNT).cast(pl.Float64),) * 2
            case Product(left, Literal() | MemberCount() as right):
                (low, high), (times, _) = self.bounds(left), self.bounds(right)
                return low * times, high * times
            case Product():
                raise TypeError("for many households, only a number or their members can multiply")
            case Difference(left, right):
                (low, high), (less, more) = self.bounds(left), self.bounds(right)
                return low - more, high - less
            case Cases(branches, otherwise):
                low, high = (constant(-inf), constant(inf)) if otherwise is None else self.bounds(otherwise)
                for when, branch in reversed(branches):
                    holds, (this_low, this_high) = self.truth(when), self.bounds(branch)
                    low = chosen(holds, this_low, low, pl.min_horizontal(this_low, low))
                    high = chosen(holds, this_high, high, pl.max_horizontal(this_high, high))
                return low, high
            case Named(_, _, inner):
                return self.bounds(inner)
            case _:
                assert_never(quantity)

    # ── amounts ──

    def branch(self, quantity: Quantity, branches: list[Quantity]) -> pl.Expr:
        """Return which branch of a schedule applies on each row; null where none is known to.

        The branches are appended to *branches*, and the numbers count in it.
        """
        match quantity:
            case Named(_, _, inner):
                return self.branch(inner, branches)
            case Cases(listed, otherwise):
                applies = UNCHOSEN if otherwise is None else self.branch(otherwise, branches)
                for when, branch in reversed(listed):
                    truth, this = self.truth(when), self.branch(branch, branches)
                    applies = pl.when(truth).then(this).when(~truth).then(applies).otherwise(UNCHOSEN)
                return applies
            case _:
                branches.append(quantity)
                return pl.lit(len(branches) - 1, pl.UInt8)

    def exact(self, quantity: Quantity) -> pl.Expr:
        """Return a reckoned amount in exact units, never below nothing; null where it is not known."""
        low, high = self.bounds(quantity)
        return pl.when(low == high).then(low.clip(0).cast(pl.Int64, strict=False))
