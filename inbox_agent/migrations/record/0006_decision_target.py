"""What was decided of an unsure mail may be that it belongs to a known case."""

import sqlalchemy as sa
from alembic import op

revision = "0006_decision_target"
down_revision = "0005_open_by_state"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("pending_decisions") as decisions:
        known = sa.ForeignKey("cases.id", name="pending_decision_known")
        decisions.add_column(sa.Column("known_id", sa.Uuid(), known, nullable=True))
