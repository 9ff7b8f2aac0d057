"""A platform to try the service with: it receives, verifies, takes each case once, and plays receipts back.

It is what an integrator would write on the other side, in a few pages: the guide docs/one-window.md
points here.  It can be told to misbehave, and the tests run it as a process of its own.
"""

import json
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from app.onewindow.signatures import Scheme, SignatureError

COURSE: Final = ("delivered", "accepted", "publicised", "approved")
"""What is told of a case, one after the other."""
PAUSE: Final = 0.2
TELLERS: Final = 4
"""Cases that are told of at once; the receipts of one go one after the other."""
AT_ONCE: Final = 200
TABLES: Final = """
create table if not exists cases (id text primary key, message text not null, received integer not null default 1);
create table if not exists withdrawn (id text primary key);
create table if not exists told (handoff text not null, event text not null, primary key (handoff, event));
"""
UNTOLD: Final = """
select message from cases
where id not in (select id from withdrawn) and (select count(*) from told where handoff = id) < ?
limit ?
"""


@dataclass(frozen=True)
class Manners:
    """How the platform misbehaves: shares of all calls, between 0 and 1."""

    fails: float = 0
    """Answers 500 and takes nothing."""
    loses: float = 0
    """Takes the case, and breaks the connection instead of answering."""
    slow: float = 0
    """Seconds that it thinks."""
    twice: bool = False
    """Tells everything twice."""
    backwards: bool = False
    """Tells the end first."""
    clock: timedelta = timedelta()
    """How far its clock is off."""
    chance: random.Random = field(default_factory=random.Random)


class Platform:
    """The cases that it has taken, in a file, so that it can be killed like any other."""

    def __init__(self, file: Path, scheme: Scheme, callback: str | None, manners: Manners) -> None:
        """Tell what becomes of the cases at the address *callback*, or nobody."""
        self.file, self.scheme, self.callback, self.manners = file, scheme, callback, manners
        with self.connect() as connection:
            connection.executescript(TABLES)

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a transaction."""
        with closing(sqlite3.connect(self.file, timeout=30)) as connection, connection:
            connection.execute("pragma journal_mode = wal")
            yield connection

    def now(self) -> datetime:
        return datetime.now(UTC) + self.manners.clock

    def receive(self, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, Any]]:
        """Take a message; return the status and what to answer."""
        try:
            self.scheme.check(headers, body, self.now())
        except SignatureError:
            return 401, {"message": "签名不对"}
        time.sleep(self.manners.slow)
        if self.manners.chance.random() < self.manners.fails:
            return 500, {"message": "平台出错"}
        message = json.loads(body)
        with self.connect() as connection:
            if message["kind"] == "withdrawal":
                connection.execute("insert or ignore into withdrawn values (?)", [message["handoff"]])
            else:
                # The same hand-off again is the same case: its id says so.
                connection.execute(
                    "insert into cases (id, message) values (?, ?)"
                    " on conflict (id) do update set received = received + 1",
                    [message["handoff"], body.decode()],
                )
        if self.manners.chance.random() < self.manners.loses:
            return 0, {}
        return 202, {"receipt": f"R-{message['handoff'][:8]}"}

    # ── telling ──

    def tell(self, http: httpx.Client, pool: ThreadPoolExecutor) -> int:
        """Tell what has not been told yet; return how much got through."""
        with self.connect() as connection:
            rows = connection.execute(UNTOLD, [len(COURSE), AT_ONCE]).fetchall()
        return sum(pool.map(partial(self._tell_of, http), [json.loads(row[0]) for row in rows]))

    def _tell_of(self, http: httpx.Client, case: Mapping[str, Any]) -> int:
        with self.connect() as connection:
            told = {row[0] for row in connection.execute("select event from told where handoff = ?", [case["handoff"]])}
        done = 0
        for event in COURSE[::-1] if self.manners.backwards else COURSE:
            if event in told:
                continue
            sent = [self.send(http, case, event) for _ in range(2 if self.manners.twice else 1)]
            if not any(sent):
                break
            with self.connect() as connection:
                connection.execute("insert or ignore into told values (?, ?)", [case["handoff"], event])
            done += 1
        return done

    def send(self, http: httpx.Client, case: Mapping[str, Any], event: str) -> bool:
        """Send one receipt; return whether it is through, or never will be."""
        made = datetime.fromisoformat(case["made_at"])
        receipt: dict[str, Any] = {
            "handoff": case["handoff"],
            "id": f"{case['handoff'][:8]}-{event}",
            "event": event,
            # Each a moment after the one before, whenever they are sent.
            "at": (made + timedelta(milliseconds=1 + COURSE.index(event))).isoformat(),
        }
        if event == "approved":
            receipt |= {"amount": {"value": 80, "unit": "元/月"}, "first_month": "2026-12"}
        body = json.dumps(receipt, ensure_ascii=False).encode()
        headers = self.scheme.sign(receipt["id"], body, self.now())
        try:
            answered = http.post(
                self.callback or "", content=body, headers={"Content-Type": "application/json", **headers}
            )
        except httpx.HTTPError:
            return False
        return answered.status_code < 500 and answered.status_code not in (401, 429)

    def tell_for_ever(self, stop: threading.Event) -> None:
        """Tell until *stop*."""
        with httpx.Client(timeout=20, trust_env=False) as http, ThreadPoolExecutor(TELLERS) as pool:
            while not stop.wait(PAUSE):
                self.tell(http, pool)


class _Broken(Response):
    """An answer that breaks off before it is whole."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"1000")]})
        raise ConnectionResetError


def create_platform(platform: Platform) -> FastAPI:
    """Return the platform as an application."""
    app = FastAPI(title="演示平台", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/cases")
    async def take(request: Request) -> Response:
        body = await request.body()
        status, answer = await run_in_threadpool(platform.receive, dict(request.headers), body)
        return JSONResponse(answer, status) if status else _Broken()

    @app.get("/cases")
    def cases() -> list[dict[str, Any]]:
        with platform.connect() as connection:
            rows = connection.execute("select id, message, received from cases order by rowid").fetchall()
        return [{"handoff": id, "received": n, "title": json.loads(m)["benefit"]["title"]} for id, m, n in rows]

    return app


def run(platform: Platform, listener: socket.socket, certificate: Path | None = None, key: Path | None = None) -> None:
    """Receive and tell until told to stop."""
    stop = threading.Event()
    if platform.callback is not None:
        threading.Thread(target=platform.tell_for_ever, args=(stop,), name="teller", daemon=True).start()
    config = uvicorn.Config(
        create_platform(platform), log_config=None, access_log=False, ssl_certfile=certificate, ssl_keyfile=key
    )
    uvicorn.Server(config).run(sockets=[listener])
    stop.set()
