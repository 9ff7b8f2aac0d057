"""Invented households of a village, the same on every run, as a phone would send them.

Generations, schooling, work and poverty go together as they do in a village, and about
a tenth of what could be said is left out.  A new fact joins by itself, answered "no"
almost everywhere.
"""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from app.rules.expressions import Amount, Choice, Entity, When, YesNo, vocabulary
from policies.facts import Household, Person

DAY = date(2026, 11, 23)
HOLES = 0.1
SIZES = {1: 18, 2: 30, 3: 20, 4: 14, 5: 10, 6: 6, 7: 2}
"""Households of so many members, in a hundred."""
VILLAGES = ("341103100201", "341103103204", "341103106", "341103")
YES = {
    "rural": 0.93,
    "hardship_certified": 0.06,
    "assets_within_limit": 0.8,
    "cannot_self_build": 0.05,
    "resident_medical_insurance": 0.94,
    "critical_illness": 0.03,
    "emergency_unpaid": 0.002,
}
"""The share of yes where it depends on little else; of any other fact it is `SELDOM`."""
SELDOM = 0.02

Wire = dict[str, Any]


def households(count: int, size: int | None = None, seed: int = 11643) -> Iterator[Wire]:
    """Yield so many households in the wire form, of *size* members where it is given."""
    chance = random.Random(f"{seed}-{size}")
    for number in range(1, count + 1):
        yield _household(chance, number, size or _weighted(chance, SIZES))


def body(household: Wire) -> bytes:
    """Return the request that screens *household* and keeps nothing."""
    request = {"as_of": str(DAY), "store": False, "household": household}
    return json.dumps(request, ensure_ascii=False, separators=(",", ":")).encode()


def _household(chance: random.Random, number: int, size: int) -> Wire:
    poor = chance.random() < 0.2
    facts = _others(Household, chance)
    if poor:
        facts["assistance"] = _weighted(chance, {"dibao": 45, "marginal": 15, "low_income": 15, "none": 25})
        facts["poverty_registration"] = _weighted(chance, {"lifted": 50, "monitored": 10, "none": 40})
    facts["income_per_capita"] = round(chance.uniform(3_000, 11_000) if poor else chance.uniform(9_000, 35_000))
    facts["medical_expense"] = round(chance.expovariate(1 / 4_000), 2)
    facts["dwelling_grade"] = _weighted(chance, {"A": 60, "B": 33, "C": 4, "D": 2, "none": 1})
    if chance.random() < 0.95:
        del facts["local"]
        facts["region_code"] = chance.choice(VILLAGES)
    members = [
        {"reference": str(place), **_with_holes(_person(chance, age, poor), chance)}
        for place, age in enumerate(_ages(chance, size), start=1)
    ]
    return {"reference": f"H-{number}", **_with_holes(facts, chance), "members": members}


def _ages(chance: random.Random, size: int) -> list[int]:
    """Return the ages of a household: the old first, then the couple, then the children."""
    parents = chance.randint(27, 52)
    elder = min(parents + chance.randint(21, 32), 101)
    couple = [parents, max(parents - chance.randint(-2, 5), 20)]
    elders = [elder, max(elder - chance.randint(-3, 6), 48)]
    if size == 1:
        return [chance.choice((elder, elder, elder, parents))]
    if size == 2:
        return chance.choice((elders, elders, couple, [elder, chance.randint(3, 15)]))
    older = {3: 0, 4: chance.choice((0, 0, 1)), 5: chance.choice((1, 2)), 6: 2, 7: 2}.get(size, 2)
    children = [max(parents - chance.randint(21, 30) - 3 * child, 0) for child in range(size - 2 - older)]
    return [*elders[:older], *couple, *children]


def _person(chance: random.Random, age: int, poor: bool) -> Wire:
    facts = _others(Person, chance)
    born = DAY - timedelta(days=age * 365.25 + chance.randint(1, 364))
    facts["birth_date"], facts["age"] = str(born), age
    del facts["age" if chance.random() < 0.93 else "birth_date"]
    facts["sex"] = chance.choice(("male", "female"))
    facts |= _body(chance, age) | _school_and_work(chance, age)
    facts["boarding"] = facts["schooling"] not in ("none", "preschool") and chance.random() < 0.3
    if poor:
        facts["single_dibao"] = chance.random() < 0.04
        facts["tekun"] = _weighted(chance, {"dispersed": 6, "institutional": 2, "none": 92})
        facts["no_income_source"] = chance.random() < 0.15
    if age < 16:
        facts["left_behind"] = chance.random() < 0.2
        facts["child_protection"] = _weighted(chance, {"orphan": 1, "unattended": 1, "difficult": 3, "none": 95})
    return facts


def _body(chance: random.Random, age: int) -> Wire:
    disabled = chance.random() < (0.12 if age >= 60 else 0.05)
    kinds = ("vision", "hearing", "physical", "physical", "intellectual", "psychiatric")
    weak = max(0, age - 65) / 60 + 0.3 * disabled
    unable = chance.random() < weak / 3
    return {
        "disability_category": chance.choice(kinds) if disabled else "none",
        "disability_grade": chance.choice("12334") if disabled else "none",
        "self_care": "unable" if unable else "partial" if chance.random() < weak else "able",
        "long_term_care": unable,
        "labour_capacity": 16 <= age < 75 and not unable and chance.random() < 0.92,
    }


def _school_and_work(chance: random.Random, age: int) -> Wire:
    school, work, employee, years = "none", "none", False, 0
    if age < 16:
        school = "none" if age < 3 else "preschool" if age < 6 else "primary" if age < 12 else "junior"
    elif age < 22 and chance.random() < 0.8:
        school = chance.choice(("senior_high", "vocational") if age < 19 else ("higher", "vocational"))
    else:
        young = {"migrant": 40, "employed": 20, "self_employed": 20, "unemployed": 5, "none": 15}
        work = _weighted(chance, young if age < 60 else {"retired": 10, "none": 90})
        employee = chance.random() < (0.2 if work in ("employed", "retired") else 0.02)
        years = min(chance.randint(0, 17), age - 16)
    return {"schooling": school, "work": work, "employee_pension": employee, "pension_years": years}


def _others(entity: type[Entity], chance: random.Random) -> Wire:
    """Return every fact of *entity* as it is for most people: no, none, nothing."""
    facts: Wire = {}
    for fact in vocabulary(entity):
        match fact:
            case YesNo():
                facts[fact.key] = chance.random() < YES.get(fact.key, SELDOM)
            case Choice():
                codes = [str(option) for option in fact.options]
                facts[fact.key] = "none" if "none" in codes else chance.choice(codes)
            case Amount():
                facts[fact.key] = 0
            case When():
                facts[fact.key] = None
    return facts


def _with_holes(facts: Wire, chance: random.Random) -> Wire:
    return {key: value for key, value in facts.items() if value is not None and chance.random() >= HOLES}


def _weighted(chance: random.Random, weights: dict[Any, int]) -> Any:
    return chance.choices(list(weights), list(weights.values()))[0]
