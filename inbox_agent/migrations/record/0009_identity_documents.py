"""Identity documents that came by mail stand apart from it, each under a key of its own."""

import sqlalchemy as sa
from alembic import op

from inbox_agent.database import UtcDateTime

revision = "0009_identity_documents"
down_revision = "0008_returned"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_documents",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("inbound_email_id", sa.Uuid(), sa.ForeignKey("inbound_emails.id"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.Uuid()),
        sa.Column("sealed_file", sa.LargeBinary()),
        sa.Column("found_at", UtcDateTime(), nullable=False),
        sa.Column("destroy_at", UtcDateTime(), nullable=False),
        sa.Column("destroyed_at", UtcDateTime()),
        sa.Column("destroyed_by", sa.String()),
        sa.Column("seen_by", sa.String()),
    )
    op.create_index("ix_identity_documents_inbound_email_id", "identity_documents", ["inbound_email_id"])
    op.create_index("identity_document_to_destroy", "identity_documents", ["destroyed_at", "destroy_at"])
