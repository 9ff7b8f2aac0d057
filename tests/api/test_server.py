"""The real server, in a process of its own."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from app.errors import StartError
from app.server import listen
from tests.api.requests import screening
from tests.api.server import Server
from tests.deployments import deployment


@pytest.fixture
def here(tmp_path):
    return deployment(tmp_path)


def test_what_was_acknowledged_survives_a_kill(settings, tmp_path):
    kept: dict[str, bytes] = {}
    statuses = set()

    def write(server: Server) -> None:
        # An answer that is cut short is none: only whole ones count as acknowledged.
        with suppress(OSError, http.client.HTTPException):
            while True:
                status, answer = server.ask("POST", "/v1/screenings", screening(store=True))
                statuses.add(status)
                kept[json.loads(answer)["id"]] = answer

    with Server(settings, tmp_path) as server:
        writers = [threading.Thread(target=write, args=(server,)) for _ in range(3)]
        for writer in writers:
            writer.start()
        while len(kept) < 30:
            assert server.process.poll() is None
        server.kill()
        for writer in writers:
            writer.join(30)
    assert statuses == {201}
    with Server(settings, tmp_path) as server:
        for id, answer in kept.items():
            assert server.ask("GET", f"/v1/screenings/{id}") == (200, answer)
        assert server.ask("GET", "/readyz")[0] == 200


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_does_so_with_code_0(here, tmp_path, how):
    with Server(here, tmp_path) as server:
        assert server.ask("GET", "/livez")[0] == 200
        code, said = server.stop(how)
        assert code == 0
        assert said.endswith("已停止。\n")
        assert "Traceback" not in server.logged()


def test_a_request_under_way_is_finished_before_it_stops(here, tmp_path):
    with Server(here, tmp_path) as server, socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(server.head("Content-Type: application/json", "Content-Length: 34"))
        client.sendall(b'{"household": ')
        assert server.ask("GET", "/livez")[0] == 200
        server.process.send_signal(signal.SIGTERM)
        client.sendall(b'{"members": [{}]} } ')
        assert client.recv(100).startswith(b"HTTP/1.1 201 Created")


def test_a_client_that_sends_five_megabytes_reads_why_they_are_refused(here, tmp_path):
    with Server(here, tmp_path) as server:
        for headers in (
            ["Content-Length: 5242880"],
            ["Content-Type: application/json", "Content-Length: 5242880"],
        ):
            with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
                client.sendall(server.head(*headers))
                client.sendall(b" " * 5242880)
                answer = b""
                while received := client.recv(65536):
                    answer += received
            assert b"application/problem+json" in answer
            assert answer.startswith((b"HTTP/1.1 413", b"HTTP/1.1 415"))


def test_a_body_in_chunks_without_a_length_is_limited_too(here, tmp_path):
    with Server(here, tmp_path) as server, socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(server.head("Content-Type: application/json", "Transfer-Encoding: chunked"))
        for _ in range(20):
            client.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
        client.sendall(b"0\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_second_server_on_the_port_says_so_and_ends(here, tmp_path):
    with Server(here, tmp_path) as server:
        program = f"from app.server import serve; serve('127.0.0.1', {server.port})"
        ended = subprocess.run(
            [sys.executable, "-c", program], check=False, capture_output=True, encoding="utf-8", timeout=60
        )
    assert ended.returncode != 0
    assert f"StartError: 端口 {server.port} 已被占用" in ended.stderr


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 65536, "0至65535"),
        ("127.0.0.1", -1, "0至65535"),
        ("127.0.0.999", 0, "找不到主机"),
        ("192.0.2.1", 0, "本机没有地址"),
    ],
)
def test_an_address_that_cannot_be_had_is_explained(host, port, said, monkeypatch):
    if said == "找不到主机":
        monkeypatch.setattr(socket, "create_server", failing(socket.gaierror("x")))
    with pytest.raises(StartError, match=said):
        listen(host, port)


def failing(error):
    def fail(*_, **__):
        raise error

    return fail


def test_ipv6_is_listened_on():
    with listen("::1", 0) as listener:
        assert listener.family == socket.AF_INET6
