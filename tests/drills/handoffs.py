"""Everything between us and the platform fails, over and over: each hand-off is one case there, and ends rightly here.

In turn: a certificate that nobody vouches for; an hour (by the worker's clock) in which nobody listens; then a
platform that is slow, answers 500, breaks off after it has taken a case, tells everything twice and backwards, with a
clock ten minutes fast; and all the while worker and platform are killed every few seconds.
"""

import os
import random
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import Database, upgrade
from app.onewindow import handoffs
from app.onewindow.delivery import Worker
from app.onewindow.handoffs import Order, Pick
from app.onewindow.platform import platform_of
from app.onewindow.signatures import new_secret
from app.onewindow.tables import Delivery, Handoff, KeptReceipt
from app.security.keyring import Keyring
from app.security.sealing import ready
from app.settings import Settings
from tests.api.server import Server
from tests.deployments import environment
from tests.onewindow.cases import REGION, answer, desk, order

SPEED = 240
"""The worker waits by a clock so much faster than time."""
TOLD = ("accepted", "publicised", "approved")
"""What the platform tells of every case."""
STARTED = "HUIMIN_DRILL_STARTED"
WORK = "from tests.drills.handoffs import work; work()"


def work() -> None:
    """Deliver as `python3 -m app deliver` does, by a fast clock."""
    settings, started = Settings.load(), float(os.environ[STARTED])
    platform = platform_of(settings)
    assert platform is not None

    def now() -> datetime:
        return datetime.fromtimestamp(started + (time.time() - started) * SPEED, UTC)

    keyring = ready(settings)
    print("delivering", flush=True)
    Worker(Database(settings, keyring=keyring), keyring, platform, now=now).run()


def hand_over_and_fail(
    settings: Settings, folder: Path, count: int, *, pause: float = 3, outage: float = 3600 / SPEED
) -> str:
    """Hand over so many results; return the figures."""
    upgrade(settings)
    keyring = ready(settings)
    database = Database(settings, keyring=keyring)
    made = _make(database, keyring, count)
    certificate, key = _certificate(folder)
    port = free_port()
    chance = random.Random(7)
    agreed = {
        "HUIMIN_PLATFORM_SECRET": new_secret(),
        "HUIMIN_DELIVER_IN_SERVER": "0",
        "HUIMIN_ACCESS_LOG": "0",
        STARTED: str(time.time()),
    }
    begun, killed = time.monotonic(), Counter[str]()
    with variables_set(agreed), Server(settings, folder) as server:
        addressed = {**environment(settings), "HUIMIN_PLATFORM_URL": f"https://127.0.0.1:{port}/cases"}
        vouched = {**addressed, "HUIMIN_PLATFORM_CA": str(certificate)}
        platform = ["demo-platform", "--port", str(port), "--service", f"http://127.0.0.1:{server.port}"]
        platform += ["--file", str(folder / "platform.db"), "--certificate", str(certificate), "--key", str(key)]
        naughty = [*platform, "--fails=0.2", "--loses=0.2", "--slow=0.05", "--twice", "--backwards", "--clock=600"]
        with _running(folder, addressed, "-c", WORK) as worker, _running(folder, {}, "-m", "app", *platform) as other:
            _ready(worker, other)
            time.sleep(pause)
        assert _cases(folder) == {}, "sent to a platform that nobody vouches for"
        with _running(folder, vouched, "-c", WORK) as worker:
            _ready(worker)
            time.sleep(outage)
        assert _tried(database), "nothing was tried"
        # Badly, until half of it is there; then as it should be, but still killed.
        while _open(database):
            there = len(_cases(folder))
            manners = naughty if there < count / 2 else platform
            with _running(folder, vouched, "-c", WORK) as worker, _running(folder, {}, "-m", "app", *manners) as other:
                _ready(worker, other)
                end = time.monotonic() + chance.uniform(1, 2) * pause
                while time.monotonic() < end and _open(database):
                    time.sleep(0.2)
                (victim,) = chance.sample(("worker", "platform"), 1)
                {"worker": worker, "platform": other}[victim].kill()
                killed[victim] += 1
            print(f"{time.monotonic() - begun:.0f} s: {there} there, {_open(database)} open", flush=True)
            assert time.monotonic() - begun < 600 + count, "it does not end"
    cases = _cases(folder)
    assert set(cases) == made, f"{len(made - set(cases))} never arrived, {len(set(cases) - made)} are nobody's"
    states = _counted(database, Handoff.state)
    assert states == {"approved": count}, states
    sent = _counted(database, Delivery.state)
    assert sent == {"delivered": count}, sent
    told = _counted(database, KeptReceipt.event)
    assert {event: told[event] for event in TOLD} == dict.fromkeys(TOLD, count)
    database.close()
    again = sum(times - 1 for times in cases.values())
    return (
        f"{count} hand-offs, worker killed {killed['worker']} times, platform {killed['platform']} times, "
        f"{again} messages arrived again: {len(cases)} cases there, each once; all approved here; "
        f"{time.monotonic() - begun:.0f} s"
    )


def _make(database: Database, keyring: Keyring, count: int) -> set[str]:
    """Hand over so many results; return their ids."""
    made: set[str] = set()
    while len(made) < count:
        full = answer(id := _id(len(made)))
        results = [each for each in full["results"] if each["verdict"] != "ineligible"][: count - len(made)]
        picks = [Pick(each["policy"], each["subject"].get("reference")) for each in results]
        wanted, now = order(id, *picks), datetime.now(UTC)

        def work(session: Session, wanted: Order = wanted, full: Any = full, now: datetime = now) -> list[str]:
            return [each.handoff.id for each in handoffs.make(session, desk(keyring, now), wanted, full, REGION)]

        made.update(database.write(work))
    return made


def _id(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012d}"


def _counted(database: Database, column) -> dict[str, int]:
    return database.read(lambda session: dict(session.execute(select(column, func.count()).group_by(column)).all()))


def _tried(database: Database) -> int:
    """Return how many messages were tried."""
    tried = select(func.count()).where(Delivery.attempts > 0)
    return database.read(lambda session: session.scalar(tried) or 0)


def _open(database: Database) -> int:
    """Return how many cases have not ended, messages not arrived, or receipts not been told: the last comes first."""
    counts = (
        select(func.count()).where(Handoff.is_open),
        select(func.count()).where(Delivery.state != "delivered"),
        select(func.count()).select_from(Handoff),
        select(func.count()).where(KeptReceipt.event.in_(TOLD)),
    )
    unfinished, waiting, made, told = database.read(lambda session: [session.scalar(count) for count in counts])
    return max(unfinished, waiting, made * len(TOLD) - told)


def _cases(folder: Path) -> dict[str, int]:
    """Return the cases that the platform has, with how often each arrived."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(folder / "platform.db", timeout=30)) as connection:
        return dict(connection.execute("select id, received from cases").fetchall())
    return {}


@contextmanager
def _running(folder: Path, variables: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process of this program, and kill it in the end."""
    with (folder / "processes.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-u", *arguments],
            env={**os.environ, "HUIMIN_NO_VENV": "1", **variables},
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _ready(*processes: subprocess.Popen[bytes]) -> None:
    """Wait until each has said that it works."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline(), "it did not start"


@contextmanager
def variables_set(variables: dict[str, str]) -> Iterator[None]:
    """Let this process, and those that it starts, have these environment variables."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that it vouches for itself; return it and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "platform.pem", folder / "platform.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files[1].write_bytes(key.private_bytes(*secret))
    return files
