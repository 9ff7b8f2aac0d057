"""The course of a case: what receipts make of it, in whatever order and however often they arrive.

The state is never stored by itself: it is what the receipts say, sorted by when the things
that they tell happened.  So a repeated receipt changes nothing, a late one finds its place,
and the same receipts end in the same state in every order.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.rules.policy import Policy


class Event(StrEnum):
    """What a platform or a unit tells of a case; the value is the wire code."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    CORRECTION = "correction"
    STEP = "step"
    PUBLICISED = "publicised"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _EVENTS[self]


class State(StrEnum):
    """Where a case stands; the value is the wire code."""

    PENDING = "pending"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    CORRECTION = "correction"
    PUBLICISED = "publicised"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _STATES[self]

    @property
    def is_final(self) -> bool:
        return self in FINAL


_EVENTS: Final = {
    Event.DELIVERED: "送达",
    Event.ACCEPTED: "受理",
    Event.RETURNED: "退回",
    Event.TRANSFERRED: "转办",
    Event.CORRECTION: "补正",
    Event.STEP: "办理环节",
    Event.PUBLICISED: "公示",
    Event.APPROVED: "办结（同意）",
    Event.REFUSED: "办结（不同意）",
    Event.WITHDRAWN: "撤销",
}
_STATES: Final = {
    State.PENDING: "待送达",
    State.DELIVERED: "已送达",
    State.ACCEPTED: "已受理",
    State.CORRECTION: "待补正",
    State.PUBLICISED: "公示中",
    State.RETURNED: "已退回",
    State.APPROVED: "已办结（同意）",
    State.REFUSED: "已办结（不同意）",
    State.WITHDRAWN: "已撤销",
}
FINAL: Final = frozenset({State.RETURNED, State.APPROVED, State.REFUSED, State.WITHDRAWN})
OPEN: Final = frozenset(State) - FINAL
AWAITING_ACCEPTANCE: Final = frozenset({State.PENDING, State.DELIVERED})

_LEADS_TO: Final = {
    Event.DELIVERED: State.DELIVERED,
    Event.ACCEPTED: State.ACCEPTED,
    Event.CORRECTION: State.CORRECTION,
    Event.STEP: State.ACCEPTED,
    Event.PUBLICISED: State.PUBLICISED,
    Event.RETURNED: State.RETURNED,
    Event.APPROVED: State.APPROVED,
    Event.REFUSED: State.REFUSED,
    Event.WITHDRAWN: State.WITHDRAWN,
    # The other unit has yet to accept it.
    Event.TRANSFERRED: State.DELIVERED,
}
# Of things told to have happened at the same moment, the order in which they can have.
_RANK: Final = {event: rank for rank, event in enumerate(Event)}


@dataclass(frozen=True)
class Receipt:
    """One thing told of a case."""

    id: str
    event: Event
    at: datetime
    """When it happened, by the teller's clock; aware."""
    unit: str | None = None
    """For a transfer, the unit that has it now."""
    step: str | None = None
    """For a step of the procedure, its name."""


@dataclass(frozen=True)
class Standing:
    """What the receipts of a case come to."""

    state: State
    since: datetime | None
    unit: str
    steps: tuple[str, ...]
    """The steps of the procedure that are done, in the policy's order."""


class ImpossibleError(ValueError):
    """A receipt that cannot be true beside those known; the message says why, in Chinese."""


def standing(receipts: Iterable[Receipt], *, unit: str, steps: Sequence[str] = ()) -> Standing:
    """Return where a case stands that was handed to *unit*; *steps* are those of its procedure."""
    state, since, now_at = State.PENDING, None, unit
    done: set[str] = set()
    for receipt in in_order(receipts):
        if state.is_final:
            break
        if receipt.step is not None:
            done.add(receipt.step)
        if receipt.event is Event.TRANSFERRED and receipt.unit is not None:
            now_at = receipt.unit
        after = _LEADS_TO[receipt.event]
        # That it has arrived is no news once it was accepted.
        if receipt.event is Event.DELIVERED and state is not State.PENDING:
            continue
        if after is not state:
            state, since = after, receipt.at
    return Standing(state, since, now_at, tuple(step for step in steps if step in done))


def in_order(receipts: Iterable[Receipt]) -> list[Receipt]:
    """Return the receipts as the things happened, each once."""
    distinct = {receipt.id: receipt for receipt in receipts}
    return sorted(distinct.values(), key=lambda receipt: (receipt.at, _RANK[receipt.event], receipt.id))


def check(new: Receipt, known: Sequence[Receipt], *, made_at: datetime, steps: Sequence[str] = ()) -> bool:
    """Tell whether *new* is news; raise ImpossibleError where it cannot be true beside *known*.

    *made_at* is when the case was handed over.
    """
    same = next((receipt for receipt in known if receipt.id == new.id), None)
    if same is not None:
        if same != new:
            raise ImpossibleError("这个回执编号已用过，内容不同：新的情况请用新的编号")
        return False
    if new.at < made_at:
        raise ImpossibleError("回执所说的时间早于转交的时间，请核对")
    if new.event is Event.STEP and new.step not in steps:
        listed = "、".join(steps) or "无"
        raise ImpossibleError(f"没有这个办理环节；这项待遇的环节：{listed}")
    final = next((receipt for receipt in known if _LEADS_TO[receipt.event].is_final), None)
    if final is None:
        return True
    if _LEADS_TO[new.event].is_final:
        if new.event is final.event:
            raise ImpossibleError(f"这件已有“{final.event.label}”的回执：更正请先联系区里的管理员")
        raise ImpossibleError(f"这件已经{final.event.label}，不能再{new.event.label}")
    if new.at > final.at:
        raise ImpossibleError(f"这件已经{final.event.label}，其后不会再有“{new.event.label}”")
    return True


def steps_of(policy: Policy) -> tuple[str, ...]:
    """Return the steps of a policy's procedure, which a platform may report one by one."""
    return policy.procedure.steps
