"""Uploads that were acknowledged survive: real servers, killed while they work."""

import http.client
import json
import time
from pathlib import Path
from typing import Any

import polars as pl

from app.batch.jobs.worker import OVER
from tests.api.server import Server
from tests.api.test_batches import LIST
from tests.batch import registers
from tests.deployments import deployment

PATH = "/v1/batches"


def uploaded(server: Server, content: bytes) -> str:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="l"\r\n\r\n' + content + b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("POST", PATH, body, {"Content-Type": "multipart/form-data; boundary=x"})
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


def large(folder: Path, people: int = 20_000) -> bytes:
    return registers.register(folder / "large.csv", people, "keys", "csv").read_bytes()


def test_a_server_killed_at_any_moment_loses_no_acknowledged_list(settings, tmp_path):
    content = large(tmp_path)
    with Server(settings, tmp_path) as server:
        ids = [uploaded(server, content), uploaded(server, LIST)]
        until(server, ids[0], "running")
        server.kill()
    with Server(settings, tmp_path) as server:
        third = uploaded(server, LIST)
        server.kill()
    with Server(settings, tmp_path) as server:
        for id in (*ids, third):
            assert until(server, id, "done", "failed")["state"] == "done"
            made = list((settings.data_dir / "batches" / id).rglob("result.parquet"))
            assert len(made) == 1
            assert server.ask("GET", f"{PATH}/{id}/result?format=parquet")[1] == made[0].read_bytes()
        people = pl.read_parquet(next((settings.data_dir / "batches" / ids[0]).rglob("result.parquet")))
        assert people.select("household_reference", "member_reference", "policy").is_unique().all()


def test_two_servers_share_the_work_and_never_a_list(settings, tmp_path):
    (tmp_path / "other").mkdir()
    with Server(settings, tmp_path) as one, Server(settings, tmp_path / "other") as other:
        ids = [uploaded(one if n % 2 else other, LIST) for n in range(6)]
        for id in ids:
            found = until(one, id, "done", "failed")
            assert (found["state"], found["attempts"]) == ("done", 1)
            assert shown(other, id) == found


def test_a_list_that_takes_too_much_memory_fails_alone(tmp_path):
    here = deployment(tmp_path).model_copy(update={"batch_memory_mb": 256})
    content = large(tmp_path, 150_000)
    with Server(here, tmp_path) as server:
        heavy, light = uploaded(server, content), uploaded(server, LIST)
        found = until(server, heavy, "done", "failed")
        assert (found["state"], found["error"], found["attempts"]) == ("failed", OVER["memory"], 2)
        assert until(server, light, "done", "failed")["state"] == "done"
        assert server.ask("GET", "/livez")[0] == 200


def test_a_running_list_is_cancelled_and_a_stopped_server_gives_it_back(tmp_path):
    here = deployment(tmp_path)
    content = large(tmp_path, 100_000)
    with Server(here, tmp_path) as server:
        id = uploaded(server, content)
        until(server, id, "running")
        code, _ = server.stop()
        assert code == 0
    with Server(here, tmp_path) as server:
        assert until(server, id, "running", "done")["attempts"] == 1
        assert server.ask("POST", f"{PATH}/{id}/cancel")[0] in (200, 409)
        assert until(server, id, "cancelled", "done")["ended_at"]
