"""Sustained load: the server answers for minutes at 70 % of what it can, without an error and without growing."""

import http.client
import json
import random
import statistics
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from app.settings import Settings
from tests.api.server import Server
from tests.benchmarks.households import households
from tests.drills.writers import send

SHARE: Final = 0.7
CLIENTS: Final = 8
CALIBRATION: Final = 15.0
"""Seconds for which the maximum is measured."""
HOUSEHOLDS: Final = 1000
SAMPLE: Final = 1.0
MEGABYTE: Final = 2**20


class Request(NamedTuple):
    """One request."""

    method: str
    path: str
    body: bytes | None = None


class Crowd:
    """Clients that keep their connections and ask as a district does: mostly screenings, a fifth of them stored."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._bodies = [
            json.dumps({"as_of": "2026-11-23", "store": number % 5 == 0, "household": household}).encode()
            for number, household in enumerate(households(HOUSEHOLDS, seed=7))
        ]
        self._lock = threading.Lock()
        self.seconds: list[float] = []
        """From when a request was due to the end of its answer."""
        self.statuses: Counter[str] = Counter()

    def meet_all(self) -> None:
        """Ask once about every household: what is remembered of them is no growth later."""
        for body in self._bodies:
            status, _, _ = send(self._server, "POST", "/v1/screenings", body)
            assert status in (200, 201)

    def run(self, seconds: float, rate: float | None = None) -> float:
        """Ask for so long, at *rate* requests a second or as fast as answers come; return how many there were a second."""
        self.seconds, self.statuses = [], Counter()
        begun = time.monotonic()
        threads = [
            threading.Thread(target=self._ask, args=(number, begun, begun + seconds, rate), daemon=True)
            for number in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return len(self.seconds) / (time.monotonic() - begun)

    def _ask(self, client: int, begun: float, end: float, rate: float | None) -> None:
        chance = random.Random(client)
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=60)
        headers = {"Content-Type": "application/json", **self._server.headers}
        taken: list[float] = []
        told: Counter[str] = Counter()
        stored: list[str] = []
        count = 0
        while (now := time.monotonic()) < end:
            # A request that is late counts from when it was due: a slow answer does not hide those behind it.
            due = now if rate is None else begun + (client + count * CLIENTS) / rate
            if due > now:
                time.sleep(due - now)
            count += 1
            request = self._next(chance, stored)
            try:
                connection.request(request.method, request.path, request.body, headers)
                answer = connection.getresponse()
                body = answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException) as error:
                told[type(error).__name__] += 1
                connection.close()
                continue
            taken.append(time.monotonic() - due)
            told["good" if status in (200, 201) else str(status)] += 1
            if status == 201 and len(stored) < 100:
                stored.append(json.loads(body)["id"])
        connection.close()
        with self._lock:
            self.seconds += taken
            self.statuses += told

    def _next(self, chance: random.Random, stored: list[str]) -> Request:
        dice = chance.random()
        if dice < 0.05:
            return Request("GET", "/v1/policies")
        if dice < 0.1 and stored:
            return Request("GET", f"/v1/screenings/{chance.choice(stored)}")
        return Request("POST", "/v1/screenings", chance.choice(self._bodies))


def sustain(settings: Settings, folder: Path, minutes: float) -> str:
    """Keep the server busy for so long; return the figures."""
    with Server(settings, folder) as server:
        crowd = Crowd(server)
        crowd.meet_all()
        most = crowd.run(CALIBRATION)
        memory = _Memory(server.process.pid)
        with memory:
            rate = crowd.run(minutes * 60, SHARE * most)
        taken = sorted(crowd.seconds)
        assert set(crowd.statuses) == {"good"}, crowd.statuses
        assert server.ask("GET", "/readyz")[0] == 200
        assert "Traceback" not in server.logged()
    p50, p99 = taken[len(taken) // 2], taken[len(taken) * 99 // 100]
    return (
        f"{minutes:g} minutes at {rate:.0f} requests a second, {SHARE:.0%} of the {most:.0f} that two busy cores bear: "
        f"{len(taken)} answers, 0 errors; p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms, "
        f"longest {taken[-1] * 1000:.0f} ms; memory {memory.told()}"
    )


class _Memory:
    """Looks at the resident memory of a process every second."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._samples: list[tuple[float, float]] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ends.wait(SAMPLE):
            line = next(line for line in self._status.read_text().splitlines() if line.startswith("VmRSS:"))
            self._samples.append((time.monotonic(), int(line.split()[1]) * 1024 / MEGABYTE))

    def told(self) -> str:
        """Return the first and last sample, and the slope of the second half in megabytes an hour."""
        later = self._samples[len(self._samples) // 2 :]
        slope = statistics.linear_regression(*zip(*later, strict=True)).slope * 3600 if len(later) > 2 else 0.0
        return (
            f"{self._samples[0][1]:.0f} to {self._samples[-1][1]:.0f} MB, {slope:+.1f} MB an hour over the second half"
        )
