"""What a shift needs: duty log, telephone notices, hand-overs, media enquiries, evidence and papers."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "evidence",
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("concern", "post", "revision"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index("handover_at", ["at"], unique=False)

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.create_index("log_entry_at", ["at"], unique=False)

    op.create_table(
        "media_enquiry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("media_enquiry", schema=None) as batch_op:
        batch_op.create_index("media_enquiry_concern", ["concern"], unique=False)
        batch_op.create_index("media_enquiry_received_at", ["received_at"], unique=False)

    op.create_table(
        "paper",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("episode", "kind", "number"),
    )
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.create_index("paper_concern", ["concern"], unique=False)

    op.create_table(
        "phone_notice",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("phone_notice", schema=None) as batch_op:
        batch_op.create_index("phone_notice_at", ["at"], unique=False)
        batch_op.create_index("phone_notice_concern", ["concern"], unique=False)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("phone_notice", schema=None) as batch_op:
        batch_op.drop_index("phone_notice_concern")
        batch_op.drop_index("phone_notice_at")

    op.drop_table("phone_notice")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_index("paper_concern")

    op.drop_table("paper")
    with op.batch_alter_table("media_enquiry", schema=None) as batch_op:
        batch_op.drop_index("media_enquiry_received_at")
        batch_op.drop_index("media_enquiry_concern")

    op.drop_table("media_enquiry")
    with op.batch_alter_table("log_entry", schema=None) as batch_op:
        batch_op.drop_index("log_entry_at")

    op.drop_table("log_entry")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index("handover_at")

    op.drop_table("handover")
    op.drop_table("evidence")
