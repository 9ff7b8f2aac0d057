"""Make sure before serving that the ring and the database belong together, and that nothing in it is plain."""

import hmac
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import Session

from app.archive import sealed_first
from app.database import compact, migrating
from app.errors import StartError
from app.models import Screening, SealingKey
from app.security import audit, ringfile
from app.security.keyring import Keyring, Suite, UnsealError, is_sealed
from app.settings import Settings

CANARY: Final = b"huimin"
DIGEST: Final = "digest"
SEALING: Final = "sealing"
AT_ONCE: Final = 100

log = logging.getLogger("huimin.keyring")


def open_keyring(settings: Settings) -> Keyring:
    """Return the ring of this deployment; the first time, make it."""
    return ringfile.keyring(settings) if ringfile.exists(settings) else ready(settings)


def ready(settings: Settings, *, tell: Callable[[str], None] = log.warning) -> Keyring:
    """Return the ring, made if this is the first start and checked against the database if it is not.

    What was stored before there was a ring is sealed, once.  Raise StartError when a key that the database needs
    is missing or another; *tell* what has to be known of a new ring.
    """
    sealed = 0
    # Of several processes, one makes the ring and the others find it.
    with migrating(settings) as connection, Session(connection) as session:
        has_tables = inspect(connection).has_table(SealingKey.__tablename__)
        known = list(session.scalars(select(SealingKey))) if has_tables else []
        if not ringfile.exists(settings):
            _make(settings, first=not known, tell=tell)
        keyring = ringfile.keyring(settings)
        _check(keyring, known)
        if has_tables:
            if not known:
                sealed = _seal_what_is_plain(session, keyring)
                session.add(_digest_mark(keyring))
                audit.begin(session, keyring)
            if keyring.ring().sealing not in {key.id for key in known if key.purpose == SEALING}:
                session.add(sealing_mark(keyring))
            session.flush()
    if sealed:
        log.warning("%d screenings stored by an earlier release were sealed", sealed)
        # Free pages and dead rows still hold them as they were.
        compact(settings, Screening.__tablename__)
    return keyring


def _make(settings: Settings, *, first: bool, tell: Callable[[str], None]) -> None:
    path = ringfile.path_of(settings)
    if not first:
        raise StartError(
            f"找不到密钥环文件 {path}，而数据库里的数据是用它加密的。\n"
            "请把备份的密钥环放回原处，或用 HUIMIN_KEYRING_FILE 指明位置；没有它，已保存的数据无法打开。"
        )
    try:
        ringfile.save(ringfile.new_ring(Suite(settings.cipher)), path, replace=False)
    except OSError as error:
        raise StartError(f"密钥环文件 {path} 写不了（{error.strerror}）。请检查目录的权限和磁盘空间。") from None
    tell(f"已新建密钥环 {path}：请立即备份，与数据库的备份分开保管；没有它，保存的数据无法打开。")


def _check(keyring: Keyring, known: list[SealingKey]) -> None:
    """Open every canary; raise StartError for the first that the ring does not fit."""
    for key in known:
        if key.purpose == DIGEST:
            if key.id != keyring.ring().digest.id or not hmac.compare_digest(key.canary, keyring.mac("canary", CANARY)):
                raise StartError(
                    f"密钥环与数据库不是一套：数据库用的摘要密钥是 {key.id}，密钥环里不是。请换上这个数据库的密钥环。"
                )
        elif key.id not in keyring.ring().keys:
            raise StartError(
                f"密钥环缺少密钥 {key.id}，数据库里有用它加密的数据。请换上备份的、含有这把密钥的密钥环"
                "（轮换时留下的 keyring.retired-… 也可能是）。"
            )
        elif not _sings(keyring, key):
            raise StartError(f"数据库里密钥 {key.id} 的校验值已损坏，请用备份恢复数据库。")


def _sings(keyring: Keyring, key: SealingKey) -> bool:
    try:
        return keyring.open(key.canary, _place(key.id)) == CANARY
    except UnsealError:
        return False


def sealing_mark(keyring: Keyring) -> SealingKey:
    """Return the row that says that values are sealed with the ring's present key."""
    id = keyring.ring().sealing
    return SealingKey(id=id, purpose=SEALING, since=datetime.now(UTC), canary=keyring.seal(CANARY, _place(id)))


def _digest_mark(keyring: Keyring) -> SealingKey:
    canary = keyring.mac("canary", CANARY)
    return SealingKey(id=keyring.ring().digest.id, purpose=DIGEST, since=datetime.now(UTC), canary=canary)


def _place(id: str) -> str:
    return f"sealing_keys.canary:{id}"


def _seal_what_is_plain(session: Session, keyring: Keyring) -> int:
    """Seal the screenings that an earlier release stored; return how many there were."""
    count = 0
    for row in _all(session):
        if not is_sealed(row.given) and not is_sealed(row.answer):
            session.execute(update(Screening).where(Screening.id == row.id).values(sealed_first(row, keyring)))
            count += 1
    return count


def _all(session: Session) -> Iterator[Screening]:
    last = ""
    while True:
        rows = session.scalars(select(Screening).where(Screening.id > last).order_by(Screening.id).limit(AT_ONCE)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id
        session.expunge_all()
