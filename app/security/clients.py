"""The clients and their keys: made, found, listed, revoked.  A key itself is kept nowhere, only its keyed digest."""

import hmac
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.errors import ConflictError, NotFoundError
from app.models import Client
from app.regions import significant
from app.security.applications import Application
from app.security.keys import new_key, prefix_of
from app.security.principal import Principal, PrincipalKind
from app.security.roles import Role

USE_NOTED: Final = timedelta(minutes=15)
"""How exactly the last use of a key is known: at most one write in so much time, whatever the traffic."""
MOST_LISTED: Final = 100

_PURPOSE: Final = "client-key"
_NO_DIGEST: Final = bytes(32)


class Digesting(Protocol):
    """What makes keyed digests."""

    def mac(self, purpose: str, data: bytes) -> bytes: ...


# ── making and ending ──────────────────────────────────────────────────────


def create(
    session: Session, ring: Digesting, application: Application, *, id: str, by: str | None
) -> tuple[Client, str]:
    """Add a client; return it with its key, which is known only now.  Raise ConflictError if the name is taken."""
    taken = select(Client.id).where(Client.name == application.name, Client.revoked_at.is_(None))
    if session.scalar(taken) is not None:
        raise ConflictError("已有同名的密钥在用：请换一个名称，或先停用原来的，或用更换（rotate）。")
    key = new_key()
    client = Client(
        id=id,
        name=application.name,
        role=application.role.value,
        region_code=application.region_code,
        unit=application.unit,
        prefix=prefix_of(key),
        digest=ring.mac(_PURPOSE, key.encode()),
        created_at=datetime.now(UTC),
        created_by=by,
        expires_at=_end_of(application.expires_on),
        quota=application.quota,
    )
    session.add(client)
    return client, key


def rotate(ring: Digesting, client: Client) -> str:
    """Give *client* another key, as long-lived as the one that ends now; return it.  Raise ConflictError if revoked."""
    if client.revoked_at is not None:
        raise ConflictError("这个密钥已经停用，不能更换：请新建一个。")
    key = new_key()
    now = datetime.now(UTC)
    lasted = client.expires_at - (client.rotated_at or client.created_at)
    client.prefix, client.digest = prefix_of(key), ring.mac(_PURPOSE, key.encode())
    client.rotated_at, client.expires_at = now, now + lasted
    return key


def revoke(client: Client) -> None:
    """End a client's key; to do it again changes nothing."""
    if client.revoked_at is None:
        client.revoked_at = datetime.now(UTC)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


# ── finding ────────────────────────────────────────────────────────────────


def find_by_key(session: Session, ring: Digesting, key: str) -> Client | None:
    """Return the client whose key this is, if it is good.

    The same is computed for an id that nobody has, so that the time taken tells nothing.
    """
    mine = Client.prefix == prefix_of(key)
    # Only the digest: to make a whole client of a row takes longer than to find none.
    known = session.scalar(select(Client.digest).where(mine))
    if not hmac.compare_digest(ring.mac(_PURPOSE, key.encode()), _NO_DIGEST if known is None else known):
        return None
    client = session.scalar(select(Client).where(mine))
    return client if client is not None and is_good(client) else None


def is_good(client: Client) -> bool:
    """Tell whether a client's key is neither revoked nor expired."""
    return client.revoked_at is None and datetime.now(UTC) < client.expires_at


def principal_of(client: Client) -> Principal:
    """Return *client* as whom it may act."""
    role, kind, permissions = Role(client.role), PrincipalKind.KEY, Role(client.role).permissions
    return Principal(client.id, client.name, kind, role, permissions, client.region_code, client.quota, client.unit)


def note_use(session: Session, id: str) -> None:
    """Remember that the client was here just now."""
    if (client := session.get(Client, id)) is not None:
        client.last_used_at = datetime.now(UTC)


def needs_noting(client: Client) -> bool:
    """Tell whether the last use that is written down is too long ago."""
    return client.last_used_at is None or datetime.now(UTC) - client.last_used_at > USE_NOTED


def listed(session: Session, area: str | None = None, *, after: str = "", most: int = MOST_LISTED) -> Sequence[Client]:
    """Return the clients of *area*, oldest first, beginning behind the id *after*."""
    where = [Client.id > after, *_within(area)]
    return session.scalars(select(Client).where(*where).order_by(Client.id).limit(most)).all()


def find(session: Session, id: str, area: str | None = None) -> Client:
    """Return the client with *id* within *area*; raise NotFoundError."""
    found = session.scalar(select(Client).where(Client.id == id, *_within(area)))
    if found is None:
        raise NotFoundError("没有这个编号的密钥。")
    return found


def names_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Return the names of the clients with *ids*; of persons behind a sign-on none is kept."""
    found = session.execute(select(Client.id, Client.name).where(Client.id.in_(ids)))
    return {row.id: row.name for row in found}


def find_named(session: Session, named: str) -> Client:
    """Return the client that a person means by its id, the beginning of its key, or its name; raise NotFoundError."""
    means = (Client.id == named) | (Client.prefix == prefix_of(named)) | (Client.name == named)
    # Of several that bore a name, the one in use.
    found = session.scalars(
        select(Client).where(means).order_by(Client.revoked_at.is_not(None), Client.id.desc())
    ).first()
    if found is None:
        raise NotFoundError("没有这个密钥：请写名称、编号或密钥开头，见 python3 -m app keys list。")
    return found


def has_any(session: Session) -> bool:
    """Tell whether any key is good."""
    now = datetime.now(UTC)
    return (
        session.scalar(select(Client.id).where(Client.revoked_at.is_(None), Client.expires_at > now).limit(1))
        is not None
    )


def described(client: Client) -> dict[str, Any]:
    """Return what may be told of a client, as on the wire."""
    role = Role(client.role)
    return {
        "id": client.id,
        "name": client.name,
        "role": role.value,
        "role_label": role.label,
        "region_code": client.region_code,
        "unit": client.unit,
        "prefix": client.prefix,
        "quota": client.quota,
        "state": state_of(client),
        "created_at": _moment(client.created_at),
        "rotated_at": _moment(client.rotated_at),
        "expires_at": _moment(client.expires_at),
        "revoked_at": _moment(client.revoked_at),
        "last_used_at": _moment(client.last_used_at),
    }


def state_of(client: Client) -> str:
    """Return "active", "expired" or "revoked"."""
    if client.revoked_at is not None:
        return "revoked"
    return "active" if is_good(client) else "expired"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _within(area: str | None) -> list[ColumnElement[bool]]:
    return [] if area is None else [Client.region_code.startswith(significant(area), autoescape=True)]
