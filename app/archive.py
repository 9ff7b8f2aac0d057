"""Screenings as they are kept: what was given, and the answer byte for byte."""

import json
import os
import time
import zlib
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from app.encoding import as_json
from app.errors import DamagedRecordError, HiddenError, NotFoundError
from app.intake.door import Submission
from app.models import Screening, by_id
from app.security import answer_receipts
from app.security.keyring import Keyring, UnsealError
from app.security.principal import Principal

LEVEL = 1
"""An answer of 240 KB shrinks tenfold in 0.7 ms; level 6 takes twice the time and saves a third of what is left."""
ABSENT = "没有这个编号的筛查：编号有误，或者当时没有保存。"
_GZIP = 31
"""Which zlib calls a format: the one that a web client can be sent as it is."""


def new_id() -> str:
    """Return an id that sorts by its millisecond and that nobody can guess: a UUID of version 7."""
    return id_of(time.time_ns() // 1_000_000, os.urandom(10))


def id_of(moment: int, mark: bytes) -> str:
    """Return the UUID of version 7 of a *moment*, in milliseconds, and ten bytes that tell it from others."""
    number = moment << 80 | int.from_bytes(mark)
    number &= ~(0xF << 76 | 0x3 << 62)
    return str(UUID(int=number | 0x7 << 76 | 0x2 << 62))


def pack(text: bytes) -> bytes:
    """Return *text* gzipped."""
    packer = zlib.compressobj(LEVEL, wbits=_GZIP)
    return packer.compress(text) + packer.flush()


def unpack(packed: bytes) -> bytes:
    """Return what was packed."""
    return zlib.decompress(packed, _GZIP)


class Kept(NamedTuple):
    """A screening as it is kept, and its answers with their receipt."""

    row: Screening
    full: bytes
    brief: bytes
    packed: bytes
    """The full answer, gzipped."""


def kept(
    keyring: Keyring,
    id: str,
    submission: Submission,
    full: bytes,
    brief: bytes,
    *,
    region_code: str | None,
    policy_set: str,
    release: str,
) -> Kept:
    """Return the row that keeps the *full* answer to *submission*, where *region_code* says that it belongs."""
    given = as_json(submission.given)
    receipt = answer_receipts.make(keyring, given, full, brief)
    full = answer_receipts.attached(full, receipt)
    packed = pack(full)
    reference = submission.given.get("reference")
    row = Screening(
        id=id,
        created_at=datetime.now(UTC),
        as_of=submission.day,
        region_code=region_code,
        policies=None if submission.only is None else ",".join(sorted(submission.only)),
        policy_set=policy_set,
        release=release,
        given=keyring.seal(pack(given), given_place(id)),
        answer=keyring.seal(packed, answer_place(id)),
        subject=None if reference is None else subject_index(keyring, region_code, reference),
    )
    return Kept(row, full, answer_receipts.attached(brief, receipt), packed)


def given_place(id: str) -> str:
    """Return the place for which what was given is sealed."""
    return f"screenings.given:{id}"


def answer_place(id: str) -> str:
    """Return the place for which an answer is sealed."""
    return f"screenings.answer:{id}"


def packed_answer(row: Screening, keyring: Keyring) -> bytes:
    """Return the answer of *row*, still gzipped; raise DamagedRecordError."""
    return _opened(keyring, row.answer, answer_place(row.id))


def answer_of(row: Screening, keyring: Keyring) -> dict[str, Any]:
    """Return the full answer of *row*; raise DamagedRecordError."""
    answer: dict[str, Any] = json.loads(unpack(packed_answer(row, keyring)))
    return answer


def stated(row: Screening, keyring: Keyring) -> bytes:
    """Return what was stated of the household of *row*, as JSON; raise DamagedRecordError."""
    return unpack(_opened(keyring, row.given, given_place(row.id)))


def given_of(row: Screening, keyring: Keyring) -> dict[str, Any]:
    """Return the household of *row* as it was stated; raise DamagedRecordError."""
    given: dict[str, Any] = json.loads(stated(row, keyring))
    return given


def _opened(keyring: Keyring, sealed: bytes, place: str) -> bytes:
    try:
        return keyring.open(sealed, place)
    except UnsealError:
        pass
    raise DamagedRecordError("这次筛查保存的内容已损坏或被改动，不能显示。请告知系统管理员，用备份恢复。")


def subject_index(keyring: Keyring, region: str | None, reference: str) -> bytes:
    """Return the digest by which the screenings of a household are found: its *reference* within its *region*."""
    return keyring.mac("subjects", f"{region or ''}\0{reference}".encode())


def resealed(row: Screening, keyring: Keyring) -> dict[str, bytes]:
    """Return the sealed columns of *row*, sealed with the present key; raise DamagedRecordError."""
    return {
        "given": keyring.seal(_opened(keyring, row.given, given_place(row.id)), given_place(row.id)),
        "answer": keyring.seal(_opened(keyring, row.answer, answer_place(row.id)), answer_place(row.id)),
    }


def sealed_first(row: Screening, keyring: Keyring) -> dict[str, bytes | None]:
    """Return the columns of a *row* that was stored before there were keys, as they are stored now."""
    reference = json.loads(unpack(row.given)).get("reference")
    return {
        "given": keyring.seal(row.given, given_place(row.id)),
        "answer": keyring.seal(row.answer, answer_place(row.id)),
        "subject": None if reference is None else subject_index(keyring, row.region_code, reference),
    }


def find(session: Session, id: str, principal: Principal) -> Screening:
    """Return the screening with *id*, written in any of a UUID's spellings.

    Raise NotFoundError, in the same words, for one that is not there and for one that *principal* may not see.
    """
    found = by_id(session, Screening, id)
    if found is None:
        raise NotFoundError(ABSENT)
    if not principal.sees(found.region_code):
        raise HiddenError(ABSENT, object=found.id)
    return found
