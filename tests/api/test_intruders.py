"""Somebody at the door who means harm: requests that a proxy and the service would read differently, forged
addresses, roundabout paths, and keys that end while an answer goes on.
"""

import re
import socket
import threading

import pytest
from sqlalchemy import event
from starlette.testclient import TestClient

from app.errors import UnauthorizedError
from app.security.authentication import REMEMBERED
from app.security.keys import _checksum, new_key
from tests.api.conftest import application
from tests.api.lists import accepted
from tests.api.requests import screening
from tests.api.server import Server
from tests.deployments import deployment
from tests.keys import bearer, key_for

PATIENCE = 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("intruders")
    settings = deployment(folder)
    application(settings)
    with Server(settings, folder) as running:
        yield running


def exchanged(server, *lines, body=b""):
    """Send a request as it is written, until the connection ends; return the statuses of what comes back, and all of it."""
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(head + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3})", answer)], answer


def presented(server):
    return f"Authorization: {server.headers['Authorization']}"


# ── one request for a proxy, two for us ────────────────────────────────────

SMUGGLED = b"0\r\n\r\nGET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked", "Content-Length: 4"],
        ["Content-Length: 4", "Content-Length: 44"],
        ["Content-Length: 4, 44"],
        ["Content-Length: +4"],
        ["Content-Length: 0x4"],
        ["Transfer-Encoding: xchunked"],
        ["Transfer-Encoding : chunked"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        ["Transfer-Encoding:\x0bchunked"],
        ["X: a\rTransfer-Encoding: chunked"],
        ["X: a\x00b"],
        ["X: a", " folded: b"],
        ["Authorization : Bearer x"],
    ],
    ids=repr,
)
def test_what_could_be_read_in_two_ways_is_refused_and_the_connection_ended(server, lines):
    head = ["POST /v1/screenings HTTP/1.1", "Host: x", presented(server), "Content-Type: application/json", *lines]
    statuses, _ = exchanged(server, *head, body=SMUGGLED)
    assert statuses == [400]


def test_lines_that_end_in_half_a_line_end_are_refused(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\nHost: x\n\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")


def test_a_key_opens_the_request_that_it_came_with_and_not_the_next(server):
    first = f"GET /v1/me HTTP/1.1\r\nHost: x\r\n{presented(server)}\r\n"
    statuses, _ = exchanged(server, first, "GET /v1/me HTTP/1.1", "Host: x", "Connection: close")
    assert statuses == [200, 401]


@pytest.mark.parametrize("line", ["Authorization_: {}", "X-Authorization: {}", "Proxy-Authorization: {}"])
def test_a_key_stands_in_one_header_only(server, line):
    key = server.headers["Authorization"]
    statuses, _ = exchanged(server, "GET /v1/me HTTP/1.1", "Host: x", line.format(key), "Connection: close")
    assert statuses == [401]


@pytest.mark.parametrize("line", ["X-HTTP-Method-Override: DELETE", "X-Original-URL: /v1/me", "X-Rewrite-URL: /v1/me"])
def test_no_header_makes_another_request_of_it(server, line):
    statuses, _ = exchanged(server, "GET /livez HTTP/1.1", "Host: x", line, "Connection: close")
    assert statuses == [200]


# ── paths ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/v1//me",
        "/v1/me/",
        "/V1/me",
        "/v1/./me",
        "/v1/x/../me",
        "/v1/me;x",
        "/v1/me%00",
        "//v1/me",
        "/v1\\me",
        "/docs/assets/../../main.py",
        "/docs/assets/..%2f..%2f..%2fapp/main.py",
        "/docs/assets/%2e%2e/%2e%2e/main.py",
        "/docs/assets/....//....//main.py",
        "/docs/assets//etc/passwd",
        "/docs/assets/",
        "/docs/assets/%00",
        "/web/..%2fmain.py",
        "/web/%2e%2e%2fmain.py",
        "/web//etc/passwd",
        "/v1/batches/..%2f..%2fkeyring/result",
    ],
)
def test_a_roundabout_path_leads_nowhere(server, path):
    for line in ([], [presented(server)]):
        statuses, answer = exchanged(server, f"GET {path} HTTP/1.1", "Host: x", *line, "Connection: close")
        assert statuses in ([404], [400])
        assert b"create_app" not in answer
        assert b"root:" not in answer


@pytest.mark.parametrize("path", ["/v1/m%65", "http://elsewhere/v1/me", "/v1/me?x=/livez", "/v1/me?/../../livez"])
def test_however_a_path_is_written_it_is_guarded(server, path):
    assert exchanged(server, f"GET {path} HTTP/1.1", "Host: x", "Connection: close")[0] == [401]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_without_a_key_the_head_alone_is_refused_too(server, method):
    assert exchanged(server, f"{method} /v1/me HTTP/1.1", "Host: x", "Connection: close")[0] == [401]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "PROPFIND", "get"])
def test_other_methods_tell_nothing(server, method):
    statuses, answer = exchanged(server, f"{method} /v1/me HTTP/1.1", "Host: x", presented(server), "Connection: close")
    assert statuses[0] in (204, 400, 405)
    assert b"district" not in answer
    assert presented(server).encode() not in answer


# ── addresses ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "line",
    [
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-For: 203.0.113.9",
        "Forwarded: for=127.0.0.1",
        "X-Real-IP: 127.0.0.1",
        "Via: 1.1 proxy",
    ],
)
def test_the_numbers_are_not_for_those_behind_a_proxy_on_the_same_machine(server, line):
    asked = ("GET /metrics HTTP/1.1", "Host: x", "Connection: close")
    assert exchanged(server, *asked)[0] == [200]
    assert exchanged(server, *asked, line)[0] == [404]


def test_who_guesses_keys_is_not_somebody_else_by_saying_so(tmp_path):
    settings = deployment(tmp_path)
    application(settings)
    with Server(settings, tmp_path) as server:
        seen = {
            exchanged(
                server,
                "GET /v1/me HTTP/1.1",
                "Host: x",
                f"Authorization: Bearer guess-{number}",
                f"X-Forwarded-For: 203.0.113.{number}",
                "Connection: close",
            )[0][0]
            for number in range(40)
        }
        assert seen == {401, 429}


# ── one client and another ─────────────────────────────────────────────────


def test_an_idempotency_key_of_another_client_is_another_key(tmp_path):
    settings = deployment(tmp_path)
    app = application(settings)
    body, made = screening(store=True), []
    for _ in range(2):
        headers = {**bearer(key_for(settings, "cadre", "341103100201")), "Idempotency-Key": "the-same"}
        answer = TestClient(app, headers=headers).post("/v1/screenings", json=body)
        assert answer.status_code == 201
        assert "idempotency-replayed" not in answer.headers
        made.append(answer.json()["id"])
    assert made[0] != made[1]


@pytest.mark.parametrize("path", ["/v1/me", "/v1/screenings/{id}", "/v1/clients", "/v1/batches", "/v1/handoffs"])
def test_what_one_client_is_told_no_cache_may_keep(app, client, path):
    id = client.post("/v1/screenings", json=screening(store=True)).json()["id"]
    admin = TestClient(app, headers=bearer(key_for(app.state.service.settings, "admin")))
    asking = admin if path == "/v1/clients" else client
    first = asking.get(path.format(id=id))
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    # And nobody learns by a tag whether it is the same still.
    assert "etag" not in first.headers
    assert asking.get(path.format(id=id), headers={"If-None-Match": "*"}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/facts", "/v1/policies", "/v1/units", "/v1/rulepack"])
def test_a_tag_is_no_key(app, client, path):
    tag = client.get(path).headers["etag"]
    assert "public" not in client.get(path).headers["cache-control"]
    assert TestClient(app).get(path, headers={"If-None-Match": tag}).status_code == 401


# ── keys that end ──────────────────────────────────────────────────────────


def test_who_follows_a_list_is_told_no_more_once_their_key_has_ended(tmp_path):
    settings = deployment(tmp_path)
    app = application(settings)
    admin = TestClient(app, headers=bearer(key_for(settings, "admin")))
    key = admin.post("/v1/clients", json={"name": "x", "role": "district"}).json()
    client = TestClient(app, headers=bearer(key["key"]))
    # Nobody screens it: the server's worker does not run here.
    id = accepted(client)
    ended = threading.Event()

    def follow():
        client.get(f"/v1/batches/{id}/events")
        ended.set()

    threading.Thread(target=follow, daemon=True).start()
    assert not ended.wait(2)
    admin.delete(f"/v1/clients/{key['id']}")
    assert ended.wait(REMEMBERED + PATIENCE)


def test_a_key_that_ends_while_it_is_looked_up_is_not_remembered(tmp_path):
    settings = deployment(tmp_path)
    authentication = application(settings).state.service.authentication
    key = key_for(settings).encode()
    read = authentication._database.read

    def slow(work):
        found = read(work)
        authentication.forget()
        return found

    authentication._database.read = slow
    authentication.verify_key(key)
    assert authentication.known(key) is None
    authentication._database.read = read
    authentication.verify_key(key)
    assert authentication.known(key) is not None


def test_a_wrong_key_takes_as_many_questions_as_one_that_nobody_has(tmp_path):
    settings = deployment(tmp_path)
    authentication = application(settings).state.service.authentication
    real, other = key_for(settings), new_key()
    # The id of a key that there is, with another's secret.
    body = real[: real.rindex("_") + 1] + other[other.rindex("_") + 1 : -6]
    asked = []
    event.listen(authentication._database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for wrong in (body + _checksum(body), other):
        with pytest.raises(UnauthorizedError):
            authentication.verify_key(wrong.encode())
    assert asked
    assert asked[: len(asked) // 2] == asked[len(asked) // 2 :]
