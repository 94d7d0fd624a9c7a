"""What models proposed for answers, and what of it was struck."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "assistance",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clarification"],
            ["clarification.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("assistance", schema=None) as batch_op:
        batch_op.create_index("assistance_clarification", ["clarification", "at"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("assistance", schema=None) as batch_op:
        batch_op.drop_index("assistance_clarification")

    op.drop_table("assistance")
