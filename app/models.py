"""The tables."""

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
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


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Screening(Base):
    """A screening as it was answered, with what it takes to answer it again."""

    __tablename__ = "screenings"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    as_of: Mapped[date]
    region_code: Mapped[str | None] = mapped_column(String(12))
    policies: Mapped[str | None] = mapped_column(Text)
    """The codes that were asked for, with commas between; all of them if null."""
    policy_set: Mapped[str] = mapped_column(String(80))
    release: Mapped[str] = mapped_column(String(40))
    given: Mapped[bytes] = mapped_column(LargeBinary)
    """What was submitted and may be kept, as JSON, gzipped and sealed."""
    answer: Mapped[bytes] = mapped_column(LargeBinary)
    """The full answer, gzipped and sealed, to be sent again byte for byte."""
    subject: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    """A keyed digest of the household's region and reference, by which its screenings are found."""


class SealingKey(Base):
    """A key with which something in this database was made, and a canary that only this key made."""

    __tablename__ = "sealing_keys"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime] = mapped_column(Moment)
    canary: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEvent(Base):
    """Something that was done, chained to what was done before; triggers refuse to change or delete it."""

    __tablename__ = "audit_events"

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
