"""The outbox: messages to the platform, written with what they tell of, and sent until they are through.

Several workers share it.  One takes a message by a lease, so that a worker that dies leaves it
to another; within a case messages go in their order; and what was tried waits longer each time.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.encoding import as_json
from app.onewindow.tables import Delivery
from app.security.keyring import Keyring

LEASE: Final = timedelta(seconds=90)
"""Longer than an attempt can take."""
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=2)
GIVE_UP_AFTER: Final = timedelta(days=7)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"
    """Refused, or tried for days: a person has to look."""
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"waiting": "等待发送", "delivered": "已送达", "parked": "需人工处理", "cancelled": "已取消"}[self.value]


@dataclass(frozen=True)
class Taken:
    """A message that a worker has taken to send."""

    handoff: str
    number: int
    attempts: int
    made_at: datetime
    body: bytes

    @property
    def id(self) -> str:
        """What the platform knows the message by, the same on every attempt."""
        return self.handoff if self.number == 0 else f"{self.handoff}-{self.number}"


def enqueue(session: Session, keyring: Keyring, handoff: str, message: Mapping[str, Any], now: datetime) -> None:
    """Put *message* behind the others of its case."""
    number = session.scalar(select(func.count()).where(Delivery.handoff_id == handoff)) or 0
    body = as_json(message)
    session.add(
        Delivery(
            handoff_id=handoff,
            number=number,
            state=DeliveryState.WAITING.value,
            attempts=0,
            made_at=now,
            next_at=now,
            leased_until=None,
            status=None,
            message=keyring.seal(body, message_place(handoff, number)),
            reply=None,
        )
    )
    session.flush()


def take(session: Session, keyring: Keyring, most: int, now: datetime) -> list[Taken]:
    """Lease up to *most* messages that are due, each the first of its case that is not through."""
    before = aliased(Delivery)
    first = ~exists().where(
        before.handoff_id == Delivery.handoff_id, before.number < Delivery.number, before.state.in_(_NOT_THROUGH)
    )
    due = (
        select(Delivery)
        .where(Delivery.state == DeliveryState.WAITING.value, Delivery.next_at <= now, _is_free(now), first)
        .order_by(Delivery.next_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = session.scalars(due).all()
    for delivery in found:
        delivery.leased_until = now + LEASE
        delivery.attempts += 1
    return [
        Taken(
            delivery.handoff_id,
            delivery.number,
            delivery.attempts,
            delivery.made_at,
            keyring.open(delivery.message, message_place(delivery.handoff_id, delivery.number)),
        )
        for delivery in found
    ]


_NOT_THROUGH: Final = (DeliveryState.WAITING.value, DeliveryState.PARKED.value)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(Delivery.leased_until.is_(None), Delivery.leased_until < now)


@dataclass(frozen=True)
class Reply:
    """What came of an attempt; *status* is None where nobody answered."""

    status: int | None
    body: bytes = b""
    pause: timedelta | None = None
    """How long the platform asked to be left alone."""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_refused(self) -> bool:
        """Whether the same message will never be accepted; too early and too many are no refusals."""
        return self.status is not None and 400 <= self.status < 500 and self.status not in (408, 409, 425, 429)


def settle(session: Session, keyring: Keyring, taken: Taken, reply: Reply, now: datetime) -> DeliveryState:
    """Note what came of an attempt; return where the message stands."""
    delivery = session.get(Delivery, (taken.handoff, taken.number), with_for_update=True)
    if delivery is None:
        return DeliveryState.CANCELLED
    delivery.leased_until = None
    delivery.status = reply.status
    if reply.body:
        delivery.reply = keyring.seal(reply.body, reply_place(taken.handoff, taken.number))
    if delivery.state != DeliveryState.WAITING.value:
        # Cancelled while it was on its way.
        return DeliveryState(delivery.state)
    if reply.is_delivered:
        state = DeliveryState.DELIVERED
    elif reply.is_refused or now - taken.made_at > GIVE_UP_AFTER:
        state = DeliveryState.PARKED
    else:
        state = DeliveryState.WAITING
        delivery.next_at = now + (reply.pause or pause_after(taken.attempts))
    delivery.state = state.value
    return state


def pause_after(attempts: int, chance: random.Random | None = None) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, spread by half."""
    longest: timedelta = min(FIRST_PAUSE * 2.0 ** min(attempts - 1, 20), LONGEST_PAUSE)
    share: float = (chance or random.Random()).uniform(0.5, 1)
    return longest * share


def retry(session: Session, handoff: str, now: datetime) -> int:
    """Let the parked messages of a case go out again; return how many there were."""
    return _retry(session, now, Delivery.handoff_id == handoff)


def retry_all(session: Session, now: datetime) -> int:
    """Let all parked messages go out again; return how many there were."""
    return _retry(session, now)


def _retry(session: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    done = session.execute(
        update(Delivery)
        .where(Delivery.state == DeliveryState.PARKED.value, *which)
        .values(state=DeliveryState.WAITING.value, next_at=now, made_at=now, leased_until=None)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # of an UPDATE it is there


def cancel_untaken(session: Session, handoff: str) -> bool:
    """Cancel the first message of a case that the platform certainly has not taken; return whether that was so."""
    first = session.get(Delivery, (handoff, 0), with_for_update=True)
    if first is None:
        return False
    untried = first.state == DeliveryState.WAITING.value and first.attempts == 0
    refused = first.state == DeliveryState.PARKED.value and first.status is not None and first.status < 500
    if not (untried or refused):
        return False
    first.state = DeliveryState.CANCELLED.value
    return True


def deliveries_of(session: Session, handoff: str) -> Sequence[Delivery]:
    """Return the messages of a case in their order."""
    return session.scalars(select(Delivery).where(Delivery.handoff_id == handoff).order_by(Delivery.number)).all()


def message_place(handoff: str, number: int) -> str:
    return f"deliveries.message:{handoff}:{number}"


def reply_place(handoff: str, number: int) -> str:
    return f"deliveries.reply:{handoff}:{number}"
