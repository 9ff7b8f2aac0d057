"""Policy cards say everything that their policies do."""

from datetime import date

import pytest

from app.answering.cards import card, fact_card, figures, summary, unit_card
from app.rules.expressions import vocabulary
from app.screening import Screener
from policies import POLICIES
from policies.facts import Household, Person
from policies.units import HEALTH, UNITS

DAY = date(2026, 11, 23)
SCREENER = Screener(POLICIES)
CARDS = {policy.code: card(policy, DAY, SCREENER) for policy in POLICIES}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)
def test_a_card_names_every_condition_with_its_words_and_its_clause(policy):
    conditions = CARDS[policy.code]["conditions"]
    assert [condition["label"] for condition in conditions[:-1]] == [part.label for part in policy.conditions]
    for condition in conditions:
        assert condition["paraphrase"]
        assert condition["citation"]["document"]
        assert condition["citation"]["quote"] or condition["citation"]["gist"]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)
def test_a_list_shows_the_same_as_the_card(policy):
    shown = summary(policy, DAY)
    assert shown == {key: CARDS[policy.code][key] for key in shown}


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)
def test_a_card_tells_which_figures_are_pending_and_who_supplies_them(policy):
    shown = CARDS[policy.code]
    assert [figure["figure"] for figure in shown["figures"]] == [figure.key for figure in figures(policy)]
    for figure in shown["figures"]:
        assert figure["pending"] == (figure["current"] is None)
        assert figure["supplied_by"]["code"] in {unit.code for unit in UNITS}
        assert [value["start"] for value in figure["values"]] == sorted(value["start"] for value in figure["values"])
    assert shown["pending_figures"] == [figure["figure"] for figure in shown["figures"] if figure["pending"]]


def test_every_value_of_a_figure_is_cited_with_its_grade_and_marked_where_it_is_a_minimum():
    shown = next(f for f in CARDS["preschool-aid"]["figures"] if f["figure"] == "preschool-aid.registered")
    assert shown["current"]["text"].startswith("不低于800元/")
    assert shown["current"]["minimum"] is True
    assert shown["current"]["grade"] == "B"
    assert shown["current"]["citation"]["number"] == "皖教秘〔2017〕510号"


def test_a_figure_has_the_value_of_its_day():
    on = card(SCREENER.by_code["dibao"], date(2022, 6, 30), SCREENER)
    assert "dibao.standard-rural" in on["pending_figures"]
    assert "dibao.standard-rural" not in CARDS["dibao"]["pending_figures"]


def test_what_is_reckoned_from_another_fact_is_asked_as_that_fact():
    asked = [fact["fact"] for fact in CARDS["longevity-allowance"]["facts"]]
    assert asked == ["household.local", "person.birth_date"]


def test_a_group_is_shown_with_its_older_names():
    assert {"label": "特困人员", "aliases": ["五保户", "五保供养对象"]} in CARDS["pension-premium-subsidy"]["groups"]


def test_conflicts_are_shown_with_the_other_policys_title_and_the_clause():
    shown = next(c for c in CARDS["dibao"]["conflicts"] if c["policy"] == "tekun-support")
    assert shown["title"] == SCREENER.by_code["tekun-support"].title
    assert shown["citation"]["document"] == "社会救助暂行办法"


def test_a_policy_not_yet_in_force_says_so():
    assert summary(SCREENER.by_code["dibao"], date(2018, 11, 18))["in_force"]["now"] is False
    assert summary(SCREENER.by_code["dibao"], date(2018, 11, 19))["in_force"]["now"] is True


def test_a_unit_is_shown_under_the_name_of_the_day():
    assert unit_card(HEALTH, date(2019, 2, 27), POLICIES)["name"] == "区卫计委"
    assert unit_card(HEALTH, date(2019, 2, 28), POLICIES)["name"] == "区卫健委"


@pytest.mark.parametrize("fact", [*vocabulary(Household), *vocabulary(Person)], ids=lambda fact: fact.name)
def test_a_fact_names_the_policies_that_read_it(fact):
    named = fact_card(fact, POLICIES)["policies"]
    asking = [code for code, shown in CARDS.items() if fact.name in [asked["fact"] for asked in shown["facts"]]]
    assert set(asking) <= set(named)
    if fact.asked_as is fact:
        assert named == asking
