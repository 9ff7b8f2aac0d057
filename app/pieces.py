"""Results as JSON, kept under everything that their words depend on.

The words of a result depend on its decision, on the day, and on the few facts that
the decision rests on: of someone who is no pupil they say so, whatever else is known.
So most results of a household never met before have been worded for another.  No
name, number or reference of a person is part of a piece: members are named when it is used.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from app.results import SUBJECT, as_it_stands, brief_result, change_answer
from app.rules.decision import Decision
from app.rules.expressions import Amount, AnyMember, EveryMember, Fact, InForce
from app.rules.horizon import may_change_within, near_ages
from app.rules.kleene import Truth
from app.rules.outcome import truth_of
from app.rules.policy import Policy, Verdict
from app.rules.quantities import MemberCount
from app.rules.walk import Rule, facts_of, figures_of, walk
from app.screening import ORDER, Facts, Key, Result, Screener, Screening, identity_groups

KEPT = 1000
"""The most pieces kept for one policy and day: about 100 MB for all policies, if ever reached."""
OWN = -1
"""Stands for the position of the member that a piece is about."""


Text: TypeAlias = tuple[bytes, ...]
"""JSON in parts: the reference of the member that it is about goes between them."""


class Piece(NamedTuple):
    """One result from behind its subject on, in full and brief."""

    rank: int
    full: Text
    brief: Text
    names_others: bool
    """Whether members other than the subject are to be named in it."""
    asks: tuple[Key, ...]
    """What could change it."""


class Household(NamedTuple):
    """A household as pieces look at it: the facts of every member with the household's and the age on the day."""

    facts: Facts
    members: tuple[Facts, ...]

    @classmethod
    def of(cls, screening: Screening) -> "Household":
        facts, ages = screening.profile.facts, screening.ages
        people = zip(screening.profile.members, ages, strict=True)
        return cls(facts, tuple([{**facts, **member, "age": age} for member, age in people]))


class Shelf:
    """The pieces of one policy on one day."""

    def __init__(self, policy: Policy, screener: Screener) -> None:
        self.looks_around = any(_quantified(rule) for rule in rules_of(policy))
        self.rivals = tuple(conflict.policy for conflict in screener.conflicts[policy.code])
        self._ways: dict[Decision, _Way] = {}
        self._pieces: dict[Any, Piece] = {}

    def piece(self, screening: Screening, household: Household, decision: Decision, position: int | None) -> Piece:
        """Return the result of *decision* for the member at *position*, or for the household."""
        way = self._ways.get(decision)
        if way is None:
            way = _Way(decision, screening)
            keep(self._ways, decision, way, KEPT)
        facts = household.facts if position is None else household.members[position]
        key: Any = (decision, way.facts(facts))
        if way.of_members is not None:
            key = key, position, tuple(map(way.of_members, household.members))
        if way.rivalled and self.rivals:
            key = key, tuple([screening.in_reach(code, position) for code in self.rivals])
        piece = self._pieces.get(key)
        if piece is None:
            piece = _worded(screening, Result(decision, position))
            keep(self._pieces, key, piece, KEPT)
        if way.changes and way.may_change(household, position):
            change = screening.changes_on(Result(decision, position))
            if change is not None:
                said = dumps(change_answer(change)) + b"}"
                return piece._replace(full=_changing(piece.full, said), brief=_changing(piece.brief, said))
        return piece


class _Way:
    """What the words of one decision depend on besides it."""

    def __init__(self, decision: Decision, screening: Screening) -> None:
        policy = decision.policy
        self.rivalled = decision.verdict is not Verdict.INELIGIBLE
        rules = list(_resting_on(decision))
        outside = [fact for rule in rules for fact in facts_of(rule, into_members=False)]
        inside = [fact for rule in rules for test in _quantified(rule) for fact in facts_of(test)]
        of_household = [fact for fact in inside if fact.entity.name == "household"]
        self.facts = getter(list(dict.fromkeys(fact.key for fact in (*outside, *of_household))))
        of_members = dict.fromkeys(fact.key for fact in inside if fact.entity.name == "person")
        around = any(_quantified(rule) for rule in rules)
        self.of_members = getter(list(of_members)) if around else None
        self._always = may_change_within(policy, screening.day)
        self._near = near_ages(policy)
        self.changes = (self._always or self._near is None or bool(self._near)) and _time_matters(decision)

    def may_change(self, household: Household, position: int | None) -> bool:
        """Whether a day may come on which the verdict is another though no fact is."""
        if self._always:
            return True
        members = household.members if position is None else (household.members[position],)
        return any(
            member["birth_date"] is not None and (self._near is None or member["age"] in self._near)
            for member in members
        )


def _resting_on(decision: Decision) -> Iterator[Rule]:
    """Yield everything whose facts appear in, or decide upon, the words of *decision*."""
    policy = decision.policy
    yield from (decision.form.leaves[i] for i in decision.outcome.deciding)
    if policy.already is not None:
        yield policy.already
    if decision.verdict is not Verdict.INELIGIBLE:
        if policy.entitlement.quantity is not None:
            yield policy.entitlement.quantity
        if policy.one_identity:
            yield from identity_groups(policy)


def _quantified(rule: Rule) -> list[Rule]:
    """Return the parts of *rule* that look at all members."""
    return [node for node in walk(rule) if isinstance(node, AnyMember | EveryMember | MemberCount)]


MOST_TIMED = 4


def _time_matters(decision: Decision) -> bool:
    """Whether another day could bring another verdict, whatever the leaves that depend on the day then say."""
    form, outcome = decision.form, decision.outcome
    timed = [i for i, leaf in enumerate(form.leaves) if _depends_on_day(leaf)]
    if len(timed) > MOST_TIMED:
        return True
    truths = list(decision.truths)
    every: tuple[Truth, ...] = (True, None, False)
    for then in product(every, repeat=len(timed)):
        for i, truth in zip(timed, then, strict=True):
            truths[i] = truth
        if truth_of(form.rule, form, truths) is not outcome.truth:
            return True
    return False


def _depends_on_day(rule: Rule) -> bool:
    timed = any(isinstance(fact, Amount) and fact.since is not None for fact in facts_of(rule))
    return timed or bool(figures_of(rule)) or any(isinstance(node, InForce) for node in walk(rule))


def rules_of(policy: Policy) -> list[Rule]:
    """Return everything in *policy* that reads facts."""
    found: list[Rule | None] = [policy.eligible, policy.entitlement.quantity, policy.already]
    return [rule for rule in found if rule is not None]


def keys_of(facts: Sequence[Fact]) -> list[str]:
    """Return the keys of *facts*, and of the dates that they are reckoned from."""
    return [key for fact in facts for key in dict.fromkeys((fact.key, fact.asked_as.key))]


def getter(keys: Sequence[str]) -> Any:
    """Return a function that takes the values of *keys* out of a mapping."""
    return itemgetter(*keys) if keys else lambda facts: None


def keep(kept: dict[Any, Any], key: Any, value: Any, most: int) -> None:
    """Keep *value*; of too many, the one kept longest goes."""
    if len(kept) >= most:
        del kept[next(iter(kept))]
    kept[key] = value


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dumps(value: Any) -> bytes:
    """Return *value* as compact JSON."""
    return _ENCODER.encode(value).encode()


def _worded(screening: Screening, result: Result) -> Piece:
    described = {**as_it_stands(screening, result), "changes_on": None}
    del described["subject"]
    full, brief = (tuple((b"," + dumps(form)[1:]).split(_OWN)) for form in (described, brief_result(described)))
    asks = tuple(
        (fact, OWN if member is not None and member == result.position else member)
        for fact, member in screening.asks(result)
    )
    return Piece(ORDER.index(result.verdict), full, brief, any(_MARK in part for part in full), asks)


_UNCHANGED = b"null}"


def _changing(text: Text, said: bytes) -> Text:
    return *text[:-1], text[-1].removesuffix(_UNCHANGED) + said


_OWN = dumps(SUBJECT)
_MARK = _OWN[:-1]
