"""Ways to misread a rule: the rule with one word of the law changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product
from typing import Any

from app.rules.expressions import (
    AllOf,
    AnyMember,
    AnyOf,
    Condition,
    EveryMember,
    Group,
    InForce,
    IsIn,
    Not,
    Proposition,
    YesNo,
)
from app.rules.form import leaves_of, take_apart
from app.rules.outcome import truth_of
from app.rules.policy import Policy
from app.rules.quantities import AT_LEAST, AT_MOST, OPERATORS, Cases, Compare, Difference, Literal, Named, Product
from app.rules.walk import facts_of
from policies import groups
from policies.facts import Household

GROUPS = [value for value in vars(groups).values() if isinstance(value, Group)]


def misreadings(policy: Policy) -> Iterator[AllOf]:
    """Yield the policy's rule with one word changed; being in force is tested apart."""
    conditions = policy.eligible.parts
    for i in range(len(conditions) - 1):
        yield AllOf(conditions[:i] + conditions[i + 1 :])
        for changed in _misread(conditions[i], policy):
            yield AllOf((*conditions[:i], changed, *conditions[i + 1 :]))


def _misread(rule: Proposition, policy: Policy) -> Iterator[Proposition]:
    match rule:
        case Compare(operator, left, right):
            for other in OPERATORS:
                if other is not operator:
                    yield Compare(other, left, right)
            for changed in _miscounted(left):
                yield Compare(operator, changed, right)
            for changed in _miscounted(right):
                yield Compare(operator, left, changed)
        case IsIn(choice, options):
            for option in choice.options:
                yield IsIn(choice, options ^ {option})
        case YesNo():
            yield Not(rule)
        case AllOf(parts) | AnyOf(parts):
            same, other = (AllOf, AnyOf) if isinstance(rule, AllOf) else (AnyOf, AllOf)
            if len(parts) > 1:
                yield other(parts)
                yield from (same(parts[:i] + parts[i + 1 :]) for i in range(len(parts)))
            for i, part in enumerate(parts):
                yield from (same((*parts[:i], changed, *parts[i + 1 :])) for changed in _misread(part, policy))
        case Not(part):
            yield part
            yield from map(Not, _misread(part, policy))
        case AnyMember(test):
            yield EveryMember(test)
            yield from map(AnyMember, _of_members(_misread(test, policy)))
        case EveryMember(test):
            yield AnyMember(test)
            yield from map(EveryMember, _of_members(_misread(test, policy)))
        case Group(_, test):
            yield from (group for group in GROUPS if group != rule and _same_reach(group, rule))
            yield from (replace(rule, test=changed) for changed in _misread(test, policy))
        case Condition(_, test):
            yield from (replace(rule, test=changed) for changed in _misread(test, policy))
        case InForce():
            return


def _same_reach(group: Group, other: Group) -> bool:
    """Whether two groups are asked of the same kind of subject, so that one may be taken for the other."""

    def of_households(rule: Group) -> bool:
        return all(fact.entity is Household for fact in facts_of(rule, into_members=False))

    return of_households(group) or not of_households(other)


def _of_members(rules: Iterator[Proposition]) -> Iterator[Proposition]:
    """Leave out what asks a member about the whole household: a quantifier in a quantifier says nothing new."""
    for rule in rules:
        if not any(isinstance(leaf, AnyMember | EveryMember) for leaf in leaves_of(rule)):
            yield rule


def _miscounted(quantity: Any) -> Iterator[Any]:
    """Yield *quantity* with one bound moved by one, or one case given to the other."""
    match quantity:
        case Literal(value, scale):
            yield Literal(value + scale, scale)
            yield Literal(value - scale, scale)
        case Product(left, right):
            yield from (Product(changed, right) for changed in _miscounted(left))
            yield from (Product(left, changed) for changed in _miscounted(right))
        case Difference(left, right):
            yield left
            yield from (Difference(changed, right) for changed in _miscounted(left))
            yield from (Difference(left, changed) for changed in _miscounted(right))
        case Named(_, _, inner):
            yield from (replace(quantity, quantity=changed) for changed in _miscounted(inner))
        case Cases(((when, first),), second) if second is not None:
            yield Cases(((when, second),), first)
        case _:
            return


def same_meaning(rule: Proposition, other: Proposition) -> bool:
    """Whether two rules agree on every household of which everything is known.

    Leaves vary as their facts and arithmetic allow; a misreading that changes no such answer changes nothing.
    """
    form = take_apart(AllOf((rule, other)))
    implied = [
        (i, j)
        for (i, one), (j, two) in permutations(enumerate(form.leaves), 2)
        if isinstance(one, Compare) and isinstance(two, Compare) and _implies(one, two)
    ]
    for rows in product(*(variable.rows for variable in form.variables)):
        truths: list[Any] = [None] * len(form.leaves)
        for variable, row in zip(form.variables, rows, strict=True):
            for i, truth in zip(variable.leaves, row, strict=True):
                truths[i] = truth
        if any(truths[one] and not truths[two] for one, two in implied):
            continue
        if truth_of(rule, form, truths) is not truth_of(other, form, truths):
            return False
    return True


def _implies(one: Compare, two: Compare) -> bool:
    """Whether *one* cannot hold without *two*, as no number in a rule but a difference is negative."""
    gained = _excess(two)
    gained.subtract(_excess(one))
    return min(gained.values(), default=0) >= 0 and (_strict(one) or not _strict(two))


def _strict(comparison: Compare) -> bool:
    return comparison.operator not in (AT_LEAST, AT_MOST)


def _excess(comparison: Compare) -> Counter[Any]:
    """Return by how much the side that must be the greater exceeds the other, in its terms."""
    greater, less = comparison.left, comparison.right
    if not comparison.operator.upward:
        greater, less = less, greater
    excess = _terms(greater)
    excess.subtract(_terms(less))
    return excess


def _terms(quantity: Any) -> Counter[Any]:
    match quantity:
        case Difference(left, right):
            terms = _terms(left)
            terms.subtract(_terms(right))
            return terms
        case Named(_, _, inner):
            return _terms(inner)
        case _:
            return Counter([quantity])
