"""Remember the policy sets by which screenings were answered."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_policy_sets"
down_revision = "2026_11_25_subjects"


def upgrade() -> None:
    op.create_table(
        "policy_sets",
        sa.Column("fingerprint", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("documents", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_policy_sets")),
    )


def downgrade() -> None:
    op.drop_table("policy_sets")
