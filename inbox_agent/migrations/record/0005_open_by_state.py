"""What is open is found by its state: a planner without statistics did not take the index made for it."""

from alembic import op

revision = "0005_open_by_state"
down_revision = "0004_choices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("case_open", "cases")
