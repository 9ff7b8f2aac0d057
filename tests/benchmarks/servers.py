"""Real servers in processes of their own, all with the same settings."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.database import upgrade
from app.settings import Settings
from tests.keys import key_for

PATIENCE = 30.0
OPTIONS = ("--host", "127.0.0.1", "--workers", "1", "--no-access-log", "--log-level", "warning")


@contextmanager
def serving(app: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve *app* by one worker of uvicorn; yield its port, on which nobody may be listening yet."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), *OPTIONS]
    process = subprocess.Popen(command, env={**os.environ, **environment}, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def key_in(folder: str) -> str:
    """Return a key of the deployment in *folder*, whose tables are made first."""
    settings = Settings(data_dir=Path(folder))  # type: ignore[call-arg]
    upgrade(settings)
    return key_for(settings)


def first_answer(port: int, path: str, body: bytes, key: str = "") -> bytes:
    """Return the answer to *body*, sent with *key*, as soon as there is one."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(
                "POST", path, body, {"content-type": "application/json", "authorization": f"Bearer {key}"}
            )
            answer = connection.getresponse()
            found = answer.read()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.005)
            continue
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {found[:300]!r}")
        return found
