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

from app.errors import SignOnUnavailableError
from app.security.jwks import VerifyingKey, read_jwks
from app.setting_values import is_safe_address, origin_of

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


class NoKeysError(Exception):
    """The sign-on's keys cannot be had; the message says why, to whoever connects it."""


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
    def keys(self) -> Mapping[str, VerifyingKey]:
        """The keys that were fetched last, by their ids."""
        return self._fetched.keys

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
            except NoKeysError as error:
                first, most = BACK_OFF
                self._next = self._clock() + min(first * 2**self._failures, most)
                self._failures = min(self._failures + 1, 10)
                log.warning("the sign-on's keys cannot be had: %s", error)
                return
            if self._failures:
                log.info("the sign-on's keys are there again")
            self._fetched, self._failures = _Fetched(keys, addresses, self._clock()), 0
            self._next = self._fetched.at + PAUSE

    async def fetch(self) -> tuple[Mapping[str, VerifyingKey], Addresses | None]:
        """Return the keys and addresses as they are now; raise NoKeysError."""
        try:
            if self.file is not None:
                return _read(await to_thread.run_sync(self.file.read_bytes)), None
            async with (
                asyncio.timeout(2 * TIMEOUT),
                httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, verify=self._tls) as client,
            ):
                said = _configuration(await _get(client, self.name.rstrip("/") + DISCOVERY), self.name)
                return _read(await _get(client, said["jwks_uri"])), _addresses(self.name, said)
        except (TimeoutError, httpx.TimeoutException):
            why = f"{TIMEOUT:.0f}秒内没有答复"
        except (httpx.HTTPError, httpx.InvalidURL):
            why = "连不上：请检查网址、域名解析、防火墙和证书（内部 CA 用环境变量 SSL_CERT_FILE 指明）"
        except OSError:
            why = "公钥文件读不出来"
        raise NoKeysError(why)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Made once: it reads every certificate of the machine's authorities.
        return httpx.create_ssl_context()


async def _get(client: httpx.AsyncClient, address: str) -> bytes:
    body = b""
    async with client.stream("GET", address, headers={"Accept": "application/json"}) as response:
        if response.status_code != httpx.codes.OK:
            raise NoKeysError(f"{address} 答复 {response.status_code}，应为 200")
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST:
                raise NoKeysError(f"{address} 的答复超过 {LARGEST // 1024} KB")
    return body


def _configuration(document: bytes, issuer: str) -> dict[str, Any]:
    try:
        said = json.loads(document)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise NoKeysError("签发者的配置不是 JSON")
    if said.get("issuer") != issuer:
        raise NoKeysError("签发者的配置中的 issuer 与 HUIMIN_SIGN_ON_ISSUER 不同（多或少一个 / 也算不同）")
    place = said.get("jwks_uri")
    if not isinstance(place, str) or not is_safe_address(place):
        raise NoKeysError("签发者的配置中没有可用的 jwks_uri（应为 https）")
    return said


def _read(document: bytes) -> Mapping[str, VerifyingKey]:
    try:
        return read_jwks(document)
    except (ValueError, RecursionError):
        pass
    raise NoKeysError("公钥不是 JWKS，或其中没有带 kid 的签名公钥（RSA 2048位以上、P-256、Ed25519）")


def _addresses(issuer: str, said: Mapping[str, Any]) -> Addresses | None:
    found = [said.get(f"{name}_endpoint") for name in ("authorization", "token", "end_session")]
    authorization, token, end = (each if isinstance(each, str) and is_safe_address(each) else None for each in found)
    # The page may speak to the issuer's own origin and to no other.
    if not authorization or not token or origin_of(token) != origin_of(issuer):
        return None
    return Addresses(authorization, token, end)
