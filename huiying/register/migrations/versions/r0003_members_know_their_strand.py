"""A member knows the strand it belongs to: the concern as it was before people merged it into another."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema. Which strands older merges joined is not known: each concern is one."""
    op.add_column("concern_member", sa.Column("strand", sa.Text()))
    op.execute("UPDATE concern_member SET strand = concern")
    with op.batch_alter_table("concern_member") as changing:
        changing.alter_column("strand", existing_type=sa.Text(), nullable=False)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("concern_member") as changing:
        changing.drop_column("strand")
