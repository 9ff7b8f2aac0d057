"""Lists over HTTP: taken in, followed, fetched, refused, cancelled and deleted."""

import json
import time
from typing import Any

import polars as pl
import pytest
from starlette.testclient import TestClient

from tests.api.conftest import application
from tests.api.requests import problem

PATH = "/v1/batches"
LIST = "户编号,人口编号,出生日期\n甲,1,1943-05-01\n乙,1,1980-02-30\n丙,1,1990-01-01\n".encode()
NAME = "赵某某的名单.csv"


def upload(client: Any, content: bytes = LIST, **fields: str) -> Any:
    return client.post(PATH, files={"file": (NAME, content)}, data={"as_of": "2026-11-23", **fields})


def accepted(client: Any, content: bytes = LIST, **fields: str) -> str:
    answer = upload(client, content, **fields)
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"{PATH}/{answer.json()['id']}"
    return str(answer.json()["id"])


def ended(client: Any, id: str) -> dict[str, Any]:
    """Wait for the end of a batch, and return it."""
    for _ in range(600):
        shown = client.get(f"{PATH}/{id}").json()
        if shown["ended_at"] is not None:
            return dict(shown)
        time.sleep(0.1)
    raise AssertionError(shown)


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in problem(answer, 422, "invalid-parameter")["errors"]}


def test_a_list_is_screened_and_fetched_in_every_format(stored, tmp_path):
    id = accepted(stored)
    shown = ended(stored, id)
    assert (shown["state"], shown["error"]) == ("done", None)
    counts = {name: shown["summary"][name] for name in ("rows", "households", "people", "rejected")}
    assert counts == {"rows": 3, "households": 2, "people": 2, "rejected": 1}
    for form, begins in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("parquet", b"PAR1")):
        answer = stored.get(shown["links"]["result"][form])
        assert answer.content.startswith(begins)
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert "filename*=UTF-8''" in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
        (tmp_path / f"r.{form}").write_bytes(answer.content)
    assert pl.read_parquet(tmp_path / "r.parquet")["household_reference"].unique().sort().to_list() == ["丙", "甲"]


def test_rows_set_aside_are_paged_and_fetched_whole(stored):
    rows = "".join(f"户{n},1,1980-02-30\n" for n in range(5))
    id = accepted(stored, f"户编号,人口编号,出生日期\n甲,1,1943-05-01\n{rows}".encode())
    ended(stored, id)
    seen, path = [], f"{PATH}/{id}/rejects?limit=2"
    while path:
        page = stored.get(path).json()
        seen += page["rejects"]
        path = page["next"]
    assert [reject["row"] for reject in seen] == [3, 4, 5, 6, 7]
    assert {reject["column"] for reject in seen} == {"出生日期"}
    assert "1980-02-30" not in str(seen)
    assert stored.get(f"{PATH}/{id}/rejects?format=csv").text.count("\r\n") == 6


def test_changes_since_an_earlier_batch_are_listed(stored):
    earlier = accepted(stored)
    assert ended(stored, earlier)["state"] == "done"
    problem(stored.get(f"{PATH}/{earlier}/changes"), 409, "conflict")
    later = accepted(stored, LIST.replace(b"1943-05-01", b"1960-05-01"), since=earlier)
    assert stored.delete(f"{PATH}/{earlier}").status_code == 204, "the comparison has its own"
    shown = ended(stored, later)
    assert (shown["state"], shown["since"]) == ("done", earlier)
    assert "待核实转为不符合1条" in shown["summary"]["changes"]["text"]
    for form in ("xlsx", "csv", "parquet"):
        assert stored.get(shown["links"]["changes"][form]).status_code == 200


def test_an_earlier_batch_that_cannot_be_compared_with_is_refused(stored):
    assert fields(upload(stored, since="no-such")) == {"since"}
    later = accepted(stored, as_of="2026-11-24")
    ended(stored, later)
    assert fields(upload(stored, since=later)) == {"since"}


def test_progress_is_followed_to_the_last_event(stored):
    id = accepted(stored)
    said = stored.get(f"{PATH}/{id}/events", headers={"Last-Event-ID": "nonsense"})
    assert said.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in said.text.strip().split("\n\n") if not block.startswith(":")]
    assert events[-1][0] == "event: end"
    assert json.loads(events[-1][1].removeprefix("data: "))["state"] == "done"
    problem(stored.get(f"{PATH}/nobody/events"), 404, "not-found")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空"),
        (b"<!doctype html><html><body>login</body></html>", "网页"),
        ("姓名,年龄\n某,3\n".encode(), "户编号"),
        (b"PK\x03\x04 cut short", "损坏"),
    ],
)
def test_a_file_that_is_no_list_fails_alone_and_says_why(stored, content, said):
    shown = ended(stored, accepted(stored, content))
    assert shown["state"] == "failed"
    assert said in shown["error"]
    assert said in problem(stored.get(f"{PATH}/{shown['id']}/result"), 409, "conflict")["detail"]
    assert ended(stored, accepted(stored))["state"] == "done"


def test_a_form_that_cannot_be_used_is_explained(client):
    assert fields(client.post(PATH, files={"as_of": (None, "2026-11-23")})) == {"file"}
    assert fields(client.post(PATH, files=[("file", ("a", LIST)), ("file", ("b", LIST))])) == {"file"}
    assert fields(client.post(PATH, files={"file": (None, "text")})) == {"file"}
    assert fields(upload(client, name="x")) == {""}
    for day in ("2026-02-30", "1999-01-01", "23.11.2026"):
        answer = upload(client, as_of=day)
        assert fields(answer) == {"as_of"}
        assert day not in answer.text
    problem(client.post(PATH, json={}), 415, "unsupported-media-type")
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    problem(client.post(PATH, content=b"--x\r\nnonsense", headers=headers), 400, "malformed-upload")


def test_nothing_stays_of_a_refused_upload(stored):
    upload(stored, as_of="never")
    root = stored.app.state.service.batches.files.root
    assert list(root.iterdir()) == []


def test_an_upload_over_the_limit_is_refused(settings):
    small = settings.model_copy(update={"batch_upload_mb": 1})
    with TestClient(application(small)) as client:
        answer = upload(client, LIST + b"x" * (2**20 + 70_000))
        assert "1MB" in problem(answer, 413, "content-too-large")["detail"]
        root = client.app.state.service.batches.files.root
        assert not root.exists() or list(root.iterdir()) == []


def test_the_queue_is_limited(stored):
    batches = stored.app.state.service.batches
    batches.worker.stop()
    batches.settings = batches.settings.model_copy(update={"batch_waiting": 2})
    ids = [accepted(stored) for _ in range(2)]
    answer = upload(stored)
    problem(answer, 503, "queue-full")
    assert answer.headers["retry-after"]
    problem(stored.get(f"{PATH}/{ids[0]}/result"), 409, "conflict")
    cancelled = stored.post(f"{PATH}/{ids[0]}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    assert stored.post(f"{PATH}/{ids[0]}/cancel").status_code == 200
    accepted(stored)
    batches.worker.start()
    assert ended(stored, ids[1])["state"] == "done"
    problem(stored.post(f"{PATH}/{ids[1]}/cancel"), 409, "conflict")


def test_deleting_leaves_nothing(stored):
    id = accepted(stored)
    ended(stored, id)
    assert stored.delete(f"{PATH}/{id}").status_code == 204
    problem(stored.get(f"{PATH}/{id}"), 404, "not-found")
    problem(stored.delete(f"{PATH}/{id}"), 404, "not-found")
    assert list(stored.app.state.service.batches.files.root.iterdir()) == []


def test_the_list_goes_once_it_is_screened_and_its_name_is_kept_nowhere(stored):
    id = accepted(stored)
    shown = ended(stored, id)
    folder = stored.app.state.service.batches.files.folder(id)
    deadline = time.monotonic() + 10
    while (folder / "upload").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [path.name for path in folder.iterdir()] == ["attempt-1"]
    assert "赵某某" not in json.dumps(shown, ensure_ascii=False)


def test_batches_are_listed_page_by_page(stored):
    ids = [accepted(stored) for _ in range(3)]
    seen, path = [], f"{PATH}?limit=2"
    while path:
        page = stored.get(path).json()
        seen += [each["id"] for each in page["batches"]]
        path = page["next"]
    assert seen == ids[::-1]


def test_the_template_is_a_list_that_can_be_uploaded(client):
    answer = client.get(f"{PATH}/template")
    assert answer.content.startswith(b"PK")
