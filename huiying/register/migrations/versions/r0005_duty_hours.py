"""How many posts touched a duty in each hour."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema. What was said before is not counted again: a duty's past begins now."""
    op.create_table(
        "duty_hour",
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("starts_at", "duty"),
    )


def downgrade() -> None:
    """Back to the older one."""
    op.drop_table("duty_hour")
