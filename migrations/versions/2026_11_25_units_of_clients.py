"""Bind clients to handling units."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_units"
down_revision = "2026_11_25_find_events"


def upgrade() -> None:
    op.add_column("clients", sa.Column("unit", sa.String(40), nullable=True))


def downgrade() -> None:
    op.drop_column("clients", "unit")
