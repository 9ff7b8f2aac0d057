"""Clients that are slow, or send too much of a head, are parted with; the others do not notice."""

import json
import math
import socket
import time
from contextlib import ExitStack

import pytest

from app.connections import LARGEST_HEAD, MOST_HEADERS, SLOWEST, WINDOW, _Flow
from app.settings import Settings
from tests.api.requests import screening
from tests.api.server import Server
from tests.deployments import deployment

QUICK = """
import sys
from app import connections
connections.HEAD_SECONDS, connections.WINDOW = 1, 2
from app.server import serve
serve('127.0.0.1', int(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with little patience."""
    folder = tmp_path_factory.mktemp("connections")
    with Server(deployment(folder), folder, program=QUICK) as server:
        yield server


@pytest.fixture
def client(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        yield client


def received(client: socket.socket) -> bytes:
    answer = b""
    try:
        while part := client.recv(65536):
            answer += part
    except ConnectionResetError:
        pass
    return answer


def notices(client: socket.socket, drip: bytes) -> bool:
    """Tell whether a client that sends *drip* again and again is cut off within some seconds."""
    try:
        for _ in range(200):
            client.sendall(drip)
            time.sleep(0.1)
    except OSError:
        return True
    return False


def refused(answer: bytes, status: int, type: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"connection: close" in head.lower()
    document = json.loads(body)
    assert document["type"] == f"/problems/{type}"
    assert f"x-request-id: {document['request_id']}".encode() in head.lower()


def test_a_client_that_says_nothing_is_parted_with(client):
    begun = time.monotonic()
    refused(received(client), 408, "request-timeout")
    assert time.monotonic() - begun < 10


def test_a_head_that_drips_is_cut_off(client, server):
    client.sendall(b"GET /livez HTTP/1.1\r\n")
    assert notices(client, b"X-A: b\r\n")
    assert server.ask("GET", "/livez")[0] == 200


def test_a_second_request_that_drips_is_cut_off_too(client):
    client.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
    first = b""
    # Head and body may come one after the other.
    while not first.endswith(b'{"status":"ok"}'):
        first += client.recv(65536)
    assert first.startswith(b"HTTP/1.1 200")
    client.sendall(b"GET /livez HT")
    refused(received(client), 408, "request-timeout")


def test_a_body_that_drips_is_cut_off(client, server):
    client.sendall(server.head("Content-Type: application/json", "Content-Length: 60000"))
    assert notices(client, b" ")


def test_a_client_that_takes_no_answers_is_parted_with(server):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", server.port))
        request = b"GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n"
        client.sendall(request * 8)
        deadline = time.monotonic() + 30
        # What was sent to it is thrown away with the connection: it never sees the end of the eighth.
        time.sleep(6)
        client.settimeout(deadline - time.monotonic())
        answered = received(client)
    assert answered.count(b"HTTP/1.1 200") < 8


def test_a_client_that_takes_a_long_answer_slowly_and_steadily_gets_it(server):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.settimeout(30)
        client.connect(("127.0.0.1", server.port))
        request = b"GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n"
        client.sendall((request + b"\r\n") * 8 + request + b"Connection: close\r\n\r\n")
        answered = b""
        while part := client.recv(65536):
            answered += part
            time.sleep(0.03)
    assert answered.count(b"HTTP/1.1 200") == 9
    assert len(answered) > 9 * 1_500_000


def test_a_head_of_exactly_the_limit_passes_and_one_byte_more_does_not(server):
    for size, status in ((LARGEST_HEAD, 200), (LARGEST_HEAD + 1, 431)):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            start, end = b"GET /livez HTTP/1.1\r\nConnection: close\r\nX: ", b"\r\n\r\n"
            # The parts as they are counted: the path, and four bytes a header beside its name and value.
            counted = len(b"/livez") + len(b"connectionclose") + len(b"x") + 2 * 4
            client.sendall(start + b"a" * (size - counted) + end)
            assert received(client).startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("form", ["one endless header", "one endless address", "headers without end"])
def test_a_head_without_end_is_refused(client, form):
    part = {
        "one endless header": b"a" * 1000,
        "one endless address": b"a" * 1000,
        "headers without end": b"X: y\r\n" * 100,
    }[form]
    client.sendall(b"GET /" + (b"" if "address" in form else b" HTTP/1.1\r\nX: "))
    try:
        for _ in range(100):
            client.sendall(part)
    except OSError:
        return
    refused(received(client), 431, "headers-too-large")


def test_more_headers_than_anybody_needs_are_refused(client):
    client.sendall(b"GET /livez HTTP/1.1\r\n" + b"X: y\r\n" * (MOST_HEADERS + 1) + b"\r\n")
    refused(received(client), 431, "headers-too-large")


def test_what_is_no_http_is_answered_in_our_words(client, server):
    client.sendall(b"hunter2\r\n\r\n")
    answer = received(client)
    refused(answer, 400, "bad-request")
    assert b"hunter2" not in answer
    assert "hunter2" not in server.logged()


def test_others_are_served_while_slow_clients_hang(server):
    with ExitStack() as stack:
        for _ in range(50):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            slow.sendall(server.head("Content-Length: 9", "Content-Type: application/json") + b"{")
        assert server.ask("POST", "/v1/screenings", screening())[0] == 200


def test_more_connections_than_allowed_are_told_that_it_is_busy(tmp_path):
    settings = Settings(data_dir=tmp_path / "data", connections=10)  # type: ignore[call-arg]
    with Server(settings, tmp_path) as server, ExitStack() as stack:
        for _ in range(10):
            held = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
            held.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            assert held.recv(100).startswith(b"HTTP/1.1 200")
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
            answer = received(client)
            refused(answer, 503, "busy")
            assert b"Retry-After: 5" in answer
        held.close()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                assert server.ask("GET", "/livez")[0] == 200
                break
            except (AssertionError, ConnectionError):
                time.sleep(0.05)
        else:
            pytest.fail("a place that became free was not given away")


def test_a_flow_is_slow_when_too_little_moved_in_a_whole_window():
    coming = _Flow()
    enough = SLOWEST * WINDOW
    assert not coming.is_slow(0, 0, drains=False)
    assert not coming.is_slow(WINDOW - 1, 0, drains=False)
    assert not coming.is_slow(WINDOW, enough, drains=False)
    assert coming.is_slow(2 * WINDOW, 2 * enough - 1, drains=False)


def test_what_was_taken_whole_or_is_not_awaited_is_not_slow():
    going = _Flow()
    assert not going.is_slow(0, 100, drains=True)
    assert not going.is_slow(WINDOW / 2, 0, drains=True)
    assert not going.is_slow(WINDOW, 100, drains=True)
    assert not going.is_slow(2 * WINDOW - 1, 100, drains=True)
    assert going.is_slow(2 * WINDOW, 100, drains=True)
    going.rest()
    assert not going.is_slow(math.inf, 100, drains=True)


def test_a_body_that_breaks_the_rules_is_said_while_it_is_read(server, client):
    client.sendall(server.head("Content-Type: application/json", "Transfer-Encoding: chunked") + b"-5\r\n{}\r\n")
    answer = received(client)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"/problems/bad-request" in answer
    assert server.ask("GET", "/livez")[0] == 200
    assert "Traceback" not in server.logged()
