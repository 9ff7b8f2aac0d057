"""The page's rules give the service's answers: whole answers, refusals, and every vector of every policy."""

import json
import random
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app import __version__
from app.answering.answers import Answers
from app.intake.door import RejectedError, Submission, read_document
from app.rulepack import rulepack
from app.rules.outcome import decide, truth_of
from app.screening import Profile, Screener
from policies import POLICIES
from tests.batch.registers import checked, people
from tests.conftest import IN_CI
from tests.strategies import DAYS, random_profile
from tests.test_readers import READER, vectors
from tests.web.node import run

TODAY = date(2026, 11, 23)
HOME = "341103"
CODES = [policy.code for policy in POLICIES]
HOUSEHOLDS = 2000 if IN_CI else 300
"""`python -m tests.web.parity` compares as many as it is told to."""

Wire = dict[str, Any]


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(Screener(POLICIES), __version__)


@pytest.fixture(scope="module")
def pack(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(answers, tmp_path_factory.mktemp("pack"))


def write_pack(answers: Answers, folder: Path) -> Path:
    """Write the rule pack as the service would send it."""
    path = folder / "pack.json"
    made = rulepack(answers.screener, policy_set=answers.policy_set, release=__version__, region=HOME)
    path.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    return path


# ── whole answers ──


def written(facts: Wire) -> Wire:
    return {key: str(value) if isinstance(value, date) else value for key, value in facts.items() if value is not None}


def request(profile: Profile, day: date, only: list[str] | None) -> Wire:
    said = {
        "reference": profile.reference,
        "references": profile.references,
        "household": written(profile.facts),
        "members": [written(member) for member in profile.members],
        "warnings": [],
    }
    return {"ask": "screen", "profile": said, "day": str(day), "only": only}


def screenings(count: int, seed: int = 1) -> Iterator[tuple[Profile, date, list[str] | None]]:
    """Yield random households with holes, each on some day, some of them asking for a few policies only."""
    chance = random.Random(seed)
    for _ in range(count):
        profile = random_profile(chance, holes=chance.choice((0.05, 0.25, 0.6)))
        yield profile, chance.choice(DAYS), chance.choice((None, None, None, chance.sample(CODES, 6)))


def differences(answers: Answers, pack: Path, count: int, seed: int = 1) -> int:
    """Return how many of so many random households the two answer differently."""
    asked = list(screenings(count, seed))
    found = run("rules.mjs", pack, [request(*one) for one in asked])
    differ = 0
    for (profile, day, only), answer in zip(asked, found, strict=True):
        submission = Submission(profile, day, None if only is None else frozenset(only), False, (), {})
        differ += json.loads(answers.render(submission, id=None)) != answer
    return differ


def test_random_households_get_the_answer_of_the_service_word_for_word(answers: Answers, pack: Path) -> None:
    assert differences(answers, pack, HOUSEHOLDS) == 0


# ── the door ──

SLIPS: list[tuple[str, Any]] = [
    ("id_number", "34110319990229001X"),
    ("id_number", "341103193801010013"),
    ("id_number", " ３４１１０３１９３８０１０１００１３"),
    ("id_number", "123"),
    ("id_number", "3.41E+17"),
    ("id_number", "341103380101001"),
    ("id_number", checked("99010119900101001")),
    ("id_number", checked("66010119900101001")),
    ("disability_certificate", "34110319380101001342"),
    ("disability_certificate", "341103193801010013"),
    ("disability_certificate", "34110319380101001392"),
    ("disability_certificate", "34110319380101001349"),
    ("disability_certificate", "34110319380101001342B0"),
    ("disability_certificate", "34110319380101001342b2"),
    ("age", 30),
    ("age", 200),
    ("birth_date", "2025-02-29"),
    ("birth_date", "2030-01-01"),
    ("birth_date", "1850-01-01"),
    ("reference", "1"),
    ("reference", " "),
    ("reference", "13812345678"),
    ("reference", "341103193801010013"),
    ("reference", "a\nb"),
    ("reference", "长" * 65),
    ("disability_grade", "none"),
    ("disability_grade", "2"),
    ("disability_category", "none"),
    ("pension_years", 15.5),
    ("pension_years", 61),
    ("sex", "male"),
]
HOUSEHOLD_SLIPS: list[tuple[str, Any]] = [
    ("region_code", "341103100201"),
    ("region_code", "341103999"),
    ("region_code", "34"),
    ("region_code", "341171"),
    ("region_code", "340000000000"),
    ("region_code", "341103000000"),
    ("region_code", "0123"),
    ("region_code", "３４１１０３"),
    ("local", True),
    ("local", False),
    ("income_per_capita", 100.005),
    ("income_per_capita", 100.55),
    ("income_per_capita", 2e9),
    ("income_per_capita", -1),
    ("medical_expense", 0.1),
    ("reference", "13812345678"),
]


def households(count: int) -> Iterator[Wire]:
    """Yield invented households in the wire's form, many of them with slips."""
    chance = random.Random(count)
    for household in people(count, seed=3):
        for member in household["members"]:
            del member["name"], member["relation"]
            while chance.random() < 0.25:
                key, value = chance.choice(SLIPS)
                member[key] = value
        while chance.random() < 0.3:
            key, value = chance.choice(HOUSEHOLD_SLIPS)
            household[key] = value
        day = chance.choice(["2017-01-01", "2022-07-01", "2040-01-01", *[str(TODAY)] * 9])
        yield {"ask": "door", "day": day, "today": str(TODAY), "household": household}


def test_what_is_typed_in_is_refused_and_read_as_at_the_service(answers: Answers, pack: Path) -> None:
    asked = list(households(2 * HOUSEHOLDS))
    refused = 0
    for sent, answer in zip(asked, run("rules.mjs", pack, asked), strict=True):
        document = {"as_of": sent["day"], "store": False, "household": sent["household"]}
        faults: list[Wire] = []
        try:
            submission = read_document(document, today=TODAY, home=HOME, codes=CODES)
        except RejectedError as error:
            faults = [fault._asdict() for fault in error.errors]
        refused += bool(faults)
        assert answer == ({"faults": faults} if faults else json.loads(answers.render(submission, id=None)))
    assert len(asked) / 4 < refused < len(asked) * 3 / 4, "both sides are to be seen"


# ── every vector ──

digits = partial(map, str)


def test_every_vector_of_readings_means_the_same_to_the_page(pack: Path) -> None:
    for policy in POLICIES:
        form = READER.forms[policy]
        listed = [tuple(map(int, vector)) for vector in vectors(len(form.leaves))]
        some = listed[:: 1 if len(form.leaves) <= 5 else 101]
        said, outcomes = run(
            "rules.mjs",
            pack,
            [
                {"ask": ask, "policy": policy.code, "vectors": ["".join(digits(vector)) for vector in chosen]}
                for ask, chosen in (("truths", listed), ("outcomes", some))
            ],
        )
        truths = [[None if reading > 1 else reading == 1 for reading in vector] for vector in listed]
        found = (truth_of(policy.eligible, form, vector) for vector in truths)
        assert said == "".join("2" if truth is None else str(int(truth)) for truth in found), policy.code
        for vector, outcome in zip(some, outcomes, strict=True):
            expected = decide(form, vector)
            assert outcome == {
                "truth": expected.truth,
                "deciding": sorted(expected.deciding),
                "open": list(expected.open),
                "waiting": list(expected.waiting),
                "alone": sorted(expected.alone),
            }, policy.code
