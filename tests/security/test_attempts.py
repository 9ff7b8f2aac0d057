"""Who tries one key after the other waits, and nobody else does."""

import pytest

from app.errors import TooManyError
from app.security.attempts import EVERY, FREE, Attempts


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def attempts(clock):
    return Attempts(clock)


def wait(attempts, address):
    try:
        attempts.check(address)
    except TooManyError as error:
        return int(error.headers["Retry-After"])
    return 0


def fail(attempts, address, times):
    for _ in range(times):
        assert not wait(attempts, address)
        attempts.failed(address)


def test_after_so_many_failures_an_address_waits(attempts, clock):
    fail(attempts, "192.0.2.1", FREE)
    assert wait(attempts, "192.0.2.1") == EVERY
    assert not wait(attempts, "192.0.2.2")
    clock.now += EVERY
    fail(attempts, "192.0.2.1", 1)
    assert wait(attempts, "192.0.2.1") == EVERY


def test_failures_are_forgotten(attempts, clock):
    fail(attempts, "192.0.2.1", FREE)
    clock.now += FREE * EVERY
    fail(attempts, "192.0.2.1", FREE)
    assert wait(attempts, "192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        (None, "no address", True),
    ],
)
def test_addresses_of_one_customer_count_together(attempts, one, other, same):
    fail(attempts, one, FREE)
    assert bool(wait(attempts, other)) is same


def test_what_is_remembered_is_bounded(attempts, monkeypatch):
    monkeypatch.setattr("app.security.attempts.MOST_ADDRESSES", 3)
    fail(attempts, "192.0.2.1", FREE)
    for last in range(2, 5):
        attempts.failed(f"192.0.2.{last}")
    assert len(attempts._settled) == 3
    assert not wait(attempts, "192.0.2.1")
