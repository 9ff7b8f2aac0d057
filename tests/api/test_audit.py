"""The auditor reads who did what, by page or as a file; refusals are there, and nobody fills the disk with them."""

import csv
import io
import json
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from app.security import refusals
from app.security.audit import Event, events, record
from app.security.audit_actions import Action
from app.security.keys import new_key
from app.security.refusals import MOST, WINDOW, Refusals
from tests.api.conftest import application
from tests.api.requests import OLD_WOMAN, household, post, problem, screening
from tests.deployments import settings
from tests.keys import bearer, key_for

__all__ = ["settings"]


@pytest.fixture
def app(settings):
    app = application(settings)
    yield app
    app.state.service.database.close()


@pytest.fixture
def auditor(app, settings):
    return TestClient(app, headers=bearer(key_for(settings, "auditor")))


def write(app, *done: Event):
    for event in done:
        app.state.service.database.write(lambda session, event=event: record(session, event))


def trail(app):
    return app.state.service.database.read(lambda session: [replace_none(event) for event in events(session)])


def replace_none(event):
    return event.action, event.outcome, event.object


def test_the_newest_comes_first_and_pages_follow_without_gap_or_overlap(app, auditor, monkeypatch):
    monkeypatch.setattr("app.api.audit.PAGE", 3)
    write(app, *(Event("x", object=str(number)) for number in range(7)))
    seen, cursor = [], None
    while True:
        page = auditor.get("/v1/audit", params={"action": "x", **({"before": cursor} if cursor else {})}).json()
        seen += [event["object"] for event in page["events"]]
        if (cursor := page["next"]) is None:
            break
    assert seen == list("6543210")


def test_it_says_who_from_where_which_route_and_object_and_no_fact(app, auditor):
    with TestClient(app, headers=app.state.headers) as client:
        given = post(client, screening(store=True))
        client.get(given.headers["location"])
    answer = auditor.get("/v1/audit", params={"object": given.json()["id"]})
    viewed, stored = answer.json()["events"]
    assert (stored["action"], stored["route"], stored["purpose"]) == (
        "screening.stored",
        "POST /v1/screenings",
        "screening",
    )
    assert (viewed["action"], viewed["route"]) == ("screening.viewed", "GET /v1/screenings/{id}")
    assert viewed["client_name"].startswith("test ")
    assert viewed["role"] == "district"
    assert auditor.get("/v1/audit", params={"client": viewed["client"]}).json()["events"][0] == viewed
    for fact in ("1943-05-01", given.json()["household"]["reference"], "disability"):
        assert fact not in answer.text


def test_reading_is_an_event_itself(app, auditor):
    write(app, Event("x"))
    auditor.get("/v1/audit")
    auditor.get("/v1/audit/export")
    assert [action for action, _, _ in trail(app)][-2:] == ["audit.read", "audit.exported"]


def test_days_are_china_s_and_the_last_one_is_included(app, auditor):
    write(app, Event("x"))
    at = auditor.get("/v1/audit").json()["events"][0]["at"]
    day = at[:10]

    def found(**asked):
        return len(auditor.get("/v1/audit", params={"action": "x", **asked}).json()["events"])

    assert at.endswith("+08:00")
    assert found(**{"from": day, "to": day}) == 1
    assert found(to="2020-01-01") == 0
    assert found(**{"from": "9999-12-31"}) == 0
    assert found(**{"from": "0001-01-01", "to": "9999-12-31"}) == 1


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_holds_every_event_asked_for_in_order(app, auditor, form, monkeypatch):
    monkeypatch.setattr("app.api.audit.AT_ONCE", 2)
    write(app, Event("other"), *(Event("x", object=f"a,{number}") for number in range(5)))
    answer = auditor.get("/v1/audit/export", params={"format": form, "action": "x"})
    assert answer.headers["content-disposition"] == f'attachment; filename="audit.{form}"'
    assert answer.headers["cache-control"] == "no-store"
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    else:
        rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["object"] for row in rows] == [f"a,{number}" for number in range(5)]
    assert {len(row["digest"]) for row in rows} == {64}


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_was_done_is_said_in_words_beside_its_code(app, auditor, form):
    write(app, Event(Action.CLIENT_REVOKED), Event("of.another-version"))
    page = auditor.get("/v1/audit").json()["events"]
    assert [(event["action"], event["action_label"]) for event in page] == [
        ("of.another-version", None),
        ("client.revoked", "停用密钥"),
    ]
    text = auditor.get("/v1/audit/export", params={"format": form}).text
    if form == "csv":
        heads, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
        lines = [dict(zip(heads, row, strict=True)) for row in rows]
    else:
        lines = [json.loads(line) for line in text.splitlines()]
    assert list(lines[0])[2:4] == ["action", "action_label"]
    assert [(line["action"], line["action_label"] or None) for line in lines[:3]] == [
        ("client.revoked", "停用密钥"),
        ("of.another-version", None),
        ("audit.read", "查看审计记录"),
    ]


def test_every_action_is_offered_to_choose_from(auditor):
    offered = auditor.get("/v1/audit/actions").json()["actions"]
    assert {one["action"]: one["label"] for one in offered} == {action.value: action.label for action in Action}


def test_a_role_is_said_in_words(app, auditor):
    write(app, Event(Action.AUDIT_READ, role="cadre"), Event(Action.AUDIT_READ, role="of-another-version"))
    page = auditor.get("/v1/audit").json()["events"]
    assert [event["role_label"] for event in page] == [None, "村干部"]


@pytest.mark.parametrize(
    "asked", ["before=0", "before=x", f"before={2**63}", "from=yesterday", "client=%00", "object=a%20b", "action="]
)
def test_what_cannot_be_asked_is_refused(auditor, asked):
    said = problem(auditor.get(f"/v1/audit?{asked}"), 422, "invalid-parameter")
    assert said["errors"][0]["field"] == asked.partition("=")[0]


def test_refusals_are_in_the_trail(app, settings):
    with TestClient(app) as client:
        client.get("/v1/facts")
        client.get("/v1/facts", headers=bearer(new_key()))
        officer = bearer(key_for(settings, "officer"))
        client.get("/v1/clients", headers=officer)
        here = bearer(key_for(settings, "cadre", "341103100201"))
        abroad = household(OLD_WOMAN, region_code="341103101201")
        client.post("/v1/screenings", json=screening(household=abroad), headers=here)
        id = client.post(
            "/v1/screenings", json=screening(store=True, household=abroad), headers=app.state.headers
        ).json()["id"]
        assert client.get(f"/v1/screenings/{id}", headers=here).status_code == 404
    refused = [told for told in trail(app) if "refused" in told[0]]
    assert refused == [
        ("sign_in.refused", "refused", None),
        ("access.refused", "refused", "clients.manage"),
        ("access.refused", "refused", "region"),
        ("access.refused", "refused", id),
    ]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_same_refusal_is_told_once_and_then_counted():
    clock = Clock()
    noted = Refusals(clock)
    event = Event("sign_in.refused", "refused", address="10.0.0.1")
    noted.note(event)
    assert noted.due() == [event]
    for _ in range(1000):
        noted.note(event)
    assert noted.due() == []
    clock.now = WINDOW + 1
    assert noted.due() == [replace(event, outcome="refused:1000")]
    assert noted.due(end=True) == []
    noted.note(event)
    assert noted.due() == [event]


def test_whoever_comes_from_many_addresses_does_not_fill_the_trail():
    noted = Refusals(Clock())
    for number in range(50 * MOST):
        noted.note(Event("sign_in.refused", "refused", address=f"10.0.{number // 256}.{number % 256}"))
    told = noted.due(end=True)
    assert len(told) <= MOST + 2
    assert told[-1] == Event("sign_in.refused", f"refused:{49 * MOST - 1}", object="others")


def test_a_database_that_is_away_keeps_nobody_in(app, monkeypatch, caplog):
    monkeypatch.setattr(refusals, "EVERY", 0.01)
    with TestClient(app) as client:
        app.state.service.database.write = None
        assert client.get("/v1/facts", headers=bearer(new_key())).status_code == 401
    assert "not in the audit trail" in caplog.text
