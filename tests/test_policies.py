"""Every policy against its worked cases, and every misreading of it."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest

from app.rules.amount import reckon
from app.rules.evaluate import evaluate
from app.rules.explain import paraphrase
from app.rules.expressions import AllOf
from app.rules.policy import Policy, Verdict
from policies import FOLDERS, POLICIES
from policies.units import SECTIONS
from tests.cases import NO, Book, scope, subject, supplied
from tests.misreadings import misreadings, same_meaning

each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)


def book_of(policy: Policy) -> Book:
    """Return the worked cases of *policy*: the module of the same name in the same folder."""
    folder = FOLDERS[SECTIONS.index(policy.section)]
    module = import_module(f"tests.cases.{folder}.{policy.code.replace('-', '_')}")
    book: Book = module.BOOK
    return book


@each_policy
def test_worked_cases_get_the_verdict_an_officer_gives(policy, subtests):
    for label, (changes, expected, *amount) in book_of(policy).cases.items():
        with subtests.test(label):
            seen = subject(policy, scope(book_of(policy), changes))
            assert Verdict.of(evaluate(supplied(policy.eligible, changes), seen)) is expected
            if amount:
                assert reckon(supplied(policy.entitlement, changes), seen).text == amount[0]


@each_policy
def test_the_base_household_qualifies(policy):
    book = book_of(policy)
    seen = subject(policy, scope(book, book.in_force_facts))
    assert evaluate(policy.eligible, seen) is True or book.first_day is not Verdict.ELIGIBLE


@each_policy
def test_a_policy_holds_from_its_first_day_and_not_before(policy):
    book = book_of(policy)
    first = subject(policy, scope(book, {**book.in_force_facts, "day": book.in_force}))
    before = replace(first, day=book.in_force - timedelta(days=1))
    assert Verdict.of(evaluate(policy.eligible, first)) is book.first_day
    assert Verdict.of(evaluate(policy.eligible, before)) is NO


@each_policy
def test_every_misreading_is_caught(policy):
    """Change one word of the rule, and at least one worked case fails."""
    book = book_of(policy)
    cases = [(case[0], subject(policy, scope(book, case[0])), case[1]) for case in book.cases.values()]
    survivors = [
        paraphrase(AllOf(tuple(part for part in rule.parts if part not in policy.eligible.parts)))
        for rule in misreadings(policy)
        if all(Verdict.of(evaluate(supplied(rule, changes), seen)) is expected for changes, seen, expected in cases)
        and not same_meaning(policy.eligible, rule)
    ]
    assert survivors == []
