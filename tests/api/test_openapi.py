"""The OpenAPI document says in Chinese what the API does, and it is true."""

import pytest
from jsonschema_rs import Draft202012Validator

from app.api.shapes import SHAPES
from app.errors import MEDIA_TYPE, PROBLEMS
from app.rules.expressions import vocabulary
from app.schemas import ScreeningAnswer
from policies.facts import Household, Person
from tests.api.requests import post


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


def operations(document):
    return {(method, path): each for path, item in document["paths"].items() for method, each in item.items()}


def chinese(text):
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def test_it_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")


def test_every_operation_is_described_in_chinese(document):
    for operation in operations(document).values():
        assert chinese(operation["summary"])
        assert chinese(operation["description"])
        for parameter in operation.get("parameters", ()):
            assert chinese(parameter["schema"].get("title", "") + parameter.get("description", ""))
        for response in operation["responses"].values():
            assert chinese(response["description"])


def test_every_shape_and_field_has_a_chinese_title(document):
    schemas = document["components"]["schemas"]
    assert {shape.__name__ for shape in (*SHAPES, ScreeningAnswer)} <= set(schemas)
    for name, schema in schemas.items():
        if schema.get("type") != "object":
            continue
        assert chinese(schema["title"]), name
        for field, described in schema["properties"].items():
            # A field named as its shape is has its title there.
            assert "$ref" in described or chinese(described.get("title", "")), (name, field)


def test_every_reference_leads_somewhere(document):
    schemas = document["components"]["schemas"]

    def walk(node):
        if isinstance(node, dict):
            if isinstance(reference := node.get("$ref"), str):
                assert reference.removeprefix("#/components/schemas/") in schemas
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document)


def test_every_fact_is_in_the_request(document):
    schemas = document["components"]["schemas"]
    for entity, name in ((Household, "HouseholdRequest"), (Person, "MemberRequest")):
        assert {fact.key for fact in vocabulary(entity)} <= set(schemas[name]["properties"])


def test_every_problem_that_the_service_may_answer_with_is_documented(document):
    types = {
        example["value"]["type"]
        for operation in operations(document).values()
        for response in operation["responses"].values()
        for media, content in response.get("content", {}).items()
        if media == MEDIA_TYPE
        for example in content["examples"].values()
    }
    # Those that belong to no operation.
    elsewhere = {
        "/problems/method-not-allowed",
        "/problems/headers-too-large",
        "/problems/busy",
    }
    assert types == {kind.type for kind in PROBLEMS} - elsewhere


def test_a_screening_may_be_answered_with_each_documented_status(document):
    post_, get = operations(document)["post", "/v1/screenings"], operations(document)["get", "/v1/screenings/{id}"]
    assert set(post_["responses"]) == {
        "200",
        "201",
        "400",
        "401",
        "403",
        "408",
        "409",
        "413",
        "415",
        "422",
        "429",
        "500",
        "503",
        "507",
    }
    assert set(get["responses"]) == {"200", "401", "403", "404", "422", "429", "500", "503"}


def test_the_examples_of_requests_are_accepted(client, document):
    media = operations(document)["post", "/v1/screenings"]["requestBody"]["content"]["application/json"]
    assert len(media["examples"]) == 2
    for example in media["examples"].values():
        assert post(client, {**example["value"], "store": False}).status_code == 200


def test_the_examples_of_answers_have_the_documented_shape(document):
    checked = 0
    for operation in operations(document).values():
        for response in operation["responses"].values():
            for content in response.get("content", {}).values():
                schema = {**content["schema"], "components": document["components"]}
                for example in content.get("examples", {}).values():
                    assert Draft202012Validator(schema).is_valid(example["value"])
                    checked += 1
    assert checked > 10


def test_the_example_answers_about_a_woman_of_83(document):
    answers = operations(document)["post", "/v1/screenings"]["responses"]["201"]["content"]["application/json"][
        "examples"
    ]
    (result,) = answers["full"]["value"]["results"]
    assert result["verdict"] == "eligible"
    assert "83周岁" in str(result["reasons"])


def test_a_client_that_has_it_is_not_sent_it_again(client):
    tag = client.get("/openapi.json").headers["etag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304
