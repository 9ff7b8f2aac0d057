"""A sign-on's public keys and addresses: fetched ahead, kept while it is away, asked for sparingly."""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
from anyio import to_thread

from app.errors import SignOnUnavailableError, place_of
from app.security.jwks import VerifyingKey, read_jwks
from app.settings import is_safe_address, origin_of

TIMEOUT: Final = 3.0
"""Seconds for each step of an exchange, and half of what a whole one may take."""
LARGEST: Final = 256 * 1024
FRESH: Final = 300.0
"""Seconds after which keys are fetched again, so that one that was withdrawn ends."""
KEPT: Final = 12 * 3600.0
"""Seconds for which keys serve on while the sign-on cannot be reached."""
PAUSE: Final = 10.0
"""Seconds between two fetches for keys that nobody has: tokens that are made up must not become requests."""
BACK_OFF: Final = (2.0, 60.0)
"""Seconds to wait after the first failure, doubled after each other one, and at most."""
DISCOVERY: Final = "/.well-known/openid-configuration"

log = logging.getLogger("huimin.sign-on")


class Addresses(NamedTuple):
    """Where a page sends who wants to sign in, and where it gets the token."""

    authorization: str
    token: str
    end_session: str | None


class _Fetched(NamedTuple):
    keys: Mapping[str, VerifyingKey]
    addresses: Addresses | None
    at: float


class Issuer:
    """Knows the keys with which one sign-on signs: from a file, or from where its configuration says they are."""

    def __init__(self, name: str, file: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = name
        self.file = file
        self._clock = clock
        self._fetched = _Fetched({}, None, float("-inf"))
        self._next = float("-inf")
        self._failures = 0
        self._fetching = asyncio.Lock()

    @property
    def age(self) -> float:
        """The seconds since the keys were last fetched; infinite before the first time."""
        return self._clock() - self._fetched.at

    @property
    def addresses(self) -> Addresses | None:
        """What the sign-on's configuration said last; None if it has said nothing yet."""
        return self._fetched.addresses

    async def key(self, kid: str) -> VerifyingKey | None:
        """Return the key with that id, or None; raise SignOnUnavailableError if that cannot be known."""
        if kid not in self._fetched.keys or self.age > KEPT:
            await self.refresh()
        found = self._fetched.keys.get(kid)
        if self.age > KEPT or (found is None and self._failures):
            raise SignOnUnavailableError
        return found

    async def keep_fresh(self, stopped: asyncio.Event) -> None:
        """Fetch the keys now and every so often, until *stopped*."""
        while not stopped.is_set():
            await self.refresh()
            pause = self._next - self._clock() if self._failures else FRESH
            with suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), max(pause, 1.0))

    async def refresh(self) -> None:
        """Fetch the keys, unless that was tried a moment ago; what was fetched before stays when it fails."""
        async with self._fetching:
            # Whoever waited here for another's fetch finds it done.
            if self._clock() < self._next:
                return
            try:
                keys, addresses = await self.fetch()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError, OSError) as error:
                first, most = BACK_OFF
                self._next = self._clock() + min(first * 2**self._failures, most)
                self._failures = min(self._failures + 1, 10)
                log.warning("the sign-on's keys cannot be had: %s", place_of(error))
                return
            if self._failures:
                log.info("the sign-on's keys are there again")
            self._fetched, self._failures = _Fetched(keys, addresses, self._clock()), 0
            self._next = self._fetched.at + PAUSE

    async def fetch(self) -> tuple[Mapping[str, VerifyingKey], Addresses | None]:
        """Return the keys and addresses as they are now; raise ValueError, OSError or an error of httpx."""
        if self.file is not None:
            return read_jwks(await to_thread.run_sync(self.file.read_bytes)), None
        async with (
            asyncio.timeout(2 * TIMEOUT),
            httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, verify=self._tls) as client,
        ):
            said = json.loads(await _get(client, self.name.rstrip("/") + DISCOVERY))
            if not isinstance(said, dict) or said.get("issuer") != self.name:
                raise ValueError("the configuration is another issuer's")
            place = said.get("jwks_uri")
            if not isinstance(place, str) or not is_safe_address(place):
                raise ValueError("the configuration has no safe address of the keys")
            return read_jwks(await _get(client, place)), _addresses(self.name, said)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Made once: it reads every certificate of the machine's authorities.
        return httpx.create_ssl_context()


async def _get(client: httpx.AsyncClient, address: str) -> bytes:
    body = b""
    async with client.stream("GET", address, headers={"Accept": "application/json"}) as response:
        if response.status_code != httpx.codes.OK:
            raise ValueError("not answered with 200")
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST:
                raise ValueError("too large")
    return body


def _addresses(issuer: str, said: Mapping[str, Any]) -> Addresses | None:
    found = [said.get(f"{name}_endpoint") for name in ("authorization", "token", "end_session")]
    authorization, token, end = (each if isinstance(each, str) and is_safe_address(each) else None for each in found)
    # The page may speak to the issuer's own origin and to no other.
    if not authorization or not token or origin_of(token) != origin_of(issuer):
        return None
    return Addresses(authorization, token, end)
