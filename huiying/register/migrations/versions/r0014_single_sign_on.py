"""Single sign-on: who is known to the provider, who is on the way there, how a session began."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "identity",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("issuer", "claim", "subject"),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index("identity_account", ["account", "issuer", "claim"], unique=True)

    op.create_table(
        "sign_in_passage",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("next", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256"),
    )
    with op.batch_alter_table("sign_in_passage", schema=None) as batch_op:
        batch_op.create_index("sign_in_passage_ends", ["ends_at"], unique=False)

    op.add_column("session", sa.Column("way", sa.Text(), server_default="password", nullable=False))


def downgrade() -> None:
    """Back to the older one."""
    op.drop_column("session", "way")
    with op.batch_alter_table("sign_in_passage", schema=None) as batch_op:
        batch_op.drop_index("sign_in_passage_ends")

    op.drop_table("sign_in_passage")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index("identity_account")

    op.drop_table("identity")
