"""Keep screenings as they were answered."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_screenings"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "screenings",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("region_code", sa.String(12), nullable=True),
        sa.Column("policies", sa.Text(), nullable=True),
        sa.Column("policy_set", sa.String(80), nullable=False),
        sa.Column("release", sa.String(40), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
    )


def downgrade() -> None:
    op.drop_table("screenings")
