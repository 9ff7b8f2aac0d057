"""What is stored about a household or one of its members: found by its reference, handed over, deleted.

A reference names a household within the area of whoever numbered it, so the same one may be several households'
in a district: a region code tells them apart.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import replays
from app.archive import given_of, packed_answer, subject_index, unpack
from app.batch.jobs import states
from app.batch.jobs.files import BatchFiles
from app.batch.jobs.states import State
from app.database import Database
from app.errors import FieldError, InvalidParameterError
from app.intake.wire import LONGEST_TEXT, read_reference
from app.models import Batch, Screening
from app.onewindow.handoffs import content_of
from app.onewindow.receiving import history_of
from app.onewindow.tables import Handoff
from app.regions import RegionError, lies_in, read_region_code
from app.security.keyring import Keyring

FIELDS: Final = ("reference", "member", "region_code", "batches")
AT_ONCE: Final = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """Whom a request is about."""

    reference: str
    member: str | None = None
    region_code: str | None = None

    def index(self, keyring: Keyring) -> str:
        """Return what the audit trail and repetitions call the household: a keyed digest."""
        return subject_index(keyring, None, self.reference).hex()[:36]


def read_subject(given: Mapping[str, Any]) -> tuple[Subject, bool]:
    """Return who is meant, and whether lists are too; raise InvalidParameterError."""
    faults = [FieldError("", f"只能填 {'、'.join(FIELDS)}") for unknown in given if unknown not in FIELDS][:1]
    for field in ("reference", "member"):
        value = given.get(field)
        if value is None and field == "member":
            continue
        if (said := _wrong_reference(value)) is not None:
            faults.append(FieldError(field, said))
    region_code = given.get("region_code")
    if region_code is not None:
        try:
            region_code = read_region_code(region_code if isinstance(region_code, str) else "")
        except RegionError as error:
            faults.append(FieldError("region_code", str(error)))
    batches = given.get("batches", True)
    if not isinstance(batches, bool):
        faults.append(FieldError("batches", "应为 true（是）或 false（否）"))
    if faults:
        raise InvalidParameterError("请按 errors 中的说明改正后重试。", faults)
    return Subject(given["reference"], given.get("member"), region_code), bool(batches)


def _wrong_reference(value: object) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        return f"应为编号，{LONGEST_TEXT}字以内"
    try:
        read_reference(value)
    except ValueError as error:
        return str(error)
    return None


# ── finding ──


def screenings(session: Session, keyring: Keyring, subject: Subject, area: str | None) -> Iterator[Screening]:
    """Yield the stored screenings of *subject* within *area*, the oldest first."""
    places = session.scalars(select(Screening.region_code).distinct())
    marks = [
        subject_index(keyring, place, subject.reference)
        for place in places
        if _within(place, area) and _within(place, subject.region_code)
    ]
    for some in _some(marks):
        for row in session.scalars(select(Screening).where(Screening.subject.in_(some)).order_by(Screening.id)):
            if subject.member is None or subject.member in _members(given_of(row, keyring)):
                yield row


def _within(place: str | None, area: str | None) -> bool:
    return area is None or (place is not None and lies_in(place, area))


def _members(given: Mapping[str, Any]) -> set[str]:
    # One that was given no reference is known by its place.
    return {str(member.get("reference") or number) for number, member in enumerate(given["members"], 1)}


def handoffs(session: Session, ids: Sequence[str]) -> Iterator[Handoff]:
    """Yield the hand-offs of the screenings with *ids*."""
    for some in _some(ids):
        yield from session.scalars(select(Handoff).where(Handoff.screening_id.in_(some)).order_by(Handoff.id))


class InList(NamedTuple):
    """What one list holds about somebody."""

    batch: Batch
    results: list[dict[str, Any]]
    """The result's rows about them."""
    stated: list[dict[str, Any]]
    """The facts kept for handing over."""

    def document(self) -> dict[str, Any]:
        """Return it as it is exported."""
        return {
            "id": self.batch.id,
            "as_of": str(self.batch.as_of),
            "region_code": self.batch.region_code,
            "results": self.results,
            "stated": self.stated,
        }


class InLists(NamedTuple):
    """What lists hold about somebody."""

    lists: list[InList]
    """The lists in which they are."""
    under_way: list[str]
    """The ids of lists that cannot be searched yet."""


def in_lists(database: Database, files: BatchFiles, keyring: Keyring, subject: Subject, area: str | None) -> InLists:
    """Return what the results of the lists of *area* hold about *subject*."""
    # The columns' engine is loaded for those who ask for it, not at every start.
    from app.batch.jobs.searching import rows_about, stated_about

    found = [batch for batch in database.read(_all_lists) if _may_hold(batch, subject, area)]
    done = [batch for batch in found if batch.state == State.DONE]
    who = subject.reference, subject.member
    lists = [
        InList(batch, results, stated_about(files, keyring, batch, *who))
        for batch in done
        if (results := rows_about(files, keyring, batch, *who))
    ]
    waiting = [batch.id for batch in found if batch.state in (State.WAITING, State.RUNNING)]
    return InLists(lists, waiting)


def _all_lists(session: Session) -> Sequence[Batch]:
    return session.scalars(select(Batch).order_by(Batch.id)).all()


def _may_hold(batch: Batch, subject: Subject, area: str | None) -> bool:
    if not _within(batch.region_code, area):
        return False
    return subject.region_code is None or batch.region_code is None or _overlap(batch.region_code, subject.region_code)


def _overlap(one: str, other: str) -> bool:
    return lies_in(one, other) or lies_in(other, one)


def _some(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield *items* in parts that a statement may name."""
    for begin in range(0, len(items), AT_ONCE):
        yield items[begin : begin + AT_ONCE]


# ── handing over ──


def export(session: Session, keyring: Keyring, subject: Subject, area: str | None) -> dict[str, Any]:
    """Return everything in the database about *subject* within *area*."""
    rows = list(screenings(session, keyring, subject, area))
    return {
        "screenings": [_screening(row, keyring) for row in rows],
        "handoffs": [_handoff(session, row, keyring) for row in handoffs(session, [row.id for row in rows])],
    }


def _screening(row: Screening, keyring: Keyring) -> dict[str, Any]:
    return {
        "id": row.id,
        "created_at": row.created_at.isoformat(timespec="seconds"),
        "as_of": str(row.as_of),
        "region_code": row.region_code,
        "policy_set": row.policy_set,
        "release": row.release,
        "given": given_of(row, keyring),
        "answer": json.loads(unpack(packed_answer(row, keyring))),
    }


def _handoff(session: Session, row: Handoff, keyring: Keyring) -> dict[str, Any]:
    return {
        "id": row.id,
        "case_no": row.case_no,
        "screening_id": row.screening_id,
        "state": row.state,
        "made_at": row.made_at.isoformat(timespec="seconds"),
        "content": content_of(keyring, row),
        "receipts": history_of(session, keyring, row.id),
    }


# ── deleting ──


def forget(session: Session, keyring: Keyring, subject: Subject, area: str | None) -> dict[str, int]:
    """Delete what the database holds about *subject* within *area*; return how much it was.

    Answers kept for repetition go as well; the audit trail, which holds ids only, stays as it is.
    """
    ids = [row.id for row in screenings(session, keyring, subject, area)]
    cases = [row.id for row in handoffs(session, ids)]
    for about in (*ids, *cases, subject.index(keyring)):
        replays.forget(session, about)
    for some in _some(cases):
        session.execute(delete(Handoff).where(Handoff.id.in_(some)))
    for some in _some(ids):
        session.execute(delete(Screening).where(Screening.id.in_(some)))
    return {"screenings": len(ids), "handoffs": len(cases)}


def forget_lists(session: Session, ids: Iterable[str]) -> None:
    """Delete lists; their files are to be removed afterwards."""
    for id in ids:
        replays.forget(session, id)
        states.forget(session, id)
