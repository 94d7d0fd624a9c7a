"""A bureau's part in a matter, one lead at a time; supervisions and instructions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LEADS_OPENLY = sa.text("part = 'lead' AND state != 'closed'")


def upgrade() -> None:
    """To the newer schema. Whoever had a task until now led."""
    op.add_column("task", sa.Column("part", sa.Text()))
    op.execute("UPDATE task SET part = 'lead'")
    with op.batch_alter_table("task") as changing:
        changing.alter_column("part", existing_type=sa.Text(), nullable=False)
        changing.create_index(
            "task_one_lead", ["alert"], unique=True, postgresql_where=_LEADS_OPENLY, sqlite_where=_LEADS_OPENLY
        )

    op.create_table(
        "instruction",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("instruction_concern", "instruction", ["concern"], unique=False)
    op.create_index("instruction_open", "instruction", ["done_at", "due_at"], unique=False)

    op.create_table(
        "supervision",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("supervision_task", "supervision", ["task"], unique=False)
    op.create_index("supervision_open", "supervision", ["answered_at", "due_at"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    op.drop_table("supervision")
    op.drop_table("instruction")
    op.drop_index("task_one_lead", "task")
    with op.batch_alter_table("task") as changing:
        changing.drop_column("part")
