"""A body is read only when it is JSON, only so much of it, and only for so long."""

import json
from itertools import repeat

import pytest

from app.intake.door import LARGEST_BODY
from tests.api.raw import HEADERS, exchange, part
from tests.api.requests import post, problem, screening

GOOD = json.dumps(screening()).encode()


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
        "application/json; version=1",
    ],
)
def test_json_is_taken(client, kind):
    assert post(client, GOOD, **{"Content-Type": kind}).status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "application/jsonx",
        "application/json; charset=gbk",
        "application/problem+json",
        "*/*",
    ],
)
def test_other_formats_are_refused(client, kind):
    problem(post(client, GOOD, **{"Content-Type": kind}), 415, "unsupported-media-type")


def test_a_body_without_a_format_is_refused(app):
    answer = exchange(app, [part(GOOD, more=False)], headers=())
    assert answer.status == 415
    assert answer.complete


def test_a_compressed_body_is_refused(client):
    problem(post(client, GOOD, **{"Content-Encoding": "gzip"}), 415, "unsupported-media-type")


def test_the_largest_body_is_read(client):
    assert post(client, GOOD.ljust(LARGEST_BODY)).status_code == 200


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 5 * 2**20])
def test_a_larger_one_is_refused(client, size):
    document = problem(post(client, GOOD.ljust(size)), 413, "content-too-large")
    assert "256KB" in document["detail"]


@pytest.mark.parametrize("length", [b"262145", b"9" * 400, b"-1", b"x", b"1e3", "１".encode()])
def test_an_announced_length_is_believed_before_anything_is_read(app, length, monkeypatch):
    monkeypatch.setattr("app.api.body.LINGER_IDLE", 0.05)
    answer = exchange(app, [], headers=[*HEADERS, (b"content-length", length)])
    assert answer.status == 413
    assert answer.headers["connection"] == "close"
    assert answer.taken == 0


def test_an_endless_body_is_refused_at_the_limit_and_heard_out_only_so_far(app, monkeypatch):
    monkeypatch.setattr("app.api.body.LINGER_BYTES", 2**20)
    answer = exchange(app, repeat(part(b" " * 2**16)))
    assert answer.status == 413
    assert answer.complete
    assert answer.taken == LARGEST_BODY // 2**16 + 1 + 16


def test_a_client_that_has_sent_everything_is_not_waited_for(app):
    answer = exchange(app, [part(b" " * LARGEST_BODY), part(b" ", more=False)])
    assert answer.status == 413
    assert answer.complete
    assert answer.seconds < 2


def test_a_refused_client_that_falls_silent_is_left(app, monkeypatch):
    monkeypatch.setattr("app.api.body.LINGER_IDLE", 0.05)
    answer = exchange(app, [part(b" " * (LARGEST_BODY + 1))])
    assert answer.status == 413
    assert answer.complete
    assert answer.seconds < 2


def test_a_body_that_never_ends_times_out(app, monkeypatch):
    monkeypatch.setattr("app.api.body.TIMEOUT", 0.05)
    answer = exchange(app, [part(GOOD)])
    assert answer.status == 408
    assert json.loads(answer.body)["type"] == "/problems/request-timeout"
    assert answer.headers["connection"] == "close"


def test_a_body_may_come_in_pieces(app):
    pieces = [part(GOOD[i : i + 7]) for i in range(0, len(GOOD), 7)]
    assert exchange(app, [*pieces, part(b"", more=False)]).status == 200


def test_a_client_that_leaves_is_not_answered_and_is_no_error(app, caplog):
    answer = exchange(app, [part(GOOD), {"type": "http.disconnect"}])
    assert answer.status == 0
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
