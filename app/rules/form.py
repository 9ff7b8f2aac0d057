"""A rule taken apart: its distinct leaves, and the tree that joins them.

Every reader computes one `Reading` per leaf; `outcome` turns the readings into
an answer.  Leaves that read the same fact cannot vary freely, so they are
gathered into variables, each with the rows of truths its answers allow.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.rules.expressions import (
    AllOf,
    Amount,
    AnyMember,
    AnyOf,
    Choice,
    Code,
    Condition,
    EveryMember,
    Fact,
    Group,
    InForce,
    IsIn,
    Leaf,
    Not,
    Proposition,
    YesNo,
)
from app.rules.quantities import Compare, Literal

LEAVES = (YesNo, IsIn, Compare, InForce, AnyMember, EveryMember)
Row: TypeAlias = tuple[bool, ...]


@dataclass(frozen=True)
class Variable:
    """Leaves that one answer settles together, and the rows of truth it can give."""

    leaves: tuple[int, ...]
    rows: tuple[Row, ...]
    occurrences: int
    """How often its leaves stand in the tree."""


@dataclass(frozen=True, eq=False)
class Form:
    """A rule prepared for `outcome.decide`."""

    rule: Proposition
    leaves: tuple[Leaf, ...]
    index: dict[Leaf, int]
    places: dict[int, int]
    """The index of each leaf by its identity: a leaf is a tree, and hashing trees takes most of the time otherwise."""
    variables: tuple[Variable, ...]


def leaves_of(rule: Proposition) -> Iterator[Leaf]:
    """Yield the leaves of *rule* as they stand, repetitions included."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves_of(part)
        case Not(part) | Group(_, part) | Condition(_, part):
            yield from leaves_of(part)
        case _:
            yield rule


def take_apart(rule: Proposition) -> Form:
    """Prepare *rule*."""
    standing = list(leaves_of(rule))
    index: dict[Leaf, int] = {}
    for leaf in standing:
        index.setdefault(leaf, len(index))
    leaves = tuple(index)
    by_fact: dict[Any, list[int]] = {}
    for position, leaf in enumerate(leaves):
        answer = _answer_to(leaf)
        by_fact.setdefault(position if answer is None else answer, []).append(position)
    variables = tuple(
        Variable(
            tuple(positions),
            _rows([leaves[i] for i in positions]),
            sum(standing.count(leaves[i]) for i in positions),
        )
        for positions in by_fact.values()
    )
    return Form(rule, leaves, index, {id(leaf): index[leaf] for leaf in standing}, variables)


def single_fact(leaf: Leaf) -> Fact | None:
    """Return the one fact that settles *leaf* by itself, if it is so simple."""
    match leaf:
        case YesNo():
            return leaf
        case IsIn(choice):
            return choice
        case Compare(operator, Amount() as fact, Literal(value)) if operator.apply(0, value) is not operator.upward:
            # An unknown amount is nothing or more: a comparison that this settles already is no question.
            return fact
        case _:
            return None


def _answer_to(leaf: Leaf) -> Any:
    match leaf:
        case AnyMember(test) | EveryMember(test):
            inner = single_fact(test) if isinstance(test, LEAVES) else None
            return None if inner is None else (type(leaf), inner)
        case _:
            return single_fact(leaf)


def _rows(leaves: list[Leaf]) -> tuple[Row, ...]:
    """Return each combination of truths that one answer gives to *leaves*."""
    tests: list[Any] = [leaf.test if isinstance(leaf, AnyMember | EveryMember) else leaf for leaf in leaves]
    fact = single_fact(tests[0]) if isinstance(tests[0], LEAVES) else None
    match fact:
        case Choice():
            options: type[Code] = fact.options
            answers: list[Any] = list(options)
            rows = [tuple(a in test.options for test in tests) for a in answers]
        case Amount():
            limits = {test.right.value for test in tests}
            answers = sorted({n + step for n in limits for step in (-1, 0, 1)})
            rows = [tuple(test.operator.apply(a, test.right.value) for test in tests) for a in answers if a >= 0]
        case _:
            rows = [(True,) * len(leaves), (False,) * len(leaves)]
    if isinstance(leaves[0], AnyMember | EveryMember):
        # Two members answer together what neither answers alone.
        join = any if isinstance(leaves[0], AnyMember) else all
        for _ in leaves[1:]:
            rows += [tuple(join(pair) for pair in zip(a, b, strict=True)) for a in rows for b in rows]
            rows = list(dict.fromkeys(rows))
    return tuple(dict.fromkeys(rows))
