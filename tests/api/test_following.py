"""Two devices, one household: whoever goes on from what is no longer the last is told, and nothing is stored."""

import pytest

from app.api.following import HEADER
from tests.api.requests import OLD_WOMAN, household, problem, screening

PATH = "/v1/screenings"


def stated(reference="H-1", **facts):
    return screening(household={**household(OLD_WOMAN), "reference": reference, **facts}, store=True)


def kept(client, follows=None, **facts):
    headers = {} if follows is None else {HEADER: follows}
    return client.post(PATH, json=stated(**facts), headers=headers)


@pytest.fixture(scope="module")
def first(client):
    """The id of a household's first screening."""
    return kept(client, "none", reference="H-first").json()["id"]


def test_whoever_follows_the_last_one_is_stored(client, first):
    second = kept(client, first, reference="H-first")
    assert second.status_code == 201
    assert kept(client, second.json()["id"], reference="H-first").status_code == 201


@pytest.mark.parametrize("follows", ["none", "0190f3a0-0000-7000-8000-000000000000"])
def test_whoever_does_not_know_the_last_one_is_told_where_it_is(client, follows):
    reference = f"H-{follows}"
    last = kept(client, reference=reference).json()["id"]
    refused = kept(client, follows, reference=reference)
    problem(refused, 409, "changed-elsewhere")
    assert refused.headers["Location"] == f"{PATH}/{last}"
    there = client.get(f"{refused.headers['Location']}/household").json()
    assert there["household"]["reference"] == reference
    assert kept(client, last, reference=reference).status_code == 201


def test_another_household_or_place_is_no_conflict(client, first):
    assert kept(client, "none", reference="H-other").status_code == 201
    assert kept(client, "none", reference="H-first", region_code="341103101").status_code == 201


def test_what_was_stated_is_shown_without_numbers(client):
    person = {"reference": "1", "id_number": "349999194305010011"}
    id = client.post(PATH, json=screening(household={**household(person), "reference": "H-n"}, store=True)).json()["id"]
    shown = client.get(f"{PATH}/{id}/household").json()
    assert shown["household"]["members"][0]["birth_date"] == "1943-05-01"
    assert "349999194305010011" not in str(shown)


def test_what_is_no_id_is_refused(client):
    problem(kept(client, "last", reference="H-x"), 400, "bad-request")
