"""Policies, facts and units, which clients may keep."""

import json

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey
from pydantic import BaseModel

from app.api import shapes
from app.api.catalogue import SIGNATURE
from policies import POLICIES
from policies.units import UNITS
from tests.api.requests import problem

PATHS = [
    "/v1/policies",
    "/v1/policies/longevity-allowance",
    "/v1/facts",
    "/v1/units",
    "/v1/rulepack",
    "/v1/rulepack/key",
]


def test_every_policy_is_listed_in_the_plans_order(client):
    listed = client.get("/v1/policies").json()["policies"]
    assert [policy["code"] for policy in listed] == [policy.code for policy in POLICIES]


@pytest.mark.parametrize("code", [policy.code for policy in POLICIES])
def test_every_policy_has_a_card_of_the_documented_shape(client, code):
    card = client.get(f"/v1/policies/{code}").json()
    assert documented(shapes.PolicyCard, card)
    assert card["code"] == code


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/policies", shapes.PolicyList),
        ("/v1/facts", shapes.FactList),
        ("/v1/units", shapes.UnitList),
        ("/v1/rulepack", shapes.RulePack),
        ("/v1/rulepack/key", shapes.SigningKey),
    ],
)
def test_a_list_has_the_documented_shape(client, path, shape):
    assert documented(shape, client.get(path).json())


def documented(shape: type[BaseModel], content: object) -> bool:
    """Tell whether *content* has its documented shape, and nothing besides."""
    return bool(shape.model_validate(content).model_dump(mode="json", exclude_unset=True) == content)


@pytest.mark.parametrize("code", ["x", "LONGEVITY-ALLOWANCE", "%00", "高龄津贴"])
def test_an_unknown_policy_is_not_found(client, code):
    problem(client.get(f"/v1/policies/{code}"), 404, "not-found")


def test_names_and_figures_are_those_of_the_day_asked_about(client):
    def on(day):
        units = client.get(f"/v1/units?as_of={day}").json()["units"]
        card = client.get(f"/v1/policies/dibao?as_of={day}").json()
        name = next(unit["name"] for unit in units if unit["code"] == "health")
        rural = next(figure for figure in card["figures"] if figure["figure"] == "dibao.standard-rural")
        return name, rural["pending"], rural["current"] and rural["current"]["text"]

    assert on("2019-02-27") == ("区卫计委", True, None)
    assert on("2019-02-28")[0] == "区卫健委"
    assert on("2022-06-30")[1:] == (True, None)
    assert on("2022-07-01")[1:] == (False, "717元/月")


def test_without_a_day_it_is_today(client):
    assert client.get("/v1/units").json()["as_of"] == "2026-11-23"


@pytest.mark.parametrize("path", ["/v1/policies", "/v1/policies/dibao", "/v1/units"])
@pytest.mark.parametrize("day", ["2017-12-31", "2036-11-24", "2025-02-29", "20261123", "0", "1e400", "今天", ""])
def test_a_day_that_cannot_be_asked_about_is_refused_without_repeating_it(client, path, day):
    response = client.get(path, params={"as_of": day})
    document = problem(response, 422, "invalid-parameter")
    assert [error["field"] for error in document["errors"]] == ["as_of"]
    if day in ("20261123", "1e400", "今天"):
        assert day not in response.text


@pytest.mark.parametrize("day", ["2018-01-01", "2036-11-23"])
def test_the_first_and_the_last_day_can_be_asked_about(client, day):
    assert client.get("/v1/policies", params={"as_of": day}).json()["as_of"] == day


@pytest.mark.parametrize("path", PATHS)
def test_what_a_client_has_is_not_sent_again(client, path):
    first = client.get(path)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, max-age=300"
    for known in (tag, f'"other", {tag}', "*"):
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_another_day_has_another_tag(client):
    tags = {client.get(f"/v1/units?as_of={day}").headers["etag"] for day in ("2018-11-19", "2026-11-23")}
    assert len(tags) == 2


def test_a_fact_tells_its_kind_its_answers_and_who_reads_it(client):
    facts = {fact["fact"]: fact for fact in client.get("/v1/facts").json()["facts"]}
    grade = facts["person.disability_grade"]
    assert (grade["kind"], grade["entity"], grade["key"]) == ("choice", "person", "disability_grade")
    assert {"code": "1", "label": "一级"} in grade["options"]
    assert "severe-disability-nursing-allowance" in grade["policies"]
    assert facts["person.age"]["since"] == "person.birth_date"
    assert "longevity-allowance" in facts["person.age"]["policies"]
    assert "longevity-allowance" in facts["person.birth_date"]["policies"]


def test_every_unit_is_listed_with_what_it_does(client):
    units = {unit["code"]: unit for unit in client.get("/v1/units").json()["units"]}
    assert list(units) == [unit.code for unit in UNITS]
    handled = [code for unit in units.values() for code in unit["handles"]]
    assert sorted(handled) == sorted(policy.code for policy in POLICIES)
    assert units["health"]["renamed"] == [{"start": "2019-02-28", "name": "区卫健委", "reason": "2019年县级机构改革"}]


def test_a_conflict_stands_on_both_cards(client):
    cards = {policy.code: client.get(f"/v1/policies/{policy.code}").json() for policy in POLICIES}
    pairs = {(code, c["policy"], c["rule"]) for code, card in cards.items() for c in card["conflicts"]}
    assert pairs
    assert {(other, code, rule) for code, other, rule in pairs} == pairs


def test_nothing_of_a_page_is_lost_in_compression(client):
    plain = client.get("/v1/facts", headers={"Accept-Encoding": "identity"})
    assert json.loads(plain.content) == client.get("/v1/facts", headers={"Accept-Encoding": "gzip"}).json()


def test_the_rule_pack_is_signed_with_the_key_that_is_served(client):
    key = ECKey.import_key(client.get("/v1/rulepack/key").json())
    pack = client.get("/v1/rulepack")
    signature = pack.headers[SIGNATURE]
    assert jws.deserialize_compact(signature, key, payload=pack.content).payload == pack.content
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(signature, key, payload=pack.content + b" ")
    known = client.get("/v1/rulepack", headers={"If-None-Match": pack.headers["etag"]})
    assert (known.status_code, known.headers[SIGNATURE]) == (304, signature)
