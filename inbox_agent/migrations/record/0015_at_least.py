"""A deletion in a company's system of which more may have gone than was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0015_at_least"
down_revision = "0014_replayed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "system_erasures", sa.Column("at_least", sa.Boolean(), nullable=False, server_default=sa.false())
    )
