"""Lists over HTTP: taken in, followed, fetched, refused, cancelled and deleted."""

import errno
import json
import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from app.api.batch_shapes import BatchCounts
from app.archive import new_id
from app.models import AuditEvent, Batch
from tests.api.conftest import application
from tests.api.lists import LIST, PATH, accepted, ended, upload
from tests.api.requests import problem
from tests.api.test_metrics import value
from tests.batch.workbooks import write_workbook
from tests.keys import bearer, key_for

WRONG = "".join(f"户{n},1,1980-02-30\n" for n in range(5))
MIXED = f"户编号,人口编号,出生日期\n甲,1,1943-05-01\n{WRONG}丙,1,1990-01-01\n".encode()


def fields(answer: Any) -> set[str]:
    return {error["field"] for error in problem(answer, 422, "invalid-parameter")["errors"]}


@pytest.fixture(scope="module")
def done(client):
    """Return a list that has been screened."""
    return ended(client, accepted(client, MIXED))


def test_a_list_is_screened_and_fetched_in_every_format(client, done, tmp_path):
    assert (done["state"], done["error"]) == ("done", None)
    counts = {name: done["summary"][name] for name in ("rows", "households", "people", "rejected")}
    assert counts == {"rows": 7, "households": 2, "people": 2, "rejected": 5}
    for form, begins in (("xlsx", b"PK"), ("csv", b"\xef\xbb\xbf"), ("parquet", b"PAR1")):
        answer = client.get(done["links"]["result"][form])
        assert answer.content.startswith(begins)
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert "filename*=UTF-8''" in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
        (tmp_path / f"r.{form}").write_bytes(answer.content)
    assert pl.read_parquet(tmp_path / "r.parquet")["household_reference"].unique().sort().to_list() == ["丙", "甲"]


def test_lists_on_further_sheets_are_told(client, tmp_path):
    village = [["户编号", "姓名"], ["甲", "张三"]]
    content = write_workbook(tmp_path / "l.xlsx", village, village).read_bytes()
    (note,) = ended(client, accepted(client, content))["summary"]["notes"]
    assert "第2张工作表也像人员名单，没有读" in note


def test_a_download_that_broke_off_goes_on(client, done):
    path = done["links"]["result"]["xlsx"]
    whole = client.get(path)
    tag, size = whole.headers["etag"], len(whole.content)
    rest = client.get(path, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{size - 1}/{size}"
    part = client.get(path, headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content, part.headers["content-length"]) == (206, whole.content[5:10], "5")
    for headers in (
        {"Range": "bytes=5-9", "If-Range": '"another"'},
        {"Range": "bytes=0-1,5-9"},
        {"Range": "bytes=-5"},
        {"Range": "bytes=9-5"},
        {"Range": "lines=1-2"},
    ):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.content) == (200, whole.content), headers
    beyond = client.get(path, headers={"Range": f"bytes={size}-"})
    problem(beyond, 416, "range-not-satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{size}"


def test_rows_set_aside_are_paged_and_fetched_whole(client, done):
    seen, path = [], f"{PATH}/{done['id']}/rejects?limit=2"
    while path:
        page = client.get(path).json()
        seen += page["rejects"]
        path = page["next"]
    assert [reject["row"] for reject in seen] == [3, 4, 5, 6, 7]
    assert {reject["column"] for reject in seen} == {"出生日期"}
    assert "1980-02-30" not in str(seen)
    assert client.get(f"{PATH}/{done['id']}/rejects?format=csv").text.count("\r\n") == 6


def test_it_is_counted_who_qualifies_in_each_village(client, done):
    counts = client.get(done["links"]["counts"]).json()
    assert BatchCounts.model_validate(counts).model_dump() == counts
    assert sum(place["members"] for place in counts["places"]) == done["summary"]["people"]
    for verdict, count in done["summary"]["verdicts"].items():
        assert sum(sum(policy[verdict]) for policy in counts["policies"]) == count


def test_the_list_goes_once_it_is_screened_and_its_name_is_kept_nowhere(client, done):
    folder = client.app.state.service.batches.files.folder(done["id"])
    deadline = time.monotonic() + 10
    while (folder / "upload").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [path.name for path in folder.iterdir()] == ["attempt-1"]
    assert "赵某某" not in json.dumps(done, ensure_ascii=False)


def test_what_is_kept_of_a_list_is_sealed(stored):
    batches = stored.app.state.service.batches
    batches.worker.stop()
    id = accepted(stored)
    folder = batches.files.folder(id)
    assert b"1943-05-01" not in (folder / "upload").read_bytes()
    batches.worker.start()
    shown = ended(stored, id)
    for path in batches.files.root.rglob("*"):
        if path.is_file():
            assert path.read_bytes()[0] == 0xE2, path.name
            assert path.stat().st_mode & 0o777 == 0o600
        else:
            assert path.stat().st_mode & 0o777 == 0o700
    (row,) = batches.database.read(lambda session: session.scalars(select(Batch)).all())
    assert row.summary[0] == row.key[0] == 0xE1
    damaged = folder / "attempt-1" / "result.csv"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    problem(stored.get(shown["links"]["result"]["csv"]), 500, "damaged-record")
    assert stored.get(shown["links"]["result"]["parquet"]).status_code == 200


def test_an_upload_that_was_damaged_on_the_disk_fails_and_says_so(client):
    batches = client.app.state.service.batches
    batches.worker.stop()
    id = accepted(client)
    file = batches.files.folder(id) / "upload"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    batches.worker.start()
    assert "已损坏" in ended(client, id)["error"]


def test_changes_since_a_result_that_is_uploaded_are_listed(client, done):
    earlier = client.get(done["links"]["result"]["parquet"]).content
    files = {"file": ("l", MIXED.replace(b"1943-05-01", b"1960-05-01")), "since": ("e.parquet", earlier)}
    answer = client.post(PATH, files=files, data={"as_of": "2026-11-23"})
    assert answer.status_code == 202
    shown = ended(client, answer.json()["id"])
    assert (shown["state"], shown["since"], shown["compares"]) == ("done", None, True)
    assert "待核实转为不符合1条" in shown["summary"]["changes"]["text"]
    wrong = client.post(PATH, files={"file": ("l", MIXED), "since": ("e", MIXED)})
    assert "不是以前筛查得到的Parquet结果" in ended(client, wrong.json()["id"])["error"]


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


def test_an_earlier_batch_that_cannot_be_compared_with_is_refused(client, done):
    assert fields(upload(client, since="no-such")) == {"since"}
    assert fields(upload(client, since=done["id"], as_of="2026-11-22")) == {"since"}


# ── following ──


def told(client: Any, id: str, **headers: str) -> list[dict[str, str]]:
    """Return the events that a follower is sent."""
    answer = client.get(f"{PATH}/{id}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block for block in answer.text.strip().split("\n\n") if not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in blocks]


def test_progress_is_followed_to_the_last_event(client):
    events = told(client, accepted(client), **{"Last-Event-ID": "nonsense"})
    assert {event["event"] for event in events[:-1]} <= {"progress"}
    assert events[-1]["event"] == "end"
    assert json.loads(events[-1]["data"])["state"] == "done"
    assert len({event["id"] for event in events}) == len(events), "nothing is told twice"
    problem(client.get(f"{PATH}/nobody/events"), 404, "not-found")


def test_a_server_that_stops_lets_its_followers_go(stored):
    stored.app.state.service.batches.worker.stop()
    id = accepted(stored)
    stored.app.state.service.batches.stopping = True
    assert stored.get(f"{PATH}/{id}/events").text == ""


# ── refused ──


@pytest.mark.parametrize(("content", "said"), [(b"", "空"), (b"PK\x03\x04 cut short", "损坏")])
def test_a_file_that_is_no_list_fails_alone_and_says_why(client, content, said):
    bad, good = accepted(client, content), accepted(client)
    shown = ended(client, bad)
    assert shown["state"] == "failed"
    assert said in shown["error"]
    assert said in problem(client.get(f"{PATH}/{bad}/result"), 409, "conflict")["detail"]
    assert ended(client, good)["state"] == "done"


def test_a_form_that_cannot_be_used_is_explained(client):
    assert fields(client.post(PATH, files={"as_of": (None, "2026-11-23")})) == {"file"}
    assert fields(client.post(PATH, files=[("file", ("a", LIST)), ("file", ("b", LIST))])) == {"file"}
    assert fields(client.post(PATH, files={"file": (None, "text")})) == {"file"}
    assert fields(upload(client, name="x")) == {""}
    twice = {"file": ("a", LIST), "since": ("b", LIST)}
    assert fields(client.post(PATH, files=twice, data={"since": "x"})) == {"since"}
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
    app = application(settings.model_copy(update={"batch_upload_mb": 1}))
    with TestClient(app, headers=app.state.headers) as client:
        answer = upload(client, LIST + b"x" * (2**20 + 70_000))
        assert "1MB" in problem(answer, 413, "content-too-large")["detail"]
        root = client.app.state.service.batches.files.root
        assert not root.exists() or list(root.iterdir()) == []


def test_a_full_disk_is_said_to_be_full(client, monkeypatch):
    batches = client.app.state.service.batches
    monkeypatch.setattr(batches.files, "free", lambda: -1)
    problem(upload(client), 507, "storage-full")
    monkeypatch.undo()
    monkeypatch.setattr(batches.files, "used", lambda: batches.settings.batch_disk_mb * 2**20)
    assert "删除不再需要的批量筛查" in problem(upload(client), 507, "storage-full")["detail"]


def test_a_disk_that_fills_while_a_list_comes_keeps_nothing_of_it(stored, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("app.security.sealedfiles.SealedWriter.write", full)
    problem(upload(stored), 507, "storage-full")
    assert list(stored.app.state.service.batches.files.root.iterdir()) == []


def test_what_is_past_its_time_goes(stored):
    batches = stored.app.state.service.batches
    batches.worker.stop()
    old, new = accepted(stored), accepted(stored)
    stored.post(f"{PATH}/{old}/cancel")
    past = datetime.now(UTC) - timedelta(days=batches.settings.batch_days, seconds=1)
    batches.database.write(lambda session: session.execute(update(Batch).where(Batch.id == old).values(ended_at=past)))
    batches.worker.tidy_up()
    problem(stored.get(f"{PATH}/{old}"), 404, "not-found")
    assert [path.name for path in batches.files.root.iterdir()] == [new]


def test_what_a_crash_has_left_behind_goes(stored):
    batches = stored.app.state.service.batches
    batches.worker.stop()
    waiting, lost, young = accepted(stored), new_id(), new_id()
    for id in (lost, young):
        batches.files.begin(id)
    for id in (waiting, young):
        (batches.files.folder(id) / ".work-x").mkdir()
        (batches.files.folder(id) / ".work-x" / "list").write_bytes(LIST)
    os.utime(batches.files.folder(lost), (0, 0))
    batches.worker.tidy_up()
    assert {path.name for path in batches.files.root.iterdir()} == {waiting, young}
    assert list(batches.files.root.rglob(".work-*")) == []
    assert (batches.files.folder(waiting) / "upload").exists()


def test_the_queue_is_limited(stored):
    batches = stored.app.state.service.batches
    batches.worker.stop()
    batches.settings = batches.settings.model_copy(update={"batch_waiting": 2})
    known = {"Idempotency-Key": "a"}
    first = upload(stored, headers=known)
    ids = [first.json()["id"], accepted(stored)]
    answer = upload(stored)
    problem(answer, 503, "queue-full")
    assert answer.headers["retry-after"]
    assert upload(stored, headers=known).content == first.content, "it was taken in before"
    problem(stored.get(f"{PATH}/{ids[0]}/result"), 409, "conflict")
    cancelled = stored.post(f"{PATH}/{ids[0]}/cancel")
    assert cancelled.json()["state"] == "cancelled"
    assert stored.post(f"{PATH}/{ids[0]}/cancel").status_code == 200
    accepted(stored)
    batches.worker.start()
    assert ended(stored, ids[1])["state"] == "done"
    problem(stored.post(f"{PATH}/{ids[1]}/cancel"), 409, "conflict")


def test_deleting_leaves_nothing(stored):
    stored.app.state.service.batches.worker.stop()
    id = accepted(stored)
    assert stored.delete(f"{PATH}/{id}").status_code == 204
    problem(stored.get(f"{PATH}/{id}"), 404, "not-found")
    problem(stored.delete(f"{PATH}/{id}"), 404, "not-found")
    assert list(stored.app.state.service.batches.files.root.iterdir()) == []


# ── beside ──


def test_what_is_done_with_lists_is_in_the_audit_trail(stored, settings):
    batches = stored.app.state.service.batches
    id = accepted(stored)
    done = ended(stored, id)
    for path in (done["links"]["result"]["csv"], f"{PATH}/{id}/rejects?format=csv"):
        assert stored.get(path).status_code == 200
    village = TestClient(stored.app, headers=bearer(key_for(settings, "cadre", "341103100201")))
    problem(village.get(done["links"]["result"]["csv"]), 404, "not-found")
    batches.worker.stop()
    other = accepted(stored)
    stored.post(f"{PATH}/{other}/cancel")
    stored.delete(f"{PATH}/{id}")
    events = batches.database.read(lambda session: session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all())
    assert [(each.action, each.object) for each in events if each.action.startswith("batch")] == [
        ("batch.uploaded", id),
        ("batch.downloaded", id),
        ("batch.downloaded", id),
        ("batch.uploaded", other),
        ("batch.cancelled", other),
        ("batch.deleted", id),
    ]
    assert all(each.client for each in events if each.action.startswith("batch"))
    assert [refused.object for refused in stored.app.state.service.refusals.due(end=True)] == [id]


def test_lists_are_counted(stored):
    stored.app.state.service.batches.worker.stop()
    first = accepted(stored)
    local = TestClient(stored.app, client=("127.0.0.1", 1))
    assert 0 < value(local, "huimin_batch_queue_seconds") < 60
    stored.app.state.service.batches.worker.start()
    ended(stored, first)
    assert value(local, "huimin_batch_queue_seconds") == 0
    assert value(local, 'huimin_batches_total{state="done"}') == 1
    assert value(local, "huimin_batch_rows_total") == 3


def test_batches_are_listed_page_by_page(stored):
    stored.app.state.service.batches.worker.stop()
    ids = [accepted(stored) for _ in range(3)]
    seen, path = [], f"{PATH}?limit=2"
    while path:
        page = stored.get(path).json()
        seen += [each["id"] for each in page["batches"]]
        path = page["next"]
    assert seen == ids[::-1]


def test_rows_of_another_village_are_set_aside(client):
    here, elsewhere = "341103100201", "341103101201"
    rows = f"甲,1,1943-05-01,{here}\n乙,1,1943-05-01,{elsewhere}\n丙,1,1943-05-01,341103\n丁,1,1943-05-01,\n"
    content = f"户编号,人口编号,出生日期,行政区划代码\n{rows}".encode()
    cadre = bearer(key_for(client.app.state.service.settings, "cadre", here))
    with_cadre = TestClient(client.app, headers=cadre)
    village, district = ended(with_cadre, accepted(with_cadre, content)), ended(client, accepted(client, content))
    assert village["summary"]["households"] == 2
    assert district["summary"]["households"] == 4
    rejects = with_cadre.get(village["links"]["rejects"]).json()["rejects"]
    assert [(each["row"], each["column"]) for each in rejects] == [(3, "行政区划代码"), (4, "行政区划代码")]
    assert "不在这个密钥的范围内" in rejects[0]["message"]


def test_the_template_is_a_list_that_can_be_uploaded(client):
    answer = client.get(f"{PATH}/template")
    assert answer.content.startswith(b"PK")
