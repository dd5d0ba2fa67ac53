"""Letters that came back, and cases whose person they do not reach."""

import sqlalchemy as sa
from alembic import op

revision = "0008_returned"
down_revision = "0007_mailbox_life"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letters", sa.Column("returned", sa.String(), nullable=True))
    op.add_column(
        "cases", sa.Column("undeliverable", sa.Boolean(), nullable=False, server_default=sa.false())
    )
