"""Access packages, their parts and pieces, and the links that lead to them."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0012_packages"
down_revision = "0011_retention"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("case_id", sa.Uuid(), sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("key_id", sa.Uuid()),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("begun_by", sa.String(), nullable=False),
        sa.Column("built_at", UtcDateTime()),
        sa.Column("built_by", sa.String()),
        sa.Column("size", sa.BigInteger()),
        sa.Column("handed_over_at", UtcDateTime()),
        sa.Column("handed_over_by", sa.String()),
        sa.Column("handed_over_how", sa.String()),
        sa.Column("destroyed_at", UtcDateTime()),
        sa.Column("destroyed_by", sa.String()),
    )
    op.create_index("package_of_case", "packages", ["case_id"])
    op.create_table(
        "package_parts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("package_id", sa.Uuid(), sa.ForeignKey("packages.id"), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.BigInteger()),
        sa.Column("sealed_name", sa.LargeBinary()),
        sa.UniqueConstraint("package_id", "item", "source"),
    )
    op.create_table(
        "package_pieces",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("package_id", sa.Uuid(), sa.ForeignKey("packages.id"), nullable=False),
        sa.Column("of", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sealed_octets", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("of", "number"),
    )
    op.create_index("piece_of_package", "package_pieces", ["package_id"])
    op.create_table(
        "download_links",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("package_id", sa.Uuid(), sa.ForeignKey("packages.id"), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False, unique=True),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("most", sa.BigInteger(), nullable=False),
        sa.Column("downloads", sa.BigInteger(), nullable=False),
        sa.Column("last_download_at", UtcDateTime()),
        sa.Column("wrong", sa.BigInteger(), nullable=False),
        sa.Column("dead_at", UtcDateTime()),
        sa.Column("dead_why", sa.String()),
        sa.Column("dead_by", sa.String()),
    )
    op.create_index("link_of_package", "download_links", ["package_id"])
