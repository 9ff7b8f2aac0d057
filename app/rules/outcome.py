"""The one place that turns what a rule's leaves say into an answer.

By Kleene's order (False < unknown < True, "and" the minimum, "or" the
maximum) the parts that settle a rule are the parts that share its truth.
An undetermined rule asks for a fact only if some answer to it, together with
some answers to the other open facts, would settle the rule where leaving it
open would not: so no question is idle and no useful one is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import assert_never

from app.rules.evaluate import Reading
from app.rules.expressions import (
    AllOf,
    AnyMember,
    AnyOf,
    Condition,
    EveryMember,
    Group,
    InForce,
    IsIn,
    Leaf,
    Not,
    Proposition,
    YesNo,
)
from app.rules.form import Form, Variable
from app.rules.kleene import Truth, all_true, any_true, negate
from app.rules.quantities import Compare


@dataclass(frozen=True)
class Outcome:
    """What a vector of readings amounts to; leaves are given by their index."""

    truth: Truth
    deciding: frozenset[int]
    """The leaves that share the truth of the whole and so settle it."""
    open: tuple[int, ...]
    """The leaves whose missing facts can still change the answer."""
    waiting: tuple[int, ...]
    """The leaves whose missing figures can still change the answer."""
    alone: frozenset[int]
    """Those of `open` of which one answer may settle the whole at once."""


def decide(form: Form, readings: Sequence[int]) -> Outcome:
    """Return the outcome of one reading per leaf of *form*."""
    truths = [None if reading > 1 else reading == 1 for reading in readings]
    truth = truth_of(form.rule, form, truths)
    deciding = frozenset(form.places[id(leaf)] for leaf in _sharing(form.rule, form, truths))
    if truth is not None:
        return Outcome(truth, deciding, (), (), frozenset())
    unsettled = [
        variable for variable in form.variables if any(truths[i] is None and i in deciding for i in variable.leaves)
    ]
    asks, waits = (
        [v for v in unsettled if any(readings[i] == reading for i in v.leaves)]
        for reading in (Reading.OPEN, Reading.WAITING)
    )
    open_ = [v for v in asks if _can_matter(v, form, truths, asks)]
    waiting = [v for v in waits if _can_matter(v, form, truths, asks + waits)]
    alone = [v for v in open_ if _can_settle(v, form, truths)]
    return Outcome(
        None,
        deciding,
        tuple(_unknown_leaves(open_, truths, deciding)),
        tuple(_unknown_leaves(waiting, truths, deciding)),
        frozenset(_unknown_leaves(alone, truths, deciding)),
    )


def truth_of(rule: Proposition, form: Form, truths: Sequence[Truth]) -> Truth:
    """Return the truth of *rule* from the truths of its leaves."""
    place = form.places.get(id(rule))
    if place is not None:
        return truths[place]
    match rule:
        case AllOf(parts):
            return all_true(truth_of(part, form, truths) for part in parts)
        case AnyOf(parts):
            return any_true(truth_of(part, form, truths) for part in parts)
        case Not(part):
            return negate(truth_of(part, form, truths))
        case Group(_, part) | Condition(_, part):
            return truth_of(part, form, truths)
        case YesNo() | IsIn() | Compare() | InForce() | AnyMember() | EveryMember():
            return truths[form.index[rule]]
        case _:
            assert_never(rule)


def truths_between(rule: Proposition, form: Form, bounds: Sequence[tuple[Truth, Truth]]) -> tuple[Truth, Truth]:
    """Return between which truths that of *rule* lies, from those between which each of its leaves lies."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            join = all_true if isinstance(rule, AllOf) else any_true
            each = [truths_between(part, form, bounds) for part in parts]
            return join(low for low, _ in each), join(high for _, high in each)
        case Not(part):
            low, high = truths_between(part, form, bounds)
            return negate(high), negate(low)
        case Group(_, part) | Condition(_, part):
            return truths_between(part, form, bounds)
        case YesNo() | IsIn() | Compare() | InForce() | AnyMember() | EveryMember():
            return bounds[form.index[rule]]
        case _:
            assert_never(rule)


def _sharing(rule: Proposition, form: Form, truths: Sequence[Truth]) -> Iterator[Leaf]:
    """Yield the leaves of *rule* on the paths that share its truth."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            whole = truth_of(rule, form, truths)
            for part in parts:
                if truth_of(part, form, truths) is whole:
                    yield from _sharing(part, form, truths)
        case Not(part) | Group(_, part) | Condition(_, part):
            yield from _sharing(part, form, truths)
        case YesNo() | IsIn() | Compare() | InForce() | AnyMember() | EveryMember():
            yield rule
        case _:
            assert_never(rule)


def _unknown_leaves(variables: list[Variable], truths: Sequence[Truth], deciding: frozenset[int]) -> Iterator[int]:
    for variable in variables:
        for i in variable.leaves:
            if truths[i] is None and i in deciding:
                yield i


def _can_settle(variable: Variable, form: Form, truths: Sequence[Truth]) -> bool:
    """Whether one answer settles the rule with nothing else learned."""
    return any(truth_of(form.rule, form, _answered(truths, variable, row)) is not None for row in variable.rows)


def _answered(truths: Sequence[Truth], variable: Variable, row: tuple[bool, ...]) -> list[Truth]:
    answered = list(truths)
    for i, truth in _new(truths, variable, row):
        answered[i] = truth
    return answered


def _new(truths: Sequence[Truth], variable: Variable, row: tuple[bool, ...]) -> Iterator[tuple[int, bool]]:
    """Yield the leaves that an answer settles, leaving alone those settled before."""
    for i, truth in zip(variable.leaves, row, strict=True):
        if truths[i] is None:
            yield i, truth


# ── which answers can matter ───────────────────────────────────────────────
#
# A pair is the truth of a node without and with the answer in question; a set
# of pairs (nine bits, ordered False, unknown, True) says which pairs the other
# open facts can bring about.  Each fact that stands in the tree once varies
# freely; the few that stand more often are run through one by one.

_ORDER: tuple[Truth, ...] = (False, None, True)
_FREE = 1 << 0 | 1 << 4 | 1 << 8
_MATTERS = 1 << 3 | 1 << 5  # unknown before, False or True after


def _pair(before: Truth, after: Truth) -> int:
    return 1 << 3 * _ORDER.index(before) + _ORDER.index(after)


def _can_matter(variable: Variable, form: Form, truths: Sequence[Truth], free: list[Variable]) -> bool:
    """Whether some answer to *variable* can settle what stays open without it.

    Meanwhile the *free* variables may be answered too; all others stay unknown.
    """
    others = [v for v in free if v is not variable]
    shared = [v for v in others if v.occurrences > 1]
    start: list[int] = [_pair(truth, truth) for truth in truths]
    for other in others:
        if other.occurrences == 1:
            start[other.leaves[0]] = _FREE
    for rows in product(*((None, *v.rows) for v in shared)):
        pairs = list(start)
        for other, row in zip(shared, rows, strict=True):
            if row is not None:
                for i, truth in _new(truths, other, row):
                    pairs[i] = _pair(truth, truth)
        for row in variable.rows:
            for i, truth in _new(truths, variable, row):
                pairs[i] = _pair(None, truth)
            if _reachable(form.rule, form, pairs) & _MATTERS:
                return True
    return False


def _reachable(rule: Proposition, form: Form, pairs: Sequence[int]) -> int:
    """Return the set of pairs that *rule* can take."""
    place = form.places.get(id(rule))
    if place is not None:
        return pairs[place]
    match rule:
        case AllOf(parts) | AnyOf(parts):
            conjunction = isinstance(rule, AllOf)
            result = _pair(conjunction, conjunction)
            for part in parts:
                result = _combined(conjunction, result, _reachable(part, form, pairs))
            return result
        case Not(part):
            return _negated(_reachable(part, form, pairs))
        case Group(_, part) | Condition(_, part):
            return _reachable(part, form, pairs)
        case YesNo() | IsIn() | Compare() | InForce() | AnyMember() | EveryMember():
            return pairs[form.index[rule]]
        case _:
            assert_never(rule)


_COMBINED: dict[tuple[bool, int, int], int] = {}


def _combined(conjunction: bool, left: int, right: int) -> int:
    key = (conjunction, left, right)
    if key not in _COMBINED:
        choose = min if conjunction else max
        result = 0
        for a, b in product(range(9), repeat=2):
            if left >> a & 1 and right >> b & 1:
                result |= 1 << 3 * choose(a // 3, b // 3) + choose(a % 3, b % 3)
        _COMBINED[key] = result
    return _COMBINED[key]


def _negated(pairs: int) -> int:
    return sum(1 << 8 - bit for bit in range(9) if pairs >> bit & 1)
