"""Results as JSON, kept under everything that their words depend on.

A result's words depend on the day and on the few facts that its policy reads, so
most results of most households have been worded before.  No name, number or
reference of a person is part of a piece: members are named when it is used.
"""

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

from app.results import SUBJECT, brief_result, describe
from app.rules.decision import Decision
from app.rules.expressions import AnyMember, EveryMember, Fact
from app.rules.horizon import near_ages
from app.rules.policy import Policy, Verdict
from app.rules.quantities import MemberCount
from app.rules.walk import Rule, facts_of, walk
from app.screening import ORDER, Profile, Result, Screener, Screening

KEPT = 2000
"""The most pieces kept for one policy and day: about 100 MB for all policies, if ever reached."""


Text: TypeAlias = tuple[bytes, ...]
"""JSON in parts: the reference of the member that it is about goes between them."""


class Piece(NamedTuple):
    """One result from behind its subject on, in full and brief."""

    rank: int
    full: Text
    brief: Text
    names_others: bool
    """Whether members other than the subject are to be named in it."""


class Shelf:
    """The pieces of one policy on one day."""

    def __init__(self, policy: Policy, screener: Screener) -> None:
        self.policy = policy
        rules = rules_of(policy)
        read = {fact for rule in rules for fact in facts_of(rule)}
        personal = [fact for fact in read if fact.entity.name == "person"]
        self._facts = getter([fact.key for fact in read if fact.entity.name == "household"])
        self._person = getter([fact.key for fact in personal])
        self._of_members = getter(keys_of(personal))
        self.looks_around = any(
            isinstance(node, AnyMember | EveryMember | MemberCount) for r in rules for node in walk(r)
        )
        self._near = near_ages(policy)
        self._conflicts = tuple(conflict.policy for conflict in screener.conflicts[policy.code])
        self._pieces: dict[Any, Piece] = {}

    def piece(self, screening: Screening, decision: Decision, position: int | None) -> Piece:
        """Return the result of *decision* for the member at *position*, or for the household."""
        key = self._key(screening.profile, position, screening)
        if self._conflicts and decision.verdict is not Verdict.INELIGIBLE:
            key = (key, tuple(screening.in_reach(code, position) for code in self._conflicts))
        piece = self._pieces.get(key)
        if piece is None:
            piece = _worded(describe(screening, Result(decision, position)))
            keep(self._pieces, key, piece, KEPT)
        return piece

    def _key(self, profile: Profile, position: int | None, screening: Screening) -> Any:
        around = None
        if self.looks_around:
            around = len(profile.members), tuple(self._of_members(member) for member in profile.members)
        if position is None:
            return self._facts(profile.facts), around
        member = profile.members[position]
        age = screening.ages[position]
        near = member["birth_date"] if self._near is None or age in self._near else None
        return self._facts(profile.facts), self._person({**member, "age": age}), near, around, around and position


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


def _worded(described: dict[str, Any]) -> Piece:
    forms = (described, brief_result(described))
    texts = [b"," + dumps({key: value for key, value in form.items() if key != "subject"})[1:] for form in forms]
    full, brief = (tuple(text.split(_OWN)) for text in texts)
    return Piece(ORDER.index(described["verdict"]), full, brief, any(_MARK in part for part in full))


_OWN = dumps(SUBJECT)
_MARK = _OWN[:-1]
