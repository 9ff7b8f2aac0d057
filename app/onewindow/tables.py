"""The tables of the one window."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models import Base, Moment, Sealed

HOUSEHOLD = -1
"""The position of a case that is about the household: a null would be equal to nothing."""


class Handoff(Base):
    """One benefit of one subject, handed to the unit that handles it."""

    __tablename__ = "handoffs"
    __table_args__ = (
        UniqueConstraint("screening_id", "policy", "position"),
        # The worklist of a unit, what is due first before the rest, and its pages.
        Index(None, "unit", "is_open", "due", "id"),
        Index(None, "region_code", "is_open"),
        Index(None, "made_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_no: Mapped[str] = mapped_column(String(24), unique=True)
    screening_id: Mapped[str] = mapped_column(String(36), index=True)
    policy: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    """The member's place in the household, or HOUSEHOLD."""
    region_code: Mapped[str | None] = mapped_column(String(12))
    made_for: Mapped[str] = mapped_column(String(40))
    """The unit that it was handed to."""
    unit: Mapped[str] = mapped_column(String(40))
    """The unit that has it now."""
    state: Mapped[str] = mapped_column(String(20))
    """What the receipts come to: see `course`."""
    is_open: Mapped[bool]
    awaits_acceptance: Mapped[bool]
    due: Mapped[date]
    """By when it is to be accepted, or after that finished."""
    accept_by: Mapped[date]
    finish_by: Mapped[date]
    priority: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[str] = mapped_column(String(64))
    """The id of the principal that handed it over."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    content: Mapped[bytes] = mapped_column(Sealed)
    """The message to the unit, sealed."""


class KeptReceipt(Base):
    """Something told of a case; none is ever changed."""

    __tablename__ = "receipts"

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    event: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str | None] = mapped_column(String(40))
    step: Mapped[str | None] = mapped_column(String(40))
    content: Mapped[bytes] = mapped_column(Sealed)
    """The receipt as it was sent, sealed."""


class Delivery(Base):
    """A message that is to reach the platform: a row of the outbox."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "next_at"),)

    handoff_id: Mapped[str] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Its place among the messages of its case: none goes before the one before it is through."""
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    status: Mapped[int | None]
    """The last status that the platform answered with; none where it did not answer."""
    message: Mapped[bytes] = mapped_column(Sealed)
    """The body, sealed: the same bytes on every attempt."""
    reply: Mapped[bytes | None] = mapped_column(Sealed)
    """What the platform said, sealed."""


class Nonce(Base):
    """A signed message that was accepted, until its time is up: it is not accepted again."""

    __tablename__ = "nonces"

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
