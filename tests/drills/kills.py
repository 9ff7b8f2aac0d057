"""The server is killed at random moments under load: what it acknowledged is there, once."""

import json
import random
import time
from collections import Counter
from pathlib import Path

from app.database import upgrade
from app.settings import Settings
from tests.api.server import Server
from tests.drills.kept import is_sound, lists, screenings, trail
from tests.drills.writers import Writers, missing, wait_for
from tests.keys import key_for

MOST_LISTS = 40
LATEST = 1.5
"""Seconds after its start by which the server is killed."""


def kill(settings: Settings, folder: Path, times: int, writers: int = 8) -> str:
    """Kill the server so often; return the figures."""
    moments = random.Random(7)
    upgrade(settings)
    # One for all: a repetition is told by the client that sends it.
    key = key_for(settings)
    settings = settings.model_copy(update={"batch_waiting": MOST_LISTS})
    with Writers(writers, lists=min(times, MOST_LISTS)) as clients:
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
        assert set(clients.statuses) == {201, 202}, clients.statuses
        ended = _ended(last, clients)
        kept = lists(settings)
        assert kept == len(clients.lists), f"{kept} lists for {len(clients.lists)} that were acknowledged"
        assert is_sound(settings)
        events, troubles = trail(settings)
        assert troubles == []
        log = last.logged()
        assert "Traceback" not in log
    return (
        f"killed {times} times: {stored} screenings acknowledged, each there once, byte for byte; {kept} lists "
        f"acknowledged, each there once, {ended['done']} of them screened; audit trail of {events} events verified"
    )


def _ended(server: Server, clients: Writers) -> Counter[str]:
    """Wait for the end of every list that was acknowledged; return how many came to which."""
    states: dict[str, str] = {}
    ids = [json.loads(body)["id"] for body in clients.lists.values()]

    def all_ended() -> bool:
        for id in ids:
            status, answer = server.ask("GET", f"/v1/batches/{id}")
            assert status == 200, f"list {id} is not there"
            states[id] = json.loads(answer)["state"]
        return not {"waiting", "running"} & set(states.values())

    wait_for(all_ended, "lists do not end", seconds=300, pause=0.5)
    return Counter(states.values())
