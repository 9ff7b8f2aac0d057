"""The drills, in short; how to run them at length stands in the README."""

import shutil
import subprocess
import sys

import pytest

from tests.deployments import deployment, settings
from tests.drills.handoffs import hand_over_and_fail
from tests.drills.kills import kill
from tests.drills.outage import cut_off

__all__ = ["settings"]


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_after_kills(settings, tmp_path):
    assert "each there once" in kill(settings, tmp_path, times=4)


@pytest.mark.slow
def test_a_killed_postgresql_costs_nothing_that_was_acknowledged(postgres, postgres_url, tmp_path):
    assert "each there once" in cut_off(postgres, deployment(tmp_path, postgres_url), tmp_path, times=1)


@pytest.mark.slow
def test_whatever_fails_each_hand_off_is_one_case_that_ends_rightly(tmp_path):
    assert "each once; all approved" in hand_over_and_fail(deployment(tmp_path), tmp_path, 16, pause=2, outage=2)


@pytest.mark.slow
def test_a_full_disk_is_said_and_survived():
    allowed = shutil.which("unshare") and subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
        check=False, capture_output=True,
    ).returncode == 0  # fmt: skip
    if not allowed:
        pytest.skip("needs `unshare --mount`: run as root, or where user namespaces are allowed")
    done = subprocess.run(
        [sys.executable, "-m", "tests.drills", "disk", "--times", "1"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "the database is sound" in done.stdout
