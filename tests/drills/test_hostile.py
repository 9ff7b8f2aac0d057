"""Hostile requests, some hundreds; ten thousand of them: `python -m tests.drills hostile`."""

from tests.deployments import deployment
from tests.drills.hostile import attack


def test_no_hostile_request_breaks_the_server_or_is_told_again(tmp_path):
    assert "0 canaries" in attack(deployment(tmp_path), tmp_path, requests=600)
