"""What the platform calls back is believed when it is signed rightly, lately, and for the first time."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from starlette.testclient import TestClient

from app.api.platform import FORGED
from app.models import AuditEvent
from app.onewindow.signatures import AppSignature, StandardWebhooks, new_secret
from app.security.attempts import FREE
from tests.api.conftest import application
from tests.api.requests import LONGEVITY, post, problem, receipt, screening
from tests.deployments import deployment

SECRET, APP_SECRET = new_secret(), "0123456789abcdef-invented"
SCHEMES = {"standard-webhooks": StandardWebhooks(SECRET), "app-sm3": AppSignature("huimin-test", APP_SECRET)}
PATH = "/v1/platform/receipts"


@pytest.fixture(params=SCHEMES)
def scheme(request):
    return SCHEMES[request.param]


@pytest.fixture
def connected(tmp_path, scheme):
    secret = SECRET if scheme.name == "standard-webhooks" else APP_SECRET
    changed = {"platform_secret": SecretStr(secret), "platform_scheme": scheme.name, "platform_app_id": "huimin-test"}
    app = application(deployment(tmp_path).model_copy(update=changed))
    with TestClient(app, headers=app.state.headers) as client:
        yield client


def case_of(client):
    id = post(client, screening(store=True)).json()["id"]
    return client.post("/v1/handoffs", json={"screening": id, "results": [LONGEVITY]}).json()["handoffs"][0]["id"]


def signed(scheme, told, at=None):
    body = json.dumps(told, ensure_ascii=False).encode()
    return body, scheme.sign(told["id"], body, at or datetime.now(UTC))


def send(client, body, headers):
    return TestClient(client.app).post(PATH, content=body, headers={"Content-Type": "application/json", **headers})


def audited(client):
    def ask(session):
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
        return [(row.action, row.outcome) for row in rows if row.client == "platform"]

    return client.app.state.service.database.read(ask)


def test_a_signed_receipt_moves_its_case(connected, scheme):
    id = case_of(connected)
    answer = send(connected, *signed(scheme, receipt("accepted", handoff=id)))
    assert (answer.status_code, answer.json()) == (
        200,
        {"handoff": id, "state": "accepted", "state_label": "已受理", "is_new": True},
    )
    assert connected.get(f"/v1/handoffs/{id}").json()["receipts"][-1]["source"] == "platform"
    assert audited(connected) == [("receipt.accepted", "done")]


def test_the_same_receipt_signed_anew_is_no_news(connected, scheme):
    told = receipt("accepted", handoff=case_of(connected))
    send(connected, *signed(scheme, told))
    later = datetime.now(UTC) + timedelta(seconds=2)
    assert send(connected, *signed(scheme, told, later)).json()["is_new"] is False


def test_the_same_message_twice_is_refused_and_audited(connected, scheme):
    message = signed(scheme, receipt("accepted", handoff=case_of(connected)))
    assert send(connected, *message).status_code == 200
    assert "已经收到过" in problem(send(connected, *message), 401, "signature-refused")["detail"]
    assert audited(connected)[-1] == ("signature.refused", "repeated")


@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_message_of_another_time_is_refused(connected, scheme, minutes):
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    message = signed(scheme, receipt("accepted", handoff=case_of(connected)), at)
    assert "校准时钟" in problem(send(connected, *message), 401, "signature-refused")["detail"]
    assert audited(connected) == [("signature.refused", "stale")]


@pytest.mark.parametrize("minutes", [-10, 10])
def test_clocks_ten_minutes_apart_are_borne(connected, scheme, minutes):
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    assert send(connected, *signed(scheme, receipt("accepted", handoff=case_of(connected)), at)).status_code == 200


def forged(scheme, id):
    body, headers = signed(scheme, receipt("accepted", handoff=id))
    last = list(headers)[-1]
    yield "no signature", body, {}
    for name in headers:
        yield f"without {name}", body, {key: value for key, value in headers.items() if key != name}
    yield "shortened", body, {**headers, last: headers[last][:-4]}
    yield "another body", body.replace(b"accepted", b"approved"), headers
    yield "shortened body", body[:-1], headers
    yield "another's", *signed(type(scheme)(*_another(scheme)), receipt("accepted", handoff=id))


def _another(scheme):
    return (new_secret(),) if isinstance(scheme, StandardWebhooks) else ("huimin-test", "another-invented-secret")


def test_every_forgery_is_refused_in_the_same_words_and_audited(connected, scheme):
    id = case_of(connected)
    tried = 0
    for how, body, headers in forged(scheme, id):
        assert problem(send(connected, body, headers), 401, "signature-refused")["detail"] == FORGED, how
        tried += 1
    assert audited(connected) == [("signature.refused", "refused")] * tried
    assert connected.get(f"/v1/handoffs/{id}").json()["receipts"] == []


def test_what_cannot_be_is_said_to_who_signed(connected, scheme):
    id = case_of(connected)
    send(connected, *signed(scheme, receipt("refused", handoff=id, reason="不符合")))
    said = problem(send(connected, *signed(scheme, receipt("approved", handoff=id))), 409, "conflict")
    assert "不能再办结（同意）" in said["detail"]
    missing = signed(scheme, receipt("accepted", handoff="019ab0c4-6d00-7cc3-98c4-dc0c0c07398f"))
    problem(send(connected, *missing), 404, "not-found")
    problem(send(connected, *signed(scheme, receipt("accepted"))), 422, "invalid-parameter")


def test_without_a_platform_the_way_to_connect_one_is_said(client):
    assert "HUIMIN_PLATFORM_SECRET" in problem(send(client, b"{}", {}), 404, "not-found")["detail"]


def test_forged_messages_fill_no_trail_and_keep_no_real_one_out(connected, scheme):
    id = case_of(connected)
    body, headers = signed(scheme, {**receipt("accepted"), "handoff": id})
    statuses = [send(connected, b"{}", headers).status_code for _ in range(FREE + 20)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert len(audited(connected)) <= FREE + 1
    assert send(connected, body, headers).status_code == 200
