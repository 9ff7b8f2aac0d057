"""The tables."""

from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, aware and in UTC whatever the engine keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """Bytes that the key ring has sealed for the place ``table.column:key``, a key of several parts joined by colons.

    What identifies or describes a person is of this type: so does the rotation of keys find it.
    """

    impl = LargeBinary
    cache_ok = True


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


ModelT = TypeVar("ModelT", bound=Base)


def by_id(session: Session, model: type[ModelT], id: str) -> ModelT | None:
    """Return the row of *model* with the UUID *id*, in any of a UUID's spellings; None where there is none."""
    try:
        key = str(UUID(id))
    except ValueError:
        return None
    return session.get(model, key)


class Replay(Base):
    """An answer to a request with an Idempotency-Key, to be given again when the request is sent again."""

    __tablename__ = "replays"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed digest of client, route and Idempotency-Key."""
    content: Mapped[str] = mapped_column(String(64))
    """A keyed digest of everything else that was sent."""
    about: Mapped[str | None] = mapped_column(String(36), index=True)
    """The id of what the request made."""
    answer: Mapped[bytes] = mapped_column(Sealed)
    """Status, place and body, sealed."""
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class PolicySet(Base):
    """The policies by which something was answered, whole: public knowledge."""

    __tablename__ = "policy_sets"

    fingerprint: Mapped[str] = mapped_column(String(80), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    documents: Mapped[bytes] = mapped_column(LargeBinary)
    """Each policy's document by its code, as JSON, gzipped."""


class Screening(Base):
    """A screening as it was answered, with what it takes to answer it again."""

    __tablename__ = "screenings"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    as_of: Mapped[date]
    region_code: Mapped[str | None] = mapped_column(String(12), index=True)
    policies: Mapped[str | None] = mapped_column(Text)
    """The codes that were asked for, with commas between; all of them if null."""
    policy_set: Mapped[str] = mapped_column(String(80))
    release: Mapped[str] = mapped_column(String(40))
    given: Mapped[bytes] = mapped_column(Sealed)
    """What was submitted and may be kept, as JSON, gzipped and sealed."""
    answer: Mapped[bytes] = mapped_column(Sealed)
    """The full answer, gzipped and sealed, to be sent again byte for byte."""
    subject: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    """A keyed digest of the household's region and reference, by which its screenings are found."""


class Bucket(Base):
    """What is left of a client's quota."""

    __tablename__ = "buckets"

    client: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The id of a principal."""
    hourly: Mapped[int]
    """What flows into it in an hour, and the most that it holds."""
    units: Mapped[float]
    """What it held when it was last looked at; below zero when more was asked for than there was."""
    filled_at: Mapped[datetime] = mapped_column(Moment, index=True)
    """When it was last looked at."""


class Client(Base):
    """Who may ask, and with which key: that is, with which keyed digest of it."""

    __tablename__ = "clients"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str | None] = mapped_column(String(12))
    """The area under which it sees and makes everything; all of the deployment's if null."""
    unit: Mapped[str | None] = mapped_column(String(40))
    """The handling unit whose cases alone it sees; any unit's if null."""
    prefix: Mapped[str] = mapped_column(String(20), unique=True)
    """The beginning of its key, which may be shown."""
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str | None] = mapped_column(String(64))
    """The principal that made it; null if it was made on the command line."""
    rotated_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    quota: Mapped[int | None]
    """Units an hour, in place of its role's; 0 is without limit."""
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    """To the quarter of an hour: it costs no write a request."""


class Batch(Base):
    """A list of people to be screened in the background; its files lie in the data folder."""

    __tablename__ = "batches"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    client: Mapped[str] = mapped_column(String(64))
    """The principal that uploaded it."""
    region_code: Mapped[str | None] = mapped_column(String(12))
    """The area of whoever uploaded it, beyond which none of its rows is screened; the whole district's if null."""
    key: Mapped[bytes] = mapped_column(Sealed)
    """The key of its files, sealed."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    as_of: Mapped[date]
    since: Mapped[str | None] = mapped_column(String(36))
    """The earlier batch with whose result this one's is compared."""
    compares: Mapped[bool]
    """Whether there is an earlier result to compare with: that of *since*, or one that was uploaded."""
    state: Mapped[str] = mapped_column(String(20))
    phase: Mapped[str | None] = mapped_column(String(20))
    done: Mapped[int]
    """Rows screened so far."""
    rows: Mapped[int | None]
    """Rows of the list, once it has been looked at."""
    worker: Mapped[str | None] = mapped_column(String(36))
    """Whose job it is, until *lease_until* unless renewed."""
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    attempts: Mapped[int]
    """How often it was begun; the number of the present attempt, and the name of its folder."""
    crashes: Mapped[int]
    """How often the job itself broke down, its worker surviving."""
    cancelling: Mapped[bool]
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    summary: Mapped[bytes | None] = mapped_column(Sealed)
    """What became of the list, as JSON, sealed; null until it is done."""
    error: Mapped[str | None] = mapped_column(Text)
    """Why it failed, in Chinese."""


class SealingKey(Base):
    """A key with which something in this database was made, and a canary that only this key made."""

    __tablename__ = "sealing_keys"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    canary: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEvent(Base):
    """Something that was done, chained to what was done before; triggers refuse to change or delete it."""

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "client", "seq"), Index(None, "object", "seq"))

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    action: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(40))
    client: Mapped[str | None] = mapped_column(String(80))
    role: Mapped[str | None] = mapped_column(String(20))
    region: Mapped[str | None] = mapped_column(String(12))
    address: Mapped[str | None] = mapped_column(String(45))
    route: Mapped[str | None] = mapped_column(String(120))
    object: Mapped[str | None] = mapped_column(String(120))
    purpose: Mapped[str | None] = mapped_column(String(40))
    digest: Mapped[bytes] = mapped_column(LargeBinary)


class AuditHead(Base):
    """How far the audit trail goes and where it begins, signed: one row."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    base_seq: Mapped[int] = mapped_column(BigInteger)
    base_digest: Mapped[bytes] = mapped_column(LargeBinary)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
