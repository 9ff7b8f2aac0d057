"""Hand-offs: made once for a benefit of a subject of a screening, however often they are asked for."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.encoding import as_json
from app.errors import ConflictError, FieldError, InvalidParameterError, NotFoundError
from app.models import Screening, by_id
from app.onewindow.course import AWAITING_ACCEPTANCE, State
from app.onewindow.directory import Directory
from app.onewindow.messages import Case, message_of, withdrawal_of
from app.onewindow.outbox import cancel_untaken, enqueue
from app.onewindow.sight import sees
from app.onewindow.tables import HOUSEHOLD, Handoff
from app.onewindow.workdays import Deadline, calendar
from app.security.keyring import Keyring
from app.security.principal import Principal

NORMAL, URGENT = PRIORITIES = ("normal", "urgent")
PRIORITY_LABELS: Final[Mapping[str, str]] = {NORMAL: "一般", URGENT: "急难"}
CHANNEL_LABELS: Final[Mapping[str, str]] = {"phone": "手机", "window": "窗口", "batch": "批量"}
CHANNELS: Final = tuple(CHANNEL_LABELS)
WORKDAYS: Final[Mapping[str, tuple[int, int]]] = {NORMAL: (3, 20), URGENT: (1, 5)}
"""Working days to accept and to finish a case.  No document fixes them for the district: they are the service's own."""
ELSEWHERE: Final = "这项结果已由别处转交，不能再转交"
NOT_FOUND: Final = "没有这个编号的转交件，请核对编号。"
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
    picks: Sequence[Pick]
    priority: str
    channel: str
    operator: str
    """What whoever hands over is called: the unit may have to ask back."""
    made_by: str
    """Their id as a principal."""


class Made(NamedTuple):
    """A hand-off, and whether it was made just now."""

    handoff: Handoff
    is_new: bool


@dataclass(frozen=True)
class Desk:
    """What hand-offs are made with."""

    keyring: Keyring
    directory: Directory
    now: datetime

    @property
    def today(self) -> date:
        """The day it is in China."""
        return self.now.astimezone(SHANGHAI).date()


def make(session: Session, desk: Desk, order: Order, answer: Mapping[str, Any], region_code: str | None) -> list[Made]:
    """Return the hand-offs of *order*, those made before as they are; raise InvalidParameterError.

    *answer* is the screening's full answer, *region_code* where it belongs.  Nothing is made where one of the picks
    cannot be.
    """
    chosen = [_chosen(answer, pick, place) for place, pick in enumerate(order.picks)]
    # One at a time for a screening: two that ask for the same at once must not both make it.
    session.execute(select(Screening.id).where(Screening.id == order.screening).with_for_update())
    return [_make(session, desk, order, answer, result, region_code) for result in chosen]


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
    desk: Desk,
    order: Order,
    answer: Mapping[str, Any],
    result: Mapping[str, Any],
    region_code: str | None,
) -> Made:
    position = result["subject"].get("position", HOUSEHOLD)
    # The same hand-off has the same id wherever it is made: the platform knows a repeated one by it.
    id = str(uuid5(UUID(order.screening), f"{result['policy']} {position}"))
    known = session.get(Handoff, id)
    if known is not None:
        return Made(known, False)
    now, unit = desk.now, desk.directory.described(result["handling_unit"]["code"], desk.today)
    accept_by, finish_by = accept_by_of(now, order.priority), finish_by_of(now, order.priority)
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
    message = message_of(case, answer, {**result, "handling_unit": unit}, region_code)
    made = Handoff(
        id=id,
        case_no=case.number,
        screening_id=order.screening,
        policy=result["policy"],
        position=position,
        region_code=region_code,
        made_for=unit["code"],
        unit=unit["code"],
        state=State.PENDING.value,
        is_open=True,
        awaits_acceptance=True,
        due=accept_by.day,
        accept_by=accept_by.day,
        finish_by=finish_by.day,
        priority=order.priority,
        channel=order.channel,
        made_by=order.made_by,
        made_at=now,
        changed_at=now,
        content=desk.keyring.seal(as_json(message), place_of(id)),
    )
    session.add(made)
    session.flush()
    enqueue(session, desk.keyring, id, message, now)
    return Made(made, True)


def accept_by_of(since: datetime, priority: str) -> Deadline:
    """Return by when a case is to be accepted that its unit has *since* then."""
    return calendar().after(since.astimezone(SHANGHAI).date(), WORKDAYS[priority][0])


def finish_by_of(made_at: datetime, priority: str) -> Deadline:
    """Return by when a case is to be finished."""
    return calendar().after(made_at.astimezone(SHANGHAI).date(), WORKDAYS[priority][1])


def take_back(session: Session, keyring: Keyring, handoff: Handoff, reason: str, now: datetime) -> None:
    """Tell the platform that the case is taken back; what has not gone out yet does not go.

    Raise ConflictError once its unit has taken it up: from then on it is the unit's to end.
    """
    session.refresh(handoff, with_for_update=True)
    state = State(handoff.state)
    if state.is_final:
        raise ConflictError(f"这件{state.label}，不用再撤回。")
    if state not in AWAITING_ACCEPTANCE:
        raise ConflictError(f"这件{state.label}，不能撤回：请联系办理单位，由其登记撤销。")
    if not cancel_untaken(session, handoff.id):
        enqueue(session, keyring, handoff.id, withdrawal_of(content_of(keyring, handoff), now, reason), now)


def find(session: Session, id: str) -> Handoff:
    """Return the hand-off with *id*; raise NotFoundError."""
    found = by_id(session, Handoff, id)
    if found is None:
        raise NotFoundError(NOT_FOUND)
    return found


def find_for(session: Session, id: str, principal: Principal, directory: Directory, today: date) -> Handoff:
    """Return the hand-off with *id*; raise NotFoundError, in the same words, for one that *principal* may not see."""
    found = find(session, id)
    if not sees(principal, directory, today, found):
        raise NotFoundError(NOT_FOUND)
    return found


def content_of(keyring: Keyring, handoff: Handoff) -> dict[str, Any]:
    """Return the message that handed the case over."""
    message: dict[str, Any] = json.loads(keyring.open(handoff.content, place_of(handoff.id)))
    return message


def place_of(id: str) -> str:
    """Return where the message of a hand-off belongs."""
    return f"handoffs.content:{id}"


def _case_number(id: str, now: datetime) -> str:
    """Return a number that people can read out: the day, and ten letters and digits that follow from the id."""
    letters = base64.b32encode(hashlib.sha256(uuid5(NAMESPACE_OID, id).bytes).digest()).decode()
    # No 0 and 1, no O and I: they are mistaken for each other on the telephone.
    return f"HM{now.astimezone(SHANGHAI):%Y%m%d}-{letters[:10].replace('O', '8').replace('I', '9')}"
