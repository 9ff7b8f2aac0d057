"""What is signed is accepted once and in time, and nothing else is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.onewindow.signatures import (
    SCHEMES,
    WINDOW,
    AppSignature,
    ClockError,
    SignatureError,
    StandardWebhooks,
    is_secret,
    new_secret,
)

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
BODY = '{"handoff":"1","说明":"虚构"}'.encode()
STANDARD = StandardWebhooks("whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
APP = AppSignature("nanqiao", "虚构的密钥")
each_scheme = pytest.mark.parametrize("scheme", [STANDARD, APP], ids=lambda scheme: scheme.name)


def test_every_scheme_is_tested():
    assert {type(scheme) for scheme in (STANDARD, APP)} == set(SCHEMES)


@each_scheme
@given(body=st.text(max_size=200).map(str.encode), seconds=st.integers(-900, 900))
def test_what_is_signed_is_accepted_within_the_window(scheme, body, seconds):
    headers = scheme.sign("message-1", body, NOW)
    checked = scheme.check(headers, body, NOW + timedelta(seconds=seconds))
    assert abs(checked.at - NOW) < timedelta(seconds=1)


@each_scheme
@pytest.mark.parametrize("seconds", [-1, 1])
def test_beyond_the_window_only_the_clock_is_named(scheme, seconds):
    headers = scheme.sign("message-1", BODY, NOW)
    with pytest.raises(ClockError):
        scheme.check(headers, BODY, NOW + seconds * (WINDOW + timedelta(seconds=2)))


@each_scheme
def test_a_changed_body_is_refused(scheme):
    headers = scheme.sign("message-1", BODY, NOW)
    for place in range(len(BODY)):
        changed = bytearray(BODY)
        changed[place] ^= 1
        with pytest.raises(SignatureError):
            scheme.check(headers, bytes(changed), NOW)


@each_scheme
def test_a_changed_or_missing_header_is_refused(scheme):
    headers = scheme.sign("message-1", BODY, NOW)
    for name, value in headers.items():
        for wrong in ("", value[:-1], f"{value}0", "x" * 600, "…", "0", "99999999999999"):
            with pytest.raises(SignatureError):
                scheme.check({**headers, name: wrong}, BODY, NOW)


@each_scheme
def test_a_forged_time_never_learns_that_the_clock_is_off(scheme):
    """Who cannot sign is told the same, whatever the time says."""
    headers = scheme.sign("message-1", BODY, NOW)
    stamp = next(name for name in headers if "timestamp" in name)
    with pytest.raises(SignatureError) as error:
        scheme.check({**headers, stamp: "1"}, BODY, NOW)
    assert not isinstance(error.value, ClockError)


def test_a_signature_of_another_secret_is_refused():
    for mine, other in ((STANDARD, StandardWebhooks(new_secret())), (APP, AppSignature("nanqiao", "另一个"))):
        with pytest.raises(SignatureError):
            mine.check(other.sign("1", BODY, NOW), BODY, NOW)


def test_one_of_several_signatures_is_enough_while_a_secret_is_replaced():
    headers = STANDARD.sign("1", BODY, NOW)
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert STANDARD.check(headers, BODY, NOW)


@each_scheme
def test_what_is_sent_again_is_told_from_what_is_replayed(scheme):
    first, replayed = scheme.sign("1", BODY, NOW), scheme.sign("1", BODY, NOW + timedelta(seconds=1))
    nonces = [scheme.check(headers, BODY, NOW).nonce for headers in (first, first, replayed)]
    assert nonces[0] == nonces[1] != nonces[2]
    assert max(map(len, nonces)) <= 64


def test_the_vector_of_the_specification_is_met():
    """From the published test vectors of Standard Webhooks."""
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = STANDARD.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at)
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_no_nonce_of_the_app_signature_comes_twice():
    assert len({APP.sign("1", BODY, NOW)["x-nonce"] for _ in range(100)}) == 100


def test_a_secret_is_told_from_a_word():
    assert is_secret(new_secret())
    assert not is_secret("password")
    assert not is_secret("whsec_短")
