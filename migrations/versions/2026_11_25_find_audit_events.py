"""Find events of the audit trail by who did them and to what."""

from alembic import op

revision = "2026_11_25_find_events"
down_revision = "2026_11_25_buckets"


def upgrade() -> None:
    op.create_index(op.f("ix_audit_events_client_seq"), "audit_events", ["client", "seq"])
    op.create_index(op.f("ix_audit_events_object_seq"), "audit_events", ["object", "seq"])


def downgrade() -> None:
    op.drop_index(op.f("ix_audit_events_object_seq"), "audit_events")
    op.drop_index(op.f("ix_audit_events_client_seq"), "audit_events")
