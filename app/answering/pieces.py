"""Results as JSON, kept under everything that their words depend on.

The words of a result depend on its decision, on the day, and on the few facts that
the decision rests on: of someone who is no pupil they say so, whatever else is known.
So most results of a household never met before have been worded for another.  No
name, number or reference of a person is part of a piece: members are named when it is used.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from app.answering.phrases import OTHERS_NAME, Phrases, Text, changing
from app.answering.results import changes_on
from app.kept import keep
from app.questions import Key
from app.ranking import ORDER, Result
from app.rules.decision import Decision
from app.rules.expressions import Fact
from app.rules.horizon import changes_within, near_ages, time_matters
from app.rules.policy import Policy, Verdict
from app.rules.reliance import Reliance, asking_all
from app.rules.walk import Rule
from app.screening import Screener, Screening

KEPT: Final = 1000
"""The most pieces kept for one policy and day: about 100 MB for all policies, if ever reached."""
OWN: Final = -1
"""Stands for the position of the member that a piece is about."""


class Piece(NamedTuple):
    """One result from behind its subject on, in full and brief."""

    rank: int
    full: Text
    brief: Text
    names_others: bool
    """Whether members other than the subject are to be named in it."""
    asks: tuple[Key, ...]
    """What could change it."""


class Shelf:
    """The pieces of one policy on one day."""

    def __init__(self, policy: Policy, screener: Screener, day: date) -> None:
        self.looks_around = any(asking_all(rule) for rule in rules_of(policy))
        self._rivals = tuple(conflict.policy for conflict in screener.conflicts[policy.code])
        self._phrases = Phrases(policy, day)
        self._grounds: dict[Decision, _Ground] = {}
        self._pieces: dict[Any, Piece] = {}
        self._dated, self._near = changes_within(policy, day), near_ages(policy)
        self._changes = self._dated or self._near is None or bool(self._near)

    def piece(self, screening: Screening, decision: Decision, position: int | None) -> Piece:
        """Return the result of *decision* for the member at *position*, or for the household."""
        ground = self._grounds.get(decision)
        if ground is None:
            ground = _Ground(decision)
            keep(self._grounds, decision, ground, KEPT)
        key: Any = decision, screening.relied_on(ground.reliance, position)
        if ground.open and self._rivals:
            key = key, tuple([screening.in_reach(code, position) for code in self._rivals])
        piece = self._pieces.get(key)
        if piece is None:
            piece = self._worded(screening, Result(decision, position))
            keep(self._pieces, key, piece, KEPT)
        if self._changes and self._may_change(screening, position) and ground.passes_with_time:
            change = changes_on(screening, Result(decision, position))
            if change is not None:
                return piece._replace(full=changing(piece.full, change), brief=changing(piece.brief, change))
        return piece

    def _worded(self, screening: Screening, result: Result) -> Piece:
        full, brief = self._phrases.words(screening, result)
        asks = tuple(
            (fact, OWN if member is not None and member == result.position else member)
            for fact, member in screening.asks(result)
        )
        return Piece(ORDER.index(result.verdict), full, brief, any(OTHERS_NAME in part for part in full), asks)

    def _may_change(self, screening: Screening, position: int | None) -> bool:
        """Whether a day may come, within the horizon, on which the verdict is another though no fact is."""
        if self._dated:
            return True
        members = screening.seen
        for member in members if position is None else (members[position],):
            if member["birth_date"] is not None and (self._near is None or member["age"] in self._near):
                return True
        return False


class _Ground:
    """What the words of one decision rest on besides it."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.open = decision.verdict is not Verdict.INELIGIBLE
        self.reliance = Reliance(list(_told_in(decision)))

    @cached_property
    def passes_with_time(self) -> bool:
        """Whether another day could bring another verdict."""
        return time_matters(self.decision)


def _told_in(decision: Decision) -> Iterator[Rule]:
    """Yield everything whose facts appear in, or decide upon, the words of *decision*."""
    policy = decision.policy
    yield from (decision.form.leaves[i] for i in decision.outcome.deciding)
    if policy.already is not None:
        yield policy.already
    if decision.verdict is not Verdict.INELIGIBLE:
        if policy.entitlement.quantity is not None:
            yield policy.entitlement.quantity
        if policy.one_identity:
            yield from policy.identities


def rules_of(policy: Policy) -> list[Rule]:
    """Return everything in *policy* that reads facts."""
    found: list[Rule | None] = [policy.eligible, policy.entitlement.quantity, policy.already]
    return [rule for rule in found if rule is not None]


def keys_of(facts: Sequence[Fact]) -> list[str]:
    """Return the keys of *facts*, and of the dates that they are reckoned from."""
    return [key for fact in facts for key in dict.fromkeys((fact.key, fact.asked_as.key))]
