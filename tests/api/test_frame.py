"""What holds for every answer: headers, HEAD, and an access log without contents."""

import logging
import re
from pathlib import Path

import pytest

from app.api.frame import Frame
from app.api.origins import Origins
from app.telemetry.metrics import Metrics
from tests.api.raw import exchange
from tests.api.requests import post, screening

METRICS = Metrics("test", "sha256:0", Path())
PATHS = ["/", "/docs", "/openapi.json", "/livez", "/v1/policies", "/nowhere", "/docs/assets/swagger-ui.css"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_protects_its_reader(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_a_body(client, path):
    got, headed = (client.request(method, path, headers={"Accept-Encoding": "identity"}) for method in ("GET", "HEAD"))
    assert headed.status_code == got.status_code
    assert headed.content == b""
    assert headed.headers["content-length"] == str(len(got.content))


def test_the_access_log_names_the_route_and_nothing_of_the_request(client, caplog):
    with caplog.at_level(logging.INFO, "huimin.access"):
        post(client, screening(), "/v1/screenings?detail=full&hunter2=hunter2")
        client.get("/v1/screenings/hunter2")
        client.get("/hunter2")
        client.request("HUNTER2", "/v1/facts")
    lines = [record.getMessage().rpartition(" ")[0] for record in caplog.records]
    assert lines == [
        "POST /v1/screenings 200",
        "GET /v1/screenings/{id} 404",
        "GET - 404",
        "- /v1/facts 405",
    ]


def test_an_answer_that_fails_half_way_is_left_unfinished(caplog):
    async def fails(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ZeroDivisionError("hunter2")

    answer = exchange(Frame(fails, logs_access=True, metrics=METRICS, origins=Origins(())), [])
    assert (answer.status, answer.body, answer.complete) == (200, b"half", False)
    assert "ZeroDivisionError @ tests.api.test_frame:fails" in caplog.text
    assert "hunter2" not in caplog.text


def test_the_access_log_can_be_switched_off(caplog):
    async def answers(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with caplog.at_level(logging.INFO, "huimin.access"):
        exchange(Frame(answers, logs_access=False, metrics=METRICS, origins=Origins(())), [])
    assert caplog.records == []


@pytest.mark.parametrize("id", ["019ab0c4-6d00-7cc3-98c4-dc0c0c07398f", "019AB0C46D007CC398C4DC0C0C07398F"])
def test_a_request_keeps_the_id_it_came_with(client, id):
    assert client.get("/livez", headers={"X-Request-ID": id}).headers["x-request-id"] == id


@pytest.mark.parametrize("id", ["", "hunter2", "341103194305010012", "019ab0c4-6d00-7cc3-98c4-dc0c0c07398f ", "a" * 33])
def test_an_id_that_could_mean_something_is_replaced(client, id):
    given = client.get("/livez", headers={"X-Request-ID": id}).headers["x-request-id"]
    assert given != id
    assert re.fullmatch("[0-9a-f]{32}", given)


def test_every_request_gets_an_id_of_its_own(client):
    assert len({client.get("/livez").headers["x-request-id"] for _ in range(10)}) == 10
