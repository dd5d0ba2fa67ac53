"""What an administrator chose on the desk, such as the law that applies."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0004_choices"
down_revision = "0003_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("name", sa.String(), primary_key=True),
        *[sa.Column(name, sa.String(), nullable=False) for name in ("value", "by")],
        sa.Column("at", UtcDateTime(), nullable=False),
    )
