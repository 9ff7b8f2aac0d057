"""Answers that were given once and are given again to the same request: what Idempotency-Key is for.

An answer is recorded in the transaction of what it tells of.  So a crash leaves both or neither, and of two
requests with one key that run at once, one's transaction fails, whole, on the other's row.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.archive import pack, unpack
from app.errors import DamagedRecordError, KeyReusedError
from app.models import Replay
from app.security.keyring import Keyring, UnsealError


class Answer(NamedTuple):
    """An answer as it was given, before it was compressed for whoever takes that."""

    status: int
    body: bytes = b""
    location: str | None = None
    packed: bytes | None = None
    """The body gzipped, where that is at hand."""


class Attempt(NamedTuple):
    """One sending of a request that has an Idempotency-Key, known by digests only."""

    key: str
    """Of client, route and Idempotency-Key: one of each has one answer."""
    content: str
    """Of everything else that decides the answer."""


def attempt(keyring: Keyring, client: str, route: str, key: str, content: bytes) -> Attempt:
    """Return the attempt at *route* by *client*; a key that tells of a person is not kept in the clear."""
    named = json.dumps([client, route, key]).encode()
    return Attempt(keyring.mac("replays.key", named).hex(), keyring.mac("replays.content", content).hex())


def find(session: Session, keyring: Keyring, tried: Attempt) -> Answer | None:
    """Return the answer given to *tried* before, if there is one.

    Raise KeyReusedError if it answered another, DamagedRecordError if it cannot be opened.
    """
    row = session.get(Replay, tried.key)
    if row is None or row.expires_at <= datetime.now(UTC):
        return None
    if row.content != tried.content:
        raise KeyReusedError
    try:
        opened = keyring.open(row.answer, _place(tried))
    except UnsealError:
        opened = b""
    if not opened:
        # Outside `except`, so that no trace shows what was at hand.  To act again would be worse than to say so.
        raise DamagedRecordError(
            "对这个请求的答复已损坏，不能再给出。请先查明是否已经办理；要重新办理，请换一个幂等键。"
        )
    head, _, packed = opened.partition(b"\n")
    status, location = json.loads(head)
    return Answer(status, unpack(packed), location, packed)


def record(
    session: Session, keyring: Keyring, tried: Attempt, answer: Answer, *, about: str | None, kept: timedelta
) -> None:
    """Keep *answer* to *tried*, which is about the object with the id *about*, for so long."""
    now = datetime.now(UTC)
    session.execute(delete(Replay).where(Replay.key == tried.key, Replay.expires_at <= now))
    head = json.dumps([answer.status, answer.location]).encode()
    sealed = keyring.seal(head + b"\n" + (answer.packed or pack(answer.body)), _place(tried))
    session.add(Replay(key=tried.key, content=tried.content, about=about, answer=sealed, expires_at=now + kept))
    session.flush()


def forget(session: Session, about: str) -> None:
    """Drop the answers that tell of the object with the id *about*."""
    session.execute(delete(Replay).where(Replay.about == about))


def _place(tried: Attempt) -> str:
    return f"replays.answer:{tried.key}"
