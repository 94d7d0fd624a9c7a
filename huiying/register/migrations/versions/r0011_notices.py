"""Notices, and every try to send them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level_rank", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("notice_due", ["channel", "due_at"], unique=False)
        batch_op.create_index("notice_newest", ["channel", "made_at"], unique=False)
        batch_op.create_index("notice_person", ["person", "made_at"], unique=False)
        batch_op.create_index("notice_subject", ["subject"], unique=False)

    op.create_table(
        "notice_attempt",
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("arrived", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice"],
            ["notice.id"],
        ),
        sa.PrimaryKeyConstraint("notice", "number"),
    )


def downgrade() -> None:
    """Back to the older one."""
    op.drop_table("notice_attempt")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("notice_subject")
        batch_op.drop_index("notice_person")
        batch_op.drop_index("notice_newest")
        batch_op.drop_index("notice_due")

    op.drop_table("notice")
