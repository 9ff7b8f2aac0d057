"""Households drawn from the data dictionary, with holes.  A new fact joins by itself."""

import random
from datetime import date
from typing import Any

from hypothesis import strategies as st

from app.rules.expressions import Amount, Choice, Entity, Fact, When, YesNo, vocabulary
from app.screening import Profile
from policies.facts import Household, Person

HOUSEHOLD_FACTS = vocabulary(Household)
PERSON_FACTS = vocabulary(Person)

DAYS = (
    date(2018, 1, 1),
    date(2018, 11, 18),
    date(2018, 11, 19),
    date(2020, 2, 29),
    date(2021, 7, 1),
    date(2022, 6, 30),
    date(2022, 7, 1),
    date(2022, 12, 31),
    date(2023, 1, 1),
    date(2026, 11, 23),
)
AMOUNTS = {
    "元/年": (0, 100, 500_000, 860_399, 860_400, 872_399, 872_400, 3_000_000),
    "元": (0, 1, 100_000, 1_720_800, 9_999_999),
    "年": (0, 14, 15, 16, 40),
    "周岁": (0, 1, 5, 6, 15, 16, 17, 18, 59, 60, 61, 79, 80, 89, 90, 99, 100, 110),
}
"""Answers around the thresholds, in exact units."""

BETWEEN_STANDARDS, ABOVE_STANDARDS = 866_400, 1_000_000
"""A year's income between the rural and the urban dibao standard, and above both, in exact units."""


def answers(fact: Fact) -> list[Any]:
    """Return answers to *fact* that between them can turn every rule."""
    match fact:
        case YesNo():
            return [True, False]
        case Choice():
            return [str(option) for option in fact.options]
        case Amount():
            return list(AMOUNTS[fact.unit])
        case When():
            return [
                date(year, month, day)
                for year in (1925, 1946, 1966, 2008, 2017)
                for month, day in ((2, 28), (11, 23), (11, 24))
            ]
        case _:
            raise AssertionError(fact)


def answers_beside(fact: Fact, profile: Profile) -> list[Any]:
    """Return answers to *fact*, and those that turn a rule which reckons with it and another fact of *profile*."""
    found, members = answers(fact), len(profile.members)
    income, expense = profile.facts["income_per_capita"], profile.facts["medical_expense"]
    if fact is Household.income_per_capita and expense is not None:
        found += [BETWEEN_STANDARDS + expense // members, ABOVE_STANDARDS + expense]
    if fact is Household.medical_expense and income is not None:
        found.append(max(0, income - BETWEEN_STANDARDS) * members)
    return found


def random_facts(entity: type[Entity], chance: random.Random, holes: float) -> dict[str, Any]:
    facts = {fact.key: None if chance.random() < holes else chance.choice(answers(fact)) for fact in vocabulary(entity)}
    if facts.get("birth_date") is not None:
        facts["age"] = None  # one source of the age, as behind the door
    return facts


def random_profile(chance: random.Random, holes: float = 0.25, most: int = 5) -> Profile:
    """Return a random household; about *holes* of its facts are unknown."""
    members = tuple(random_facts(Person, chance, holes) for _ in range(chance.randint(1, most)))
    references = tuple(str(number) for number in range(1, len(members) + 1))
    return Profile(random_facts(Household, chance, holes), members, references)


profiles = st.builds(
    random_profile,
    st.integers(0, 2**32).map(random.Random),
    st.sampled_from((0.05, 0.25, 0.6)),
)
