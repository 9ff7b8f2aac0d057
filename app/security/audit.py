"""The audit trail: who did what, when, from where; never a value of a fact.

Events are numbered without gaps and chained: each holds a keyed digest over itself and the one before, so that
without the digest key none can be changed, removed, inserted or moved unnoticed.  The head, which says how far
the trail goes, is signed too; anchors kept elsewhere show that trail and head were not both put back.
"""

import hmac
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.errors import DamagedRecordError
from app.models import AuditEvent, AuditHead
from app.regions import significant
from app.security.audit_actions import Action
from app.security.keyring import Keyring

log = logging.getLogger("huimin.audit")

PURPOSE: Final = "audit"
HEAD: Final = "audit head"
AT_ONCE: Final = 500
DONE: Final = "done"
NOTHING: Final = b""
"""The digest before the first event."""


@dataclass(frozen=True)
class Event:
    """Something that was done or refused; codes and ids only."""

    action: Action
    outcome: str = DONE
    client: str | None = None
    role: str | None = None
    region: str | None = None
    address: str | None = None
    route: str | None = None
    object: str | None = None
    purpose: str | None = None


class Trouble(NamedTuple):
    """A place where the trail is not as it was written."""

    seq: int
    day: date | None
    said: str


class Anchor(NamedTuple):
    """How far the trail went at one moment, to be kept where the database's keeper cannot reach."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        """Read what `str` wrote; raise ValueError."""
        seq, _, digest = text.strip().partition(":")
        if len(digest) != 64 or not seq.isdecimal():
            raise ValueError("not an anchor")
        return cls(int(seq), bytes.fromhex(digest).hex())


def record(session: Session, event: Event) -> int:
    """Write *event* in the transaction of *session* and return its number.

    Call it last: from here to the commit, other writers of events wait.
    """
    keyring: Keyring = session.info["keyring"]
    session.flush()
    head = _head(session, keyring)
    seq = head.seq + 1
    values: dict[str, Any] = {"seq": seq, "at": datetime.now(UTC), **vars(event), "action": str(event.action)}
    digest = _link(keyring, head.digest, values)
    session.connection().execute(_ADD, {**values, "digest": digest})
    _move(session, keyring, seq=seq, digest=digest, base_seq=head.base_seq, base_digest=head.base_digest)
    return seq


def purge(session: Session, before: datetime, *, most: int) -> int:
    """Delete the first events, up to *most*, from before *before*, the one way in which they end; return how many.

    The head is told first where the trail now begins: triggers refuse every other deletion.
    """
    keyring: Keyring = session.info["keyring"]
    # Looked for before the head is locked: mostly there is nothing.
    if session.scalar(select(AuditEvent.seq).where(AuditEvent.at < before).limit(1)) is None:
        return 0
    head = _head(session, keyring)
    first = session.scalar(select(func.min(AuditEvent.seq)).where(AuditEvent.at >= before))
    last = min(head.seq if first is None else first - 1, head.base_seq + most)
    if last <= head.base_seq:
        return 0
    digest = session.scalar(select(AuditEvent.digest).where(AuditEvent.seq == last))
    if digest is None:
        raise DamagedRecordError("审计记录不完整，没有清理。请运行 python3 -m app audit verify。")
    _move(session, keyring, seq=head.seq, digest=head.digest, base_seq=last, base_digest=digest)
    session.execute(delete(AuditEvent).where(AuditEvent.seq <= last))
    count = last - head.base_seq
    record(session, Event(Action.AUDIT_PURGED, object=f"{head.base_seq + 1}-{last}", purpose="retention"))
    return count


def begin(session: Session, keyring: Keyring) -> None:
    """Make the head of a trail that has not begun."""
    start = _Position(0, NOTHING, 0, NOTHING)
    session.add(AuditHead(id=1, **start._asdict(), mac=_signature(keyring, start)))


# Put together once, and past the session: that takes two thirds off what an event costs.
_EVENTS: Final = cast("Table", AuditEvent.__table__)
_HEADS: Final = cast("Table", AuditHead.__table__)
_ADD: Final = insert(_EVENTS)
_HEAD: Final = select(
    *(_HEADS.c[name] for name in ("seq", "digest", "base_seq", "base_digest", "mac"))
).with_for_update()
_MOVE: Final = update(_HEADS).where(_HEADS.c.id == 1)


class _Position(NamedTuple):
    seq: int
    digest: bytes
    base_seq: int
    base_digest: bytes


def _head(session: Session, keyring: Keyring) -> _Position:
    """Return the head, locked; raise DamagedRecordError when somebody else wrote it."""
    found = session.connection().execute(_HEAD).one_or_none()
    if found is None:
        raise DamagedRecordError("审计记录的末端标记不见了。请停止服务，用备份恢复数据库。")
    position = _Position(*found[:4])
    if not hmac.compare_digest(found[4], _signature(keyring, position)):
        # Going on would sign what somebody else wrote.
        raise DamagedRecordError("审计记录的末端标记被改动。请运行 python3 -m app audit verify，并通知系统管理员。")
    return position


def _move(session: Session, keyring: Keyring, **position: Any) -> None:
    mac = _signature(keyring, _Position(**position))
    session.connection().execute(_MOVE, {**position, "mac": mac})


def _signature(keyring: Keyring, position: _Position) -> bytes:
    seq, digest, base_seq, base_digest = position
    return keyring.mac(HEAD, f"{seq}:{digest.hex()}:{base_seq}:{base_digest.hex()}".encode())


def _link(keyring: Keyring, before: bytes, values: dict[str, Any]) -> bytes:
    at: datetime = values["at"]
    told = [values["seq"], at.astimezone(UTC).isoformat(timespec="microseconds")]
    told += [values[field] for field in Event.__dataclass_fields__]
    return keyring.mac(PURPOSE, before + json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


# ── reading ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Wanted:
    """Which events somebody asks for."""

    since: datetime | None = None
    until: datetime | None = None
    """Only before this moment."""
    client: str | None = None
    action: str | None = None
    object: str | None = None
    area: str | None = None
    """Only what clients under this region code did."""

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """Yield what an event must fulfil."""
        if self.since is not None:
            yield AuditEvent.at >= self.since
        if self.until is not None:
            yield AuditEvent.at < self.until
        if self.client is not None:
            yield AuditEvent.client == self.client
        if self.action is not None:
            yield AuditEvent.action == self.action
        if self.object is not None:
            yield AuditEvent.object == self.object
        if self.area is not None:
            yield AuditEvent.region.startswith(significant(self.area), autoescape=True)


ALL: Final = Wanted()


def newest(session: Session, wanted: Wanted, *, before: int | None = None, most: int) -> Sequence[AuditEvent]:
    """Return the last of the *wanted* events, those numbered below *before*, the newest first."""
    asked = select(AuditEvent).where(*wanted.conditions()).order_by(AuditEvent.seq.desc()).limit(most)
    return session.scalars(asked if before is None else asked.where(AuditEvent.seq < before)).all()


def oldest(
    session: Session, wanted: Wanted, *, after: int, before: int | None = None, most: int
) -> Sequence[AuditEvent]:
    """Return the first of the *wanted* events numbered above *after* and below *before*."""
    asked = select(AuditEvent).where(AuditEvent.seq > after, *wanted.conditions()).order_by(AuditEvent.seq).limit(most)
    return session.scalars(asked if before is None else asked.where(AuditEvent.seq < before)).all()


def events(session: Session, wanted: Wanted = ALL, *, after: int = 0) -> Iterator[AuditEvent]:
    """Yield the *wanted* events numbered above *after*, in order."""
    while True:
        rows = oldest(session, wanted, after=after, most=AT_ONCE)
        if not rows:
            return
        yield from rows
        after = rows[-1].seq
        session.expunge_all()


def anchor(session: Session) -> Anchor:
    """Return how far the trail goes."""
    seq, digest = session.execute(select(AuditHead.seq, AuditHead.digest)).one()
    return Anchor(seq, digest.hex() or "0" * 64)


def verify(session: Session, expected: Iterable[Anchor] = ()) -> Iterator[Trouble]:
    """Yield every place where the trail was changed; *expected* are anchors from before."""
    keyring: Keyring = session.info["keyring"]
    found = session.execute(
        select(AuditHead.seq, AuditHead.digest, AuditHead.base_seq, AuditHead.base_digest, AuditHead.mac)
    ).one_or_none()
    if found is None:
        yield Trouble(0, None, "末端标记不见了")
        return
    head = _Position(*found[:4])
    if not hmac.compare_digest(found[4], _signature(keyring, head)):
        yield Trouble(head.seq, None, "末端标记被改动")
    wanted = {anchor.seq: anchor for anchor in expected if anchor.seq > head.base_seq}
    last, digest, day = head.base_seq, head.base_digest, None
    for event in events(session, after=-1):
        day = event.at.astimezone(SHANGHAI).date()
        if event.seq <= head.base_seq:
            yield Trouble(event.seq, day, "在记录的开头之前，不是本程序写的")
            continue
        values = {name: getattr(event, name) for name in ("seq", "at", *Event.__dataclass_fields__)}
        if event.seq != last + 1:
            yield Trouble(last + 1, day, f"缺少第{last + 1}至{event.seq - 1}号")
        elif not hmac.compare_digest(_link(keyring, digest, values), event.digest):
            yield Trouble(event.seq, day, "内容被改动、插入或调换，或者前一号的摘要被改动")
        mark = wanted.pop(event.seq, None)
        if mark is not None and mark.digest != event.digest.hex():
            yield Trouble(event.seq, day, "与以前留下的锚点不一致")
        last, digest = event.seq, event.digest
    if last != head.seq:
        yield Trouble(min(last, head.seq) + 1, day, f"末尾不符：末端标记为第{head.seq}号，记录到第{last}号")
    elif not hmac.compare_digest(digest, head.digest):
        yield Trouble(last, day, "末端标记与最后一号不符")
    for seq in sorted(wanted):
        if seq > last:
            yield Trouble(seq, None, f"以前留下的锚点为第{seq}号，现在只到第{last}号：末尾被截去或数据库被换回旧的")
