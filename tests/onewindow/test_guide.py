"""The guide for integrators is performed: a server, the demonstration platform, curl and Python."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.onewindow.course import Event
from app.onewindow.signatures import SCHEMES, new_secret
from app.onewindow.workdays import calendar
from tests.api.server import Server
from tests.deployments import deployment
from tests.drills.handoffs import free_port, variables_set
from tests.drills.writers import wait_for

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "one-window.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"(?ms)^```\w+ (\S+)\n(.*?)^```$", GUIDE))


def test_every_event_and_scheme_is_told():
    assert re.findall(r"(?m)^\| `(\w+)` \|", GUIDE)[1:] == [event.value for event in Event]
    assert all(f"`{event}` | {event.label} |" in GUIDE for event in Event)
    assert all(f"`{scheme.name}`" in GUIDE for scheme in SCHEMES)


def test_the_years_whose_holidays_are_known_are_told():
    assert [int(year) for year in re.findall(r"现有(\d+)年", GUIDE)] == sorted(calendar().years)


def perform(text, folder, port, **variables):
    """Do what a block says, at *port* instead of the usual one."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text.replace("127.0.0.1:8000", f"127.0.0.1:{port}")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HUIMIN_NO_VENV": "1", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_what_the_guide_says_can_be_done(tmp_path):
    """What the platform is called, `python3`, and where everything listens are this machine's."""
    there = free_port()
    agreed = {
        "HUIMIN_PLATFORM_SECRET": new_secret(),
        "HUIMIN_PLATFORM_URL": f"http://127.0.0.1:{there}/cases",
        "HUIMIN_DATA_DIR": str(tmp_path / "data"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with variables_set(agreed), Server(deployment(tmp_path), tmp_path) as server:
        (started,) = [line for line in BLOCKS["platform"].splitlines() if "demo-platform --port" in line]
        command = started.removesuffix(" &").replace("8100", str(there)).replace("8000", str(server.port))
        with subprocess.Popen(
            [sys.executable, *command.split()[1:]],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HUIMIN_NO_VENV": "1"},
            stdout=subprocess.PIPE,
        ) as platform:
            try:
                assert platform.stdout is not None
                assert f":{there}/cases" in platform.stdout.readline().decode()
                remember = '\necho "KEY=$KEY" > keys; echo "ID=$ID" >> keys\n'
                perform(BLOCKS["hand-over"] + remember, tmp_path, server.port)
                look = "source ./keys\n" + BLOCKS["look"]

                def all_approved():
                    return perform(look, tmp_path, server.port).count('"state":"approved"') >= 3

                wait_for(all_approved, "the cases do not end", seconds=60, pause=1)
                assert (tmp_path / "notice.pdf").read_bytes().startswith(b"%PDF-")
                handoff = re.search(r'"id":"([0-9a-f-]{36})"', perform(look, tmp_path, server.port))
                assert handoff is not None
                program = BLOCKS["receipt"].replace("8000", str(server.port))
                # It has ended, which a receipt of now cannot change: that is told to who signed rightly.
                done = subprocess.run(
                    [sys.executable, "-c", program],
                    env={**os.environ, "HANDOFF": handoff[1]},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert "HTTP Error 409" in done.stderr
            finally:
                platform.kill()
