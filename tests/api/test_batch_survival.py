"""Uploads that were acknowledged survive: real servers, killed while they work."""

import http.client
import json
import os
import random
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from app.server import GRACE
from tests.api.lists import LIST
from tests.api.server import Server
from tests.batch import registers
from tests.deployments import deployment

PATH = "/v1/batches"
HASTY = (
    "import sys; from app.batch.jobs import states, worker; states.LEASE = worker.LEASE = 2; worker.RENEW = 0.2;"
    "from app.server import serve; serve('127.0.0.1', int(sys.argv[1]))"
)
"""A server that takes over after two seconds what a killed one has left."""


def hasty(settings: Any, folder: Path) -> Server:
    folder.mkdir(exist_ok=True)
    return Server(settings, folder, program=HASTY)


def uploaded(server: Server, content: bytes) -> str:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="l"\r\n\r\n' + content + b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", PATH, body, {**server.headers, "Content-Type": "multipart/form-data; boundary=x"})
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    assert response.status == 202, answer
    return str(json.loads(answer)["id"])


def shown(server: Server, id: str) -> dict[str, Any]:
    status, answer = server.ask("GET", f"{PATH}/{id}")
    assert status == 200
    return dict(json.loads(answer))


def until(server: Server, id: str, *states: str) -> dict[str, Any]:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        found = shown(server, id)
        if found["state"] in states:
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def children(server: Server) -> list[int]:
    threads = Path(f"/proc/{server.process.pid}/task")
    return [int(child) for found in threads.glob("*/children") for child in found.read_text().split()]


def has_process(server: Server) -> bool:
    """Tell whether a server screens a list."""
    return bool(children(server))


def process_of(server: Server) -> int:
    """Return the process in which the server's list is screened, once there is one."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := children(server):
            return found[0]
        time.sleep(0.05)
    raise AssertionError("no list is being screened")


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> bytes:
    """A list that takes a second or two."""
    return registers.register(tmp_path_factory.mktemp("lists") / "large.csv", 5_000, "keys", "csv").read_bytes()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("survival")
    with hasty(deployment(folder), folder) as server:
        yield server


def test_a_server_stopped_or_killed_at_any_moment_loses_no_acknowledged_list(tmp_path, large):
    settings = deployment(tmp_path)
    with hasty(settings, tmp_path) as server:
        first, second = uploaded(server, large), uploaded(server, LIST)
        until(server, first, "running")
        begun = time.monotonic()
        assert server.stop(signal.SIGTERM)[0] == 0
        assert time.monotonic() - begun < GRACE
    with hasty(settings, tmp_path) as server:
        assert until(server, first, "running")["attempts"] == 1, "what was given back does not count"
        server.kill()
    gone = time.monotonic() + 10
    while list(settings.data_dir.rglob(".work-*")):
        assert time.monotonic() < gone, "what lies in the plain goes with its worker"
        time.sleep(0.05)
    with hasty(settings, tmp_path) as server:
        assert until(server, first, "done", "failed")["attempts"] == 2
        for id in (first, second):
            assert until(server, id, "done", "failed")["state"] == "done"
            made = list((settings.data_dir / "batches" / id).rglob("result.parquet"))
            assert len(made) == 1
            status, result = server.ask("GET", f"{PATH}/{id}/result?format=parquet")
            assert status == 200
            people = pl.read_parquet(result)
            assert people.select("household_reference", "member_reference", "policy").is_unique().all()


def test_two_servers_share_the_work_and_one_takes_over_what_the_other_leaves(tmp_path, postgres_url, large):
    settings = deployment(tmp_path, postgres_url)
    with hasty(settings, tmp_path / "one") as one, hasty(settings, tmp_path / "other") as other:
        ids = [uploaded(one if n % 2 else other, LIST) for n in range(4)]
        for id in ids:
            found = until(one, id, "done", "failed")
            assert (found["state"], found["attempts"]) == ("done", 1)
            assert shown(other, id) == found
        id = uploaded(one, large)
        until(one, id, "running")
        holder, heir = (one, other) if has_process(one) else (other, one)
        holder.kill()
        found = until(heir, id, "done", "failed")
        assert (found["state"], found["attempts"]) == ("done", 2)


def test_a_list_whose_process_is_killed_again_and_again_fails_alone(server, large):
    poisoned, good = uploaded(server, large), uploaded(server, LIST)
    for attempt in (1, 2):
        while until(server, poisoned, "running")["attempts"] < attempt:
            time.sleep(0.05)
        os.kill(process_of(server), signal.SIGKILL)
    found = until(server, poisoned, "done", "failed")
    assert (found["state"], found["attempts"]) == ("failed", 2)
    assert "程序出错" in found["error"]
    assert until(server, good, "done", "failed")["state"] == "done"
    assert server.ask("GET", "/livez")[0] == 200


def test_a_running_list_is_cancelled(server, large):
    id = uploaded(server, large)
    until(server, id, "running")
    assert server.ask("POST", f"{PATH}/{id}/cancel")[0] == 200
    assert until(server, id, "cancelled", "done")["state"] == "cancelled"
    assert not list((server.settings.data_dir / "batches" / id).iterdir())


def test_an_upload_that_breaks_off_leaves_nothing(server):
    root = server.settings.data_dir / "batches"
    before = set(root.glob("*"))
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(server.head("Content-Type: multipart/form-data; boundary=x", "Content-Length: 99999", path=PATH))
        client.sendall(b'--x\r\nContent-Disposition: form-data; name="file"; filename="l"\r\n\r\n' + LIST)
        appeared = time.monotonic() + 10
        while set(root.glob("*")) == before:
            assert time.monotonic() < appeared
            time.sleep(0.02)
    gone = time.monotonic() + 10
    while set(root.glob("*")) != before:
        assert time.monotonic() < gone
        time.sleep(0.02)


def test_who_reconnects_is_not_told_again_what_is_known(server, large):
    id = uploaded(server, large)
    first = followed(server, id, most=1)
    rest = followed(server, id, **{"Last-Event-ID": first[0]["id"]})
    assert first[0]["id"] not in {event["id"] for event in rest}
    assert rest[-1]["event"] == "end"
    assert json.loads(rest[-1]["data"])["state"] == "done"
    assert {json.loads(event["data"])["phase"] for event in rest[:-1]} & {"reading", "screening", "writing"}


def followed(server: Server, id: str, most: int | None = None, **headers: str) -> list[dict[str, str]]:
    """Return what a follower of a list is told until the end, or *most* events of it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", f"{PATH}/{id}/events", headers={**server.headers, **headers})
    response = connection.getresponse()
    found: list[dict[str, str]] = []
    event: dict[str, str] = {}
    for line in iter(response.readline, b""):
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            event[name] = value
        elif "id" in event:
            found.append(event)
            event = {}
        if len(found) == most:
            break
    connection.close()
    return found


def test_a_list_handed_over_while_servers_are_killed_makes_each_case_once(tmp_path, large):
    settings, chance = deployment(tmp_path), random.Random(4)
    server = hasty(settings, tmp_path)
    try:
        id = uploaded(server, large)
        qualifying = until(server, id, "done")["summary"]["qualifying"]
        cases: list[str] = []
        screened: set[str] = set()
        after, page, kills = None, 0, 0
        while page == 0 or after is not None:
            order = {"policies": ["disability-venue-fee-waiver"], **({} if after is None else {"after": after})}
            if page % 4 == 1:
                threading.Timer(chance.uniform(0, 0.25), server.process.kill).start()
            while True:
                try:
                    status, answer = server.ask(
                        "POST", f"{PATH}/{id}/handoffs", order, **{"Idempotency-Key": f"p{page}"}
                    )
                    break
                except (OSError, http.client.HTTPException):
                    server.kill()
                    server, kills = hasty(settings, tmp_path), kills + 1
            assert status == 201, answer
            told = json.loads(answer)
            cases += [case["id"] for case in told["handoffs"]]
            screened |= {case["screening"] for case in told["handoffs"]}
            after, page = told["next"], page + 1
        assert kills > 0
        assert 200 < len(cases) == len(set(cases))
        assert len(screened) <= qualifying
        status, answer = server.ask("GET", "/v1/worklists")
        assert sum(count["open"] for count in json.loads(answer)["counts"]) == len(cases)
    finally:
        server.kill()
