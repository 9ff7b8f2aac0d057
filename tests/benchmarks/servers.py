"""Real servers in processes of their own, all with the same settings."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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


def first_answer(port: int, path: str, body: bytes) -> bytes:
    """Return the answer to *body* as soon as there is one."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("POST", path, body, {"content-type": "application/json"})
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
