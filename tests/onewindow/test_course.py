"""Receipts in any order and any number end in one state, and the impossible is refused."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.onewindow.course import Event, ImpossibleError, Receipt, State, check, standing

MADE = datetime(2026, 11, 25, 1, tzinfo=UTC)
STEPS = ("户申请", "村评议", "乡镇审核", "区审批", "竣工验收", "一户一档")


def receipt(event: Event, minutes: int, id: str = "", **more: str) -> Receipt:
    return Receipt(id or f"{event}-{minutes}", event, MADE + timedelta(minutes=minutes), **more)


def state(*receipts: Receipt) -> State:
    return standing(receipts, unit="housing", steps=STEPS).state


COURSE = (
    receipt(Event.DELIVERED, 1),
    receipt(Event.ACCEPTED, 2),
    receipt(Event.CORRECTION, 3),
    receipt(Event.ACCEPTED, 4),
    receipt(Event.PUBLICISED, 5),
    receipt(Event.APPROVED, 6),
)


@pytest.mark.parametrize(
    ("length", "expected"),
    list(
        enumerate(
            [
                State.PENDING,
                State.DELIVERED,
                State.ACCEPTED,
                State.CORRECTION,
                State.ACCEPTED,
                State.PUBLICISED,
                State.APPROVED,
            ]
        )
    ),
)
def test_a_case_goes_its_way(length, expected):
    assert state(*COURSE[:length]) is expected


def test_every_order_ends_in_the_same_state():
    assert {state(*order) for order in permutations(COURSE)} == {State.APPROVED}


@given(st.lists(st.sampled_from(COURSE), max_size=12), st.randoms())
def test_repeats_and_order_change_nothing(receipts, chance):
    again = [*receipts, *receipts]
    chance.shuffle(again)
    assert standing(again, unit="a") == standing(receipts, unit="a")


def test_an_acceptance_that_comes_late_does_not_undo_the_end():
    assert state(receipt(Event.APPROVED, 9), receipt(Event.ACCEPTED, 2)) is State.APPROVED


def test_a_delivery_that_is_told_after_the_acceptance_is_no_step_back():
    assert state(receipt(Event.ACCEPTED, 2), receipt(Event.DELIVERED, 3)) is State.ACCEPTED


def test_who_has_a_transferred_case_has_yet_to_accept_it():
    found = standing([receipt(Event.ACCEPTED, 1), receipt(Event.TRANSFERRED, 2, unit="education")], unit="housing")
    assert (found.unit, found.state) == ("education", State.DELIVERED)


def test_the_plans_steps_are_tracked_in_the_plans_order():
    done = [receipt(Event.STEP, n, step=step) for n, step in enumerate(("乡镇审核", "户申请"), 1)]
    assert standing(done, unit="housing", steps=STEPS).steps == ("户申请", "乡镇审核")


# ── what cannot be ──


def refused(new: Receipt, *known: Receipt) -> str:
    with pytest.raises(ImpossibleError) as error:
        check(new, known, made_at=MADE, steps=STEPS)
    return str(error.value)


def test_a_receipt_again_is_no_news():
    assert check(COURSE[0], [], made_at=MADE)
    assert not check(COURSE[0], [COURSE[0]], made_at=MADE)


def test_a_number_used_twice_for_different_things_is_refused():
    assert "编号已用过" in refused(receipt(Event.ACCEPTED, 3, id="1"), receipt(Event.ACCEPTED, 2, id="1"))


def test_nothing_happens_before_the_case_was_handed_over():
    assert "早于转交" in refused(receipt(Event.ACCEPTED, -1))


@pytest.mark.parametrize("end", [Event.APPROVED, Event.REFUSED, Event.WITHDRAWN, Event.RETURNED])
def test_after_the_end_nothing_happens(end):
    assert "其后不会再有" in refused(receipt(Event.ACCEPTED, 9), receipt(end, 5))
    assert check(receipt(Event.ACCEPTED, 4), [receipt(end, 5)], made_at=MADE), (
        "what happened before it may be told late"
    )


def test_a_case_ends_once():
    assert "不能再" in refused(receipt(Event.REFUSED, 4), receipt(Event.APPROVED, 5))
    assert "更正" in refused(receipt(Event.APPROVED, 6), receipt(Event.APPROVED, 5))


def test_a_step_that_the_procedure_does_not_have_is_refused():
    said = refused(receipt(Event.STEP, 1, step="盖章"))
    assert "户申请" in said
    assert "盖章" not in said
