"""Clients that store screenings and never give up: each request is sent again, with its key, until it is answered."""

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.api.lists import LIST as ROWS
from tests.api.requests import OLD_WOMAN, household
from tests.api.server import Server

BODY = json.dumps(
    {"as_of": "2026-11-23", "policies": ["longevity-allowance"], "household": household(OLD_WOMAN)}
).encode()
LIST = b'--x\r\nContent-Disposition: form-data; name="file"; filename="l"\r\n\r\n' + ROWS + b"\r\n--x--\r\n"
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
AGAIN = 0.02


class Writers:
    """So many clients at once; `server` may be another one from one moment to the next, or none."""

    def __init__(self, count: int, lists: int = 0) -> None:
        """*lists* are uploaded by one more client, one after the other."""
        self.server: Server | None = None
        self.acknowledged: dict[str, bytes] = {}
        """What was answered, by the key with which it was asked for."""
        self.lists: dict[str, bytes] = {}
        """What was answered for lists, by the key."""
        self.statuses: Counter[int] = Counter()
        self.without_retry_after = 0
        self.longest = 0.0
        """Seconds from the first sending of a request to its answer."""
        self._ends = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(count)]
        self._threads.append(threading.Thread(target=self._upload, args=(lists,), daemon=True))

    def __enter__(self) -> "Writers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let every request that was begun be answered, and begin no more."""
        self._ends.set()
        for thread in self._threads:
            thread.join(120)
        assert not any(thread.is_alive() for thread in self._threads), "a request was never answered"

    def wait_for_more(self, count: int) -> None:
        """Wait until so many more were acknowledged."""
        before = len(self.acknowledged)
        wait_for(lambda: len(self.acknowledged) >= before + count, "nothing is stored any more")

    def _write(self) -> None:
        while not self._ends.is_set():
            key, begun = str(uuid4()), time.monotonic()
            while (answer := self._send("/v1/screenings", BODY, {}, key)) is None:
                time.sleep(AGAIN)
            with self._lock:
                self.acknowledged[key] = answer
                self.longest = max(self.longest, time.monotonic() - begun)

    def _upload(self, count: int) -> None:
        while len(self.lists) < count and not self._ends.wait(0.5):
            key = str(uuid4())
            while (answer := self._send("/v1/batches", LIST, FORM, key)) is None:
                time.sleep(AGAIN)
            self.lists[key] = answer

    def _send(self, path: str, body: bytes, headers: dict[str, str], key: str) -> bytes | None:
        server = self.server
        if server is None:
            return None
        try:
            status, told, answer = send(server, "POST", path, body, {**headers, "Idempotency-Key": key})
        except (OSError, http.client.HTTPException):
            # No answer, or half of one: whether it was stored, nobody knows.
            return None
        with self._lock:
            self.statuses[status] += 1
            self.without_retry_after += status in (503, 507) and "retry-after" not in told
        return answer if status in (201, 202) else None


def send(
    server: Server, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(
            method, path, body, {"Content-Type": "application/json", **server.headers, **(headers or {})}
        )
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def missing(server: Server, acknowledged: dict[str, bytes]) -> list[str]:
    """Return the ids of what was acknowledged and is not there, or not as it was answered."""
    lost = []
    for body in acknowledged.values():
        id = json.loads(body)["id"]
        status, _, again = send(server, "GET", f"/v1/screenings/{id}")
        if (status, again) != (200, body):
            lost.append(id)
    return lost


def wait_for(done: Callable[[], Any], said: str, seconds: float = 60, pause: float = 0.01) -> None:
    """Wait until *done*, for so long at most."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, said
        time.sleep(pause)
