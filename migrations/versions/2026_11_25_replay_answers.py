"""Keep answers for requests that are sent again."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_replays"
down_revision = "2026_11_23_screenings"


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("about", sa.String(36), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_replays")),
    )
    op.create_index(op.f("ix_replays_about"), "replays", ["about"])
    op.create_index(op.f("ix_replays_expires_at"), "replays", ["expires_at"])


def downgrade() -> None:
    op.drop_table("replays")
