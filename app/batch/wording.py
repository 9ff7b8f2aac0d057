"""Outcomes in the words that go into a cell."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from app.batch.outcomes import Outcome
from app.rules.expressions import Fact, Quantity, vocabulary
from app.rules.policy import Policy, Verdict
from app.rules.quantities import Cases, Figure, Named, scale_of
from app.rules.walk import figures_of
from policies.facts import Household, Person

FACTS: Final[Mapping[str, Fact]] = {fact.key: fact for entity in (Household, Person) for fact in vocabulary(entity)}
NO_AMOUNT: Final = "文件未定金额"


def plain_number(amount: Decimal) -> str:
    """Return an amount without idle zeros: 200.00 is 200."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount_words(outcome: Outcome, day: date) -> str:
    """Return the amount of an award in words, as a single screening gives it."""
    policy = outcome.policy
    if policy.entitlement.quantity is None:
        return NO_AMOUNT
    if outcome.amount is not None:
        unit = outcome.amount_unit or ""
        least = (outcome.amount, unit) in minima(policy, day)
        return f"{'不低于' if least else ''}{plain_number(outcome.amount)}{unit}"
    if outcome.verdict is Verdict.ELIGIBLE and outcome.missing_facts:
        return f"金额待核实{'、'.join(FACTS[key].label for key in outcome.missing_facts)}后确定"
    return "金额待区定"


@lru_cache(maxsize=512)
def minima(policy: Policy, day: date) -> frozenset[tuple[Decimal, str]]:
    """Return the amounts of *policy* on *day* that the source states as the least to be paid."""
    quantity = policy.entitlement.quantity
    found = set()
    for figure in [] if quantity is None else _stated(quantity):
        value = figure.on(day)
        if value is not None and value.minimum:
            found.add((Decimal(value.exact) / scale_of(value.unit), value.unit))
    return frozenset(found)


def _stated(quantity: Quantity) -> Iterator[Figure]:
    """Yield the figures that are amounts themselves, not parts of one that is reckoned."""
    match quantity:
        case Figure():
            yield quantity
        case Named(_, _, inner):
            yield from _stated(inner)
        case Cases(branches, otherwise):
            for _, branch in branches:
                yield from _stated(branch)
            if otherwise is not None:
                yield from _stated(otherwise)
        case _:
            return


def open_points(outcome: Outcome) -> str:
    """Return what an outcome waits for: facts to ask, figures that the district owes."""
    facts = "、".join(_asked(outcome.policy, FACTS[key]) for key in outcome.missing_facts)
    figures = "、".join(figure_label(outcome.policy, key) for key in outcome.missing_figures)
    return "；".join(part for part in (facts, f"待区里明确{figures}" if figures else "") if part)


def figure_label(policy: Policy, key: str) -> str:
    return _figure_labels(policy)[key]


@lru_cache(maxsize=512)
def _figure_labels(policy: Policy) -> dict[str, str]:
    quantity = policy.entitlement.quantity
    figures = [*figures_of(policy.eligible), *(() if quantity is None else figures_of(quantity))]
    return {figure.key: figure.label for figure in figures}


def _asked(policy: Policy, fact: Fact) -> str:
    of_another = policy.subject.name == "household" and fact.entity.name == "person"
    return f"成员的{fact.label}" if of_another else fact.label


def reason_words(outcome: Outcome) -> str:
    """Return why: the conditions met, those that fail, or what is to be asked."""
    if outcome.verdict is Verdict.UNDETERMINED:
        return open_points(outcome)
    # That the policy is in force goes without saying, unless it is all there is to say.
    own = {condition.label for condition in outcome.policy.conditions}
    told = [reason for reason in outcome.reasons if reason in own]
    return "；".join(told or outcome.reasons)


def cell_words(outcome: Outcome, day: date) -> str:
    """Return the one cell that a row has for a policy: the verdict, and in short what matters of it."""
    word = outcome.verdict.label
    if outcome.verdict is Verdict.ELIGIBLE:
        amount = amount_words(outcome, day)
        return word if amount == NO_AMOUNT else f"{word}：{amount}"
    said = reason_words(outcome)
    return f"{word}：{said}" if said else word
