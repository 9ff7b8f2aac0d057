"""Read a rule for one household: the plain interpreter, the reference reader.

A quantity is read as the bounds between which it must lie: equal when every
part is known, and from zero upwards for a part that is not.  A comparison is
settled as soon as the bounds settle it, so a fact that can no longer change
the answer is never asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from math import inf
from typing import Any, TypeAlias, assert_never

from app.rules import kleene
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
from app.rules.kleene import Truth
from app.rules.quantities import (
    Cases,
    Compare,
    Difference,
    Figure,
    Literal,
    MemberCount,
    Named,
    Operator,
    Product,
)

Facts: TypeAlias = Mapping[str, Any]
Bound: TypeAlias = int | float
"""An exact number of units, or an infinity."""
Bounds: TypeAlias = tuple[Bound, Bound]

UNBOUNDED: Bounds = (-inf, inf)
UNSUPPLIED: Bounds = (0, inf)


class Reading(IntEnum):
    """What one leaf of a rule says; the values pack into two bits."""

    FALSE = 0
    TRUE = 1
    OPEN = 2
    """Unknown until somebody supplies a fact."""
    WAITING = 3
    """Unknown until a unit supplies a figure; no fact would change it."""

    @property
    def truth(self) -> Truth:
        return None if self > 1 else self == 1


@dataclass(frozen=True)
class Scope:
    """One household, the member being looked at, and the day of the screening."""

    day: date
    household: Facts
    members: tuple[Facts, ...]
    person: Facts | None = None

    def of(self, member: Facts) -> "Scope":
        return replace(self, person=member)

    def __getitem__(self, fact: Fact) -> Any:
        """Return the value of *fact*, or None; ages are reckoned on the day."""
        facts = self.household if fact.entity.name == "household" else self.person
        if facts is None:
            raise LookupError(f"{fact} is about one member, but no member is in scope")
        if isinstance(fact, Amount) and fact.since is not None:
            start = facts.get(fact.since.key)
            if start is not None:
                return completed_years(start, self.day)
        return facts.get(fact.key)


def completed_years(start: date, day: date) -> int:
    """Return the full years between two dates, counted birthday to birthday.

    Someone born on 29 February completes a year on 1 March of a common year.
    """
    before_birthday = (day.month, day.day) < (start.month, start.day)
    return day.year - start.year - before_birthday


def evaluate(rule: Proposition, scope: Scope) -> Truth:
    """Return the truth of *rule*, or None when the facts do not settle it."""
    match rule:
        case YesNo():
            truth: Truth = scope[rule]
            return truth
        case IsIn(choice, options):
            chosen = scope[choice]
            return None if chosen is None else chosen in options
        case Compare(operator, left, right):
            return compare(operator, bounds(left, scope), bounds(right, scope))
        case InForce(period):
            return scope.day in period
        case AllOf(parts):
            return kleene.all_true(evaluate(part, scope) for part in parts)
        case AnyOf(parts):
            return kleene.any_true(evaluate(part, scope) for part in parts)
        case Not(part):
            return kleene.negate(evaluate(part, scope))
        case AnyMember(test):
            return kleene.any_true(evaluate(test, scope.of(m)) for m in scope.members)
        case EveryMember(test):
            return kleene.all_true(evaluate(test, scope.of(m)) for m in scope.members)
        case Group(_, test) | Condition(_, test):
            return evaluate(test, scope)
        case _:
            assert_never(rule)


def compare(operator: Operator, left: Bounds, right: Bounds) -> Truth:
    """Return what the bounds of two quantities say of their comparison."""
    least, most = (left[0], right[1]), (left[1], right[0])
    if not operator.upward:
        least, most = most, least
    if operator.apply(*least):
        return True
    return None if operator.apply(*most) else False


def bounds(quantity: Quantity, scope: Scope) -> Bounds:
    """Return the least and the greatest that *quantity* can be, in exact units."""
    match quantity:
        case Amount():
            known = scope[quantity]
            return UNSUPPLIED if known is None else (known, known)
        case Figure():
            value = quantity.on(scope.day)
            return UNSUPPLIED if value is None else (value.exact, value.exact)
        case Literal(number):
            return number, number
        case MemberCount():
            return len(scope.members), len(scope.members)
        case Product(left, right):
            corners = [
                a * b if a and b else 0  # nothing times without limit is nothing
                for a in bounds(left, scope)
                for b in bounds(right, scope)
            ]
            return min(corners), max(corners)
        case Difference(left, right):
            (low, high), (less, more) = bounds(left, scope), bounds(right, scope)
            return low - more, high - less
        case Cases():
            each = [bounds(branch, scope) for branch in possible(quantity, scope)]
            if not each:
                return UNBOUNDED
            return min(low for low, _ in each), max(high for _, high in each)
        case Named(_, _, inner):
            return bounds(inner, scope)
        case _:
            assert_never(quantity)


def possible(quantity: Cases, scope: Scope) -> list[Quantity]:
    """Return the branches that may apply; none where even that is unknown."""
    branches: list[Quantity] = []
    for when, branch in quantity.branches:
        truth = evaluate(when, scope)
        if truth is not False:
            branches.append(branch)
        if truth is True:
            return branches
    return [] if quantity.otherwise is None else [*branches, quantity.otherwise]


# ── what is missing ────────────────────────────────────────────────────────


def missing(rule: Proposition | Quantity, scope: Scope) -> Iterator[Fact | Figure]:
    """Yield the facts and figures without which *rule* cannot be read."""
    match rule:
        case YesNo() | Amount():
            if scope[rule] is None:
                yield rule
        case IsIn(choice):
            if scope[choice] is None:
                yield choice
        case Figure():
            if rule.on(scope.day) is None:
                yield rule
        case Compare(_, left, right):
            if evaluate(rule, scope) is None:
                yield from missing(left, scope)
                yield from missing(right, scope)
        case Product(left, right) | Difference(left, right):
            yield from missing(left, scope)
            yield from missing(right, scope)
        case Cases(branches):
            for when, _ in branches:
                truth = evaluate(when, scope)
                if truth is None:
                    yield from missing(when, scope)
                elif truth:
                    break
            for branch in possible(rule, scope):
                yield from missing(branch, scope)
        case Named(_, _, inner):
            yield from missing(inner, scope)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from missing(part, scope)
        case Not(test) | Group(_, test) | Condition(_, test):
            yield from missing(test, scope)
        case AnyMember(test) | EveryMember(test):
            for member in scope.members:
                if evaluate(test, scope.of(member)) is None:
                    yield from missing(test, scope.of(member))
        case InForce() | Literal() | MemberCount():
            return
        case _:
            assert_never(rule)


def read(leaf: Leaf, scope: Scope) -> Reading:
    """Return the reading of one leaf."""
    truth = evaluate(leaf, scope)
    if truth is not None:
        return Reading(truth)
    absent = list(missing(leaf, scope))
    if isinstance(leaf, Compare):
        waiting = any(isinstance(item, Figure) for item in absent)
    else:
        waiting = not any(isinstance(item, Fact) for item in absent)
    return Reading.WAITING if waiting else Reading.OPEN
