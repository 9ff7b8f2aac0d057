"""Receipts move a case, once each; two at the same time cannot both end it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.onewindow import handoffs, receiving
from app.onewindow.course import Event, ImpossibleError, Receipt
from app.onewindow.receiving import Told
from app.onewindow.signatures import WINDOW, Checked
from app.onewindow.tables import Handoff
from tests.onewindow.cases import HOUSING, NOW, database, handed_over, keyring, settings

__all__ = ["database", "keyring", "settings"]

STEPS = ("户申请", "村评议", "乡镇审核", "区审批", "竣工验收", "一户一档")


def told(event: Event, minutes: int = 1, **more: str) -> Told:
    receipt = Receipt(f"{event}-{minutes}", event, NOW + timedelta(minutes=minutes), **more)
    return Told(receipt, {"id": receipt.id, "event": event.value, "message": "虚构的说明"})


def receive(database, keyring, case, *receipts, now=NOW + timedelta(hours=1)):
    def work(session):
        handoff = handoffs.find(session, case.id)
        return [
            receiving.receive(
                session, keyring, handoff, one, source="platform", units={"housing", "education"}, now=now
            )
            for one in receipts
        ]

    return database.write(work)


def kept(database, case) -> Handoff:
    return database.read(lambda session: handoffs.find(session, case.id))


def test_a_case_goes_from_its_delivery_to_its_end(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)
    receive(database, keyring, case, told(Event.DELIVERED, 1), told(Event.ACCEPTED, 2))
    assert (kept(database, case).state, kept(database, case).due) == ("accepted", case.finish_by)
    receive(database, keyring, case, told(Event.STEP, 3, step="村评议"), told(Event.APPROVED, 4))
    assert (kept(database, case).state, kept(database, case).is_open) == ("approved", False)
    history = database.read(lambda session: receiving.history_of(session, keyring, case.id))
    assert [one["event"] for one in history] == ["delivered", "accepted", "step", "approved"]
    assert {one["source"] for one in history} == {"platform"}


def test_a_receipt_twice_is_kept_once(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)
    assert receive(database, keyring, case, told(Event.ACCEPTED), told(Event.ACCEPTED)) == [True, False]
    assert len(database.read(lambda session: receiving.receipts_of(session, case.id))) == 1


def test_a_transferred_case_stands_on_the_other_units_list(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)
    receive(database, keyring, case, told(Event.TRANSFERRED, unit="education"))
    assert (kept(database, case).unit, kept(database, case).made_for) == ("education", "housing")


@pytest.mark.parametrize(
    ("receipt", "said"),
    [
        (told(Event.TRANSFERRED, unit="nobody"), "单位目录"),
        (told(Event.ACCEPTED, 120), "还没有到"),
        (told(Event.ACCEPTED, -60), "早于转交"),
        (told(Event.STEP, step="盖章"), "没有这个办理环节"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(database, keyring, receipt, said):
    (case,) = handed_over(database, keyring, HOUSING)
    with pytest.raises(ImpossibleError, match=said):
        receive(database, keyring, case, receipt)
    assert kept(database, case).state == "pending"


def test_two_ends_at_the_same_time_leave_one(database, keyring):
    (case,) = handed_over(database, keyring, HOUSING)

    def end(event: Event) -> bool:
        try:
            return receive(database, keyring, case, told(event))[0]
        except ImpossibleError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, (Event.APPROVED, Event.REFUSED))) == [False, True]


def test_a_signed_message_is_accepted_once_within_its_time(database):
    checked = Checked("nonce-1", NOW)
    first, again, other = (
        database.write(lambda session, source=source: receiving.is_first(session, source, checked, NOW))
        for source in ("platform", "platform", "another")
    )
    assert (first, again, other) == (True, False, True)
    later = NOW + 2 * WINDOW + timedelta(seconds=1)
    database.write(lambda session: receiving.is_first(session, "x", Checked("nonce-2", later), later))
    assert database.write(lambda session: receiving.is_first(session, "platform", checked, later)), "it was forgotten"
