"""Keep an audit trail, the keys in use, and screenings sealed and findable by their subject."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_audit_trail"
down_revision = "2026_11_25_batches"

REFUSED = "the audit trail is only ever added to"
# A deletion must have been announced in the signed head: see app/security/audit.py.
SQLITE = f"""
create trigger audit_events_not_updated before update on audit_events
begin select raise(abort, '{REFUSED}'); end;
create trigger audit_events_not_deleted before delete on audit_events
when old.seq > coalesce((select base_seq from audit_head), 0)
begin select raise(abort, '{REFUSED}'); end;
create trigger audit_head_not_deleted before delete on audit_head
begin select raise(abort, '{REFUSED}'); end
"""
POSTGRESQL = f"""
create or replace function audit_refuse() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and tg_table_name = 'audit_events' then
        if old.seq <= coalesce((select base_seq from audit_head), 0) then
            return old;
        end if;
    end if;
    raise exception '{REFUSED}';
end $$;
create trigger audit_events_refuse before update or delete on audit_events for each row execute function audit_refuse();
create trigger audit_events_keep before truncate on audit_events execute function audit_refuse();
create trigger audit_head_keep before delete on audit_head for each row execute function audit_refuse()
"""


def upgrade() -> None:
    op.add_column("screenings", sa.Column("subject", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_screenings_subject"), "screenings", ["subject"])
    op.create_table(
        "sealing_keys",
        sa.Column("id", sa.String(8), nullable=False),
        sa.Column("purpose", sa.String(8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("canary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", "purpose", name=op.f("pk_sealing_keys")),
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "audit_events",
        sa.Column("seq", number, autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("client", sa.String(80), nullable=True),
        sa.Column("role", sa.String(20), nullable=True),
        sa.Column("region", sa.String(12), nullable=True),
        sa.Column("address", sa.String(45), nullable=True),
        sa.Column("route", sa.String(120), nullable=True),
        sa.Column("object", sa.String(120), nullable=True),
        sa.Column("purpose", sa.String(40), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_events")),
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("base_seq", sa.BigInteger(), nullable=False),
        sa.Column("base_digest", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.split(";\ncreate"):
            op.execute(statement if statement.startswith("\n") else "create" + statement)
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_events")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function audit_refuse()")
    op.drop_table("sealing_keys")
    op.drop_index(op.f("ix_screenings_subject"), "screenings")
    op.drop_column("screenings", "subject")
