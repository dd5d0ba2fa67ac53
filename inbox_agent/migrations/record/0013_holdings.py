"""What the company's own systems hold of a person, and what of it was erased."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0013_holdings"
down_revision = "0012_packages"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "chosen_accounts",
        sa.Column("right_id", sa.Uuid(), sa.ForeignKey("rights.id"), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("sealed_accounts", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("times_begun", sa.BigInteger(), nullable=False),
        sa.Column("after_approval", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_chosen_accounts_case_id", "chosen_accounts", ["case_id"])
    op.create_table(
        "holdings",
        *_of_a_system(),
        sa.Column("rows", sa.BigInteger()),
        sa.Column("fault", sa.String()),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("unmasked", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.UniqueConstraint("right_id", "system"),
    )
    op.create_table(
        "system_erasures",
        *_of_a_system(),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settings_mark", sa.String(), nullable=False),
        sa.Column("goes", sa.String(), nullable=False),
        sa.Column("stays", sa.String(), nullable=False),
        sa.Column("went", sa.String()),
        sa.Column("fault", sa.String()),
        sa.Column("shown_by", sa.String(), nullable=False),
        sa.Column("shown_at", UtcDateTime(), nullable=False),
        sa.Column("begun_at", UtcDateTime()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("done_by", sa.String()),
        sa.UniqueConstraint("right_id", "system"),
    )


def _of_a_system() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("right_id", sa.Uuid(), sa.ForeignKey("rights.id"), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
    ]
