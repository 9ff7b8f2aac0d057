"""Screenings are kept under ids that sort by time and cannot be guessed."""

import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.archive import find, new_id, pack, unpack
from app.errors import NotFoundError
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role

EVERYWHERE = Principal("x", "x", PrincipalKind.KEY, Role.DISTRICT, Role.DISTRICT.permissions, None)


def test_an_id_is_a_uuid_of_version_7():
    for _ in range(100):
        id = UUID(new_id())
        assert (id.version, id.variant) == (7, "specified in RFC 4122")
        assert str(id) == str(UUID(int=id.int))


def test_ids_sort_by_the_time_of_their_making():
    earlier = new_id()
    time.sleep(0.002)
    assert earlier < new_id()


def test_no_two_ids_are_alike():
    ids = {new_id() for _ in range(10_000)}
    assert len(ids) == 10_000
    assert len({id[-12:] for id in ids}) == 10_000


@given(st.binary())
def test_what_is_packed_comes_out_again(text):
    assert unpack(pack(text)) == text


def test_the_same_is_packed_the_same():
    assert pack(b"x" * 1000) == pack(b"x" * 1000)


@pytest.mark.parametrize("id", ["", "x", "0" * 31, "%", "\0", "../..", "019ab0c4-6d00-7cc3-98c4-dc0c0c07398"])
def test_what_is_no_id_is_not_looked_for(id):
    with pytest.raises(NotFoundError):
        find(None, id, EVERYWHERE)  # type: ignore[arg-type]
