"""Keep what is left of each client's quota, and a client's own quota."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_buckets"
down_revision = "2026_11_25_audit_trail"


def upgrade() -> None:
    op.create_table(
        "buckets",
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("hourly", sa.Integer(), nullable=False),
        sa.Column("units", sa.Double(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_buckets")),
    )
    op.create_index(op.f("ix_buckets_filled_at"), "buckets", ["filled_at"])
    op.add_column("clients", sa.Column("quota", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("clients", "quota")
    op.drop_table("buckets")
