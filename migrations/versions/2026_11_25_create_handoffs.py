"""Keep hand-offs, what is told of them, and what is to reach the platform."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_handoffs"
down_revision = "2026_11_25_clients"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("case_no", sa.String(24), nullable=False),
        sa.Column("screening_id", sa.String(36), nullable=False),
        sa.Column("policy", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(12), nullable=True),
        sa.Column("made_for", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("awaits_acceptance", sa.Boolean(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("accept_by", sa.Date(), nullable=False),
        sa.Column("finish_by", sa.Date(), nullable=False),
        sa.Column("priority", sa.String(10), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sa.UniqueConstraint("case_no", name=op.f("uq_handoffs_case_no")),
        sa.UniqueConstraint(
            "screening_id", "policy", "position", name=op.f("uq_handoffs_screening_id_policy_position")
        ),
    )
    op.create_index(op.f("ix_handoffs_screening_id"), "handoffs", ["screening_id"])
    op.create_index(op.f("ix_handoffs_unit_is_open_due_id"), "handoffs", ["unit", "is_open", "due", "id"])
    op.create_index(op.f("ix_handoffs_region_code_is_open"), "handoffs", ["region_code", "is_open"])
    op.create_index(op.f("ix_handoffs_made_at_id"), "handoffs", ["made_at", "id"])
    op.create_table(
        "receipts",
        sa.Column("handoff_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("unit", sa.String(40), nullable=True),
        sa.Column("step", sa.String(40), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_receipts_handoff_id_handoffs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", "id", name=op.f("pk_receipts")),
    )
    op.create_table(
        "deliveries",
        sa.Column("handoff_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_deliveries_handoff_id_handoffs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("handoff_id", "number", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_state_next_at"), "deliveries", ["state", "next_at"])
    op.create_table(
        "nonces",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", "nonce", name=op.f("pk_nonces")),
    )
    op.create_index(op.f("ix_nonces_expires_at"), "nonces", ["expires_at"])


def downgrade() -> None:
    for table in ("nonces", "deliveries", "receipts", "handoffs"):
        op.drop_table(table)
