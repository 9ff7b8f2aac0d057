"""The public keys of a sign-on: fetched when one is missing, kept while the sign-on is away, asked for sparingly."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from app.errors import SignOnUnavailableError, place_of
from app.logs import log_of
from app.settings import Settings, is_safe_address

TIMEOUT: Final = 3.0
"""Seconds for each step of an exchange with the sign-on."""
LARGEST: Final = 256 * 1024
FRESH: Final = 600.0
"""Seconds after which keys are fetched again, so that one that was withdrawn ends."""
KEPT: Final = 12 * 3600.0
"""Seconds for which keys serve on while the sign-on cannot be reached."""
PAUSE: Final = 30.0
"""Seconds between two fetches for keys that nobody has: tokens that are made up must not become requests."""
BACK_OFF: Final = (5.0, 300.0)
"""Seconds to wait after the first failure, doubled after each other one, and at most."""
LEAST_RSA_BITS: Final = 2048
DISCOVERY: Final = "/.well-known/openid-configuration"

PublicKey = RSAKey | ECKey | OKPKey


class Issuer:
    """Knows the public keys with which one sign-on signs."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.name = settings.oidc_issuer or ""
        self._address = settings.oidc_jwks_url
        self._clock = clock
        self._keys: dict[str, PublicKey] = {}
        self._fetched: float | None = None
        self._next = 0.0
        self._failures = 0
        self._fetching = asyncio.Lock()

    async def key(self, kid: str) -> PublicKey | None:
        """Return the key with that id, or None; raise SignOnUnavailableError when no keys can be had."""
        if self._age() > FRESH or kid not in self._keys:
            await self._refresh(kid)
        if self._age() > KEPT:
            raise SignOnUnavailableError
        return self._keys.get(kid)

    def _age(self) -> float:
        return float("inf") if self._fetched is None else self._clock() - self._fetched

    async def _refresh(self, kid: str) -> None:
        if self._fetching.locked() and kid in self._keys:
            return
        async with self._fetching:
            # Another request may have fetched them meanwhile.
            if self._clock() < self._next or (self._age() <= FRESH and kid in self._keys):
                return
            try:
                self._keys = await self._fetch()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
                first, most = BACK_OFF
                self._next = self._clock() + min(first * 2**self._failures, most)
                self._failures = min(self._failures + 1, 10)
                log.warning("the sign-on's keys cannot be had: %s", place_of(error))
                return
            self._fetched, self._failures = self._clock(), 0
            self._next = self._fetched + PAUSE

    async def _fetch(self) -> dict[str, PublicKey]:
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
            address = self._address or await self._discovered(client)
            content = await _get(client, address)
        keys = content.get("keys")
        if not isinstance(keys, list):
            raise ValueError("no list of keys")
        found = [_public_key(key) for key in keys if isinstance(key, dict)]
        return {str(key.kid): key for key in found if key is not None}

    async def _discovered(self, client: httpx.AsyncClient) -> str:
        said = await _get(client, self.name.rstrip("/") + DISCOVERY)
        address = said.get("jwks_uri")
        if said.get("issuer") != self.name or not isinstance(address, str) or not is_safe_address(address):
            raise ValueError("another issuer, or no safe address of its keys")
        return address


async def _get(client: httpx.AsyncClient, address: str) -> Mapping[str, Any]:
    """Return the JSON object at *address*."""
    body = b""
    async with asyncio.timeout(2 * TIMEOUT), client.stream("GET", address) as response:
        if response.status_code != httpx.codes.OK:
            raise ValueError("not answered with 200")
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST:
                raise ValueError("too large")
    content = json.loads(body)
    if not isinstance(content, dict):
        raise ValueError("no object")
    return content


def _public_key(described: dict[str, Any]) -> PublicKey | None:
    """Return a key for verifying signatures; None for any other kind, and for what is too weak."""
    if described.get("kty") not in ("RSA", "EC", "OKP") or not isinstance(described.get("kid"), str):
        return None
    if described.get("use", "sig") != "sig" or "d" in described:
        return None
    try:
        key = import_key(described)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(key, RSAKey) and key.public_key.key_size < LEAST_RSA_BITS:
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None
