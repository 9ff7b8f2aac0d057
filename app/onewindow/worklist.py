"""What a unit has to do: its open cases, what is due first before the rest, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.onewindow.tables import Handoff

PAGE: Final = 50
LARGEST_PAGE: Final = 200


class Overdue(StrEnum):
    """Which deadline has passed; the value is the wire code."""

    ACCEPTANCE = "acceptance"
    COMPLETION = "completion"


@dataclass(frozen=True)
class Wanted:
    """Which cases of a unit are looked at."""

    unit: str
    region: str | None = None
    """Only those under this code."""
    state: str | None = None
    policy: str | None = None
    overdue: Overdue | None = None
    is_open: bool = True


@dataclass(frozen=True)
class Mark:
    """Where a page ended: the next begins behind it."""

    due: date
    id: str


def page(session: Session, wanted: Wanted, today: date, after: Mark | None = None, size: int = PAGE) -> list[Handoff]:
    """Return the next cases, one more than *size* where there are more."""
    query = query_of(wanted, today).order_by(Handoff.due, Handoff.id).limit(size + 1)
    if after is not None:
        query = query.where(tuple_(Handoff.due, Handoff.id) > (after.due, after.id))
    return list(session.scalars(query))


def query_of(wanted: Wanted, today: date) -> Select[Handoff]:
    """Return the query for the cases that are wanted, in no order."""
    query = select(Handoff).where(Handoff.unit == wanted.unit, Handoff.is_open.is_(wanted.is_open))
    if wanted.region is not None:
        query = query.where(under(wanted.region))
    if wanted.state is not None:
        query = query.where(Handoff.state == wanted.state)
    if wanted.policy is not None:
        query = query.where(Handoff.policy == wanted.policy)
    if wanted.overdue is not None:
        awaits = wanted.overdue is Overdue.ACCEPTANCE
        query = query.where(Handoff.due < today, Handoff.awaits_acceptance.is_(awaits))
    return query


def under(region: str) -> ColumnElement[bool]:
    """Return whether a case lies under *region*."""
    return Handoff.region_code.startswith(region, autoescape=True)


@dataclass(frozen=True)
class Count:
    """How many open cases a unit has in a township, and how many are late."""

    unit: str
    township: str | None
    open: int
    awaiting: int
    acceptance_overdue: int
    completion_overdue: int


def counts(session: Session, today: date, units: Sequence[str] | None = None, region: str | None = None) -> list[Count]:
    """Return the counts of open cases by unit and township."""
    township = func.substr(Handoff.region_code, 1, 9).label("township")
    late = Handoff.due < today
    query = (
        select(
            Handoff.unit,
            township,
            func.count(),
            func.count().filter(Handoff.awaits_acceptance),
            func.count().filter(Handoff.awaits_acceptance, late),
            func.count().filter(~Handoff.awaits_acceptance, late),
        )
        .where(Handoff.is_open)
        .group_by(Handoff.unit, township)
        .order_by(Handoff.unit, township)
    )
    if units is not None:
        query = query.where(Handoff.unit.in_(units))
    if region is not None:
        query = query.where(under(region))
    return [Count(*row) for row in session.execute(query)]
