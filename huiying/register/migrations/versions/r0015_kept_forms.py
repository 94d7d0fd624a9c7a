"""Forms kept for whoever filled them in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("kept_form", schema=None) as batch_op:
        batch_op.create_index("kept_form_ends_at", ["ends_at"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("kept_form", schema=None) as batch_op:
        batch_op.drop_index("kept_form_ends_at")

    op.drop_table("kept_form")
