"""Let the places in which anything is stored be listed, to find a subject in each."""

from alembic import op

revision = "2026_11_25_subjects"
down_revision = "2026_11_25_units"


def upgrade() -> None:
    op.create_index(op.f("ix_screenings_region_code"), "screenings", ["region_code"])


def downgrade() -> None:
    op.drop_index(op.f("ix_screenings_region_code"), "screenings")
