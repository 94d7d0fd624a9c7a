"""Proceedings, findings, clarifications and their texts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "clarification",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("clarification", schema=None) as batch_op:
        batch_op.create_index("clarification_concern", ["concern"], unique=False)
        batch_op.create_index("clarification_state", ["state"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index("finding_concern", ["concern"], unique=False)
        batch_op.create_index("finding_task", ["task"], unique=False)

    op.create_table(
        "proceeding",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.create_index("proceeding_concern", ["concern"], unique=False)

    op.create_table(
        "clarification_text",
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clarification"],
            ["clarification.id"],
        ),
        sa.PrimaryKeyConstraint("clarification", "number"),
    )


def downgrade() -> None:
    """Back to the older one."""
    op.drop_table("clarification_text")
    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.drop_index("proceeding_concern")

    op.drop_table("proceeding")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index("finding_task")
        batch_op.drop_index("finding_concern")

    op.drop_table("finding")
    with op.batch_alter_table("clarification", schema=None) as batch_op:
        batch_op.drop_index("clarification_state")
        batch_op.drop_index("clarification_concern")

    op.drop_table("clarification")
