"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From nothing."""
    _create_alert()
    _create_concern()
    _create_concern_member()
    _create_concern_quarter_hour()
    _create_counter()
    _create_crawl_memory()
    _create_dead_letter()
    _create_doing()
    _create_fired_timer()
    _create_known_post()
    _create_lease()
    _create_outbox()
    _create_post_fate()
    _create_rejection()
    _create_source_health()
    _create_task()


def downgrade() -> None:
    """To nothing."""
    for table in (
        "task",
        "source_health",
        "rejection",
        "post_fate",
        "outbox",
        "lease",
        "known_post",
        "fired_timer",
        "doing",
        "dead_letter",
        "crawl_memory",
        "counter",
        "concern_quarter_hour",
        "concern_member",
        "concern",
        "alert",
    ):
        op.drop_table(table)


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("concern", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=True),
        sa.Column("level_rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("silenced_until", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("(concern is null) <> (source is null)", name="alert_subject"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("alert_concern", "alert", ["concern"], unique=False)
    op.create_index("alert_queue", "alert", ["state", "level_rank", "raised_at"], unique=False)


def _create_concern() -> None:
    op.create_table(
        "concern",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lead", sa.String(length=64), nullable=True),
        sa.Column("last_post_at", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("concern_last_post", "concern", ["last_post_at"], unique=False)
    op.create_index("concern_lead", "concern", ["lead", "last_post_at"], unique=False)


def _create_concern_member() -> None:
    op.create_table(
        "concern_member",
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("concern", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("post"),
    )
    op.create_index("concern_member_at", "concern_member", ["at"], unique=False)
    op.create_index("concern_member_concern", "concern_member", ["concern"], unique=False)


def _create_concern_quarter_hour() -> None:
    op.create_table(
        "concern_quarter_hour",
        sa.Column("concern", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("negative", sa.Integer(), nullable=False),
        sa.Column("neutral", sa.Integer(), nullable=False),
        sa.Column("positive", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("concern", "starts_at"),
    )


def _create_counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_crawl_memory() -> None:
    op.create_table(
        "crawl_memory",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "address"),
    )


def _create_dead_letter() -> None:
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("traceback", sa.Text(), nullable=True),
        sa.Column("died_at", sa.BigInteger(), nullable=False),
        sa.Column("retried_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_doing() -> None:
    op.create_table(
        "doing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("concern", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("doing_concern", "doing", ["concern", "id"], unique=False)


def _create_fired_timer() -> None:
    op.create_table(
        "fired_timer",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", "due_at"),
    )


def _create_known_post() -> None:
    op.create_table(
        "known_post",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_lease() -> None:
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("change_number", sa.BigInteger(), nullable=True),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("change_number"),
    )
    op.create_index("outbox_unsent", "outbox", ["sent", "id"], unique=False)


def _create_post_fate() -> None:
    op.create_table(
        "post_fate",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=20), nullable=False),
        sa.Column("concern", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("tone", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("collected_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("post_fate_collected", "post_fate", ["collected_at"], unique=False)
    op.create_index("post_fate_concern", "post_fate", ["concern", "at"], unique=False)


def _create_rejection() -> None:
    op.create_table(
        "rejection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _create_source_health() -> None:
    op.create_table(
        "source_health",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )


def _create_task() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("concern", sa.String(length=64), nullable=False),
        sa.Column("alert", sa.String(length=100), nullable=False),
        sa.Column("bureau", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("task_alert", "task", ["alert"], unique=False)
    op.create_index("task_bureau", "task", ["bureau", "state", "due_at"], unique=False)
    op.create_index("task_concern", "task", ["concern"], unique=False)
