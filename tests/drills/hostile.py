"""Thousands of hostile requests to a running server: none breaks it, and nothing that was sent is told again."""

import json
import random
import re
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from app.settings import Settings
from tests.api.server import Server
from tests.drills.malice import CANARIES, Attack, Malice
from tests.drills.writers import send
from tests.keys import key_for

PATIENCE: Final = 40
"""Seconds for an answer: longer than the server waits for a body."""
BY_DESIGN: Final = (503, 507)
ROLES: Final = ("district", "district", "admin", "auditor", "platform", "officer")


class Answer(NamedTuple):
    """What came back: a status, 0 for none, the head and the body."""

    status: int
    head: bytes
    body: bytes


def attack(settings: Settings, folder: Path, requests: int, seed: int = 7, clients: int = 8) -> str:
    """Send so many requests; return the figures, or raise AssertionError with the first seeds that went wrong."""
    with Server(settings, folder) as server:
        # A key that was good before is let through when its address is throttled.
        assert server.ask("GET", "/v1/me")[0] == 200
        document = json.loads(server.ask("GET", "/openapi.json")[1])
        malice = Malice(document, [key_for(settings, role) for role in ROLES])

        def one(number: int) -> tuple[str, int, str | None]:
            made = malice.attack(f"{seed}:{number}")
            answer = _sent(server.port, made)
            return made.kind, answer.status, _wrong(made, answer)

        with ThreadPoolExecutor(clients) as pool:
            outcomes = list(pool.map(one, range(requests)))
        wrong = [f"{seed}:{number} {said}" for number, (_, _, said) in enumerate(outcomes) if said is not None]
        assert wrong == [], f"{len(wrong)} of {requests} went wrong: " + "; ".join(wrong[:20])
        _, _, page = send(server, "GET", "/metrics")
        assert server.ask("GET", "/readyz")[0] == 200, "the server is no longer ready"
        assert server.ask("POST", "/v1/screenings", {"household": {"members": [{}]}})[0] == 201
        code, said = server.stop()
        assert code == 0, f"the server ended with {code}"
        logged = server.logged()
        for place, content in (("metrics", page.decode()), ("log", logged), ("terminal", said)):
            told = [canary for canary in CANARIES if canary in content]
            assert told == [], f"{place}: {told}"
        for trouble in ("Traceback", "unexpected:", "Exception in", "Task exception"):
            assert trouble not in logged, [line for line in logged.splitlines() if trouble in line][:5]
    statuses = Counter(f"{status // 100}xx" if status else "none" for _, status, _ in outcomes)
    kinds = Counter(kind for kind, _, _ in outcomes)
    return (
        f"{requests} hostile requests ({', '.join(f'{count} {kind}' for kind, count in sorted(kinds.items()))}): "
        f"answers {', '.join(f'{count} {status}' for status, count in sorted(statuses.items()))}; "
        "0 canaries in errors, log, metrics and terminal, no 5xx, no traceback"
    )


def _sent(port: int, made: Attack) -> Answer:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        # Refused before it was all sent: the answer is there to be read.
        with suppress(OSError):
            connection.sendall(made.wire)
        if not made.whole:
            time.sleep(random.random() / 50)
            return Answer(0, b"", b"")
        received = b""
        with suppress(OSError):
            while not _is_whole(received) and (part := connection.recv(1 << 16)):
                received += part
    head, _, body = received.partition(b"\r\n\r\n")
    found = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", head)
    return Answer(int(found[1]) if found else 0, head, body)


def _is_whole(received: bytes) -> bool:
    head, gap, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", head)
    return bool(gap) and length is not None and len(body) >= int(length[1])


def _wrong(made: Attack, answer: Answer) -> str | None:
    """Return what is wrong with an answer."""
    if not answer.status:
        return f"{made.kind}: no answer" if made.whole else None
    if answer.status >= 500 and answer.status not in BY_DESIGN:
        return f"{made.kind}: {answer.status} {made.wire[:60]!r}"
    if answer.status < 400:
        return None
    for canary in CANARIES:
        if canary.encode() in answer.head + answer.body:
            return f"{made.kind}: {answer.status} repeats {canary}"
    if not answer.body:
        return None if made.wire.startswith(b"HEAD ") else f"{made.kind}: {answer.status} without a body"
    try:
        problem = json.loads(answer.body)
    except ValueError:
        return f"{made.kind}: {answer.status} is no JSON"
    if (
        not {"type", "title", "status", "detail", "errors", "request_id"} <= problem.keys()
        or problem["title"].isascii()
    ):
        return f"{made.kind}: {answer.status} is no problem document"
    return None
