"""The fast reader against the reference: every policy, every vector, any tree."""

import random
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import Entitlement, Period, all_of, any_member, any_of, compiled, condition, every_member, not_
from app.rules.compiled import FastReader
from app.rules.decision import readings
from app.rules.evaluate import Reading, Scope, evaluate
from app.rules.expressions import AllOf, AnyOf, Condition, Group, Not
from app.rules.form import take_apart
from app.rules.kleene import all_true, any_true, negate
from app.rules.outcome import decide
from policies import POLICIES
from policies.facts import Assistance, Household, Person, Schooling, Tekun
from policies.groups import DISABLED, POOR, TEKUN
from policies.social_services.dibao_standard import STANDARD_PER_YEAR
from tests.strategies import DAYS, profiles, random_profile

READER = FastReader(POLICIES)
each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)


def agree(reader, profile, day):
    """Assert that both readers find the same outcome for every policy and subject."""
    whole, each = reader.read(profile.facts, profile.members, day)
    views = [(whole, reader.household, Scope(day, profile.facts, profile.members))]
    for member, decisions in zip(profile.members, each, strict=True):
        views.append((decisions, reader.person, Scope(day, profile.facts, profile.members, member)))
    for decisions, policies, scope in views:
        for decision, policy in zip(decisions, policies, strict=True):
            form = reader.forms[policy]
            assert decision.outcome == decide(form, readings(form, scope)), policy.code
            assert decision.outcome.truth is evaluate(policy.eligible, scope), policy.code


@given(profile=profiles, day=st.sampled_from(DAYS))
def test_the_fast_reader_agrees_with_the_reference(profile, day):
    agree(READER, profile, day)


# ── every vector of every policy ───────────────────────────────────────────

MOST_VECTORS = 100_000


def vectors(leaves: int):
    """Yield every vector of readings, or a sample of them where there are too many."""
    if 3**leaves <= MOST_VECTORS:
        yield from product((Reading.FALSE, Reading.TRUE, Reading.OPEN), repeat=leaves)
        return
    chance = random.Random(leaves)
    for _ in range(MOST_VECTORS):
        yield tuple(chance.choice((Reading.FALSE, Reading.TRUE, Reading.OPEN)) for _ in range(leaves))


def plain_truth(rule, truths):
    """Interpret *rule* over given truths of its leaves, without anything that the readers share."""
    match rule:
        case AllOf(parts):
            return all_true([plain_truth(part, truths) for part in parts])
        case AnyOf(parts):
            return any_true([plain_truth(part, truths) for part in parts])
        case Not(part):
            return negate(plain_truth(part, truths))
        case Group(_, part) | Condition(_, part):
            return plain_truth(part, truths)
        case _:
            return truths[rule]


@each_policy
def test_every_vector_of_readings_means_the_same_to_both(policy):
    form = READER.forms[policy]
    for number, vector in enumerate(vectors(len(form.leaves))):
        truths = {leaf: reading.truth for leaf, reading in zip(form.leaves, vector, strict=True)}
        expected = plain_truth(policy.eligible, truths)
        if number % 50 == 0 or len(form.leaves) <= 5:  # deciding what to ask is slow; the truth is compared always
            assert READER.decide(policy, vector).outcome.truth is expected
        else:
            from app.rules.outcome import truth_of

            assert truth_of(policy.eligible, form, [reading.truth for reading in vector]) is expected


# ── any tree that the language can express ─────────────────────────────────

simple = st.sampled_from(
    [
        Household.rural,
        Household.assistance.is_(Assistance.DIBAO, Assistance.MARGINAL),
        Household.income_per_capita < STANDARD_PER_YEAR,
        Household.income_per_capita >= 0,
        Household.income_per_capita < 0,
        Household.income_per_capita > 0,
        Household.income_per_capita <= 0,
        Person.age >= 16,
        Person.age < 60,
        Person.schooling.is_(Schooling.NONE),
        Person.tekun.is_(Tekun.DISPERSED),
        Person.boarding,
        TEKUN,
        DISABLED,
        POOR,
    ]
)
propositions = st.recursive(
    simple,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(lambda listed: all_of(*listed)),
        st.lists(parts, min_size=1, max_size=3).map(lambda listed: any_of(*listed)),
        parts.map(not_),
        parts.map(any_member),
        parts.map(every_member),
    ),
    max_leaves=7,
)
EXAMPLE = next(policy for policy in POLICIES if policy.code == "preschool-aid")


@given(rule=propositions, profile=profiles, day=st.sampled_from(DAYS))
def test_any_tree_reads_the_same_both_ways(rule, profile, day):
    policy = replace(
        EXAMPLE,
        conditions=(condition("任意", rule, EXAMPLE.clause),),
        in_force=Period(date(2018, 1, 1)),
        entitlement=Entitlement(""),
    )
    agree(FastReader([policy]), profile, day)


def test_a_form_numbers_each_distinct_leaf_once():
    form = take_apart(all_of(Person.boarding, any_of(Person.boarding, Person.age >= 16)))
    assert form.leaves == (Person.boarding, Person.age >= 16)


def test_no_answer_depends_on_what_was_read_before():
    profile = random_profile(random.Random(7))
    first = READER.read(profile.facts, profile.members, DAYS[-1])
    for seed in range(50):
        other = random_profile(random.Random(seed))
        READER.read(other.facts, other.members, DAYS[-1])
    assert READER.read(profile.facts, profile.members, DAYS[-1]) == first


def test_what_is_remembered_is_bounded_and_forgotten_without_a_trace(monkeypatch):
    monkeypatch.setattr(compiled, "MOST_MET", 3)
    monkeypatch.setattr(compiled, "MOST_REMEMBERED", 3)
    reader = FastReader(POLICIES)
    for seed in [*range(8), *range(8)]:
        profile = random_profile(random.Random(seed))
        agree(reader, profile, DAYS[-1])
    (program,) = reader._programs.values()
    assert 0 < len(program.__globals__["met"]) <= 3
    assert all(len(reader.table(policy)) <= 3 for policy in POLICIES)


def test_two_members_answer_together_what_neither_answers_alone():
    """Somebody is 分散供养 and somebody is not 特困: an answer of one member never says both."""
    somebody = any_member(Person.tekun.is_(Tekun.DISPERSED))
    nobody = any_member(Person.tekun.is_(Tekun.NONE))
    # The last leaf waits for a figure, so only a yes to all three can settle the rule.
    rule = any_of(all_of(somebody, nobody, Person.boarding), Household.income_per_capita < STANDARD_PER_YEAR)
    vector = (Reading.OPEN, Reading.OPEN, Reading.OPEN, Reading.WAITING)
    assert decide(take_apart(rule), vector).open == (0, 1, 2)
