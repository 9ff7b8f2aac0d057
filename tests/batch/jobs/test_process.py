"""The process of a list, watched: whatever it does, its worker is told in time."""

import os
import time
from dataclasses import replace
from typing import Any

import pytest

from app.batch.jobs.process import Limits, Process

ROOMY = Limits(memory=2**40, disk=2**40, free=0, seconds=60)
SAYS = "import json, sys, time; job = json.loads(sys.stdin.readline());"


def last_word(folder, program: str, limits: Limits = ROOMY) -> tuple[dict[str, Any], int]:
    """Return how a process ends that runs *program*, and its number."""
    with Process({"work": str(folder)}, limits, ("-c", SAYS + program)) as process:
        pid, deadline = process._process.pid, time.monotonic() + 30
        while time.monotonic() < deadline:
            said = process.next()
            if {"end", "refused", "broken", "over"} & said.keys():
                return said, pid
    raise AssertionError("nothing was said")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("program", "limits", "told"),
    [
        ("print(json.dumps({'end': job}), flush=True)", ROOMY, "end"),
        ("x = bytearray(300 * 2**20); time.sleep(60)", replace(ROOMY, memory=200 * 2**20), "memory"),
        ("time.sleep(60)", replace(ROOMY, seconds=0.5), "time"),
        ("open(job['work'] + '/x', 'wb').write(b'0' * 10**6); time.sleep(60)", replace(ROOMY, disk=10**5), "disk"),
        ("time.sleep(60)", replace(ROOMY, free=2**60), "full"),
        ("sys.exit(1)", ROOMY, "no last word"),
        ("import os; os.kill(os.getpid(), 11)", ROOMY, "no last word"),
        ("print('no JSON', flush=True); time.sleep(60)", ROOMY, "no last word"),
        ("print('{\"done\": 1', flush=True)", ROOMY, "no last word"),
    ],
)
def test_however_it_ends_the_worker_is_told_and_it_is_gone(tmp_path, program, limits, told):
    said, pid = last_word(tmp_path, program, limits)
    assert told in (*said, *map(str, said.values()))
    assert not is_there(pid)


def test_a_process_whose_worker_is_gone_ends_and_leaves_nothing_in_the_plain(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "list").write_text("plain", encoding="utf-8")
    job = {"work": str(work), "folder": str(tmp_path / "nowhere"), "key": "", "suite": "aes", "id": "x", "day": "x"}
    with Process(job, ROOMY, ("-c", WAITS)) as process:
        assert process._process.stdin is not None
        process._process.stdin.close()
        assert process._process.wait(30) == 3
    assert not work.exists()


WAITS = """
import time
from app.batch.jobs import perform
perform.perform = lambda job: time.sleep(60)
perform.main()
"""
