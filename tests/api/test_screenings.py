"""Screen a household; show a screening again."""

import zlib
from uuid import UUID

import pytest
from sqlalchemy import select

from app.archive import unpack
from app.models import Screening
from tests.api.requests import OLD_WOMAN, household, post, problem, screening


def test_a_screening_that_is_not_stored_has_no_id_and_no_place(client):
    response = post(client, screening())
    assert response.status_code == 200
    assert response.json()["id"] is None
    assert "location" not in response.headers


def test_a_screening_that_is_not_stored_leaves_nothing(stored):
    post(stored, screening())
    assert rows(stored) == []


def test_an_answer_tells_of_every_policy_and_subject(client):
    answer = post(client, screening()).json()
    policies = {policy["code"] for policy in client.get("/v1/policies").json()["policies"]}
    assert {result["policy"] for result in answer["results"]} == policies
    allowance = next(r for r in answer["results"] if r["policy"] == "longevity-allowance")
    assert allowance["verdict"] == "eligible"
    assert allowance["handling_unit"]["name"] == "区民政局"


def test_a_stored_screening_is_shown_again_byte_for_byte(stored):
    given = post(stored, screening(store=True))
    assert given.status_code == 201
    id = given.json()["id"]
    assert UUID(id).version == 7
    assert given.headers["location"] == f"/v1/screenings/{id}"
    again = stored.get(given.headers["location"])
    assert again.status_code == 200
    assert again.content == given.content


def test_storing_is_what_happens_unless_said_otherwise(stored):
    request = screening()
    del request["store"]
    assert post(stored, request).status_code == 201
    assert len(rows(stored)) == 1


def test_a_stored_screening_holds_what_it_takes_to_repeat_it(stored):
    member = {**OLD_WOMAN, "id_number": "34999919430501002X"}
    request = {"as_of": "2026-11-23", "policies": ["longevity-allowance"], "household": household(member)}
    answer = post(stored, request).json()
    (row,) = rows(stored)
    assert row.id == answer["id"]
    assert str(row.as_of) == answer["as_of"]
    assert row.region_code == "341103100201"
    assert row.policies == "longevity-allowance"
    assert row.policy_set == answer["policy_set"]
    assert row.release == answer["release"]
    keyring = stored.app.state.service.keyring
    given = unpack(keyring.open(row.given, f"screenings.given:{row.id}")).decode()
    assert "1943-05-01" in given
    assert "34999919430501002X" not in given


def test_the_brief_form_is_the_same_at_once_and_later(stored):
    given = post(stored, screening(store=True), "/v1/screenings?detail=brief")
    later = stored.get(given.headers["location"] + "?detail=brief")
    assert later.content == given.content
    full = stored.get(given.headers["location"])
    assert len(given.content) < len(full.content) / 2
    assert "ineligible" not in {result["verdict"] for result in given.json()["results"]}


@pytest.mark.parametrize("id", ["x", "019ab0c4-6d00-7cc3-98c4-dc0c0c07398f", "%00", "..%2f..", "１", "a" * 3000])
def test_an_unknown_id_is_not_found(client, id):
    problem(client.get(f"/v1/screenings/{id}"), 404, "not-found")


def test_a_level_of_detail_that_does_not_exist_is_refused_without_repeating_it(client):
    document = problem(post(client, screening(), "/v1/screenings?detail=hunter2"), 422, "invalid-parameter")
    assert [error["field"] for error in document["errors"]] == ["detail"]
    assert "hunter2" not in str(document)


def test_answers_about_people_are_kept_by_no_cache(stored):
    given = post(stored, screening(store=True))
    again = stored.get(given.headers["location"])
    assert given.headers["cache-control"] == again.headers["cache-control"] == "no-store"


def test_the_same_request_is_answered_the_same(client):
    assert post(client, screening()).content == post(client, screening()).content


@pytest.mark.parametrize("encoding", ["gzip", "deflate, gzip;q=0.5", "*"])
def test_an_answer_is_compressed_for_a_client_that_takes_it(stored, encoding):
    location = post(stored, screening(store=True)).headers["location"]
    plain = stored.get(location, headers={"Accept-Encoding": "identity"})
    packed = stored.get(location, headers={"Accept-Encoding": encoding})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < len(plain.content) / 4
    assert packed.content == plain.content


def test_a_client_that_refuses_compression_gets_none(client):
    response = post(client, screening(), **{"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in response.headers


def test_what_is_kept_is_small(stored):
    response = post(stored, screening(store=True), **{"Accept-Encoding": "identity"})
    (row,) = rows(stored)
    assert len(row.answer) < len(response.content) / 5
    packed = stored.app.state.service.keyring.open(row.answer, f"screenings.answer:{row.id}")
    assert zlib.decompress(packed, 31) == response.content


def rows(client):
    database = client.app.state.service.database
    return database.read(lambda session: list(session.scalars(select(Screening))))
