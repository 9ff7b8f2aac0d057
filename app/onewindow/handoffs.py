"""Hand-offs: made once for a benefit of a subject of a screening, however often they are asked for."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.errors import FieldError, InvalidParameterError, NotFoundError
from app.onewindow.course import OPEN, State
from app.onewindow.messages import Case, message_of, withdrawal_of
from app.onewindow.outbox import cancel_waiting, enqueue
from app.onewindow.tables import HOUSEHOLD, Handoff
from app.onewindow.workdays import calendar
from app.security.keyring import Keyring

NORMAL, URGENT = PRIORITIES = ("normal", "urgent")
CHANNELS: Final = ("phone", "window", "batch")
WORKDAYS: Final[Mapping[str, tuple[int, int]]] = {NORMAL: (3, 20), URGENT: (1, 5)}
"""Working days to accept and to finish a case.  No document fixes them for the district: they are the service's own."""
_HANDED_OVER: Final = ("eligible", "undetermined")


@dataclass(frozen=True)
class Pick:
    """A result to be handed over: a policy, and the member's reference, or None for the household."""

    policy: str
    member: str | None


@dataclass(frozen=True)
class Order:
    """Who hands over what of which screening."""

    screening: str
    region_code: str | None
    picks: Sequence[Pick]
    priority: str
    channel: str
    operator: str


def make(session: Session, keyring: Keyring, order: Order, answer: Mapping[str, Any], now: datetime) -> list[Handoff]:
    """Return the hand-offs of *order*, those made before as they are; raise InvalidParameterError.

    *answer* is the screening's full answer.  Nothing is made where one of the picks cannot be.
    """
    chosen = [_chosen(answer, pick, place) for place, pick in enumerate(order.picks)]
    return [_make(session, keyring, order, answer, result, now) for result in chosen]


def _chosen(answer: Mapping[str, Any], pick: Pick, place: int) -> Mapping[str, Any]:
    for result in answer["results"]:
        if result["policy"] == pick.policy and result["subject"].get("reference") == pick.member:
            if result["verdict"] in _HANDED_OVER:
                return result  # type: ignore[no-any-return]  # of a parsed answer
            said = "结论是不符合，不能转交；情况有变的，请重新筛查"
            raise InvalidParameterError("请改正后重试。", [FieldError(f"results[{place}]", said)])
    said = "这次筛查没有这一项：请按筛查结果填写政策代码（policy）和人口编号（member），按户的不填人口编号"
    raise InvalidParameterError("请改正后重试。", [FieldError(f"results[{place}]", said)])


def _make(
    session: Session,
    keyring: Keyring,
    order: Order,
    answer: Mapping[str, Any],
    result: Mapping[str, Any],
    now: datetime,
) -> Handoff:
    position = result["subject"].get("position", HOUSEHOLD)
    # The same hand-off has the same id wherever it is made: the platform knows a repeated one by it.
    id = str(uuid5(UUID(order.screening), f"{result['policy']} {position}"))
    known = session.get(Handoff, id)
    if known is not None:
        return known
    today = now.astimezone(SHANGHAI).date()
    accept, finish = WORKDAYS[order.priority]
    accept_by, finish_by = calendar().after(today, accept), calendar().after(today, finish)
    case = Case(
        id,
        _case_number(id, now),
        order.screening,
        now,
        accept_by,
        finish_by,
        order.priority,
        order.channel,
        order.operator,
    )
    message = message_of(case, answer, result, order.region_code)
    made = Handoff(
        id=id,
        case_no=case.number,
        screening_id=order.screening,
        policy=result["policy"],
        position=position,
        region_code=order.region_code,
        made_for=result["handling_unit"]["code"],
        unit=result["handling_unit"]["code"],
        state=State.PENDING.value,
        is_open=True,
        awaits_acceptance=True,
        due=accept_by.day,
        accept_by=accept_by.day,
        finish_by=finish_by.day,
        priority=order.priority,
        channel=order.channel,
        operator=order.operator,
        made_at=now,
        changed_at=now,
        content=keyring.seal(_bytes(message), place_of(id)),
    )
    session.add(made)
    session.flush()
    enqueue(session, keyring, id, message, now)
    return made


def withdraw(session: Session, keyring: Keyring, handoff: Handoff, reason: str, now: datetime) -> None:
    """Tell the platform that the case is taken back; what has not gone out yet does not go."""
    message = content_of(keyring, handoff)
    if cancel_waiting(session, handoff.id):
        return
    enqueue(session, keyring, handoff.id, withdrawal_of(message, now, reason), now)


def find(session: Session, id: str) -> Handoff:
    """Return the hand-off with *id*; raise NotFoundError."""
    try:
        key = str(UUID(id))
    except ValueError:
        key = ""
    found = session.get(Handoff, key) if key else None
    if found is None:
        raise NotFoundError("没有这个编号的转交件，请核对编号。")
    return found


def of_screening(session: Session, screening: str) -> Sequence[Handoff]:
    """Return the hand-offs of a screening in the order in which they were made."""
    return session.scalars(
        select(Handoff).where(Handoff.screening_id == screening).order_by(Handoff.made_at, Handoff.id)
    ).all()


def content_of(keyring: Keyring, handoff: Handoff) -> dict[str, Any]:
    """Return the message that handed the case over."""
    message: dict[str, Any] = json.loads(keyring.open(handoff.content, place_of(handoff.id)))
    return message


def place_of(id: str) -> str:
    """Return where the message of a hand-off belongs."""
    return f"handoffs.content:{id}"


def is_open(state: str) -> bool:
    return State(state) in OPEN


def _case_number(id: str, now: datetime) -> str:
    """Return a number that people can read out: the day, and ten letters and digits that follow from the id."""
    letters = base64.b32encode(hashlib.sha256(uuid5(NAMESPACE_OID, id).bytes).digest()).decode()
    # No 0 and 1, no O and I: they are mistaken for each other on the telephone.
    return f"HM{now.astimezone(SHANGHAI):%Y%m%d}-{letters[:10].replace('O', '8').replace('I', '9')}"


def _bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def now() -> datetime:
    return datetime.now(UTC)
