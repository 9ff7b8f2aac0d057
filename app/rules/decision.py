"""What a policy answers for one subject: verdict, deciding conditions, what to ask."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.rules.evaluate import Scope, missing, read
from app.rules.expressions import AnyMember, Condition, EveryMember, Fact, Leaf
from app.rules.form import Form, single_fact, take_apart
from app.rules.kleene import Truth
from app.rules.outcome import Outcome, decide, truth_of
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Figure
from app.rules.walk import facts_of


class Question(NamedTuple):
    """A fact worth asking for, of one member (by position) or of the household."""

    fact: Fact
    member: int | None

    @classmethod
    def about(cls, fact: Fact, position: int | None) -> "Question":
        """Ask the subject at *position* for *fact*, or for what it is reckoned from."""
        asked = fact.asked_as
        return cls(asked, position if asked.entity.name == "person" else None)


class Ask(NamedTuple):
    """A fact that the subject or its household can be asked for directly."""

    fact: Fact
    personal: bool
    alone: bool
    """Whether one answer may settle the verdict at once."""


@dataclass(frozen=True, eq=False)
class Decision:
    """The outcome of one vector of readings, in the terms of the policy."""

    policy: Policy
    form: Form
    truths: tuple[Truth, ...]
    """Of each leaf, in the order of the form."""
    outcome: Outcome
    verdict: Verdict
    conditions: tuple[Condition, ...]
    """The conditions that share the verdict."""
    asks: tuple[Ask, ...]
    deeper: tuple[Leaf, ...]
    """Open leaves whose missing facts depend on the household."""
    waiting: tuple[Leaf, ...]
    """Leaves that wait for a figure."""
    amount_facts: tuple[Fact, ...]
    """For an award: the facts that its amount depends on."""
    closed: bool
    """Whether nothing can be asked that would change it."""

    def questions(self, position: int | None, scope: Callable[[], Scope]) -> Iterator[Question]:
        """Yield what to ask; *position* is the subject's, or None for a household."""
        for ask in self.asks:
            yield Question(ask.fact, position if ask.personal else None)
        for leaf in self.deeper:
            yield from _deeper(leaf, scope(), position)

    def figures(self, scope: Scope) -> Iterator[Figure]:
        """Yield the figures that the verdict waits for."""
        for leaf in self.waiting:
            for item in missing(leaf, scope):
                if isinstance(item, Figure):
                    yield item


def _deeper(leaf: Leaf, scope: Scope, position: int | None) -> Iterator[Question]:
    if isinstance(leaf, AnyMember | EveryMember):
        form = take_apart(leaf.test)
        for number, member in enumerate(scope.members):
            seen = scope.of(member)
            outcome = decide(form, readings(form, seen))
            for i in outcome.open:
                inner = form.leaves[i]
                fact = single_fact(inner)
                if fact is not None:
                    yield Question.about(fact, number)
                else:
                    yield from _deeper(inner, seen, number)
        return
    for item in missing(leaf, scope):
        if isinstance(item, Fact):
            yield Question.about(item, position)


def readings(form: Form, scope: Scope) -> list[int]:
    """Return one reading per leaf, by the reference reader."""
    return [read(leaf, scope) for leaf in form.leaves]


def make(policy: Policy, form: Form, vector: Sequence[int]) -> Decision:
    """Return what *vector*, one reading per leaf, means for *policy*."""
    outcome = decide(form, vector)
    amount = policy.entitlement.quantity
    truths: list[Truth] = [None if reading > 1 else reading == 1 for reading in vector]
    asks: dict[Fact, Ask] = {}
    deeper: list[Leaf] = []
    for i in outcome.open:
        fact = single_fact(form.leaves[i])
        if fact is None:
            deeper.append(form.leaves[i])
        else:
            asked = fact.asked_as
            asks[asked] = Ask(asked, asked.entity.name == "person", i in outcome.alone)
    amount_facts = () if amount is None or not outcome.truth else facts_of(amount)
    return Decision(
        policy,
        form,
        tuple(truths),
        outcome,
        Verdict.of(outcome.truth),
        tuple(
            part
            for part in policy.eligible.parts
            if isinstance(part, Condition) and truth_of(part, form, truths) is outcome.truth
        ),
        tuple(asks.values()),
        tuple(deeper),
        tuple(form.leaves[i] for i in outcome.waiting),
        amount_facts,
        closed=not (asks or deeper or amount_facts),
    )
