"""The server is killed at random moments under load: what it acknowledged is there, once."""

import random
import time
from pathlib import Path

from app.database import upgrade
from app.settings import Settings
from tests.api.server import Server
from tests.drills.kept import is_sound, screenings
from tests.drills.writers import Writers, missing
from tests.keys import key_for

LATEST = 0.5
"""Seconds after its start by which the server is killed."""


def kill(settings: Settings, folder: Path, times: int, writers: int = 8) -> str:
    """Kill the server so often; return the figures."""
    moments = random.Random(7)
    upgrade(settings)
    # One for all: a repetition is told by the client that sends it.
    key = key_for(settings)
    with Writers(writers) as clients:
        for _ in range(times):
            with Server(settings, folder, key=key) as server:
                clients.server = server
                time.sleep(moments.uniform(0, LATEST))
            clients.server = None
        last = Server(settings, folder, key=key)
        clients.server = last
    with last:
        lost = missing(last, clients.acknowledged)
        assert lost == [], f"{len(lost)} of {len(clients.acknowledged)} acknowledged screenings are not there"
        stored = screenings(settings)
        assert stored == len(clients.acknowledged), f"{stored} stored for {len(clients.acknowledged)} requests"
        assert set(clients.statuses) == {201}, clients.statuses
        assert is_sound(settings)
        log = last.logged()
        assert "Traceback" not in log
    return f"killed {times} times: {stored} screenings acknowledged, each there once, byte for byte"
