"""The service in a process of its own, as `start` runs it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.settings import Settings
from tests.deployments import environment
from tests.keys import bearer, key_for

PATIENCE = 60
PROGRAM = "import sys; from app.server import serve; serve('127.0.0.1', int(sys.argv[1]))"


class Server:
    """A running server; it can be told to stop, or killed, and be started again."""

    def __init__(
        self, settings: Settings, folder: Path, port: int = 0, program: str = PROGRAM, key: str | None = None
    ) -> None:
        self.settings = settings
        self.log = folder / "server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, str(port)],
                env={**os.environ, **environment(settings)},
                stdout=subprocess.PIPE,
                stderr=log,
                encoding="utf-8",
            )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:([0-9]+)/", self.said)
        if found is None:
            self.kill()
            raise AssertionError(f"no address: {self.said} {self.logged()}")
        self.port = int(found[1])
        self.headers = bearer(key or key_for(settings))
        """They present *key*, or one that may screen anywhere in the district."""

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            content = None if body is None else json.dumps(body).encode()
            connection.request(method, path, content, {"Content-Type": "application/json", **self.headers, **headers})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def head(self, *lines: str, path: str = "/v1/screenings") -> bytes:
        """Return the head of a POST as it goes over the wire."""
        presented = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *presented, *lines, "", ""]).encode()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Tell it to stop; return its exit code and the rest of what it said."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")
