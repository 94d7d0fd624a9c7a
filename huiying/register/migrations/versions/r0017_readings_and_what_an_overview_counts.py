"""Readings 圈阅, and the indexes by which a leader's numbers and an overview are counted."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "paper_read",
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("paper", "sha256", "person"),
    )
    with op.batch_alter_table("paper_read", schema=None) as batch_op:
        batch_op.create_index("paper_read_person", ["person", "at"], unique=False)
    op.create_index("alert_raised", "alert", ["raised_at"], unique=False)
    op.create_index("task_open", "task", ["state", "due_at"], unique=False)
    op.create_index("paper_made", "paper", ["kind", "made_at"], unique=False)
    op.create_index("publication_at", "publication", ["at"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    op.drop_index("publication_at", "publication")
    op.drop_index("paper_made", "paper")
    op.drop_index("task_open", "task")
    op.drop_index("alert_raised", "alert")
    with op.batch_alter_table("paper_read", schema=None) as batch_op:
        batch_op.drop_index("paper_read_person")
    op.drop_table("paper_read")
