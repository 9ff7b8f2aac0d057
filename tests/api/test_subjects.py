"""Who is stored can have everything about them handed over and deleted, by reference, and nothing of anybody else."""

import json

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app.models import Replay, Screening
from app.onewindow.tables import Delivery, Handoff, KeptReceipt
from app.security import audit
from tests.api.conftest import application
from tests.api.lists import PATH, accepted, ended
from tests.api.requests import LONGEVITY, OLD_WOMAN, household, post, problem, receipt, screening
from tests.keys import bearer, key_for

HERE, ELSEWHERE = "341103100201", "341103101201"
YOUNG = {"reference": "2", "birth_date": "1990-01-01"}
LIST = "户编号,人口编号,出生日期\nH-7,1,1943-05-01\nH-8,1,1990-01-01\n".encode()


@pytest.fixture
def deployed(settings):
    app = application(settings)
    with TestClient(app, headers=app.state.headers) as client:
        yield client, settings


def stored(client, *members, **facts):
    answer = post(client, screening(store=True, household=household(*members or (OLD_WOMAN,), **facts)))
    assert answer.status_code == 201
    return answer.json()


def export(client, **asked):
    answer = post(client, {"reference": "H-7", **asked}, "/v1/subjects/export")
    assert answer.status_code == 200, answer.text
    return answer.json()


def delete(client, **asked):
    answer = post(client, {"reference": "H-7", **asked}, "/v1/subjects/delete")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_everything_about_a_household_is_handed_over_word_for_word(deployed):
    client, _ = deployed
    kept = [stored(client), stored(client, OLD_WOMAN, YOUNG)]
    stored(client, reference="H-8")
    id = accepted(client, LIST)
    ended(client, id)
    found = export(client)
    assert [each["answer"] for each in found["screenings"]] == kept
    assert found["screenings"][0]["given"]["members"][0]["birth_date"] == OLD_WOMAN["birth_date"]
    assert [batch["id"] for batch in found["batches"]] == [id]
    assert {row["household_reference"] for row in found["batches"][0]["results"]} == {"H-7"}
    (stated,) = found["batches"][0]["stated"]
    assert stated == {"reference": "H-7", "members": [{"reference": "1", "birth_date": "1943-05-01"}]}
    assert found["batches_under_way"] == []


def test_what_is_deleted_is_gone_and_the_rest_is_there(deployed):
    client, _ = deployed
    gone, other = stored(client), stored(client, reference="H-8")
    id = accepted(client, LIST)
    ended(client, id)
    assert delete(client) == {"screenings": 1, "handoffs": 0, "batches": [id], "batches_under_way": []}
    assert client.get(f"/v1/screenings/{gone['id']}").status_code == 404
    assert client.get(f"{PATH}/{id}").status_code == 404
    assert not client.app.state.service.batches.files.folder(id).exists()
    assert client.get(f"/v1/screenings/{other['id']}").json() == other
    assert export(client) == {"screenings": [], "handoffs": [], "batches": [], "batches_under_way": []}


def test_lists_may_be_kept(deployed):
    client, _ = deployed
    id = accepted(client, LIST)
    ended(client, id)
    assert delete(client, batches=False)["batches"] == []
    assert client.get(f"{PATH}/{id}").status_code == 200


def test_answers_kept_for_repetition_go_too(deployed):
    client, _ = deployed
    service = client.app.state.service
    post(client, screening(store=True), **{"Idempotency-Key": "a"})
    post(client, {"reference": "H-7"}, "/v1/subjects/export", **{"Idempotency-Key": "b"})
    delete(client)
    count = select(func.count()).select_from(Replay)
    assert service.database.read(lambda session: session.scalar(count)) == 0


def test_the_audit_trail_is_whole_and_holds_no_reference(deployed):
    client, _ = deployed
    stored(client, reference="隐户七")
    post(client, {"reference": "隐户七"}, "/v1/subjects/export")
    post(client, {"reference": "隐户七"}, "/v1/subjects/delete")

    def look(session):
        return list(audit.verify(session)), [(event.action, event.object) for event in audit.events(session)]

    trouble, events = client.app.state.service.database.read(look)
    assert trouble == []
    actions = [action for action, _ in events]
    assert actions[-2:] == ["subject.exported", "subject.deleted"]
    assert "隐户七" not in json.dumps(events, ensure_ascii=False)


def test_a_member_narrows_it_to_where_the_member_is(deployed):
    client, _ = deployed
    stored(client)
    both = stored(client, OLD_WOMAN, YOUNG)
    unnumbered = stored(client, OLD_WOMAN, {"birth_date": "1990-01-01"})
    assert [each["id"] for each in export(client, member="2")["screenings"]] == [both["id"], unnumbered["id"]]
    assert delete(client, member="2")["screenings"] == 2
    assert len(export(client)["screenings"]) == 1


def test_a_region_tells_households_of_one_reference_apart(deployed):
    client, _ = deployed
    here, there = stored(client, region_code=HERE), stored(client, region_code=ELSEWHERE)
    assert [each["id"] for each in export(client)["screenings"]] == [here["id"], there["id"]]
    assert [each["id"] for each in export(client, region_code="341103101")["screenings"]] == [there["id"]]
    delete(client, region_code=HERE)
    assert [each["id"] for each in export(client)["screenings"]] == [there["id"]]


def test_an_administrator_deletes_and_sees_nothing(deployed):
    client, settings = deployed
    stored(client)
    admin = TestClient(client.app, headers=bearer(key_for(settings, "admin")))
    problem(post(admin, {"reference": "H-7"}, "/v1/subjects/export"), 403, "forbidden")
    assert delete(admin)["screenings"] == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "reference"),
        ({"reference": "   "}, "reference"),
        ({"reference": 7}, "reference"),
        ({"reference": "13812345678"}, "reference"),
        ({"reference": "x", "member": 1}, "member"),
        ({"reference": "x", "region_code": "here"}, "region_code"),
        ({"reference": "x", "batches": "no"}, "batches"),
        ({"reference": "x", "hunter2": 1}, ""),
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(client, asked, field):
    for path in ("/v1/subjects/export", "/v1/subjects/delete"):
        said = problem(post(client, asked, path), 422, "invalid-parameter")
        assert [error["field"] for error in said["errors"]] == [field]
        assert "13812345678" not in str(said)
        assert "hunter2" not in str(said)


def test_a_list_that_is_not_screened_yet_is_named(settings, monkeypatch):
    monkeypatch.setattr("app.batch.jobs.worker.Worker.start", lambda _: None)
    app = application(settings)
    with TestClient(app, headers=app.state.headers) as client:
        id = accepted(client, LIST)
        assert export(client)["batches_under_way"] == [id]


def test_screenings_of_a_sealed_table_are_found_by_digest_only(deployed):
    client, _ = deployed
    stored(client)
    rows = client.app.state.service.database.read(lambda session: session.scalars(select(Screening)).all())
    assert all(b"H-7" not in row.given + (row.subject or b"") for row in rows)


def test_hand_offs_are_handed_over_with_their_receipts_and_deleted_with_what_they_are_about(deployed):
    client, _ = deployed
    id = stored(client)["id"]
    (case,) = client.post("/v1/handoffs", json={"screening": id, "results": [LONGEVITY]}).json()["handoffs"]
    assert client.post(f"/v1/handoffs/{case['id']}/receipts", json=receipt("accepted")).status_code == 200
    (found,) = export(client)["handoffs"]
    assert (found["id"], found["screening_id"]) == (case["id"], id)
    assert [each["event"] for each in found["receipts"]] == ["accepted"]
    assert delete(client)["handoffs"] == 1
    assert client.get(f"/v1/handoffs/{case['id']}").status_code == 404
    rows = [select(func.count()).select_from(table) for table in (Handoff, KeptReceipt, Delivery)]
    assert client.app.state.service.database.read(lambda session: [session.scalar(row) for row in rows]) == [0, 0, 0]
