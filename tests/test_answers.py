"""The answer's wire form."""

import json
import random
from datetime import date

import pytest

from app.answering.answers import Answers, brief_of
from app.answering.results import describe
from app.intake.door import Submission
from app.screening import Screener
from policies import POLICIES
from tests.strategies import DAYS, random_profile

SCREENER = Screener(POLICIES)
DAY = date(2026, 11, 23)


def submission(profile, day=DAY, only=None):
    return Submission(profile, day, only, False, (), {})


def answer(profile, day=DAY, only=None, *, answers=None, brief=False):
    rendered = (answers or Answers(SCREENER, "test")).render(submission(profile, day, only), id=None, brief=brief)
    return json.loads(rendered)


@pytest.mark.parametrize("seed", range(30))
def test_a_result_put_together_from_kept_pieces_is_the_result_described_afresh(seed):
    chance = random.Random(seed)
    answers = Answers(SCREENER, "test")
    for _ in range(20):
        profile, day = random_profile(chance), chance.choice(DAYS)
        screening = SCREENER.screen(profile, day)
        expected = []
        for result in screening.results:
            described = describe(screening, result)
            if result.position is None:
                described["subject"] = {"kind": "household"}
            else:
                reference = profile.references[result.position]
                described["subject"] = {"kind": "member", "reference": reference, "position": result.position}
            for item, question in zip(described["missing_facts"], screening.asks(result), strict=True):
                item["member"] = None if question.member is None else profile.references[question.member]
            expected.append(described)
        assert answer(profile, day, answers=answers)["results"] == json.loads(json.dumps(expected))


@pytest.mark.parametrize("seed", range(10))
def test_the_brief_form_is_the_same_asked_for_or_cut_from_the_full_one(seed):
    profile = random_profile(random.Random(seed))
    answers = Answers(SCREENER, "test")
    full = answers.render(submission(profile), id="x")
    assert brief_of(full) == answers.render(submission(profile), id="x", brief=True)


def test_the_brief_form_leaves_out_ineligible_results():
    brief = answer(random_profile(random.Random(1)), brief=True)
    assert {result["verdict"] for result in brief["results"]} <= {"eligible", "undetermined"}


def test_results_come_eligible_first_and_household_before_members():
    results = answer(random_profile(random.Random(2)))["results"]
    order = ["eligible", "undetermined", "ineligible"]
    places = [(order.index(r["verdict"]), r["subject"].get("position", -1)) for r in results]
    assert places == sorted(places)


def test_every_policy_answers_for_its_every_subject():
    profile = random_profile(random.Random(3))
    results = answer(profile)["results"]
    of_household = sum(policy.subject.name == "household" for policy in POLICIES)
    of_person = len(POLICIES) - of_household
    assert len(results) == of_household + of_person * len(profile.members)


def test_a_filter_answers_for_the_policies_named_and_changes_none_of_them():
    profile = random_profile(random.Random(4))
    only = frozenset({"dibao", "preschool-aid"})
    everything = answer(profile)["results"]
    assert answer(profile, only=only)["results"] == [r for r in everything if r["policy"] in only]


def test_questions_are_ranked_by_the_undetermined_results_they_bear_on():
    found = answer(random_profile(random.Random(5), holes=0.6))
    undetermined = [r for r in found["results"] if r["verdict"] == "undetermined"]

    def weight(question):
        return sum(
            any(m["fact"] == question["fact"] and m["member"] == question["member"] for m in r["missing_facts"])
            for r in undetermined
        )

    weights = [weight(question) for question in found["questions"]]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 1


def test_the_fingerprint_changes_with_a_figure_and_not_with_the_order_of_loading():
    from dataclasses import replace

    changed = [replace(POLICIES[0], title="另一个名称"), *POLICIES[1:]]
    assert Answers(Screener(changed), "test").policy_set != Answers(SCREENER, "test").policy_set
    assert Answers(Screener(POLICIES), "test").policy_set == Answers(SCREENER, "test").policy_set
