"""The numbers that Prometheus collects."""

import re

import pytest
from starlette.testclient import TestClient

from app.errors import TooManyError
from tests.api.requests import post, problem, screening

HERE = ("127.0.0.1", 50000)


@pytest.fixture
def local(app):
    return TestClient(app, client=HERE, headers=app.state.headers)


def value(client, sample: str) -> float:
    found = re.search(rf"(?m)^{re.escape(sample)} (\S+)$", client.get("/metrics").text)
    return float(found[1]) if found else 0


def test_requests_are_counted_by_route_and_status(local):
    sample = 'huimin_requests_total{method="GET",route="/v1/policies/{code}",status="404"}'
    before = value(local, sample)
    local.get("/v1/policies/hunter2")
    local.get("/v1/policies/hunter3")
    assert value(local, sample) == before + 2


def test_durations_are_counted_by_route(local):
    sample = 'huimin_request_seconds_count{method="POST",route="/v1/screenings"}'
    before = value(local, sample)
    post(local, screening())
    post(local, b"hunter2")
    assert value(local, sample) == before + 2


def test_what_runs_and_how_much_room_is_left_is_told(local, app):
    answers = app.state.service.answers
    assert value(local, f'huimin_build_info{{policy_set="{answers.policy_set}",release="{answers.release}"}}') == 1
    assert value(local, "huimin_disk_free_bytes") > 0
    assert value(local, "process_resident_memory_bytes") > 0


def test_results_are_counted_by_policy_and_verdict(local):
    eligible = 'huimin_results_total{policy="longevity-allowance",verdict="eligible"}'
    dibao = 'huimin_results_total{policy="dibao",verdict="undetermined"}'
    before = value(local, eligible), value(local, dibao)
    for _ in range(3):
        post(local, screening())
    post(local, screening(policies=["longevity-allowance"]))
    assert (value(local, eligible), value(local, dibao)) == (before[0] + 4, before[1] + 3)


def test_hand_offs_are_counted_by_state(local, app):
    assert "# TYPE huimin_handoffs gauge" in local.get("/metrics").text
    assert value(local, "huimin_delivery_queue_seconds") == 0


def test_a_refusal_for_too_many_is_counted(local, app, monkeypatch):
    sample = 'huimin_requests_total{method="GET",route="/v1/me",status="429"}'
    before = value(local, sample)

    def used_up(*_):
        raise TooManyError("", 1)

    monkeypatch.setattr(app.state.service.quotas, "spend", used_up)
    assert local.get("/v1/me").status_code == 429
    assert value(local, sample) == before + 1


def test_nothing_that_a_client_invents_becomes_a_label(local):
    local.request("HUNTER2", "/hunter2?hunter2=hunter2", headers={"hunter2": "hunter2", "X-Request-ID": "hunter2"})
    post(local, {"hunter2": "hunter2"})
    assert "hunter2" not in local.get("/metrics").text.lower()


@pytest.mark.parametrize("address", ["192.0.2.1", "testclient", "2001:db8::1"])
def test_another_machine_is_told_nothing(app, address):
    problem(TestClient(app, client=(address, 1)).get("/metrics"), 404, "not-found")


def test_ipv6_s_own_address_is_this_machine_too(app):
    assert TestClient(app, client=("::1", 1)).get("/metrics").status_code == 200
