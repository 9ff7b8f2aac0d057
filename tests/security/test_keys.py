"""A key can be told from a likeness without asking anybody, and from another by nobody who has not got it."""

import pytest

from app.security.keys import LENGTH, PATTERN, PREFIX_LENGTH, is_whole, new_key, prefix_of


def test_a_key_is_written_as_scanners_look_for_it():
    key = new_key()
    assert PATTERN.fullmatch(key)
    assert len(key) == LENGTH
    assert is_whole(key)
    assert prefix_of(key) == key[:PREFIX_LENGTH] == key.rpartition("_")[0]


def test_no_two_keys_are_alike():
    keys = {new_key() for _ in range(2000)}
    assert len(keys) == len({prefix_of(key) for key in keys}) == 2000


def test_every_slip_of_one_character_is_noticed():
    key = new_key()
    for place, character in enumerate(key):
        other = "A" if character != "A" else "B"
        assert not is_whole(key[:place] + other + key[place + 1 :]), place


def test_two_neighbours_that_changed_places_are_noticed():
    key = new_key()
    for place in range(len(key) - 1):
        swapped = key[:place] + key[place + 1] + key[place] + key[place + 2 :]
        assert swapped == key or not is_whole(swapped)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: "",
        lambda key: "huimin_",
        lambda key: key[:-1],
        lambda key: key + "0",
        lambda key: key.lower(),
        lambda key: " " + key,
    ],
    ids=["nothing", "prefix alone", "too short", "too long", "lower case", "blank before"],
)
def test_what_is_no_key_is_told(spoil):
    assert not is_whole(spoil(new_key()))
