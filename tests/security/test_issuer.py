"""A sign-on's keys are fetched ahead, kept while it is away, and asked for sparingly."""

import asyncio
import json
from base64 import urlsafe_b64encode
from itertools import pairwise

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from app.errors import SignOnUnavailableError
from app.security import issuer as issuers
from app.security.jwks import read_jwks
from tests.issuer import Issuer as Process
from tests.issuer.keys import Keys


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture(scope="module")
def process():
    with Process() as running:
        yield running


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def issuer(process, clock):
    process.behave("well")
    return issuers.Issuer(process.name, None, clock)


def kids(process):
    return [header(process, kind)["kid"] for kind in ("RS256", "ES256", "Ed25519")]


def header(process, kind="ES256"):
    return jws.extract_compact(process.token(key=kind).encode()).headers()


def test_every_kind_of_key_that_signs_is_found_and_no_other(process, issuer):
    for kid in kids(process):
        assert asyncio.run(issuer.key(kid)) is not None
    assert len(issuer.keys) == 3


def test_addresses_are_those_of_the_configuration(process, issuer):
    asyncio.run(issuer.refresh())
    assert issuer.addresses == (f"{process.name}/auth", f"{process.name}/token", f"{process.name}/logout")


@pytest.mark.parametrize(
    "token", ["http://127.0.0.1:1/token", "https://127.0.0.1/token", "http://sso.invalid/x", 7, None]
)
def test_a_page_is_sent_to_no_other_origin_for_a_token(process, token):
    said = {"authorization_endpoint": f"{process.name}/auth", "token_endpoint": token}
    assert issuers._addresses(process.name, said) is None


def test_a_new_key_is_fetched_when_a_token_names_it(process, issuer, clock):
    old = header(process)["kid"]
    assert asyncio.run(issuer.key(old)) is not None
    process.rotate()
    clock.now += issuers.PAUSE
    assert asyncio.run(issuer.key(header(process)["kid"])) is not None
    assert asyncio.run(issuer.key(old)) is None


def test_ids_that_nobody_has_are_not_asked_for_each_time(process, issuer, clock):
    asyncio.run(issuer.refresh())
    asked = process.asked()
    for number in range(50):
        assert asyncio.run(issuer.key(f"made-up-{number}")) is None
    assert process.asked() == asked
    clock.now += issuers.PAUSE
    for number in range(50):
        assert asyncio.run(issuer.key(f"made-up-{number}")) is None
    assert process.asked() == asked + 1


def test_many_who_ask_at_once_wait_for_one_fetch(process, issuer):
    kid, asked = header(process)["kid"], process.asked()

    async def everybody():
        return await asyncio.gather(*(issuer.key(kid) for _ in range(100)))

    assert None not in asyncio.run(everybody())
    assert process.asked() == asked + 1


@pytest.mark.parametrize("how", ["error", "redirect", "garbage", "empty", "huge", "another"])
def test_keys_stay_when_the_answer_is_of_no_use(process, issuer, clock, how):
    kid = header(process)["kid"]
    asyncio.run(issuer.refresh())
    process.behave(how)
    clock.now += issuers.FRESH
    asyncio.run(issuer.refresh())
    assert issuer.age == issuers.FRESH
    assert asyncio.run(issuer.key(kid)) is not None
    # Whether an unknown one is real cannot be told now.
    with pytest.raises(SignOnUnavailableError):
        asyncio.run(issuer.key("unknown"))


def test_keys_end_half_a_day_after_the_issuer_was_last_there(process, issuer, clock):
    kid = header(process)["kid"]
    asyncio.run(issuer.refresh())
    process.behave("error")
    clock.now += issuers.KEPT
    assert asyncio.run(issuer.key(kid)) is not None
    clock.now += 1
    with pytest.raises(SignOnUnavailableError):
        asyncio.run(issuer.key(kid))
    process.behave("well")
    clock.now += issuers.BACK_OFF[1]
    assert asyncio.run(issuer.key(kid)) is not None


def test_an_issuer_that_is_away_is_asked_ever_more_rarely(process, issuer, clock, monkeypatch):
    fetches = []

    async def fail():
        fetches.append(clock.now)
        raise issuers.NoKeysError

    monkeypatch.setattr(issuer, "fetch", fail)
    for _ in range(600):
        asyncio.run(issuer.refresh())
        clock.now += 1
    pauses = [later - earlier for earlier, later in pairwise(fetches)]
    assert pauses[:6] == [2, 4, 8, 16, 32, 60]
    assert set(pauses[5:]) == {60}


def test_one_that_was_never_reached_knows_no_key(clock):
    with pytest.raises(SignOnUnavailableError):
        asyncio.run(issuers.Issuer("http://127.0.0.1:1/nobody", None, clock).key("any"))


def test_a_slow_issuer_holds_nobody_up_whose_key_is_known(process, clock, monkeypatch):
    monkeypatch.setattr(issuers, "TIMEOUT", 1.0)
    issuer, kid = issuers.Issuer(process.name, None, clock), header(process)["kid"]

    async def asked():
        await issuer.refresh()
        process.behave("slow")
        clock.now += issuers.FRESH
        fetching = asyncio.create_task(issuer.refresh())
        await asyncio.sleep(0.05)
        assert await issuer.key(kid) is not None
        assert not fetching.done()
        await fetching
        assert issuer.age == issuers.FRESH

    try:
        asyncio.run(asked())
    finally:
        process.behave("well")


def test_keys_are_kept_fresh_without_anybody_asking(process, monkeypatch):
    monkeypatch.setattr(issuers, "FRESH", 0.0)
    monkeypatch.setattr(issuers, "PAUSE", 0.0)
    issuer, asked = issuers.Issuer(process.name, None), process.asked()

    async def for_a_while():
        stopped = asyncio.Event()
        keeping = asyncio.create_task(issuer.keep_fresh(stopped))
        while process.asked() < asked + 2:
            await asyncio.sleep(0.05)
        stopped.set()
        await keeping

    process.behave("well")
    asyncio.run(asyncio.wait_for(for_a_while(), 20))


# ── a file in place of an issuer ───────────────────────────────────────────


def test_keys_of_a_file_are_read_again_when_one_is_missing(tmp_path, clock):
    first, second, file = Keys().published, Keys().published, tmp_path / "jwks.json"
    file.write_text(json.dumps(first))
    issuer = issuers.Issuer("https://sso.invalid", file, clock)
    assert asyncio.run(issuer.key(first["keys"][-1]["kid"])) is not None
    file.write_text(json.dumps(second))
    clock.now += issuers.PAUSE
    assert asyncio.run(issuer.key(second["keys"][-1]["kid"])) is not None
    assert issuer.addresses is None


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b'{"keys": {}}', b'{"keys": []}', b'{"keys": [1, {}, {"kty": "RSA", "kid": "x"}]}', b"\xff"],
)
def test_a_document_without_keys_is_refused(document):
    with pytest.raises(ValueError):  # noqa: PT011 (whichever reader finds it out)
        read_jwks(document)


def test_a_weak_key_and_one_for_something_else_are_left_out():
    weak = urlsafe_b64encode(bytes([255] * 128)).decode().rstrip("=")
    keys = [
        {"kty": "RSA", "n": weak, "e": "AQAB", "kid": "weak"},
        {**ECKey.generate_key("P-384").as_dict(private=False), "kid": "another curve"},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "another algorithm", "alg": "ES384"},
        {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "to encrypt", "key_ops": ["deriveKey"]},
        ECKey.generate_key("P-256").as_dict(private=False),
        {**ECKey.generate_key("P-256").as_dict(private=True), "kid": "good"},
    ]
    found = read_jwks(json.dumps({"keys": keys}).encode())
    assert list(found) == ["good"]
    assert not found["good"].key.is_private
