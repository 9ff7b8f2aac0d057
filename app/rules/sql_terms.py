"""Read the truths and quantities of a rule as SQL expressions of one row.

Everything is built of sqlglot's nodes, so that one tree prints in every dialect.
Three decisions keep the answers the same on every engine.  A truth is a BOOLEAN
whose NULL is unknown: AND, OR and NOT are Kleene's in every SQL.  Members are
gathered as numbers in Kleene's order, where "any" is MAX and "every" is MIN,
because engines differ on aggregates of booleans.  A bound without limit is NULL,
so that numbers stay exact integers and no infinity is needed: a comparison with
NULL is never true, and that is what an open bound means.
"""

from datetime import date
from typing import NamedTuple, TypeAlias, assert_never

from sqlglot import exp

from app.rules import sql_words as sql
from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Condition,
    EveryMember,
    Group,
    InForce,
    IsIn,
    Not,
    Proposition,
    Quantity,
    YesNo,
)
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Operator, Product

HOUSEHOLD_NUMBER = "household"
"""The column by which the rows of one household belong together."""
MEMBER_COUNT = "members"
"""The column that says how many members the household has."""

Aggregate: TypeAlias = type[exp.Max] | type[exp.Min]
Bound: TypeAlias = int | exp.Expression | None
"""A number known beforehand, an expression for it (NULL without limit), or None: without limit on every row."""


class Gathered(NamedTuple):
    """What a number comes to over the members of a household."""

    aggregate: Aggregate
    inner: exp.Expression
    depth: int
    """One more than that of any other gathered number in it."""


class Terms:
    """Turns rules into expressions for the screening of one day."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.derived: dict[str, exp.Expression] = {}
        """Columns reckoned from the facts of the same row, by name."""
        self.gathered: dict[str, Gathered] = {}
        """Columns reckoned over the rows of a household, by name."""
        self._names: dict[tuple[Aggregate, str], str] = {}

    # ── over the members ──

    def gather(self, aggregate: Aggregate, inner: exp.Expression) -> exp.Expression:
        """Return the column with the greatest or least of *inner* in the household."""
        key = aggregate, inner.sql()
        if key not in self._names:
            name = self._names[key] = f"_of_all_{len(self._names)}"
            depth = 1 + max((self.gathered[other].depth for other in self.gathered_in(inner)), default=0)
            self.gathered[name] = Gathered(aggregate, inner, depth)
        return sql.column(self._names[key])

    def gathered_in(self, expression: exp.Expression) -> list[str]:
        """Return the gathered columns that *expression* reads."""
        return [name for name in sql.columns_in(expression) if name in self.gathered]

    def for_someone(self, truth: exp.Expression) -> exp.Expression:
        """Return whether *truth* is true of any member."""
        return exp.EQ(this=self.gather(exp.Max, sql.flag(truth)), expression=sql.number(1))

    # ── truths ──

    def truth(self, rule: Proposition) -> exp.Expression:
        """Return the truth of *rule* for every row; NULL is unknown."""
        match rule:
            case YesNo():
                return sql.column(rule.key)
            case IsIn(choice, options):
                return sql.is_in(sql.column(choice.key), [sql.text(str(option)) for option in sorted(options)])
            case Compare():
                return self._comparison(rule)
            case InForce(period):
                return sql.true() if self.day in period else sql.false()
            case AllOf(parts):
                return sql.all_true([self.truth(part) for part in parts])
            case AnyOf(parts):
                return sql.any_true([self.truth(part) for part in parts])
            case Not(part):
                return sql.negated(self.truth(part))
            case AnyMember(test):
                return _out_of_order(self.gather(exp.Max, _in_order(self.truth(test))))
            case EveryMember(test):
                return _out_of_order(self.gather(exp.Min, _in_order(self.truth(test))))
            case Group(_, test) | Condition(_, test):
                return self.truth(test)
            case _:
                assert_never(rule)

    def _comparison(self, rule: Compare) -> exp.Expression:
        operator = rule.operator
        if isinstance(rule.left, Amount) and isinstance(rule.right, Literal) and rule.right.value > 0:
            # What the bounds come to here: an amount not known is not below nothing, and may be anything above.
            return _compared(operator, self.value(rule.left), rule.right.value)
        (left_low, left_high), (right_low, right_high) = self.bounds(rule.left), self.bounds(rule.right)
        least, most = (left_low, right_high), (left_high, right_low)
        if not operator.upward:
            least, most = most, least
        branches = []
        if None not in least:
            branches.append((_compared(operator, *least), sql.true()))
        if None not in most:
            branches.append((sql.negated(_compared(operator, *most)), sql.false()))
        return sql.case(*branches, otherwise=UNKNOWN) if branches else UNKNOWN.copy()

    # ── quantities ──

    def value(self, fact: YesNo | Amount) -> exp.Expression:
        """Return the fact on each row; ages are reckoned on the day."""
        if not isinstance(fact, Amount) or fact.since is None:
            return sql.column(fact.key)
        name = f"_{fact.key}"
        if name not in self.derived:
            years = completed_years(sql.column(fact.since.key), self.day)
            self.derived[name] = sql.first_known(years, sql.column(fact.key))
        return sql.column(name)

    def bounds(self, quantity: Quantity) -> tuple[Bound, Bound]:
        """Return the least and the greatest that *quantity* can be on each row, in exact units."""
        match quantity:
            case Amount():
                known = exp.cast(self.value(quantity), "bigint")
                return sql.first_known(known, sql.number(0)), known
            case Figure():
                value = quantity.on(self.day)
                return (0, None) if value is None else (value.exact, value.exact)
            case Literal(number):
                return number, number
            case MemberCount():
                return (exp.cast(sql.column(MEMBER_COUNT), "bigint"),) * 2
            case Product(left, Literal() | MemberCount() as right):
                (low, high), (factor, _) = self.bounds(left), self.bounds(right)
                if factor == 0:  # nothing times without limit is nothing
                    return 0, 0
                if isinstance(factor, int) and factor < 0:
                    low, high = high, low
                return _times(low, factor), _times(high, factor)
            case Product():
                raise TypeError("for many households, only a number or their members can multiply")
            case Difference(left, right):
                (low, high), (less, more) = self.bounds(left), self.bounds(right)
                return _less(low, more), _less(high, less)
            case Cases(branches, otherwise):
                low, high = (None, None) if otherwise is None else self.bounds(otherwise)
                for when, branch in reversed(branches):
                    holds, (this_low, this_high) = self.truth(when), self.bounds(branch)
                    low = _chosen(holds, this_low, low, exp.LTE)
                    high = _chosen(holds, this_high, high, exp.GTE)
                return low, high
            case Named(_, _, inner):
                return self.bounds(inner)
            case _:
                assert_never(quantity)

    def branch(self, quantity: Quantity, branches: list[Quantity]) -> exp.Expression:
        """Return which branch of a schedule applies on each row; NULL where none is known to.

        The branches are appended to *branches*, and the numbers count in it.
        """
        match quantity:
            case Named(_, _, inner):
                return self.branch(inner, branches)
            case Cases(listed, otherwise):
                chosen = sql.null() if otherwise is None else self.branch(otherwise, branches)
                for when, branch in reversed(listed):
                    truth, this = self.truth(when), self.branch(branch, branches)
                    chosen = sql.case((truth, this), (sql.negated(truth), chosen))
                return chosen
            case _:
                branches.append(quantity)
                return sql.number(len(branches) - 1)

    def exact(self, quantity: Quantity) -> exp.Expression:
        """Return a reckoned amount in exact units, never below nothing; NULL where it is not known."""
        low, high = self.bounds(quantity)
        if low is None or high is None:
            return exp.cast(sql.null(), "bigint")
        low, high = _expression(low), _expression(high)
        positive = sql.case((exp.LT(this=low.copy(), expression=sql.number(0)), sql.whole(0)), otherwise=low)
        return sql.case((exp.EQ(this=low.copy(), expression=high.copy()), positive))


def completed_years(start: exp.Expression, day: date) -> exp.Expression:
    """Return the full years between two dates, counted birthday to birthday."""
    year, month, of_month = (
        exp.cast(exp.Extract(this=exp.var(part), expression=start.copy()), "bigint")
        for part in ("YEAR", "MONTH", "DAY")
    )
    later_in_month = exp.GT(this=of_month, expression=sql.number(day.day))
    before_birthday = sql.any_true(
        [
            exp.GT(this=month, expression=sql.number(day.month)),
            sql.all_true([exp.EQ(this=month.copy(), expression=sql.number(day.month)), later_in_month]),
        ]
    )
    years = exp.Sub(this=sql.whole(day.year), expression=year)
    return exp.Sub(this=years, expression=sql.flag(before_birthday))


UNKNOWN = exp.cast(sql.null(), "boolean")


def _in_order(truth: exp.Expression) -> exp.Expression:
    """Return a truth as a number: false 0, unknown 1, true 2."""
    return sql.case((truth, sql.number(2)), (sql.negated(truth), sql.number(0)), otherwise=sql.number(1))


def _out_of_order(ranked: exp.Expression) -> exp.Expression:
    true, false = (exp.EQ(this=ranked.copy(), expression=sql.number(rank)) for rank in (2, 0))
    return sql.case((true, sql.true()), (false, sql.false()), otherwise=UNKNOWN)


def _expression(bound: int | exp.Expression) -> exp.Expression:
    return sql.whole(bound) if isinstance(bound, int) else bound.copy()


def _compared(operator: Operator, left: Bound, right: Bound) -> exp.Expression:
    if isinstance(left, int) and isinstance(right, int):
        return sql.true() if operator.apply(left, right) else sql.false()
    if left is None or right is None:
        raise ValueError("nothing is compared with what has no limit")
    compared: exp.Expression = operator.apply(_expression(left), _expression(right))
    return compared


def _times(bound: Bound, factor: Bound) -> Bound:
    if bound is None or factor is None:
        return None
    if isinstance(bound, int) and isinstance(factor, int):
        return bound * factor
    return sql.times(_expression(bound), _expression(factor))


def _less(bound: Bound, subtrahend: Bound) -> Bound:
    if bound is None or subtrahend is None:
        return None
    if isinstance(bound, int) and isinstance(subtrahend, int):
        return bound - subtrahend
    return sql.minus(_expression(bound), _expression(subtrahend))


def _chosen(holds: exp.Expression, this: Bound, other: Bound, further: type[exp.LTE] | type[exp.GTE]) -> Bound:
    """Return *this* where *holds*, else *other*; where that is unknown, the one that lies further out."""
    if this is None and other is None:
        return None
    first, second = (sql.null() if bound is None else _expression(bound) for bound in (this, other))
    # Neither LEAST nor GREATEST: what they make of NULL differs by engine. Here no limit stays none.
    outer = sql.case(
        (further(this=first.copy(), expression=second.copy()), first),
        (further(this=second.copy(), expression=first.copy()), second),
    )
    return sql.case((holds, first), (sql.negated(holds), second), otherwise=outer)
