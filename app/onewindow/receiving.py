"""Receipts as they arrive: each kept once, and the case moved to where all of them together put it."""

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.encoding import as_json
from app.onewindow.course import AWAITING_ACCEPTANCE, Event, ImpossibleError, Receipt, check, in_order, standing
from app.onewindow.handoffs import accept_by_of, content_of
from app.onewindow.signatures import WINDOW, Checked
from app.onewindow.tables import Handoff, KeptReceipt, Nonce
from app.security.keyring import Keyring

OURS: Final = "huimin"
"""The source of what the service itself notes."""
AHEAD: Final = timedelta(minutes=15)
"""How far a teller's clock may be ahead of ours."""


@dataclass(frozen=True)
class Told:
    """A receipt with all that it says."""

    receipt: Receipt
    document: Mapping[str, Any]
    """The receipt as it was sent: reason, materials, amount, first month, operator, message."""


def receive(
    session: Session,
    keyring: Keyring,
    handoff: Handoff,
    told: Told,
    *,
    source: str,
    units: Container[str],
    now: datetime,
) -> bool:
    """Keep a receipt from *source* and move its case; return whether it was news.  Raise ImpossibleError."""
    # One at a time for a case: two that contradict each other must not both find it open.
    session.refresh(handoff, with_for_update=True)
    receipt = told.receipt
    if receipt.at > now + AHEAD:
        raise ImpossibleError("回执所说的时间还没有到：请核对发送方的时钟")
    if receipt.event is Event.TRANSFERRED and receipt.unit not in units:
        raise ImpossibleError("转办的单位代码不在单位目录（/v1/units）中")
    known, steps = receipts_of(session, handoff.id), content_of(keyring, handoff)["steps"]
    # Sent before the answer to its own delivery was read here, it may bear a time shortly before ours.
    if not check(receipt, known, made_at=handoff.made_at - AHEAD, steps=steps):
        return False
    _keep(session, keyring, handoff, told, known, source=source, steps=steps, now=now)
    return True


def note(session: Session, keyring: Keyring, handoff: Handoff, event: Event, now: datetime, **said: str) -> None:
    """Keep what the service itself knows of a case, and move it."""
    receipt = Receipt(f"{OURS}-{event}", event, now)
    document = {"id": receipt.id, "event": event.value, "at": now.astimezone(SHANGHAI).isoformat(), **said}
    known, steps = receipts_of(session, handoff.id), content_of(keyring, handoff)["steps"]
    _keep(session, keyring, handoff, Told(receipt, document), known, source=OURS, steps=steps, now=now)


def note_arrival(session: Session, keyring: Keyring, handoff: Handoff, now: datetime) -> None:
    """Note that the platform has taken a case, unless it is known to have arrived."""
    if not receipts_of(session, handoff.id):
        note(session, keyring, handoff, Event.DELIVERED, now)


def _keep(
    session: Session,
    keyring: Keyring,
    handoff: Handoff,
    told: Told,
    known: Sequence[Receipt],
    *,
    source: str,
    steps: Sequence[str],
    now: datetime,
) -> None:
    receipt = told.receipt
    session.add(
        KeptReceipt(
            handoff_id=handoff.id,
            id=receipt.id,
            event=receipt.event.value,
            at=receipt.at,
            received_at=now,
            source=source,
            unit=receipt.unit,
            step=receipt.step,
            content=keyring.seal(as_json(told.document), place_of(handoff.id, receipt.id)),
        )
    )
    move(handoff, [*known, receipt], steps, now)
    session.flush()


def move(handoff: Handoff, receipts: Sequence[Receipt], steps: Sequence[str], now: datetime) -> None:
    """Put a case where its receipts put it."""
    found = standing(receipts, unit=handoff.made_for, steps=steps)
    transfers = [one.at for one in in_order(receipts) if one.event is Event.TRANSFERRED]
    # A unit that gets it from another has as long to accept it as the first had.
    handoff.accept_by = accept_by_of(transfers[-1] if transfers else handoff.made_at, handoff.priority).day
    handoff.state, handoff.unit = found.state.value, found.unit
    handoff.is_open = not found.state.is_final
    handoff.awaits_acceptance = found.state in AWAITING_ACCEPTANCE
    handoff.due = handoff.accept_by if handoff.awaits_acceptance else handoff.finish_by
    handoff.changed_at = now


def receipts_of(session: Session, handoff: str) -> list[Receipt]:
    """Return what is known of a case, in the order in which it arrived."""
    rows = session.scalars(
        select(KeptReceipt).where(KeptReceipt.handoff_id == handoff).order_by(KeptReceipt.received_at, KeptReceipt.id)
    )
    return [Receipt(row.id, Event(row.event), row.at, row.unit, row.step) for row in rows]


def history_of(session: Session, keyring: Keyring, handoff: str) -> list[dict[str, Any]]:
    """Return the receipts of a case as they were sent, each with when and from whom it came."""
    rows = session.scalars(
        select(KeptReceipt).where(KeptReceipt.handoff_id == handoff).order_by(KeptReceipt.at, KeptReceipt.id)
    )
    return [
        {
            **json.loads(keyring.open(row.content, place_of(handoff, row.id))),
            "received_at": row.received_at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "source": row.source,
        }
        for row in rows
    ]


def place_of(handoff: str, receipt: str) -> str:
    return f"receipts.content:{handoff}:{receipt}"


# ── signed messages ──


def is_first(session: Session, source: str, checked: Checked, now: datetime) -> bool:
    """Note a signed message; return False where it came before."""
    session.execute(delete(Nonce).where(Nonce.expires_at < now))
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    # Kept for both sides of the window, as its time may lie ahead of ours.
    row = {"source": source, "nonce": checked.nonce, "expires_at": checked.at + 2 * WINDOW}
    kept = session.scalar(insert(Nonce).values(row).on_conflict_do_nothing().returning(Nonce.nonce))
    return kept is not None
