"""What a batch may become, and who may say so: every change of state is one guarded statement.

    waiting → running → done | failed | cancelled

A worker holds a running batch by a lease that it renews. A lease that runs out, because its worker was
killed, is taken over by the next one; what the old worker then still says is not heard, because it no
longer names the present attempt. So a result appears exactly once, whoever was killed when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CursorResult, Update, func, or_, select, update
from sqlalchemy import delete as remove
from sqlalchemy.orm import Session

from app.errors import ConflictError, HiddenError, NotFoundError, QueueFullError
from app.models import Batch, by_id
from app.regions import significant
from app.security.principal import Principal

LEASE: Final = 15
"""Seconds for which a batch is a worker's; it renews the lease every two or so."""
MOST_ATTEMPTS: Final = 10
"""How often a batch is begun: servers are killed, and one list must not kill them for ever."""
MOST_CRASHES: Final = 2
"""How often a list may break its own process."""
ABSENT: Final = "没有这个编号的批量筛查：编号有误，或者已经删除、到期清理。"
KILLED_TOO_OFTEN: Final = f"筛查这份名单时服务中断了{MOST_ATTEMPTS}次，不再重试：请联系系统管理员，或拆成几份较小的名单"


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def ended(self) -> bool:
        return self in ENDED


ENDED: Final = (State.DONE, State.FAILED, State.CANCELLED)
_LABELS: Final = {
    State.WAITING: "排队中",
    State.RUNNING: "筛查中",
    State.DONE: "已完成",
    State.FAILED: "未能完成",
    State.CANCELLED: "已取消",
}


@dataclass(frozen=True)
class Claim:
    """A batch that a worker has taken up, as it was then."""

    id: str
    attempt: int
    worker: str
    batch: Batch


class LostError(Exception):
    """The batch is another worker's by now, or nobody's."""


def now() -> datetime:
    return datetime.now(UTC)


# ── clients ──


def add(session: Session, batch: Batch, most: int) -> None:
    """Let *batch* wait for its turn; raise QueueFullError where *most* wait already."""
    check_room(session, most)
    session.add(batch)


def check_room(session: Session, most: int) -> None:
    """Raise QueueFullError where *most* batches wait already."""
    waiting = session.scalar(select(func.count()).select_from(Batch).where(Batch.state == State.WAITING)) or 0
    if waiting >= most:
        raise QueueFullError


def find(session: Session, id: str, principal: Principal) -> Batch:
    """Return the batch with *id*, if *principal* may see it; raise NotFoundError."""
    found = by_id(session, Batch, id)
    if found is None:
        raise NotFoundError(ABSENT)
    if not principal.sees(found.region_code):
        raise HiddenError(ABSENT, object=found.id)
    return found


def page(session: Session, principal: Principal, after: str | None, limit: int) -> Sequence[Batch]:
    """Return the batches older than *after* that *principal* may see, the newest first."""
    query = select(Batch).order_by(Batch.id.desc()).limit(limit)
    if principal.region_code is not None:
        query = query.where(Batch.region_code.startswith(significant(principal.region_code), autoescape=True))
    return session.scalars(query if after is None else query.where(Batch.id < after)).all()


def cancel(session: Session, id: str, principal: Principal) -> Batch:
    """Stop a batch, at once where it waits and soon where it runs; raise ConflictError where it has ended otherwise."""
    batch = find(session, id, principal)
    cancelled = {"state": State.CANCELLED, "ended_at": now()}
    if _changed(session, update(Batch).where(Batch.id == batch.id, Batch.state == State.WAITING), cancelled):
        session.refresh(batch)
        return batch
    _changed(session, update(Batch).where(Batch.id == batch.id, Batch.state == State.RUNNING), {"cancelling": True})
    session.refresh(batch)
    if batch.state in (State.DONE, State.FAILED):
        raise ConflictError("这份名单的筛查已经结束，不能取消；不再需要时可以删除。")
    return batch


def delete(session: Session, id: str, principal: Principal) -> str:
    """Forget a batch and return its id; who is working on it loses it."""
    batch = find(session, id, principal)
    forget(session, batch.id)
    return batch.id


def hold(session: Session, id: str) -> None:
    """Keep others from holding or deleting a batch until the transaction ends; raise NotFoundError if it is gone."""
    if session.scalar(select(Batch.id).where(Batch.id == id).with_for_update()) is None:
        raise NotFoundError(ABSENT)


def oldest(session: Session) -> datetime | None:
    """Return when the batch was uploaded that waits the longest; None where none waits."""
    return session.scalar(select(func.min(Batch.created_at)).where(Batch.state == State.WAITING))


def forget(session: Session, id: str) -> None:
    """Delete the row of a batch, if there is one."""
    session.execute(remove(Batch).where(Batch.id == id))


# ── workers ──


def has_work(session: Session) -> bool:
    """Whether there is something to claim, asked without keeping anybody from writing."""
    return session.scalar(select(Batch.id).where(_claimable()).limit(1)) is not None


def claim(session: Session, worker: str) -> Claim | None:
    """Take up the oldest batch that waits, or whose worker is gone."""
    query = select(Batch).where(_claimable()).order_by(Batch.id).limit(1)
    batch = session.scalars(query.with_for_update(skip_locked=True)).first()
    if batch is None:
        return None
    if batch.cancelling:
        batch.state, batch.ended_at, batch.lease_until = State.CANCELLED, now(), None
        return None
    if batch.attempts >= MOST_ATTEMPTS:
        batch.state, batch.ended_at, batch.lease_until = State.FAILED, now(), None
        batch.error = KILLED_TOO_OFTEN
        return None
    batch.state, batch.worker, batch.lease_until = State.RUNNING, worker, _lease()
    batch.attempts += 1
    batch.phase, batch.done = None, 0
    batch.started_at = batch.started_at or now()
    session.flush()
    session.expunge(batch)
    return Claim(batch.id, batch.attempts, worker, batch)


def renew(session: Session, claim: Claim, told: Mapping[str, Any]) -> bool:
    """Record progress and keep the lease; return whether the batch is to be cancelled; raise LostError."""
    _mine(session, claim, {**told, "lease_until": _lease()})
    return bool(session.scalar(select(Batch.cancelling).where(Batch.id == claim.id)))


def finish(session: Session, claim: Claim, state: State, **told: Any) -> None:
    """Let a batch end; raise LostError."""
    _mine(session, claim, {**told, "state": state, "ended_at": now(), "lease_until": None})


def give_back(session: Session, claim: Claim, *, crashed: bool) -> None:
    """Let a batch wait for another attempt; raise LostError."""
    told: dict[str, Any] = {"state": State.WAITING, "lease_until": None, "phase": None, "done": 0}
    if crashed:
        told["crashes"] = Batch.crashes + 1
    else:
        # Told to stop, not killed: that attempt does not count.
        told["attempts"] = Batch.attempts - 1
    _mine(session, claim, told)


def expired(session: Session, before: datetime) -> Sequence[str]:
    """Return the ids of batches that ended before."""
    return session.scalars(select(Batch.id).where(Batch.state.in_(ENDED), Batch.ended_at < before)).all()


def all_states(session: Session) -> Mapping[str, State]:
    """Return the state of every batch, by its id."""
    return {id: State(state) for id, state in session.execute(select(Batch.id, Batch.state))}


def _claimable() -> Any:
    return or_(Batch.state == State.WAITING, (Batch.state == State.RUNNING) & (Batch.lease_until < now()))


def _lease() -> datetime:
    return now() + timedelta(seconds=LEASE)


def _mine(session: Session, claim: Claim, told: Mapping[str, Any]) -> None:
    mine = update(Batch).where(
        Batch.id == claim.id,
        Batch.state == State.RUNNING,
        Batch.worker == claim.worker,
        Batch.attempts == claim.attempt,
    )
    if not _changed(session, mine, told):
        raise LostError


def _changed(session: Session, statement: Update, told: Mapping[str, Any]) -> bool:
    done = session.execute(statement.values(**told).execution_options(synchronize_session=False))
    assert isinstance(done, CursorResult)
    return bool(done.rowcount)
