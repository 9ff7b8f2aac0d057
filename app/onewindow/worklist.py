"""What a unit has to do: its open cases, what is due first before the rest, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from app.onewindow.sight import under
from app.onewindow.tables import Handoff

PAGE: Final = 50
LARGEST_PAGE: Final = 200
TOWNSHIP_DIGITS: Final = 9


class Overdue(StrEnum):
    """Which deadline has passed; the value is the wire code."""

    ACCEPTANCE = "acceptance"
    COMPLETION = "completion"


@dataclass(frozen=True)
class Wanted:
    """Which cases are looked at."""

    units: Sequence[str]
    """The unit's own code, and those of the units merged into it."""
    region: str | None = None
    """Only those under this code."""
    state: str | None = None
    policy: str | None = None
    overdue: Overdue | None = None
    is_open: bool = True
    sight: Sequence[ColumnElement[bool]] = ()
    """What must hold of a case that is to be seen at all."""


@dataclass(frozen=True, order=True)
class Mark:
    """Where a page ended: the next begins behind it."""

    due: date
    id: str


def page(session: Session, wanted: Wanted, today: date, after: Mark | None = None, size: int = PAGE) -> list[Handoff]:
    """Return the next cases, what is due first before the rest; one more than *size* where there are more."""
    # Unit by unit, as only then an index gives them in their order.
    found = [
        case for unit in wanted.units for case in session.scalars(query_of(wanted, unit, today, after).limit(size + 1))
    ]
    return sorted(found, key=mark_of)[: size + 1]


def mark_of(case: Handoff) -> Mark:
    """Return the place of *case* on a worklist."""
    return Mark(case.due, case.id)


def query_of(wanted: Wanted, unit: str, today: date, after: Mark | None = None) -> Select[Handoff]:
    """Return the query for the cases of one unit that are wanted."""
    query = select(Handoff).where(Handoff.unit == unit, Handoff.is_open.is_(wanted.is_open), *wanted.sight)
    if wanted.region is not None:
        query = query.where(under(wanted.region))
    if wanted.state is not None:
        query = query.where(Handoff.state == wanted.state)
    if wanted.policy is not None:
        query = query.where(Handoff.policy == wanted.policy)
    if wanted.overdue is not None:
        awaits = wanted.overdue is Overdue.ACCEPTANCE
        query = query.where(Handoff.due < today, Handoff.awaits_acceptance.is_(awaits))
    if after is not None:
        query = query.where(tuple_(Handoff.due, Handoff.id) > (after.due, after.id))
    return query.order_by(Handoff.due, Handoff.id)


@dataclass(frozen=True)
class Count:
    """How many open cases a unit has in a township, and how many are late."""

    unit: str
    township: str | None
    open: int
    awaiting: int
    acceptance_overdue: int
    completion_overdue: int


def counts(session: Session, today: date, sight: Sequence[ColumnElement[bool]] = ()) -> list[Count]:
    """Return the counts of open cases by unit and township, of what is to be seen."""
    township = func.substr(Handoff.region_code, 1, TOWNSHIP_DIGITS).label("township")
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
        .where(Handoff.is_open, *sight)
        .group_by(Handoff.unit, township)
        .order_by(Handoff.unit, township)
    )
    return [Count(*row) for row in session.execute(query)]
