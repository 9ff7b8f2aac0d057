"""`policies`: the list, the cards, the plan sentence by sentence."""

import json
import re
from datetime import date

import pytest
from rich.cells import cell_len

from app.answering.cards import card, summary
from app.screening import Screener
from policies import POLICIES
from policies.coverage import coverage
from tests.command_line import plain, refused, shown

SCREENER = Screener(POLICIES)


@pytest.mark.parametrize("width", [50, 80, 130, 160])
def test_the_list_keeps_to_the_terminal(width):
    listed = shown("policies", width=width)
    assert max(map(cell_len, listed.splitlines())) <= width
    assert f"共{len(POLICIES)}项" in listed


@pytest.mark.parametrize("width", [50, 250])
def test_the_list_names_every_policy(width):
    listed = plain(shown("policies", width=width))
    for policy in POLICIES:
        assert policy.title in listed
        assert policy.code in listed


def test_the_list_as_json_is_that_of_the_api():
    day = date(2026, 11, 23)
    listed = json.loads(shown("policies", "--json", "--as-of", day))
    assert listed == json.loads(
        json.dumps({"as_of": str(day), "policies": [summary(policy, day) for policy in POLICIES]})
    )


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.code)
def test_a_card_says_everything(policy):
    day = date(2026, 11, 23)
    whole = card(policy, day, SCREENER)
    assert json.loads(shown("policies", policy.code, "--json", "--as-of", day)) == json.loads(json.dumps(whole))
    for width in (40, 80, 120):
        page = shown("policies", policy.code, "--as-of", day, width=width)
        assert max(map(cell_len, page.splitlines())) <= width
    page = plain(shown("policies", policy.code, "--as-of", day, width=50))
    said = [whole["title"], whole["clause"]["quote"], whole["next"]["where"], whole["amount"]["form"]]
    said += [*whole["next"]["steps"], *whole["next"]["materials"], *whole["notes"]]
    said += [conflict["text"] for conflict in whole["conflicts"]]
    said += [alias for group in whole["groups"] for alias in group["aliases"]]
    said += [unit["name_in_source"] for unit in (*whole["lead_units"], *whole["cooperating_units"])]
    said += [figure["label"] for figure in whole["figures"]]
    said += [value["text"] for figure in whole["figures"] for value in figure["values"]]
    assert [words for words in said if plain(words) not in page] == []


def test_a_condition_stands_beside_its_paraphrase_and_its_clause():
    page = shown("policies", "longevity-allowance", width=160)
    assert re.search(r"年满80周岁 .*《关于加强基层基本公共服务功能建设的实施方案》", page)
    assert "＝年龄≥80周岁" in page
    assert "政策在施行期内" not in page


def test_a_figure_shows_its_values_its_source_and_who_must_supply_it():
    dated = plain(shown("policies", "disability-living-allowance", width=50))
    assert "2016-01-01800元/年" in dated
    assert "2023-01-01不低于80元/月（现行）" in dated
    assert "来源等级B（见到转载全文）" in dated
    assert "待区民政局提供" in plain(shown("policies", "longevity-allowance", width=50))


def test_a_unit_bears_both_its_names():
    assert "区乡村振兴局（方案称区扶贫办）、区财政局" in plain(shown("policies", "dibao"))


def test_a_conflict_is_told_on_both_sides():
    for one, other in (("dibao", "tekun-support"), ("tekun-support", "dibao")):
        assert other in shown("policies", one, width=160)


def test_codes_are_taken_as_people_type_them():
    for typed in ("LONGEVITY_ALLOWANCE", "80周岁以上高龄津贴"):
        assert shown("policies", typed) == shown("policies", "longevity-allowance")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("diba", "dibao"), ("低保", "dibao"), ("高龄津贴", "longevity-allowance"), ("longevity", "longevity-allowance")],
)
def test_an_unknown_code_leads_to_the_nearest(typed, meant):
    assert meant in refused("policies", typed)


def test_a_code_like_none_leads_to_the_list():
    assert "python3 -m app policies" in refused("policies", "zzzzzz")


def test_the_plan_is_walked_sentence_by_sentence():
    sentences = coverage(POLICIES)
    page = plain(shown("policies", "--coverage"))
    place = 0
    for covered in sentences:
        place = page.index(plain(covered.sentence), place)
        for policy in covered.policies:
            assert policy.code in page[place:]
        assert plain(covered.reason) in page[place:]
    assert "没有着落的0句" in page


def test_the_walk_as_json_leaves_nothing_without_a_policy_or_a_reason():
    listed = json.loads(shown("policies", "--coverage", "--json"))
    assert [covered["sentence"] for covered in listed] == [covered.sentence for covered in coverage(POLICIES)]
    assert all(covered["policies"] or covered["reason"] for covered in listed)
