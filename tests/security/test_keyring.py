import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.keyring import STAMP, Keyring, MissingKeyError, Ring, RootKey, Suite, UnsealError, is_sealed

PLACE = "screenings.answer:0190"
SUITES = pytest.mark.parametrize("suite", Suite)


def a_ring(*keys: RootKey, digest: RootKey | None = None, digest_suite: Suite = Suite.AES) -> Ring:
    """Return a ring of *keys*, the last of which seals."""
    return Ring({key.id: key for key in keys}, keys[-1].id, digest or RootKey.new(), digest_suite)


KEYRINGS = {suite: Keyring(a_ring(RootKey.new()), suite) for suite in Suite}


@SUITES
@given(data=st.binary(max_size=500), place=st.text(max_size=40))
def test_what_is_sealed_opens_where_it_was_sealed(suite, data, place):
    keyring = KEYRINGS[suite]
    sealed = keyring.seal(data, place)
    assert is_sealed(sealed)
    assert keyring.open(sealed, place) == data


@SUITES
@given(data=st.binary(max_size=100), place=st.text(max_size=20), other=st.text(max_size=20))
def test_a_value_moved_elsewhere_does_not_open(suite, data, place, other):
    if place == other:
        return
    sealed = KEYRINGS[suite].seal(data, place)
    with pytest.raises(UnsealError):
        KEYRINGS[suite].open(sealed, other)


@SUITES
@given(data=st.binary(max_size=100), where=st.integers(0), bit=st.integers(0, 7))
def test_any_flipped_bit_is_noticed(suite, data, where, bit):
    sealed = bytearray(KEYRINGS[suite].seal(data, PLACE))
    sealed[where % len(sealed)] ^= 1 << bit
    with pytest.raises(UnsealError):
        KEYRINGS[suite].open(bytes(sealed), PLACE)


@SUITES
@given(data=st.binary(max_size=60), length=st.integers(0))
def test_a_cut_value_is_noticed(suite, data, length):
    sealed = KEYRINGS[suite].seal(data, PLACE)
    with pytest.raises(UnsealError):
        KEYRINGS[suite].open(sealed[: length % len(sealed)], PLACE)


@given(plain=st.binary(max_size=200))
def test_what_was_never_sealed_does_not_open(plain):
    with pytest.raises(UnsealError):
        KEYRINGS[Suite.AES].open(plain, PLACE)


@SUITES
def test_the_same_value_is_never_sealed_alike(suite):
    assert len({KEYRINGS[suite].seal(b"same", PLACE) for _ in range(50)}) == 50


@SUITES
def test_what_is_sealed_shows_nothing_of_its_content(suite):
    assert b"330101" not in KEYRINGS[suite].seal(b"330101" * 50, PLACE)


def test_values_of_both_suites_open_whichever_seals():
    ring = a_ring(RootKey.new())
    for one, other in ((Suite.AES, Suite.SM), (Suite.SM, Suite.AES)):
        assert Keyring(ring, other).open(Keyring(ring, one).seal(b"x", PLACE), PLACE) == b"x"


def test_a_missing_key_is_named_by_its_id():
    old, new = RootKey.new(), RootKey.new()
    sealed = Keyring(a_ring(old), Suite.AES).seal(b"x", PLACE)
    with pytest.raises(MissingKeyError, match=old.id):
        Keyring(a_ring(new), Suite.AES).open(sealed, PLACE)


def test_after_a_rotation_old_values_open_and_new_ones_are_sealed_anew():
    old, new = RootKey.new(), RootKey.new()
    sealed = Keyring(a_ring(old), Suite.AES).seal(b"x", PLACE)
    rotated = Keyring(a_ring(old, new), Suite.AES)
    assert rotated.open(sealed, PLACE) == b"x"
    assert sealed[:STAMP] != rotated.stamp()
    assert rotated.seal(b"x", PLACE)[:STAMP] == rotated.stamp()
    assert rotated.seal(b"x", PLACE)[:STAMP] != Keyring(a_ring(old, new), Suite.SM).stamp()


def test_a_newer_ring_is_taken_up_at_once():
    old, new = RootKey.new(), RootKey.new()
    waiting = [a_ring(old, new)]
    keyring = Keyring(a_ring(old), Suite.AES, lambda: waiting.pop() if waiting else None)
    assert keyring.stamp().endswith(bytes.fromhex(new.id))
    assert keyring.open(keyring.seal(b"x", PLACE), PLACE) == b"x"


def test_a_key_that_joined_since_opens():
    old, new = RootKey.new(), RootKey.new()
    sealed = Keyring(a_ring(old, new), Suite.AES).seal(b"x", PLACE)
    waiting = [a_ring(old, new)]
    assert Keyring(a_ring(old), Suite.AES, lambda: waiting.pop() if waiting else None).open(sealed, PLACE) == b"x"


@SUITES
def test_digests_depend_on_purpose_key_and_data_and_outlive_a_rotation(suite):
    digest = RootKey.new()
    keyring = Keyring(a_ring(RootKey.new(), digest=digest, digest_suite=suite), Suite.AES)
    made = keyring.mac("keys", b"x")
    assert len(made) == 32
    assert made == Keyring(a_ring(RootKey.new(), digest=digest, digest_suite=suite), Suite.SM).mac("keys", b"x")
    assert made != keyring.mac("subjects", b"x")
    assert made != keyring.mac("keys", b"y")
    assert made != Keyring(a_ring(RootKey.new(), digest_suite=suite), Suite.AES).mac("keys", b"x")


def test_keys_do_not_show_themselves():
    key = RootKey.new()
    ring = a_ring(key)
    for shown in (repr(key), repr(ring), str(ring)):
        assert key.root.hex() not in shown
        assert repr(key.root) not in shown


def test_the_key_that_signs_follows_from_the_ring_and_stays_when_it_is_rotated():
    first, second, digest = RootKey.new(), RootKey.new(), RootKey.new()

    def number(ring, purpose="rulepack"):
        return Keyring(ring, Suite.AES).signing(purpose).private_numbers().private_value

    before = number(a_ring(first, digest=digest))
    assert before == number(a_ring(first, second, digest=digest))
    assert before != number(a_ring(first, digest=digest), "other")
    assert before != number(a_ring(first))
