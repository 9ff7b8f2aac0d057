"""Worked cases: what an officer who knows a policy says of invented households.

Each module here bears the name of a policy module and holds its `BOOK`.  Facts are
written as on the wire; a case names only what differs from the book's base household.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any

from app.rules.evaluate import Scope
from app.rules.expressions import Amount, vocabulary
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Figure, Value
from policies.documents import PLAN
from policies.facts import Household, Person

YES, NO, ASK = Verdict.ELIGIBLE, Verdict.INELIGIBLE, Verdict.UNDETERMINED
TODAY = date(2026, 11, 23)

FACTS = {fact.key: fact for entity in (Household, Person) for fact in vocabulary(entity)}
HOUSEHOLD_KEYS = frozenset(fact.key for fact in vocabulary(Household))

Facts = Mapping[str, Any]
Case = tuple[Facts, Verdict] | tuple[Facts, Verdict, str]
"""What differs from the base, the verdict, and where it matters the amount in words."""


@dataclass(frozen=True)
class Book:
    """The worked cases of one policy.

    *base* is a household of one member that qualifies; its facts are given by bare key.
    A case may set "members": a list of facts that differ from the base, a member each
    (the subject of a person policy is the first), "day": the day of the screening, and
    "figures": figures by key that the district is taken to have supplied, all along.
    """

    base: Facts
    cases: Mapping[str, Case]
    in_force: date = date(2018, 11, 19)
    """The first day of the policy, as its document says."""
    in_force_facts: Facts = field(default_factory=dict)
    """What must differ from the base for the first day's test (figures not yet in force)."""
    first_day: Verdict = YES
    """The verdict on the first day: undetermined where a figure came later."""


def scope(book: Book, changes: Facts) -> Scope:
    """Return the base household with *changes*, as the rule readers see it."""
    facts = {**book.base, **changes}
    day = facts.pop("day", TODAY)
    facts.pop("figures", None)
    members = facts.pop("members", [{}])
    for key in (*facts, *(key for member in members for key in member)):
        assert key in FACTS, f"{key} is not a fact"
    household = {key: exact(key, value) for key, value in facts.items() if key in HOUSEHOLD_KEYS}
    person = {key: value for key, value in facts.items() if key not in HOUSEHOLD_KEYS}
    people = tuple({key: exact(key, value) for key, value in {**person, **member}.items()} for member in members)
    return Scope(day, household, people, people[0])


def exact(key: str, value: Any) -> Any:
    """Return a wire value as the readers carry it: money in 分."""
    fact = FACTS[key]
    if isinstance(fact, Amount) and value is not None:
        return round(value * fact.scale)
    return value


def supplied(part: Any, changes: Facts) -> Any:
    """Return *part* of a policy as it is with the figures that *changes* take to be supplied."""
    figures = changes.get("figures")
    if not figures:
        return part
    match part:
        case Figure() if part.key in figures:
            value = round(figures[part.key] * part.scale)
            invented = PLAN.article("例", "例中假定的数额。")
            return replace(part, values=(Value(date.min, value, part.unit, False, invented),))
        case tuple():
            return tuple(supplied(each, changes) for each in part)
        case _ if is_dataclass(part) and not isinstance(part, type):
            return replace(part, **{f.name: supplied(getattr(part, f.name), changes) for f in fields(part)})
        case _:
            return part


def subject(policy: Policy, seen: Scope) -> Scope:
    """Return the scope in which the policy's rule is read: no member for a household."""
    return seen if policy.subject is Person else Scope(seen.day, seen.household, seen.members)


def each(ways: Mapping[str, Facts], verdict: Verdict) -> dict[str, Case]:
    """Return one case for each way of belonging to a group."""
    return {label: (changes, verdict) for label, changes in ways.items()}
