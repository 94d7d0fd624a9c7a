"""Text has no lengths, which only one of the databases kept; the same dead letter waits once."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LENGTHS = {
    "alert": {"id": 100, "concern": 64, "source": 200, "state": 20},
    "concern": {"id": 64, "number": 20, "lead": 64, "merged_into": 64},
    "concern_member": {"post": 64, "concern": 64},
    "concern_quarter_hour": {"concern": 64},
    "counter": {"name": 64},
    "crawl_memory": {"source": 200, "address": 64},
    "dead_letter": {"stage": 64, "topic": 64, "key": 200},
    "doing": {"concern": 64, "who": 100},
    "fired_timer": {"kind": 40, "subject": 200},
    "known_post": {"id": 64, "sha256": 64},
    "lease": {"name": 200, "holder": 100},
    "outbox": {"topic": 64, "key": 200},
    "post_fate": {"id": 64, "fate": 20, "concern": 64, "source": 200, "source_kind": 20, "tone": 10},
    "rejection": {"source": 200},
    "source_health": {"source": 200},
    "task": {"id": 200, "concern": 64, "alert": 100, "bureau": 64, "state": 20},
}
_WAITING = sa.text("retried_at IS NULL")


def upgrade() -> None:
    """To the newer schema."""
    for table, lengths in _LENGTHS.items():
        with op.batch_alter_table(table) as changing:
            for column, length in lengths.items():
                changing.alter_column(column, existing_type=sa.String(length), type_=sa.Text())
    op.add_column("dead_letter", sa.Column("digest", sa.Text()))
    _write_digests()
    with op.batch_alter_table("dead_letter") as changing:
        changing.alter_column("digest", existing_type=sa.Text(), nullable=False)
    op.create_index(
        "dead_letter_waiting",
        "dead_letter",
        ["digest"],
        unique=True,
        postgresql_where=_WAITING,
        sqlite_where=_WAITING,
    )


def downgrade() -> None:
    """Back to the older one."""
    op.drop_index("dead_letter_waiting", "dead_letter")
    with op.batch_alter_table("dead_letter") as changing:
        changing.drop_column("digest")
    for table, lengths in _LENGTHS.items():
        with op.batch_alter_table(table) as changing:
            for column, length in lengths.items():
                changing.alter_column(column, existing_type=sa.Text(), type_=sa.String(length))


def _write_digests() -> None:
    """One by one, since a payload may be megabytes. Of several that wait and are the same only the newest stays."""
    connection = op.get_bind()
    names = ("id", "stage", "topic", "key", "payload", "retried_at", "digest")
    letters = sa.table("dead_letter", *(sa.column(name) for name in names))
    seen: set[str] = set()
    for number in connection.scalars(sa.select(letters.c.id).order_by(letters.c.id.desc())).all():
        this = letters.c.id == number
        row = connection.execute(sa.select(letters).where(this)).one()
        place = "\0".join((row.stage, row.topic, row.key, "")).encode()
        digest = hashlib.sha256(place + row.payload).hexdigest()
        if row.retried_at is None and digest in seen:
            connection.execute(letters.delete().where(this))
            continue
        if row.retried_at is None:
            seen.add(digest)
        connection.execute(letters.update().where(this).values(digest=digest))
