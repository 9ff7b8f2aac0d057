"""A platform that is down is asked now and then."""

from datetime import timedelta

from app.onewindow.breaker import AFTER, FIRST_PAUSE, LONGEST_PAUSE, Breaker
from tests.onewindow.cases import NOW


def failing(times: int = AFTER) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker.note(False, NOW)
    return breaker


def test_some_failures_are_no_reason():
    assert failing(AFTER - 1).allows(NOW, 8) == 8


def test_after_several_in_a_row_nothing_is_sent_for_a_while_and_then_one():
    breaker = failing()
    assert breaker.allows(NOW, 8) == 0
    assert breaker.allows(NOW + FIRST_PAUSE, 8) == 1


def test_one_answer_closes_it():
    breaker = failing()
    breaker.note(True, NOW + FIRST_PAUSE)
    assert breaker.allows(NOW + FIRST_PAUSE, 8) == 8


def test_the_pauses_grow_up_to_a_minute():
    breaker, now, waited = failing(), NOW, []
    for _ in range(8):
        before = now
        while not breaker.allows(now, 8):
            now += timedelta(seconds=1)
        waited.append(now - before)
        breaker.note(False, now)
    assert waited[0] == FIRST_PAUSE < waited[1]
    assert waited[-1] == LONGEST_PAUSE
