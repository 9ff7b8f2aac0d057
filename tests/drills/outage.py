"""PostgreSQL is killed and restarted under writers: nothing acknowledged is lost, and the service goes on by itself."""

import time
from pathlib import Path

from app.settings import Settings
from tests.api.server import Server
from tests.drills.kept import screenings
from tests.drills.writers import Writers, missing
from tests.postgres import PostgreSQL

AWAY = 1.0


def cut_off(postgres: PostgreSQL, settings: Settings, folder: Path, times: int, writers: int = 8) -> str:
    """Kill PostgreSQL so often; return the figures."""
    back: list[float] = []
    with Server(settings, folder) as server:
        with Writers(writers) as clients:
            clients.server = server
            for _ in range(times):
                clients.wait_for_more(2 * writers)
                postgres.kill()
                time.sleep(AWAY)
                refused = clients.statuses[503]
                postgres.start()
                begun = time.monotonic()
                clients.wait_for_more(1)
                back.append(time.monotonic() - begun)
                assert refused, "clients were told nothing while the database was away"
        lost = missing(server, clients.acknowledged)
        assert lost == [], f"{len(lost)} of {len(clients.acknowledged)} acknowledged screenings are not there"
        stored = screenings(settings)
        assert stored == len(clients.acknowledged), f"{stored} stored for {len(clients.acknowledged)} requests"
        assert set(clients.statuses) <= {201, 503}, clients.statuses
        assert clients.without_retry_after == 0
        assert server.ask("GET", "/readyz")[0] == 200
    return (
        f"PostgreSQL killed {times} times under {writers} writers: {stored} acknowledged, each there once; "
        f"{clients.statuses[503]} answers 503 with Retry-After; writes went on within {max(back) * 1000:.0f} ms of its return"
    )
