"""The work on cases: challenges, checks, checklists, suppressions, parties, and what time has done."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0002_casework"
down_revision = "0001_record"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_cases()
    _widen_rights()
    op.add_column("letters", sa.Column("unproven", sa.Boolean(), nullable=False, server_default=sa.false()))
    _add_questions()
    _add_checks()
    _add_checklists()
    _add_parties()
    _add_suppressions()
    _add_digests()


def _widen_cases() -> None:
    op.add_column("cases", sa.Column("letter_language", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("keeps_all", "frozen"):
        op.add_column("cases", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("account_match", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("merged_into", sa.Uuid(), nullable=True))
    for name in ("acknowledged_at", "told_status_at", "tick_at"):
        op.add_column("cases", sa.Column(name, UtcDateTime(), nullable=True))
    op.create_index("case_to_tick", "cases", ["tick_at"])
    op.execute(sa.text("UPDATE cases SET tick_at = opened_at WHERE state <> 'closed'"))
    acknowledged = "SELECT min(sent_at) FROM letters WHERE letters.case_id = cases.id"
    op.execute(sa.text(f"UPDATE cases SET acknowledged_at = ({acknowledged})"))  # noqa: S608 - no input


def _widen_rights() -> None:
    op.add_column("rights", sa.Column("begun", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rights", sa.Column("paused_days", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("rights", sa.Column("times_begun", sa.BigInteger(), nullable=False, server_default="1"))
    op.add_column("rights", sa.Column("answer_letter", sa.Uuid(), nullable=True))
    for name in ("reason", "submitted_by", "approved_by"):
        op.add_column("rights", sa.Column(name, sa.String(), nullable=True))
    times = (
        "extended_at",
        "paused_at",
        "asked_at",
        "lapses_at",
        "confirmed_at",
        "erase_after",
        "submitted_at",
    )
    for name in times:
        op.add_column("rights", sa.Column(name, UtcDateTime(), nullable=True))


def _add_questions() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("types", sa.String(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("challenge_of_case", "challenges", ["case_id"])
    op.create_table(
        "done_once",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("case_id", "what"),
    )


def _add_digests() -> None:
    op.create_table(
        "digests_sent",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )


def _add_checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("right_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("sealed_how", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["right_id"], ["rights.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_checks_right_id", "checks", ["right_id"])


def _add_checklists() -> None:
    op.create_table(
        "checklist_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("right_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("kept_for", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["right_id"], ["rights.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("right_id", "item"),
    )


def _add_parties() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("sealed_who", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_parties_case_id", "parties", ["case_id"])


def _add_suppressions() -> None:
    op.create_table(
        "suppressions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_address", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_suppressions_address_hash", "suppressions", ["address_hash"])
