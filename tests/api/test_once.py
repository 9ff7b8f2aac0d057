"""A request that is sent again acts once: whoever sends it, however often, and whatever falls over in between."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from app import replays
from app.models import Replay, Screening
from tests.api.conftest import application
from tests.api.lists import LIST, accepted, ended, upload
from tests.api.requests import LONGEVITY, OLD_WOMAN, household, post, problem, receipt, screening
from tests.api.server import Server
from tests.deployments import deployment
from tests.keys import bearer, key_for

KEY = "019ab0c4-6d00-7cc3-98c4-dc0c0c07398f"
STORED = screening(store=True)
OTHER = screening(store=True, household=household({**OLD_WOMAN, "sex": "male"}))

NEW = {"name": "乌衣镇", "role": "district"}


def new_client(client) -> str:
    return client.post("/v1/clients", json={**NEW, "name": str(uuid4())}).json()["id"]


def waiting_batches(client) -> list[str]:
    client.app.state.service.batches.worker.stop()
    return [upload(client).json()["id"] for _ in range(2)]


def done_batch(client) -> str:
    id = accepted(client)
    ended(client, id)
    return id


def new_case(client, policy="longevity-allowance") -> str:
    id = post(client, STORED).json()["id"]
    picked = {"screening": id, "results": [{**LONGEVITY, "policy": policy}]}
    return client.post("/v1/handoffs", json=picked).json()["handoffs"][0]["id"]


def two_cases(client, doing, *bodies):
    return [(f"/v1/handoffs/{new_case(client)}/{doing}", body) for body in bodies]


REPEATED = {
    "POST /v1/batches": lambda _: (("/v1/batches", LIST), ("/v1/batches", LIST + LIST)),
    "POST /v1/batches/{id}/handoffs": lambda client: [
        (f"/v1/batches/{id}/handoffs", {}) for id in (done_batch(client), done_batch(client))
    ],
    "POST /v1/batches/{id}/cancel": lambda client: [(f"/v1/batches/{id}/cancel", {}) for id in waiting_batches(client)],
    "DELETE /v1/batches/{id}": lambda client: [(f"/v1/batches/{id}", {}) for id in waiting_batches(client)],
    "POST /v1/handoffs": lambda client: [
        ("/v1/handoffs", {"screening": post(client, STORED).json()["id"], "results": [LONGEVITY]}) for _ in range(2)
    ],
    "POST /v1/bulk-handoffs": lambda client: [
        ("/v1/bulk-handoffs", {"screenings": [post(client, STORED).json()["id"]]}) for _ in range(2)
    ],
    "POST /v1/handoffs/{id}/withdraw": lambda client: two_cases(
        client, "withdraw", {"reason": "填错了"}, {"reason": "搬走了"}
    ),
    "POST /v1/handoffs/{id}/retry": lambda client: two_cases(client, "retry", {}, {}),
    "POST /v1/handoffs/{id}/receipts": lambda client: two_cases(
        client, "receipts", receipt("accepted"), receipt("accepted")
    ),
    "POST /v1/screenings": lambda _: (("/v1/screenings", STORED), ("/v1/screenings", OTHER)),
    "POST /v1/verify": lambda client: (
        ("/v1/verify", {"answer": {"id": "x"}}),
        ("/v1/verify", {"answer": {"id": "y"}}),
    ),
    "POST /v1/clients": lambda _: (("/v1/clients", NEW), ("/v1/clients", {**NEW, "role": "officer"})),
    **{
        f"POST /v1/subjects/{what}": lambda _, what=what: [
            (f"/v1/subjects/{what}", {"reference": reference}) for reference in ("H-7", "H-8")
        ]
        for what in ("export", "delete")
    },
    "POST /v1/clients/{id}/key": lambda client: [
        (f"/v1/clients/{id}/key", {}) for id in (new_client(client), new_client(client))
    ],
    "PUT /v1/clients/{id}/quota": lambda client: [
        (f"/v1/clients/{new_client(client)}/quota", {"quota": quota}) for quota in (5, 6)
    ],
    "DELETE /v1/clients/{id}": lambda client: [
        (f"/v1/clients/{id}", {}) for id in (new_client(client), new_client(client))
    ],
}
"""For each route that changes something: a request, and another one."""
SIGNED = {"POST /v1/platform/receipts"}
"""Sent again it must be signed anew, and the receipt's own id tells it from others."""


def screenings(client) -> int:
    count = select(func.count()).select_from(Screening)
    return client.app.state.service.database.read(lambda session: session.scalar(count))


def send(client, body=STORED, key=KEY, path="/v1/screenings", **headers):
    return post(client, body, path, **{"Idempotency-Key": key}, **headers)


def test_every_route_that_changes_something_is_tried_below(client):
    operations = {
        f"{method.upper()} {path}": operation
        for path, item in client.get("/openapi.json").json()["paths"].items()
        for method, operation in item.items()
        if method not in ("get", "head", "options")
    }
    assert set(operations) == set(REPEATED) | SIGNED
    for name, operation in operations.items():
        if name in SIGNED:
            continue
        assert "Idempotency-Key" in [parameter["name"] for parameter in operation["parameters"]]
        assert "409" in operation["responses"]


@pytest.mark.parametrize("route", REPEATED)
def test_the_same_request_gets_the_same_answer(stored, settings, route):
    method, path = route.split(" ")
    if path.startswith("/v1/clients"):
        stored.headers.update(bearer(key_for(settings, "admin")))
    (where, body), (elsewhere, other) = REPEATED[route](stored)

    def send(where, body):
        if isinstance(body, bytes):
            return upload(stored, body, headers={"Idempotency-Key": KEY})
        return stored.request(method, where, json=body, headers={"Idempotency-Key": KEY})

    first, second = send(where, body), send(where, body)
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert (second.status_code, second.content) == (first.status_code, first.content)
    for name in ("location", "content-type", "cache-control"):
        assert second.headers.get(name) == first.headers.get(name)
    problem(send(elsewhere, other), 409, "idempotency-key-reused")


def test_only_one_screening_is_kept(stored):
    for _ in range(3):
        assert send(stored).status_code == 201
    assert screenings(stored) == 1


def test_without_a_key_or_with_another_one_it_is_another_request(stored):
    assert len({send(stored, key=key).json()["id"] for key in ("a", "b")} | {post(stored, STORED).json()["id"]}) == 3


def test_the_query_belongs_to_what_was_asked(stored):
    assert send(stored).status_code == 201
    problem(send(stored, path="/v1/screenings?detail=brief"), 409, "idempotency-key-reused")


def test_a_brief_answer_is_repeated_brief(stored):
    first, second = (send(stored, path="/v1/screenings?detail=brief") for _ in range(2))
    assert second.content == first.content
    assert second.headers["idempotency-replayed"] == "true"


def test_each_client_takes_the_encoding_it_can(stored):
    plain = send(stored, **{"Accept-Encoding": "identity"})
    packed = send(stored, **{"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content


def test_a_refused_request_is_not_remembered(stored):
    problem(send(stored, b"{"), 400, "malformed-json")
    assert send(stored).status_code == 201


def test_a_key_lives_for_its_time(stored):
    first = send(stored)
    past = datetime.now(UTC) - timedelta(seconds=1)
    stored.app.state.service.database.write(lambda session: session.execute(update(Replay).values(expires_at=past)))
    second = send(stored)
    assert second.status_code == 201
    assert second.json()["id"] != first.json()["id"]
    assert send(stored).json()["id"] == second.json()["id"]


def test_the_setting_says_for_how_long(tmp_path):
    settings = deployment(tmp_path).model_copy(update={"idempotency_hours": 2})
    app = application(settings)
    with TestClient(app, headers=app.state.headers) as client:
        send(client)
        (until,) = client.app.state.service.database.read(
            lambda session: session.scalars(select(Replay.expires_at)).all()
        )
    assert timedelta(hours=1.9) < until - datetime.now(UTC) < timedelta(hours=2)


@pytest.mark.parametrize("key", ["", " ", "a b", "a" * 256, "键".encode().decode("latin-1")])
def test_a_malformed_key_is_explained(client, key):
    document = problem(send(client, key=key.encode("latin-1")), 400, "bad-request")
    assert "Idempotency-Key" in document["detail"]


def test_two_keys_are_one_too_many(client):
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b"), ("Content-Type", "application/json")]
    problem(client.post("/v1/screenings", content=json.dumps(STORED), headers=headers), 400, "bad-request")


def test_a_quoted_key_is_the_same_as_a_bare_one(stored):
    assert send(stored, key=f'"{KEY}"').json()["id"] == send(stored).json()["id"]


def test_what_is_kept_tells_nothing(stored):
    send(stored, key="341103194305010012")
    (row,) = stored.app.state.service.database.read(lambda session: session.scalars(select(Replay)).all())
    assert "341103194305010012" not in row.key
    assert re.fullmatch("[0-9a-f]{64}", row.key)
    assert b"longevity" not in row.answer
    assert row.answer[0] == 0xE1


@pytest.mark.parametrize("when", ["before", "after"])
def test_after_a_failure_there_is_all_or_nothing(stored, when, monkeypatch):
    """The transaction breaks off at the answer's row: the screening is not there either, and comes with the next try."""
    real = replays.record

    def breaks(*arguments, **options):
        if when == "after":
            real(*arguments, **options)
        raise ZeroDivisionError

    monkeypatch.setattr("app.replays.record", breaks)
    problem(send(stored), 500, "internal-error")
    assert screenings(stored) == 0
    monkeypatch.undo()
    assert send(stored).status_code == 201
    assert screenings(stored) == 1


def test_two_hundred_at_once_at_two_processes_make_one_screening(settings, tmp_path):
    folders = [tmp_path / name for name in ("one", "two")]
    with ExitStack() as stack:
        for folder in folders:
            folder.mkdir()
        servers = [stack.enter_context(Server(settings, folder)) for folder in folders]
        servers[1].headers = servers[0].headers
        with ThreadPoolExecutor(200) as pool:
            tries = [
                pool.submit(servers[number % 2].ask, "POST", "/v1/screenings", STORED, **{"Idempotency-Key": KEY})
                for number in range(200)
            ]
            answers = [each.result() for each in tries]
    assert {status for status, _ in answers} == {201}
    assert len({body for _, body in answers}) == 1
