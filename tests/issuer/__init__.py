"""A small issuer of tokens (OpenID Connect) in a process of its own: what a district's sign-on is to the service."""

import json
import subprocess
import sys
import time
from typing import Any
from urllib.request import Request, urlopen

AUDIENCE = "huimin"
CLIENT = "huimin-page"
PATIENCE = 30


class Issuer:
    """A running issuer; it can be told to misbehave, to change its key, to stop, and be started again."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.start()

    @property
    def name(self) -> str:
        return f"http://127.0.0.1:{self.port}/realms/nanqiao"

    def start(self) -> None:
        """Start it, with new keys, at the same address as before."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.issuer", "--port", str(self.port)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline().rsplit(":", 1)[1].split("/")[0])

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=PATIENCE)

    def __enter__(self) -> "Issuer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def token(self, *, header: dict[str, Any] | None = None, key: str = "ES256", **claims: Any) -> str:
        """Return an access token of a cadre, with other claims where they are given; None leaves one out."""
        now = int(time.time())
        whole = {
            "iss": self.name,
            "aud": AUDIENCE,
            "sub": "u-1",
            "iat": now,
            "exp": now + 300,
            "huimin_role": "cadre",
            "huimin_region": "341103100201",
            "name": "王干部",
            **claims,
        }
        told = {name: value for name, value in whole.items() if value is not None}
        return str(self.told("sign", key=key, header=header or {}, claims=told)["token"])

    def rotate(self) -> None:
        """Sign with new keys from now on, and publish these only."""
        self.told("rotate")

    def behave(self, how: str) -> None:
        """Answer from now on as *how* says: well, slow, error, redirect, garbage, empty, huge, or as another issuer."""
        self.told("behave", how=how)

    def asked(self) -> int:
        """Return how often its keys were asked for."""
        return int(self.told("asked")["times"])

    def exchanged(self) -> list[str]:
        """Return by which grants tokens were asked for, in order."""
        return list(self.told("exchanged")["kinds"])

    def told(self, what: str, **how: Any) -> dict[str, Any]:
        """Tell it something that no real issuer listens to."""
        request = Request(f"http://127.0.0.1:{self.port}/test/{what}", json.dumps(how).encode())
        with urlopen(request, timeout=PATIENCE) as response:
            found: dict[str, Any] = json.load(response)
        return found
