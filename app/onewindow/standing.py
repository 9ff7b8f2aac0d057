"""How the hand-offs stand, for those who watch the service."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.onewindow.outbox import DeliveryState
from app.onewindow.tables import Delivery, Handoff


class Standing(NamedTuple):
    """All hand-offs at one moment."""

    states: Mapping[str, int]
    """How many are in which state."""
    waiting: float
    """For how many seconds the oldest message waits to be delivered."""


def standing(session: Session, now: datetime) -> Standing:
    """Return how the hand-offs stand at *now*."""
    counted = session.execute(select(Handoff.state, func.count()).group_by(Handoff.state)).all()
    since = session.scalar(select(func.min(Delivery.made_at)).where(Delivery.state == DeliveryState.WAITING.value))
    return Standing(
        {state: int(count) for state, count in counted},
        0.0 if since is None else max(0.0, (now - since).total_seconds()),
    )
