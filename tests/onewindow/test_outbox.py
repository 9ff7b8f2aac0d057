"""What is to be sent is sent by one worker at a time, in order, until it is through."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest

from app.onewindow import handoffs, outbox
from app.onewindow.outbox import GIVE_UP_AFTER, LEASE, LONGEST_PAUSE, DeliveryState, Reply, pause_after
from tests.onewindow.cases import HOUSING, NOW, database, handed_over, keyring, settings

__all__ = ["database", "keyring", "settings"]


def take(database, keyring, at=NOW, most=10):
    return database.write(lambda session: outbox.take(session, keyring, most, at))


def settle(database, keyring, taken, reply, at=NOW):
    return database.write(lambda session: outbox.settle(session, keyring, taken, reply, at))


def test_what_one_has_taken_no_other_takes_until_its_lease_is_over(database, keyring):
    handed_over(database, keyring)
    assert len(take(database, keyring)) == 2
    assert take(database, keyring) == []
    again = take(database, keyring, NOW + LEASE + timedelta(seconds=1))
    assert [taken.attempts for taken in again] == [2, 2]


def test_eight_workers_share_without_taking_anything_twice(database, keyring):
    for _ in range(10):
        handed_over(database, keyring)
    with ThreadPoolExecutor(8) as pool:
        taken = [one for found in pool.map(lambda _: take(database, keyring, most=5), range(16)) for one in found]
    assert len(taken) == len({one.id for one in taken}) == 20


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, DeliveryState.DELIVERED),
        (202, DeliveryState.DELIVERED),
        (400, DeliveryState.PARKED),
        (401, DeliveryState.PARKED),
        (404, DeliveryState.PARKED),
        (422, DeliveryState.PARKED),
        (301, DeliveryState.WAITING),
        (408, DeliveryState.WAITING),
        (409, DeliveryState.WAITING),
        (425, DeliveryState.WAITING),
        (429, DeliveryState.WAITING),
        (500, DeliveryState.WAITING),
        (503, DeliveryState.WAITING),
        (None, DeliveryState.WAITING),
    ],
)
def test_an_answer_decides_whether_it_is_through_parked_or_tried_again(database, keyring, status, expected):
    handed_over(database, keyring, HOUSING)
    (taken,) = take(database, keyring)
    assert settle(database, keyring, taken, Reply(status)) is expected
    assert take(database, keyring) == []


def test_after_days_a_person_has_to_look(database, keyring):
    handed_over(database, keyring, HOUSING)
    (taken,) = take(database, keyring)
    assert settle(database, keyring, taken, Reply(503), NOW + GIVE_UP_AFTER) is DeliveryState.WAITING
    late = NOW + GIVE_UP_AFTER + LONGEST_PAUSE
    (taken,) = take(database, keyring, late)
    assert settle(database, keyring, taken, Reply(503), late) is DeliveryState.PARKED
    database.write(lambda session: outbox.retry(session, taken.handoff, late))
    assert len(take(database, keyring, late)) == 1


def test_pauses_grow_and_are_spread(database, keyring):
    chance = Random(1)
    pauses = [[pause_after(attempt, chance) for _ in range(20)] for attempt in (1, 5, 50)]
    assert max(pauses[0]) <= timedelta(seconds=5) < min(pauses[1]) < max(pauses[2]) <= LONGEST_PAUSE
    assert len(set(pauses[1])) > 15


def test_the_platform_may_ask_to_be_left_alone(database, keyring):
    handed_over(database, keyring, HOUSING)
    (taken,) = take(database, keyring)
    settle(database, keyring, taken, Reply(503, pause=timedelta(minutes=30)))
    assert take(database, keyring, NOW + timedelta(minutes=29)) == []
    assert len(take(database, keyring, NOW + timedelta(minutes=31))) == 1


def test_within_a_case_nothing_overtakes(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)
    (first,) = take(database, keyring)
    settle(database, keyring, first, Reply(503))
    database.write(lambda session: handoffs.take_back(session, keyring, handoffs.find(session, case.id), "搬走了", NOW))
    later = NOW + LONGEST_PAUSE
    (again,) = take(database, keyring, later)
    assert again.number == 0
    settle(database, keyring, again, Reply(422), later)
    assert take(database, keyring, later) == [], "a parked message holds up those behind it"
    database.write(lambda session: outbox.retry(session, case.id, later))
    (again,) = take(database, keyring, later)
    settle(database, keyring, again, Reply(200), later)
    (withdrawal,) = take(database, keyring, later)
    assert (withdrawal.number, withdrawal.id) == (1, f"{case.id}-1")


def test_every_attempt_sends_the_same_bytes_under_the_same_id(database, keyring):
    handed_over(database, keyring, HOUSING)
    (first,) = take(database, keyring)
    (second,) = take(database, keyring, NOW + 2 * LEASE)
    assert (first.id, first.body) == (second.id, second.body)


def test_what_the_platform_said_is_kept_sealed(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)
    (taken,) = take(database, keyring)
    settle(database, keyring, taken, Reply(200, b'{"receipt":"R-1"}'))
    (delivery,) = database.read(lambda session: outbox.deliveries_of(session, case.id))
    assert keyring.open(delivery.reply, outbox.reply_place(case.id, 0)) == b'{"receipt":"R-1"}'
