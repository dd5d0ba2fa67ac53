"""Retention: what a case has lost by now, cases that are gone, erasures asked for, runs and their counts."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0011_retention"
down_revision = "0010_errands"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("bodies_erased_at", UtcDateTime()))
    op.add_column("cases", sa.Column("bodies_erased_seq", sa.BigInteger()))
    op.create_index("ix_case_links_other_id", "case_links", ["other_id"])
    op.add_column("dying_keys", sa.Column("digest", sa.LargeBinary(length=32)))
    with op.batch_alter_table("suppressions") as suppressions:
        suppressions.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)
    op.create_table(
        "retired_cases",
        sa.Column("ref", sa.String(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("proof", sa.LargeBinary(length=32), nullable=False),
    )
    op.create_table(
        "forgotten_mails",
        sa.Column("digest", sa.LargeBinary(length=32), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "erasures_asked",
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), primary_key=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("sealed_why", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "retention_runs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        *[
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("bodies", "records", "mails", "rows", "held", "failed")
        ],
    )
