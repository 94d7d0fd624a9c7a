"""Personal requests of the public, the words of those who ask, and withheld posts."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "personal_request",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("receipt"),
    )
    with op.batch_alter_table("personal_request", schema=None) as batch_op:
        batch_op.create_index("personal_request_answered_at", ["answered_at"], unique=False)
        batch_op.create_index("personal_request_asked_at", ["asked_at"], unique=False)

    op.create_table(
        "withheld_post",
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("post"),
    )
    with op.batch_alter_table("withheld_post", schema=None) as batch_op:
        batch_op.create_index("withheld_post_since", ["since"], unique=False)

    op.create_table(
        "personal_request_words",
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request"],
            ["personal_request.id"],
        ),
        sa.PrimaryKeyConstraint("request"),
    )


def downgrade() -> None:
    """Back to the older one."""
    op.drop_table("personal_request_words")
    with op.batch_alter_table("withheld_post", schema=None) as batch_op:
        batch_op.drop_index("withheld_post_since")

    op.drop_table("withheld_post")
    with op.batch_alter_table("personal_request", schema=None) as batch_op:
        batch_op.drop_index("personal_request_asked_at")
        batch_op.drop_index("personal_request_answered_at")

    op.drop_table("personal_request")
