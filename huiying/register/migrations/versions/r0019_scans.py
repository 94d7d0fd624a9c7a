"""Scans of papers and photos."""

import sqlalchemy as sa
from alembic import op

from huiying.register.migrations.refusing import allow, refuse

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "scan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("put_at", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index("scan_concern", ["concern"], unique=False)
        batch_op.create_index("scan_subject", ["about", "subject"], unique=False)
    refuse("scan_no_update", "scan", "UPDATE", when="TRUE", words="rows of scan are never changed")


def downgrade() -> None:
    """Back to the older one."""
    allow("scan_no_update", "scan")
    op.drop_table("scan")
