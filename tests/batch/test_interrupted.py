"""`batch` as a process: ended from outside it leaves nothing behind, and on a terminal it shows how far it is."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batch.crowds import crowd
from tests.command_line import ROOT

EARLIER = b"the earlier result"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list that takes some seconds."""
    return crowd(tmp_path_factory.mktemp("crowd") / "list.parquet", 100_000)


def begin(source: Path, target: Path, **streams: int) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "HUIMIN_NO_VENV": "1", "TMPDIR": str(target.parent), "COLUMNS": "100", "TERM": "xterm"}
    command = [sys.executable, "-m", "app", "batch", str(source), str(target)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, **streams)


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_ended_while_it_writes_it_leaves_nothing_behind(
    tmp_path: Path, source: Path, suffix: str, ended_by: signal.Signals
) -> None:
    target = tmp_path / f"r.{suffix}"
    target.write_bytes(EARLIER)
    process = begin(source, target, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    files = Path(f"/proc/{process.pid}/fd")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        # Begun: one of its files lies where the result will be, named or unnamed.
        if any(str(tmp_path) in link for link in map(read_link, files.iterdir())):
            break
        time.sleep(0.01)
    process.send_signal(ended_by)
    said = b"".join(process.communicate(timeout=60))
    assert process.returncode == 130, said.decode()
    assert b"Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    assert target.read_bytes() == EARLIER


def read_link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def test_a_terminal_shows_phase_rows_rate_and_time_left(tmp_path: Path, source: Path) -> None:
    ours, its = pty.openpty()
    process = begin(source, tmp_path / "r.parquet", stderr=its, stdout=its)
    os.close(its)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65_536)
        except OSError:  # the other end is closed
            break
        if not read:
            break
        shown += read
    os.close(ours)
    assert process.wait(timeout=60) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    assert {phase for phase in ("读取名单", "筛查") if phase in text} == {"读取名单", "筛查"}, text[:500]
    assert re.search(r"━.*[0-9]+/100000 行", text)
    assert re.search(r"[0-9]+/100000 行，每秒 [0-9]+ 行，约剩 0:00:[0-9]{2}", text)
    assert "已写入" in text
