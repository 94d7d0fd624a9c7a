"""Filters of lists that people keep; posts by their fate."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("bureau", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index("saved_view_owner", ["owner"], unique=False)
        batch_op.create_index("saved_view_shared", ["shared", "page"], unique=False)

    with op.batch_alter_table("post_fate", schema=None) as batch_op:
        batch_op.create_index("post_fate_fate", ["fate", "collected_at"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("post_fate", schema=None) as batch_op:
        batch_op.drop_index("post_fate_fate")

    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index("saved_view_shared")
        batch_op.drop_index("saved_view_owner")

    op.drop_table("saved_view")
