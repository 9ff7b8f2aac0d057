"""Quotas and throttled sign-ins, as clients meet them."""

import re

import pytest
from starlette.testclient import TestClient

from app.quotas import QUOTAS
from app.security.attempts import FREE
from app.security.keys import new_key
from app.security.roles import Role
from tests.api.conftest import application
from tests.api.lists import LIST, accepted, ended
from tests.api.requests import post, problem, screening
from tests.deployments import deployment
from tests.keys import bearer, key_for


@pytest.fixture
def deployed(tmp_path):
    settings = deployment(tmp_path)
    return application(settings), settings


@pytest.fixture
def admin(deployed):
    app, settings = deployed
    return TestClient(app, headers=bearer(key_for(settings, "admin")))


def new_client(app, admin, **given):
    made = admin.post("/v1/clients", json={"name": "x", "role": "district", **given}).json()
    return TestClient(app, headers=bearer(made["key"])), made["id"]


def test_a_quota_that_is_used_up_is_answered_429_before_the_body_is_looked_at(deployed, admin):
    client, _ = new_client(deployed[0], admin, quota=3)
    for left in (2, 1, 0):
        answer = post(client, screening())
        assert answer.status_code == 200
        assert answer.headers["ratelimit-policy"] == '"hour";q=3;w=3600'
        assert answer.headers["ratelimit"] == f'"hour";r={left};t={(3 - left) * 1200}'
    for body in (screening(), b"garbage"):
        answer = post(client, body)
        assert "额度" in problem(answer, 429, "too-many-requests")["detail"]
        assert 1190 <= int(answer.headers["retry-after"]) <= 1200
        assert answer.headers["ratelimit"].startswith('"hour";r=0;')


def test_every_answer_to_a_client_says_what_is_left(client):
    hourly = QUOTAS[Role.DISTRICT]
    for answer in (client.get("/v1/me"), client.head("/v1/facts"), client.get("/v1/screenings/none")):
        assert answer.headers["ratelimit-policy"] == f'"hour";q={hourly};w=3600'
        assert re.fullmatch('"hour";r=[0-9]+;t=[0-9]+', answer.headers["ratelimit"])
    assert "ratelimit" not in client.get("/livez").headers


def test_an_administrator_changes_a_quota(deployed, admin):
    client, id = new_client(deployed[0], admin, quota=1)
    assert client.get("/v1/me").status_code == 200
    assert client.get("/v1/me").status_code == 429
    for quota, policy in ((50, '"hour";q=50;w=3600'), (None, f'"hour";q={QUOTAS[Role.DISTRICT]};w=3600'), (0, None)):
        assert admin.put(f"/v1/clients/{id}/quota", json={"quota": quota}).json()["quota"] == quota
        assert client.get("/v1/me").headers.get("ratelimit-policy") == policy


@pytest.mark.parametrize("given", [{}, {"quota": -1}, {"quota": "5"}, {"quota": True}, {"quota": 1, "role": "admin"}])
def test_a_quota_that_is_none_is_refused(deployed, admin, given):
    _, id = new_client(deployed[0], admin)
    assert problem(admin.put(f"/v1/clients/{id}/quota", json=given), 422, "invalid-parameter")["errors"]


def wrong(app):
    return TestClient(app, headers=bearer(new_key())).get("/v1/me")


def test_who_tries_one_key_after_the_other_is_made_to_wait(deployed):
    app, settings = deployed
    good = TestClient(app, headers=bearer(key_for(settings)))
    assert good.get("/v1/me").status_code == 200
    for _ in range(FREE):
        problem(wrong(app), 401, "unauthorized")
    answer = wrong(app)
    assert "无效的密钥" in problem(answer, 429, "too-many-requests")["detail"]
    assert 1 <= int(answer.headers["retry-after"]) <= 6
    # Others behind the same address go on, also when they are asked for again.
    service = app.state.service
    service.authentication._clock = lambda: 1e9
    assert good.get("/v1/me").status_code == 200
    # A key that nobody has seen yet waits with the rest.
    assert TestClient(app, headers=bearer(key_for(settings))).get("/v1/me").status_code == 429


def test_every_row_of_a_list_counts(deployed, admin):
    app, _ = deployed
    with TestClient(app) as running:
        key = admin.post("/v1/clients", json={"name": "x", "role": "district", "quota": 1000}).json()["key"]
        running.headers.update(bearer(key))
        ended(running, accepted(running, LIST + b"".join(b"%d,1,1990-01-01\n" % n for n in range(700))))
        # This process has spent what it holds, and sees the rest only when it draws again.
        left = 0
        while running.get("/v1/me").status_code == 200:
            left += 1
    assert 200 < left < 300
