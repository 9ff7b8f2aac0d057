"""A household and a day in, a result for every policy and subject out."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from app.rules.amount import NO_SUM, Sum, reckon
from app.rules.compiled import FastReader
from app.rules.decision import Decision, Question
from app.rules.evaluate import Scope, completed_years, evaluate
from app.rules.expressions import AnyOf, Condition, Fact, Group
from app.rules.horizon import next_change
from app.rules.kleene import Truth
from app.rules.policy import Conflict, Policy, Verdict
from app.rules.quantities import Figure

Facts = dict[str, Any]
Key: TypeAlias = tuple[Fact, int | None]
"""A question as a plain tuple: the fact, and the member's position or None for the household."""
ORDER = (Verdict.ELIGIBLE, Verdict.UNDETERMINED, Verdict.INELIGIBLE)


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


class Result(NamedTuple):
    """A decision about one subject: the member at *position*, or the household."""

    decision: Decision
    position: int | None

    @property
    def policy(self) -> Policy:
        return self.decision.policy

    @property
    def verdict(self) -> Verdict:
        return self.decision.verdict


class Asked(NamedTuple):
    """A question with the policies that it bears on."""

    question: Question
    could_settle: tuple[str, ...]
    """The undetermined policies that the answer, perhaps with others, settles."""
    sets_amount: tuple[str, ...]
    """The eligible policies whose amount waits for the answer."""


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

    def screen(self, profile: Profile, day: date, only: Collection[str] | None = None) -> "Screening":
        """Return what every policy, or those whose codes are in *only*, says of the household."""
        whole, each = self.reader.read(profile.facts, profile.members, day)
        return Screening(self, profile, day, whole, each, only)


class Screening:
    """The results of one household on one day, described on demand."""

    def __init__(
        self,
        screener: Screener,
        profile: Profile,
        day: date,
        whole: Sequence[Decision],
        each: Sequence[Sequence[Decision]],
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
    def results(self) -> list[Result]:
        """Eligible first, then undetermined, then ineligible; then household, then member by member."""
        sorted_out: dict[Verdict, list[Result]] = {verdict: [] for verdict in ORDER}
        for position, decisions in self._by_subject():
            for decision in decisions:
                sorted_out[decision.verdict].append(Result(decision, position))
        return [result for verdict in ORDER for result in sorted_out[verdict]]

    @cached_property
    def questions(self) -> list[Asked]:
        """What to ask, that which bears on most undetermined results first."""
        # Keys are plain tuples until the end: this runs for every request, and naming them costs more than the rest.
        settles: dict[Key, list[str]] = {}
        alone: dict[Key, int] = {}
        amounts: dict[Key, list[str]] = {}
        for position, decisions in self._by_subject():
            for decision in decisions:
                if decision.closed:
                    continue
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
                        settles.setdefault((question.fact, question.member), []).append(code)
                if decision.amount_facts:
                    for question in self._for_amount(decision, position):
                        amounts.setdefault((question.fact, question.member), []).append(code)
        return ranked(settles, alone, amounts)

    def _by_subject(self) -> Iterator[tuple[int | None, Sequence[Decision]]]:
        for position, decisions in ((None, self.whole), *enumerate(self.each)):
            if self.only is None:
                yield position, decisions
            else:
                yield position, [decision for decision in decisions if decision.policy.code in self.only]

    def _deeper(self, decision: Decision, position: int | None) -> list[Question]:
        """Return the questions of *decision* that depend on the whole household."""
        direct = {Question(fact, position if personal else None) for fact, personal, _ in decision.asks}
        found = dict.fromkeys(decision.questions(position, lambda: self.scope(position)))
        return [question for question in found if question not in direct]

    def _for_amount(self, decision: Decision, position: int | None) -> list[Question]:
        """Return what the amount of an award waits for."""
        household, member = self.profile.facts, None if position is None else self.profile.members[position]
        if all(_known(fact, household, member) for fact in decision.amount_facts):
            return []
        scope = self.scope(position)
        return [Question.about(fact, position) for fact in reckon(decision.policy.entitlement, scope).missing_facts]

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
        return self._for_amount(result.decision, result.position)

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
        return tuple(group.label for group in identity_groups(result.policy) if evaluate(group, scope) is True)

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


def ranked(settles: Mapping[Key, list[str]], alone: Mapping[Key, int], amounts: Mapping[Key, list[str]]) -> list[Asked]:
    """Return the questions, each with the policies that it may settle, or whose amount it sets.

    That which bears on most undetermined results comes first; of equals, that which may settle most at once.
    """
    keys = sorted(settles, key=lambda key: (-len(settles[key]), -alone.get(key, 0)))
    keys += [key for key in amounts if key not in settles]
    return [
        Asked(Question(*key), tuple(dict.fromkeys(settles.get(key, ()))), tuple(dict.fromkeys(amounts.get(key, ()))))
        for key in keys
    ]


def identity_groups(policy: Policy) -> Iterator[Group]:
    """Yield the alternative groups that a policy of one identity names."""
    for part in policy.eligible.parts:
        if isinstance(part, Condition) and isinstance(part.test, AnyOf):
            yield from (group for group in part.test.parts if isinstance(group, Group))


def _on_both_sides(policies: Sequence[Policy]) -> dict[str, tuple[Conflict, ...]]:
    """Return each policy's conflicts, those declared by the other side included."""
    both: dict[str, list[Conflict]] = {policy.code: list(policy.conflicts) for policy in policies}
    for policy in policies:
        for conflict in policy.conflicts:
            if conflict.policy in both:
                both[conflict.policy].append(Conflict(policy.code, conflict.rule, conflict.text, conflict.clause))
    return {code: tuple(conflict for conflict in listed if conflict.policy in both) for code, listed in both.items()}
