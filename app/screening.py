"""A household and a day in, a result for every policy and subject out."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from app.kept import keep
from app.questions import Asked, Key, ranked
from app.ranking import ORDER, Ranked, Ranking, Result
from app.rules.amount import NO_SUM, Sum, reckon
from app.rules.compiled import FastReader
from app.rules.decision import Decision, Question
from app.rules.evaluate import Scope, completed_years, evaluate
from app.rules.expressions import Fact
from app.rules.horizon import next_change
from app.rules.kleene import Truth
from app.rules.policy import Conflict, Policy, Verdict
from app.rules.quantities import Figure
from app.rules.reliance import Reliance

Facts = dict[str, Any]
KEPT = 20_000
"""The most questions kept that depend on a household: a few megabytes."""


@dataclass(frozen=True)
class Profile:
    """A household as the readers take it.

    Every fact of the dictionary is a key; what nobody knows is None; amounts are
    in exact units.  *references* are the caller's own names of the members.
    """

    facts: Facts
    members: tuple[Facts, ...]
    references: tuple[str, ...]
    reference: str | None = None


class Screener:
    """A policy set ready to screen."""

    def __init__(self, policies: Sequence[Policy]) -> None:
        self.policies = tuple(policies)
        self.reader = FastReader(policies)
        self.by_code = {policy.code: policy for policy in policies}
        self.places = {
            policy.code: (policy.subject.name, place)
            for among in (self.reader.household, self.reader.person)
            for place, policy in enumerate(among)
        }
        self.conflicts = _on_both_sides(self.policies)
        self._rankings: dict[int | None, Ranking] = {}
        self._reliances: dict[Decision, Reliance] = {}
        self._depending: dict[Any, tuple[Question, ...]] = {}

    def screen(self, profile: Profile, day: date, only: Collection[str] | None = None) -> "Screening":
        """Return what every policy, or those whose codes are in *only*, says of the household."""
        whole, each = self.reader.read(profile.facts, profile.members, day)
        return Screening(self, profile, day, whole, each, only)

    def ranking(self, position: int | None) -> Ranking:
        """Return what ranks the results of the member at *position*, or of the household."""
        ranking = self._rankings.get(position)
        if ranking is None:
            ranking = self._rankings[position] = Ranking(position)
        return ranking

    def reliance(self, decision: Decision) -> Reliance:
        """Return what the questions of *decision* rely on that depend on the whole household."""
        reliance = self._reliances.get(decision)
        if reliance is None:
            quantity = decision.policy.entitlement.quantity
            amount = [quantity] if quantity is not None and decision.amount_facts else []
            reliance = Reliance([*decision.deeper, *amount])
            keep(self._reliances, decision, reliance, KEPT)
        return reliance

    def remembered(self, key: Any, find: Callable[[], Iterable[Question]]) -> tuple[Question, ...]:
        """Return the questions kept under *key*, which *find* finds the first time."""
        questions = self._depending.get(key)
        if questions is None:
            questions = tuple(find())
            keep(self._depending, key, questions, KEPT)
        return questions


class Screening:
    """The results of one household on one day, described on demand."""

    def __init__(
        self,
        screener: Screener,
        profile: Profile,
        day: date,
        whole: tuple[Decision, ...],
        each: Sequence[tuple[Decision, ...]],
        only: Collection[str] | None,
    ) -> None:
        self.screener, self.profile, self.day = screener, profile, day
        self.whole, self.each, self.only = whole, each, only

    @cached_property
    def ages(self) -> tuple[int | None, ...]:
        """The members' ages on the day, in years; None where neither age nor birth date is known."""
        return tuple(
            member["age"] if member["birth_date"] is None else completed_years(member["birth_date"], self.day)
            for member in self.profile.members
        )

    @cached_property
    def seen(self) -> tuple[Facts, ...]:
        """The facts of each member beside the household's, with the age on the day."""
        household = self.profile.facts
        people = zip(self.profile.members, self.ages, strict=True)
        return tuple([{**household, **member, "age": age} for member, age in people])

    def relied_on(self, reliance: Reliance, position: int | None) -> Any:
        """Return the values of what some rules rely on for the member at *position*, or the household."""
        return reliance.of(self.profile.facts, self.seen, position)

    @cached_property
    def results(self) -> list[Result]:
        """Eligible first, then undetermined, then ineligible; then household, then member by member."""
        return list(chain.from_iterable(self._by_rank))

    @cached_property
    def _by_rank(self) -> Ranked:
        # This runs for every screening: what can be done without a line of Python for each result, is.
        by_rank: tuple[list[Result], ...] = tuple([] for _ in ORDER)
        for position, decisions in ((None, self.whole), *enumerate(self.each)):
            only = self.only
            wanted = decisions if only is None else tuple([each for each in decisions if each.policy.code in only])
            for results, more in zip(by_rank, self.screener.ranking(position).of(wanted), strict=True):
                results.extend(more)
        return by_rank

    @cached_property
    def questions(self) -> list[Asked]:
        """What to ask, that which bears on most undetermined results first."""
        # Keys are plain tuples until the end: naming them costs more than the rest.
        settles: dict[Key, list[str]] = {}
        alone: dict[Key, int] = {}
        amounts: dict[Key, list[str]] = {}
        eligible, undetermined, _ = self._by_rank
        for decision, position in undetermined:
            code = decision.policy.code
            for fact, personal, at_once in decision.asks:
                key = (fact, position if personal else None)
                if key in settles:
                    settles[key].append(code)
                else:
                    settles[key] = [code]
                if at_once:
                    alone[key] = alone.get(key, 0) + 1
            if decision.deeper:
                for question in self._deeper(decision, position):
                    settles.setdefault(question, []).append(code)
        for decision, position in eligible:
            if decision.amount_facts:
                for question in self._for_amount(decision, position):
                    amounts.setdefault(question, []).append(decision.policy.code)
        return ranked(settles, alone, amounts)

    def _deeper(self, decision: Decision, position: int | None) -> tuple[Question, ...]:
        """Return the questions of *decision* that depend on the whole household."""

        def find() -> Iterator[Question]:
            direct = {Question(fact, position if personal else None) for fact, personal, _ in decision.asks}
            found = dict.fromkeys(decision.questions(position, lambda: self.scope(position)))
            return (question for question in found if question not in direct)

        return self._remembered(decision, position, find)

    def _for_amount(self, decision: Decision, position: int | None) -> tuple[Question, ...]:
        """Return what the amount of an award waits for."""
        household, member = self.profile.facts, None if position is None else self.profile.members[position]
        if all(_known(fact, household, member) for fact in decision.amount_facts):
            return ()

        def find() -> Iterator[Question]:
            entitlement = decision.policy.entitlement
            return (Question.about(fact, position) for fact in reckon(entitlement, self.scope(position)).missing_facts)

        return self._remembered(decision, position, find)

    def _remembered(
        self, decision: Decision, position: int | None, find: Callable[[], Iterable[Question]]
    ) -> tuple[Question, ...]:
        relied_on = self.relied_on(self.screener.reliance(decision), position)
        return self.screener.remembered((decision, self.day, position, relied_on), find)

    def scope(self, position: int | None) -> Scope:
        """Return the view of the household in which a subject's rules are read."""
        person = None if position is None else self.profile.members[position]
        return Scope(self.day, self.profile.facts, self.profile.members, person)

    # ── one result, described ──

    def amount(self, result: Result) -> Sum:
        """Return what the subject would receive; nothing for an ineligible one."""
        if result.verdict is Verdict.INELIGIBLE:
            return NO_SUM
        return reckon(result.policy.entitlement, self.scope(result.position))

    def asks(self, result: Result) -> list[Question]:
        """Return the questions that could change *result*: its verdict, or the amount of an award."""
        if result.verdict is Verdict.UNDETERMINED:
            found = result.decision.questions(result.position, lambda: self.scope(result.position))
            return list(dict.fromkeys(found))
        return list(self._for_amount(result.decision, result.position))

    def figures(self, result: Result) -> tuple[Figure, ...]:
        """Return the figures that the verdict, or the amount of an award, waits for."""
        if result.verdict is Verdict.UNDETERMINED:
            return tuple(dict.fromkeys(result.decision.figures(self.scope(result.position))))
        return self.amount(result).missing_figures

    def already(self, result: Result) -> Truth:
        """Whether the subject receives the benefit already; None where that is not known."""
        rule = result.policy.already
        return False if rule is None else evaluate(rule, self.scope(result.position))

    def identities(self, result: Result) -> tuple[str, ...]:
        """Return every group through which the subject qualifies, where only one may count."""
        if not result.policy.one_identity or result.verdict is Verdict.INELIGIBLE:
            return ()
        scope = self.scope(result.position)
        return tuple(group.label for group in result.policy.identities if evaluate(group, scope) is True)

    def conflicts(self, result: Result) -> tuple[Conflict, ...]:
        """Return the conflicts with other benefits that this subject may receive too."""
        if result.verdict is Verdict.INELIGIBLE:
            return ()
        return tuple(
            conflict
            for conflict in self.screener.conflicts[result.policy.code]
            if self.in_reach(conflict.policy, result.position)
        )

    def in_reach(self, code: str, position: int | None) -> bool:
        """Whether *code* is open to the subject: to the member, its household, or any of its members."""
        subject, place = self.screener.places[code]
        if subject == "household":
            return self.whole[place].verdict is not Verdict.INELIGIBLE
        candidates = self.each if position is None else (self.each[position],)
        return any(decisions[place].verdict is not Verdict.INELIGIBLE for decisions in candidates)

    def changes_on(self, result: Result) -> tuple[date, Verdict] | None:
        """Return the next day within 24 months on which the verdict changes by itself."""
        return next_change(result.policy, self.scope(result.position), result.verdict)


def _known(fact: Fact, household: Facts, member: Facts | None) -> bool:
    """Whether *fact* itself, or the date it is reckoned from, is known; facts of other members pass."""
    facts = household if fact.entity.name == "household" else member
    return facts is None or facts[fact.key] is not None or facts[fact.asked_as.key] is not None


def _on_both_sides(policies: Sequence[Policy]) -> dict[str, tuple[Conflict, ...]]:
    """Return each policy's conflicts, those declared by the other side included."""
    both: dict[str, list[Conflict]] = {policy.code: list(policy.conflicts) for policy in policies}
    for policy in policies:
        for conflict in policy.conflicts:
            if conflict.policy in both:
                both[conflict.policy].append(Conflict(policy.code, conflict.rule, conflict.text, conflict.clause))
    return {code: tuple(conflict for conflict in listed if conflict.policy in both) for code, listed in both.items()}
