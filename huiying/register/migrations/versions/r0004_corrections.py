"""What people of the office say in place of judgements."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "correction",
        sa.Column("id", _big, autoincrement=True, nullable=False),
        sa.Column("judgement", sa.Text(), nullable=False),
        sa.Column("post", sa.Text()),
        sa.Column("concern", sa.Text()),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("model", sa.Text()),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("(post is null) <> (concern is null)", name="correction_subject"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("correction_post", "correction", ["post", "judgement", "id"])
    op.create_index("correction_concern", "correction", ["concern", "id"])


def downgrade() -> None:
    """Back to the older one."""
    op.drop_index("correction_concern", "correction")
    op.drop_index("correction_post", "correction")
    op.drop_table("correction")
