"""Walk a rule: what it contains, which facts it reads, when it changes."""

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias, assert_never

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
    Not,
    Proposition,
    Quantity,
    YesNo,
)
from app.rules.quantities import Cases, Compare, Difference, Figure, Literal, MemberCount, Named, Product

Rule: TypeAlias = Proposition | Quantity


def children(rule: Rule) -> tuple[Rule, ...]:
    """Return the nodes directly below *rule*."""
    match rule:
        case AllOf(parts) | AnyOf(parts):
            return parts
        case Not(part) | Group(_, part) | Condition(_, part) | AnyMember(part) | EveryMember(part):
            return (part,)
        case Compare(_, left, right) | Product(left, right) | Difference(left, right):
            return left, right
        case Cases(branches, otherwise):
            listed = tuple(node for branch in branches for node in branch)
            return listed if otherwise is None else (*listed, otherwise)
        case Named(_, _, inner):
            return (inner,)
        case YesNo() | IsIn() | InForce() | Amount() | Figure() | Literal() | MemberCount():
            return ()
        case _:
            assert_never(rule)


def walk(rule: Rule, *, into_members: bool = True) -> Iterator[Rule]:
    """Yield *rule* and everything below it, depth first.

    Without *into_members*, what a quantifier asks of each member is left out.
    """
    yield rule
    if into_members or not isinstance(rule, AnyMember | EveryMember):
        for child in children(rule):
            yield from walk(child, into_members=into_members)


def facts_of(rule: Rule, *, into_members: bool = True) -> tuple[Fact, ...]:
    """Return the facts that *rule* reads, each once."""
    found: dict[Fact, None] = {}
    for node in walk(rule, into_members=into_members):
        if isinstance(node, IsIn):
            found[node.choice] = None
        elif isinstance(node, YesNo | Amount):
            found[node] = None
    return tuple(found)


def figures_of(rule: Rule) -> tuple[Figure, ...]:
    """Return the figures that *rule* reads, each once."""
    return tuple(dict.fromkeys(node for node in walk(rule) if isinstance(node, Figure)))


def change_days(rule: Rule) -> frozenset[date]:
    """Return the days on which a figure or a period in *rule* begins or ends."""
    days = {value.start for figure in figures_of(rule) for value in figure.values}
    for node in walk(rule):
        if isinstance(node, InForce):
            days.add(node.period.start)
            if node.period.end is not None:
                days.add(node.period.end)
    return frozenset(days)
