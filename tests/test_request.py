"""What a request may hold, as its schema says and as the door does."""

from typing import Any

import pytest

from app.intake.request import EXAMPLE, HouseholdRequest, MemberRequest, ScreeningRequest
from app.rules import Amount, Choice, When, YesNo
from app.rules.expressions import vocabulary
from policies.facts import Household, Person
from tests.sending import CODES, accepted, refused_fields, request

SCHEMA = ScreeningRequest.model_json_schema()
MODELS = {Household: HouseholdRequest, Person: MemberRequest}
FACTS = [fact for entity in MODELS for fact in vocabulary(entity)]
each_fact = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)


def documented(fact) -> dict[str, Any]:
    properties: dict[str, Any] = SCHEMA["$defs"][MODELS[fact.entity].__name__]["properties"][fact.key]
    return properties


def sending(fact, value):
    return request(**{fact.key: value}) if fact.entity is Household else request({fact.key: value})


def test_the_request_holds_every_fact_and_nothing_else():
    of_household, of_person = ([fact.key for fact in vocabulary(entity)] for entity in (Household, Person))
    assert list(HouseholdRequest.model_fields) == ["reference", "region_code", *of_household, "members"]
    assert list(MemberRequest.model_fields) == ["reference", "id_number", "disability_certificate", *of_person]
    assert list(ScreeningRequest.model_fields) == ["as_of", "policies", "store", "household"]


@each_fact
def test_a_fact_is_documented_in_chinese_with_an_example(fact):
    about = documented(fact)
    assert about["title"] == fact.label
    assert fact.hint in about.get("description", "")
    accepted(sending(fact, about["examples"][0]))


@each_fact
def test_null_is_unknown(fact):
    assert {"type": "null"} in documented(fact)["anyOf"]
    assert accepted(sending(fact, None)).profile == accepted(request()).profile


@pytest.mark.parametrize("fact", [f for f in FACTS if isinstance(f, Choice)], ids=lambda fact: fact.name)
def test_a_choice_is_one_of_its_codes_and_their_labels_are_documented(fact):
    about = documented(fact)
    assert about["anyOf"][0]["enum"] == [str(option) for option in fact.options]
    for option in fact.options:
        assert f"{option.value} {option.label}" in about["description"]
        submission = accepted(sending(fact, option.value))
        facts = submission.profile.facts if fact.entity is Household else submission.profile.members[0]
        assert facts[fact.key] == option.value
        assert type(facts[fact.key]) is str


@each_fact
def test_a_value_of_the_wrong_type_is_refused_at_its_field(fact):
    field = f"household.{fact.key}" if fact.entity is Household else f"household.members[0].{fact.key}"
    right: dict[type, tuple[Any, ...]] = {YesNo: (True,), Amount: (1, 1.0), Choice: (), When: ("1943-05-01",)}
    for value in (True, 1, 1.0, 1.5e300, "1943-05-01", "true", "是", "", "None", [], {}, [True], {"a": 1}):
        if not any(value is fine or (value == fine and type(value) is type(fine)) for fine in right[type(fact)]):
            assert refused_fields(sending(fact, value)) == [field]


def test_objects_are_closed():
    for name in ("HouseholdRequest", "MemberRequest"):
        assert SCHEMA["$defs"][name]["additionalProperties"] is False
    assert SCHEMA["additionalProperties"] is False


def test_the_examples_are_accepted():
    assert SCHEMA["examples"] == [EXAMPLE]
    assert EXAMPLE["policies"][0] in CODES
    accepted(EXAMPLE)
    for name, key in (("MemberRequest", "id_number"), ("MemberRequest", "disability_certificate")):
        example = SCHEMA["$defs"][name]["properties"][key]["examples"][0]
        assert accepted(request({key: example})).profile.members[0]["birth_date"] is not None
