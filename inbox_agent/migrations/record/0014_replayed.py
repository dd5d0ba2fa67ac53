"""How far ledgers of erasures were replayed on this record."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0014_replayed"
down_revision = "0013_holdings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replayed_ledgers",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
