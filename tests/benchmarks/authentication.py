"""What it costs to know who asks: a credential that is remembered, one that is verified, and both against an open door."""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import repeat
from pathlib import Path

from fastapi import FastAPI

from app.api import access
from app.database import Database
from app.main import create_app
from app.security.authentication import Authentication
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role
from app.security.sealing import open_keyring
from app.security.sign_on import SignOn
from app.settings import Settings
from tests.benchmarks.measure import Measure, in_turn, microseconds, ratio, seconds_each
from tests.benchmarks.servers import key_in
from tests.issuer import AUDIENCE
from tests.issuer.keys import Keys

ISSUER = "https://sso.invalid/realms/nanqiao"
PATH = "/v1/screenings"
# Small, so that what is measured is not lost beside it.
BODY = b'{"store": false, "policies": ["longevity-allowance"], "household": {"members": [{"age": 83}]}}'
SIGNATURES = ("ES256", "RS256", "Ed25519")


def measure(*, quick: bool) -> Iterator[Measure]:
    """Yield what remembering saves, and what a request costs against one to a service that asks nobody who they are."""
    with tempfile.TemporaryDirectory() as name:
        folder, keys = Path(name), Keys()
        jwks = folder / "jwks.json"
        jwks.write_text(json.dumps(keys.published))
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "u", "exp": int(time.time()) + 3600, "huimin_role": "district"}
        tokens = {algorithm: keys.sign(algorithm, {}, claims) for algorithm in SIGNATURES}
        settings = Settings(data_dir=folder, sign_on_issuer=ISSUER, sign_on_audience=AUDIENCE, sign_on_jwks=jwks)
        key = key_in(name)
        yield from _remembered(settings, key, tokens, rounds=3 if quick else 9, times=100 if quick else 1000)
        credentials = {"key": key, "token": tokens["ES256"]}
        yield from _asked(settings, credentials, rounds=3 if quick else 15, times=100 if quick else 500)


def _remembered(settings: Settings, key: str, tokens: dict[str, str], *, rounds: int, times: int) -> Iterator[Measure]:
    ring, database = open_keyring(settings), Database(settings)
    authentication = Authentication(database, ring, SignOn(settings, ring))
    with asyncio.Runner() as loop:
        verified = {"key": authentication.verify_key}
        # Round the loop and back: that takes its time too, but next to none.
        verified |= {name: lambda token: loop.run(authentication.verify_token(token)) for name in tokens}
        for name, credential in {"key": key, **tokens}.items():
            presented = credential.encode()
            verified[name](presented)
            sides = {
                "known": seconds_each(authentication.known, repeat(presented, times)),
                "verified": seconds_each(verified[name], repeat(presented, times)),
            }
            found = in_turn(rounds, sides)
            yield Measure(
                f"{name}-remembered",
                f"{min(found['known']) * 1e6:.1f} µs",
                f"{microseconds(found['verified'])} verified anew",
                ratio(found["verified"], found["known"]),
                "",
            )
    database.close()


def _asked(settings: Settings, credentials: dict[str, str], *, rounds: int, times: int) -> Iterator[Measure]:
    app = create_app(settings)
    with asyncio.Runner() as loop:
        sides = {name: partial(_processor, loop, app, credential, times) for name, credential in credentials.items()}
        for side in sides.values():
            side()
        found = in_turn(rounds, {**sides, "open": partial(_open_door, sides["key"])})
    for name in credentials:
        yield Measure(
            f"{name}-asked",
            microseconds(found[name]),
            f"{microseconds(found['open'])} an open door",
            min(found["open"]) / min(found[name]),
            "≥ 0.95",
        )
    app.state.service.database.close()


def _open_door(side: Callable[[], float]) -> float:
    """Measure *side* on a service that asks nobody who they are."""
    anybody = Principal("nobody", "nobody", PrincipalKind.KEY, Role.DISTRICT, Role.DISTRICT.permissions, None)

    async def principal(_: object) -> Principal:
        return anybody

    guard, access._principal = access._principal, principal
    try:
        return side()
    finally:
        access._principal = guard


def _processor(loop: asyncio.Runner, app: FastAPI, credential: str, times: int) -> float:
    """Return the seconds of processor for one request: other work on the machine does not lengthen them."""
    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {credential}".encode())]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": b"detail=brief",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    statuses = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": BODY, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        statuses.append(message.get("status"))

    async def all_of_them() -> float:
        begun = time.process_time()
        for _ in range(times):
            await app({**scope, "state": {}}, receive, send)
        return (time.process_time() - begun) / times

    seconds = loop.run(all_of_them())
    assert statuses[0] == 200
    return seconds
