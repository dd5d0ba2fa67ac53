"""What is still to be done in a mailbox, and what came from its Sent folder."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0010_errands"
down_revision = "0009_identity_documents"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errands",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("queued_at", UtcDateTime(), nullable=False),
        sa.Column("next_try_at", UtcDateTime(), nullable=False),
    )
    op.add_column(
        "inbound_emails", sa.Column("sent", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("cases", sa.Column("answered_by_hand_at", UtcDateTime(), nullable=True))
