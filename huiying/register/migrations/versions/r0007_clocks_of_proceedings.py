"""The clocks of proceedings: what falls due, and by which calendar it was counted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema. The clocks of what runs already are counted at the timers' next tick."""
    op.create_table(
        "proceeding_clock",
        sa.Column("proceeding", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["proceeding"], ["proceeding.id"]),
        sa.PrimaryKeyConstraint("proceeding", "clock"),
    )
    with op.batch_alter_table("proceeding_clock", schema=None) as batch_op:
        batch_op.create_index("proceeding_clock_due", ["due_at"], unique=False)
    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_by", sa.Text(), nullable=True))
        batch_op.create_index("proceeding_open", ["closed_at", "counted_by"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("proceeding", schema=None) as batch_op:
        batch_op.drop_index("proceeding_open")
        batch_op.drop_column("counted_by")
    with op.batch_alter_table("proceeding_clock", schema=None) as batch_op:
        batch_op.drop_index("proceeding_clock_due")
    op.drop_table("proceeding_clock")
