"""Accounts, sessions and tokens; the audit, which triggers keep from being changed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'the audit is added to and never changed'); END
        """,
        """
        CREATE TRIGGER audit_entry_undeleted BEFORE DELETE ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'the audit is added to and never changed'); END
        """,
        """
        CREATE TRIGGER audit_entry_unreplaced BEFORE INSERT ON audit_entry
        WHEN EXISTS (SELECT 1 FROM audit_entry WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the audit is added to and never changed'); END
        """,
    ),
    "postgresql": (
        """
        CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit is added to and never changed'; END $$
        """,
        """
        CREATE TRIGGER audit_entry_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_stays()
        """,
    ),
}
"""Whoever has only the program's way into the database cannot alter the audit; whoever owns the database can drop
these, and is found by the chain of hashes (`huiying audit verify`)."""


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("audit_entry_at", ["at"], unique=False)
        batch_op.create_index("audit_entry_who", ["who", "number"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index("sign_in_attempt_last", ["last_at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index("api_token_account", ["account"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account"],
            ["account.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_sha256"),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("session_account", ["account", "began_at"], unique=False)
        batch_op.create_index("session_ends", ["ends_at"], unique=False)
    for statement in _GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Back to the older one."""
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("session_ends")
        batch_op.drop_index("session_account")

    op.drop_table("session")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index("api_token_account")

    op.drop_table("api_token")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("sign_in_attempt_last")

    op.drop_table("sign_in_attempt")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("audit_entry_who")
        batch_op.drop_index("audit_entry_at")

    op.drop_table("audit_entry")
    op.drop_table("account")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_stays()")
