"""Laws that every screening obeys, whatever the policies say."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.decision import Question
from app.rules.evaluate import Scope, evaluate
from app.rules.expressions import When
from app.rules.horizon import horizon
from app.rules.policy import Verdict
from app.screening import Profile, Screener
from policies import POLICIES
from tests.strategies import DAYS, HOUSEHOLD_FACTS, PERSON_FACTS, answers, answers_beside, profiles, random_profile

SCREENER = Screener(POLICIES)
TODAY = DAYS[-1]


def verdicts(profile, day=TODAY):
    return {(r.policy.code, r.position): r.verdict for r in SCREENER.screen(profile, day).results}


def learned(profile, question, value):
    """Return *profile* with one fact answered."""
    if question.member is None:
        return replace(profile, facts={**profile.facts, question.fact.key: value})
    members = list(profile.members)
    members[question.member] = {**members[question.member], question.fact.key: value}
    return replace(profile, members=tuple(members))


def unknown(profile):
    """Yield every fact that could be asked for."""
    for fact in HOUSEHOLD_FACTS:
        if profile.facts[fact.key] is None:
            yield Question(fact, None)
    for position, member in enumerate(profile.members):
        for fact in PERSON_FACTS:
            if member[fact.key] is None and fact.asked_as is fact:
                yield Question(fact, position)


def filled(profile, chance, holes):
    """Return *profile* with some of its holes filled."""
    for question in unknown(profile):
        if question.fact.key == "birth_date" and profile.members[question.member]["age"] is not None:
            continue
        if chance.random() >= holes:
            profile = learned(profile, question, chance.choice(answers(question.fact)))
    return profile


def settled(found):
    return {key: verdict for key, verdict in found.items() if verdict is not Verdict.UNDETERMINED}


def test_learning_a_fact_never_reverses_a_settled_verdict():
    """On ten thousand random households with holes, each learned of in part or in full."""
    chance = random.Random(2018)
    for _ in range(10_000):
        profile, day = random_profile(chance, chance.choice((0.1, 0.3, 0.6)), most=4), chance.choice(DAYS)
        before = settled(verdicts(profile, day))
        after = verdicts(filled(profile, chance, chance.choice((0, 0.5))), day)
        assert {key: after[key] for key in before} == before


@given(profile=profiles, day=st.sampled_from(DAYS))
def test_an_undetermined_result_names_a_fact_or_a_figure(profile, day):
    screening = SCREENER.screen(profile, day)
    for result in screening.results:
        if result.verdict is Verdict.UNDETERMINED:
            assert screening.asks(result) or screening.figures(result), result.policy.code


def truth(screening, result, profile):
    person = None if result.position is None else profile.members[result.position]
    return evaluate(result.policy.eligible, Scope(screening.day, profile.facts, profile.members, person))


def matters(screening, result, question, chance):
    """Whether some answer settles the result, with some answers to the other listed questions.

    The others are answered one by one, each so that the question is still listed; in the end
    it alone is open, and the plain interpreter says whether an answer to it settles the result.
    """
    seen = screening.profile
    while others := [other for other in asked_for(screening.day, result, seen) if other != question]:
        other = chance.choice(others)
        choices = [learned(seen, other, value) for value in answers_beside(other.fact, seen)]
        chance.shuffle(choices)
        still = (choice for choice in choices if question in asked_for(screening.day, result, choice))
        if (seen := next(still, None)) is None:
            return False
    settled = [
        truth(screening, result, learned(seen, question, value)) for value in answers_beside(question.fact, seen)
    ]
    return truth(screening, result, seen) is None and any(value is not None for value in settled)


def asked_for(day, result, profile):
    """Return what the same policy asks of the same subject in another state of knowledge."""
    screening = SCREENER.screen(profile, day, {result.policy.code})
    same = next(r for r in screening.results if r.position == result.position)
    return screening.asks(same) if same.verdict is Verdict.UNDETERMINED else []


@pytest.mark.parametrize("seed", range(40))
def test_every_question_can_change_the_result_that_lists_it(seed):
    chance = random.Random(seed)
    profile = random_profile(chance, chance.choice((0.1, 0.3, 0.7)), most=3)
    screening = SCREENER.screen(profile, chance.choice(DAYS))
    for result in screening.results:
        if result.verdict is Verdict.UNDETERMINED:
            for question in screening.asks(result):
                assert matters(screening, result, question, chance), (result.policy.code, question)


@given(profile=profiles, day=st.sampled_from(DAYS), seed=st.integers(0, 2**32))
def test_no_fact_that_is_not_asked_for_changes_a_result(profile, day, seed):
    chance = random.Random(seed)
    screening = SCREENER.screen(profile, day)
    listed = {asked.question for asked in screening.questions}
    idle = [question for question in unknown(profile) if question not in listed]
    for question in idle:
        if question.fact.key == "birth_date" and profile.members[question.member]["age"] is not None:
            continue
        profile = learned(profile, question, chance.choice(answers(question.fact)))
    assert verdicts(profile, day) == {(r.policy.code, r.position): r.verdict for r in screening.results}


@given(profile=profiles, day=st.sampled_from(DAYS), seed=st.integers(0, 2**32))
def test_no_fact_unlisted_by_a_result_settles_it(profile, day, seed):
    """Also when other facts are learned meanwhile: what was not asked for alone stays idle."""
    chance = random.Random(seed)
    screening = SCREENER.screen(profile, day)
    for result in screening.results:
        if result.verdict is not Verdict.UNDETERMINED:
            continue
        listed = set(screening.asks(result))
        others = [q for q in unknown(profile) if q in listed]
        seen = profile
        for question in others:
            if chance.random() < 0.5:
                seen = learned(seen, question, chance.choice(answers(question.fact)))
        settled = truth(screening, result, seen)
        for question in unknown(profile):
            known = question.fact.key == "birth_date" and profile.members[question.member]["age"] is not None
            if question not in listed and not known and chance.random() < 0.3:
                more = learned(seen, question, chance.choice(answers(question.fact)))
                assert truth(screening, result, more) is settled, (result.policy.code, question)


@given(profile=profiles, day=st.sampled_from(DAYS), seed=st.integers(0, 2**32))
def test_answering_the_first_question_again_and_again_ends(profile, day, seed):
    chance = random.Random(seed)
    rounds = 0
    while questions := SCREENER.screen(profile, day).questions:
        profile = learned(profile, questions[0].question, chance.choice(answers(questions[0].question.fact)))
        rounds += 1
        assert rounds <= len(HOUSEHOLD_FACTS) + len(PERSON_FACTS) * len(profile.members)


@given(profile=profiles, day=st.sampled_from(DAYS), seed=st.integers(0, 2**32))
def test_the_order_of_members_changes_nothing(profile, day, seed):
    order = list(range(len(profile.members)))
    random.Random(seed).shuffle(order)
    shuffled = replace(profile, members=tuple(profile.members[i] for i in order))
    expected = verdicts(profile, day)
    for (code, position), verdict in verdicts(shuffled, day).items():
        assert verdict is expected[code, None if position is None else order[position]]


STRANGER = {fact.key: None for fact in PERSON_FACTS} | {
    "age": 30,
    "tekun": "none",
    "single_dibao": False,
    "disability_category": "none",
    "disability_grade": "none",
    "stable_migrant_worker": False,
    "new_employee_without_home": False,
}


@given(profile=profiles, day=st.sampled_from(DAYS))
def test_an_unrelated_member_changes_nothing_for_the_others(profile, day):
    larger = Profile(profile.facts, (*profile.members, STRANGER), (*profile.references, "客"))
    before, after = verdicts(profile, day), verdicts(larger, day)
    assert {key: after[key] for key in before if key[1] is not None} == {
        key: verdict for key, verdict in before.items() if key[1] is not None
    }


@pytest.mark.parametrize("seed", range(12))
def test_changes_on_is_what_a_scan_of_every_day_finds(seed):
    chance = random.Random(seed)
    profile = random_profile(chance, 0.2, most=2)
    day = chance.choice(DAYS)
    screening = SCREENER.screen(profile, day)
    expected = {}
    scanned = day
    while scanned < horizon(day):
        scanned += timedelta(days=1)
        for result in SCREENER.screen(profile, scanned).results:
            key = result.policy.code, result.position
            if key not in expected and result.verdict is not next(
                r.verdict for r in screening.results if (r.policy.code, r.position) == key
            ):
                expected[key] = (scanned, result.verdict)
    found = {(r.policy.code, r.position): screening.changes_on(r) for r in screening.results}
    assert {key: change for key, change in found.items() if change is not None} == expected


def test_facts_that_are_dates_are_the_only_ones_reckoned_from():
    assert [fact.key for fact in PERSON_FACTS if isinstance(fact, When)] == ["birth_date"]
