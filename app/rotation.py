"""Another sealing key in place of the present one: everything sealed anew, while servers serve and write.

What is sealed says so by its column's type, `Sealed`, and one rule gives its place; so nothing has to be entered
anywhere to be found.  Sealed files have keys of their own, kept in such columns, and are not written again.

The steps, each of which may be the last before the machine goes down; begun anew, the rotation goes on:
1. The ring gets the new key and seals with it.  Servers look at the ring's file whenever they seal or open.
2. Values under other keys are opened and sealed in small transactions, each only if nobody changed it meanwhile.
3. When the last request that may have sealed with the former key must have ended, what it left is sealed anew, too.
4. Nothing needs the former key: it leaves the ring.  The ring that has it is put aside, for backups made before.
"""

import fcntl
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, LargeBinary, Row, Select, Table, delete, func, select, text, tuple_, update
from sqlalchemy.orm import Session

from app.database import Database
from app.errors import HuiminError
from app.models import Base, Sealed, SealingKey
from app.onewindow import tables  # noqa: F401 (tells Base of its tables)
from app.security import audit, ringfile
from app.security.audit import Event
from app.security.audit_actions import Action
from app.security.keyring import STAMP, Keyring, Ring, RootKey, Suite, UnsealError, read_stamp
from app.security.sealing import SEALING, sealing_mark
from app.settings import Settings

AT_ONCE: Final = 100
"""Values that are sealed anew in one transaction: of answers some three megabytes, and a hundredth of a second."""
PAUSE: Final = 0.01
"""Seconds between two of them, in which other writers come in."""
SETTLED: Final = 60.0
"""Seconds after which nothing is on its way any more that was sealed before a change of keys."""
HEADER: Final = 34
"""Bytes with which no two sealed values begin alike."""

log = logging.getLogger("huimin.keyring")
Tell = Callable[[str], None]


class RotationError(HuiminError):
    """The keys cannot be rotated, or not to the end."""


class Resealed(NamedTuple):
    """What became of the values under other keys than the present one."""

    values: int
    damaged: int
    """Those that do not open: they stay as they are."""


# ── what is sealed ─────────────────────────────────────────────────────────


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column that holds sealed values."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Sealed):
                yield table, column


def place_of(column: Column[Any], key: Sequence[object]) -> str:
    """Return the place for which a value of *column* is sealed, in the row with the primary *key*."""
    return f"{column.table.name}.{column.name}:{':'.join(map(str, key))}"


def in_use(session: Session) -> Counter[tuple[Suite, str]]:
    """Return how many values are sealed with which suite and key."""
    found: Counter[tuple[Suite, str]] = Counter()
    _take_time(session)
    for _, column in sealed_columns():
        stamp = _beginning(column, STAMP)
        counts = select(stamp, func.count()).where(column.is_not(None)).group_by(stamp)
        for begins, count in session.execute(counts):
            if (known := read_stamp(begins)) is not None:
                found[known] += count
    return found


def _take_time(session: Session) -> None:
    """Let PostgreSQL look through whole tables."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("set local statement_timeout = 0"))


def _beginning(column: Column[Any], size: int) -> Any:
    return func.substr(column, 1, size, type_=LargeBinary)


# ── the ring ───────────────────────────────────────────────────────────────


def former(ring: Ring) -> list[str]:
    """Return the keys that sealed before the present one: the ring keeps them in the order in which they came."""
    ids = list(ring.keys)
    return ids[: ids.index(ring.sealing)]


def prepared(ring: Ring) -> list[str]:
    """Return the keys that are to seal after the present one."""
    ids = list(ring.keys)
    return ids[ids.index(ring.sealing) + 1 :]


def prepare(settings: Settings) -> str:
    """Add to the ring the key that the next rotation takes, so that it can be carried to other machines before."""
    with _alone(settings) as path:
        ring = ringfile.load(settings)
        if waiting := prepared(ring):
            return waiting[0]
        key = RootKey.new()
        ringfile.save(replace(ring, keys={**ring.keys, key.id: key}), path, replace=True)
        return key.id


@contextmanager
def _alone(settings: Settings) -> Iterator[Path]:
    """Yield the ring's file, which no other rotation changes meanwhile; raise RotationError."""
    if settings.keyring is not None:
        raise RotationError(
            "密钥环来自环境变量 HUIMIN_KEYRING，程序不能改写它。请把密钥环放进文件（HUIMIN_KEYRING_FILE）再轮换，"
            "或由管理密钥的系统更换。"
        )
    path = ringfile.path_of(settings)
    descriptor = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RotationError("已有一个轮换正在进行，请等它做完。") from None
        yield path
    finally:
        os.close(descriptor)


# ── the rotation ───────────────────────────────────────────────────────────


def rotate(settings: Settings, database: Database, keyring: Keyring, tell: Tell, settled: float = SETTLED) -> int:
    """Seal everything with a new key, or go on where an earlier rotation was cut short; return how many values.

    Raise RotationError if something does not open: the former key then stays.
    """
    with _alone(settings) as path:
        ring = ringfile.load(settings)
        if former(ring):
            tell("继续上次没有做完的轮换。")
        else:
            ring = _with_another(ring)
            ringfile.save(ring, path, replace=True)
        begun = database.write(lambda session: _begin(session, keyring, ring))
        tell(f"新的内容现在用密钥 {ring.sealing} 加密；请立即备份密钥环 {path}。")
        done = reseal(database, keyring, tell)
        total = done.values
        if (rest := settled - (datetime.now(UTC) - begun).total_seconds()) > 0:
            tell(f"等待{rest:.0f}秒，让轮换前收到的请求写完……")
            time.sleep(rest)
            done = reseal(database, keyring, tell)
            total += done.values
        if any(id in former(ring) for _, id in database.read(in_use)):
            raise RotationError(
                f"有{done.damaged}处内容已损坏，打不开，仍写着旧密钥；其余{total}项已重新加密，服务照常。旧密钥暂时保留："
                "请从备份恢复损坏的内容，或等它们到期删除，再运行一次 keyring rotate。"
            )
        # Nothing more is sealed with them: what is under way now looked at the ring long after it was changed.
        database.write(lambda session: _end(session, ring))
        _retire(ring, path, tell)
        return total


def _with_another(ring: Ring) -> Ring:
    waiting = prepared(ring)
    key = ring.keys[waiting[0]] if waiting else RootKey.new()
    return replace(ring, keys={**ring.keys, key.id: key}, sealing=key.id)


def _begin(session: Session, keyring: Keyring, ring: Ring) -> datetime:
    """Mark the database with the new key; return since when it seals."""
    known = session.get(SealingKey, (ring.sealing, SEALING))
    if known is None:
        session.add(known := sealing_mark(keyring))
    audit.record(
        session, Event(Action.KEYRING_ROTATING, route="keyring rotate", object=ring.sealing, purpose="operation")
    )
    return known.since


def _end(session: Session, ring: Ring) -> None:
    """Take the former keys' marks from the database."""
    session.execute(delete(SealingKey).where(SealingKey.purpose == SEALING, SealingKey.id.in_(former(ring))))
    audit.record(
        session, Event(Action.KEYRING_ROTATED, route="keyring rotate", object=ring.sealing, purpose="operation")
    )


def _retire(ring: Ring, path: Path, tell: Tell) -> None:
    aside = path.with_name(f"{path.name}.retired-{datetime.now(UTC):%Y%m%d%H%M%S}")
    ringfile.save(ring, aside, replace=True)
    left = {id: key for id, key in ring.keys.items() if id not in former(ring)}
    ringfile.save(replace(ring, keys=left), path, replace=True)
    tell(
        f"旧密钥 {'、'.join(former(ring))} 已退役。打开轮换以前的备份要用 {aside}："
        "请移到别处保管，不再需要那些备份时销毁。"
    )


def reseal(database: Database, keyring: Keyring, tell: Tell) -> Resealed:
    """Seal with the present key what is sealed with another."""
    total = damaged = 0
    for table, column in sealed_columns():
        done, spoilt = _reseal(database, keyring, table, column)
        if done:
            tell(f"{table.name}.{column.name}：重新加密{done}项。")
        total, damaged = total + done, damaged + spoilt
    return Resealed(total, damaged)


def _read(session: Session, page: Select[Any]) -> Sequence[Row[Any]]:
    _take_time(session)
    return session.execute(page).all()


def _reseal(database: Database, keyring: Keyring, table: Table, column: Column[Any]) -> Resealed:
    keys = list(table.primary_key)
    total = damaged = 0
    last: tuple[Any, ...] | None = None
    while True:
        stale = select(*keys, column).where(column.is_not(None), _beginning(column, STAMP) != keyring.stamp())
        if last is not None:
            stale = stale.where(tuple_(*keys) > tuple_(*last))
        page = stale.order_by(*keys).limit(AT_ONCE)
        rows = database.read(partial(_read, page=page))
        if not rows:
            return Resealed(total, damaged)
        last = tuple(rows[-1][:-1])
        changes: list[tuple[list[Any], bytes, bytes]] = []
        for row in rows:
            *key, value = tuple(row)
            place = place_of(column, key)
            try:
                changes.append((key, value[:HEADER], keyring.seal(keyring.open(value, place), place)))
            except UnsealError as error:
                log.error("%s.%s: a value was not sealed anew: %s", table.name, column.name, error)
                damaged += 1

        def write(session: Session, changes: list[Any] = changes) -> int:
            count = 0
            for key, begins, value in changes:
                where = [one == part for one, part in zip(keys, key, strict=True)]
                change = update(table).where(*where, _beginning(column, HEADER) == begins).values({column: value})
                count += session.execute(change).rowcount  # type: ignore[attr-defined]  # of an update it has one
            return count

        total += database.write(write)
        time.sleep(PAUSE)
