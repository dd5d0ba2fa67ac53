"""The desk: its people, what they write beside cases, search words, decisions that can be undone."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0003_desk"
down_revision = "0002_casework"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("snoozed_until", UtcDateTime(), nullable=True))
    op.create_index("case_by_state", "cases", ["state", "closed_at", "id"])
    op.create_index("case_of_person", "cases", ["assigned_to", "state"])
    op.add_column("letters", sa.Column("released_at", UtcDateTime(), nullable=True))
    op.add_column(
        "rights", sa.Column("submitted_known", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _add_indexes()
    _add_staff()
    _add_sign_in()
    _add_writing()
    _add_words()
    _add_decisions()


def _add_indexes() -> None:
    """The queue must not become slower the more cases are closed."""
    for name, table, columns, where in (
        ("case_to_look_at", "cases", ["id"], "attention IS NOT NULL"),
        ("case_open", "cases", ["id"], "state <> 'closed'"),
        (
            "right_undecided",
            "rights",
            ["case_id", "legal_due", "type"],
            "state NOT IN ('responded', 'closed')",
        ),
    ):
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _add_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), primary_key=True),
        *[_text(name) for name in ("name", "display_name", "role", "password_hash", "created_by")],
        *[_text(name) for name in ("language", "digits", "theme")],
        *[sa.Column(name, sa.Boolean(), nullable=False) for name in ("active", "single_keys")],
        *[sa.Column(name, sa.BigInteger(), nullable=False) for name in ("totp_step", "failures")],
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_totp", sa.LargeBinary()),
        sa.Column("locked_until", UtcDateTime()),
        sa.Column("let_in_by", sa.String()),
        sa.Column("let_in_at", UtcDateTime()),
        _moment("created_at"),
        sa.UniqueConstraint("name"),
    )


def _add_sign_in() -> None:
    op.create_table(
        "staff_links",
        sa.Column("token_hash", sa.LargeBinary(length=32), primary_key=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id")),
        *[_text(name) for name in ("role", "created_by")],
        *[_moment(name) for name in ("created_at", "expires_at")],
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.LargeBinary(length=32), primary_key=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("proved", sa.Boolean(), nullable=False),
        *[_moment(name) for name in ("created_at", "seen_at")],
    )
    op.create_table(
        "sent_forms",
        sa.Column("token_hash", sa.LargeBinary(length=32), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("source_hash", sa.LargeBinary(length=32), nullable=False, index=True),
        sa.Column("name_hash", sa.LargeBinary(length=32), nullable=False, index=True),
        _moment("at"),
    )


def _add_writing() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _case(index=True),
        _text("by"),
        _moment("at"),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _case(index=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), nullable=False),
        _text("place"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _moment("saved_at"),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "presences",
        _case(primary_key=True),
        sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id"), primary_key=True),
        _text("doing"),
        *[_moment(name) for name in ("since", "at")],
    )


def _add_words() -> None:
    op.create_table(
        "search_tokens",
        sa.Column("hash", sa.LargeBinary(length=32), primary_key=True),
        _case(primary_key=True),
    )


def _add_decisions() -> None:
    op.create_table("dying_keys", sa.Column("key_id", sa.Uuid(), primary_key=True), _text("why"))
    op.create_table(
        "pending_decisions",
        _case(primary_key=True),
        *[_text(name) for name in ("types", "by")],
        _moment("at"),
        sa.Column("due", UtcDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _case(index=True),
        sa.Column("at", UtcDateTime(), nullable=False, index=True),
        *[_text(name) for name in ("by", "read", "right", "language")],
        sa.Column("key_id", sa.Uuid()),
        sa.Column("sealed_example", sa.LargeBinary()),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime(), nullable=False)


def _case(**options: Any) -> sa.Column[Any]:
    return sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False, **options)
