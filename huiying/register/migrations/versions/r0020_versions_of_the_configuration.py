"""Versions of the configuration, processes by the one they read, and why a dead letter was dropped."""

import sqlalchemy as sa
from alembic import op

from huiying.register.migrations.refusing import allow_changes, refuse_changes

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "config_version",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("file", "number"),
    )
    op.create_table(
        "running_process",
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process"),
    )
    with op.batch_alter_table("dead_letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dropped_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("dropped_because", sa.Text(), nullable=True))
    refuse_changes("config_version")


def downgrade() -> None:
    """Back to the older one."""
    allow_changes("config_version")
    with op.batch_alter_table("dead_letter", schema=None) as batch_op:
        batch_op.drop_column("dropped_because")
        batch_op.drop_column("dropped_by")
    op.drop_table("running_process")
    op.drop_table("config_version")
