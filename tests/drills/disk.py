"""The disk fills up under writers: it is said, nothing is spoilt, and with room again it goes on."""

import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settings import Settings
from tests.api.server import Server
from tests.drills.kept import is_sound, screenings
from tests.drills.writers import BODY, Writers, missing, send, wait_for

SIZE = 48 * 2**20


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a small disk in memory; needs a mount namespace of one's own, or root."""
    place = folder / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill_up(settings: Settings, folder: Path, times: int, writers: int = 8) -> str:
    """Fill the disk under *settings*' data folder so often; return the figures."""
    ballast = settings.data_dir / ".ballast"
    with Server(settings, folder) as server:
        with Writers(writers) as clients:
            clients.server = server
            for _ in range(times):
                clients.wait_for_more(writers)
                _fill(ballast)
                refused = _refused(clients.statuses)
                wait_for(lambda seen=refused: _refused(clients.statuses) > seen, "the full disk was not said")
                time.sleep(0.5)
                status, _, _ = send(server, "POST", "/v1/screenings", BODY[:-1] + b', "store": false}')
                assert status == 200, "what is not stored needs no disk"
                assert server.ask("GET", "/readyz")[0] == 503
                ballast.unlink()
                clients.wait_for_more(1)
        told = clients.statuses
        lost = missing(server, clients.acknowledged)
        assert lost == [], f"{len(lost)} of {len(clients.acknowledged)} acknowledged screenings are not there"
        stored = screenings(settings)
        assert stored == len(clients.acknowledged), f"{stored} stored for {len(clients.acknowledged)} requests"
        assert set(told) <= {201, 503, 507}, told
        assert clients.without_retry_after == 0
        assert server.ask("GET", "/readyz")[0] == 200
    assert is_sound(settings)
    return (
        f"disk filled {times} times under {writers} writers: {stored} acknowledged, each there once; "
        f"{told[507]} answers 507 and {told[503]} answers 503, all with Retry-After; the database is sound"
    )


def _refused(statuses: "Counter[int]") -> int:
    return statuses[507] + statuses[503]


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for part in (2**20, 2**12):
            try:
                while True:
                    file.write(b"\0" * part)
            except OSError:
                continue
