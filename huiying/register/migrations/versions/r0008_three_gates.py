"""Three gates and publications, and what the database itself refuses about them."""

# ruff: noqa: S608 - the statements are put together from what stands in this file

import sqlalchemy as sa
from alembic import op

from huiying.register.migrations.refusing import allow, allow_changes, refuse, refuse_changes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


_ONLY_ADDED = (
    "clarification_text",
    "gate_seat",
    "gate_record",
    "publication",
    "publication_delivery",
    "publication_link_check",
    "publication_withdrawal",
)
_HOLDS = {"clarification_text": "clarification", "gate_record": "clarification", "publication": "clarification"}
_ANOTHER_TEXT = "NEW.clarification <> OLD.clarification OR NEW.sha256 <> OLD.sha256"

# The last word of a seat about the text of NEW, which lets it pass at the moment of NEW.
_LAST_WORD = """SELECT {what} FROM gate_record r WHERE r.clarification = NEW.clarification AND r.sha256 = NEW.sha256
  AND r.passed AND (r.confirm_by IS NULL OR r.confirm_by >= NEW.at)
  AND r.id = (SELECT max(l.id) FROM gate_record l WHERE l.clarification = r.clarification AND l.sha256 = r.sha256
    AND l.gate = r.gate AND l.seat = r.seat)"""
_OPEN_SEAT = f"""EXISTS (SELECT 1 FROM gate_seat s WHERE s.clarification = NEW.clarification AND s.sha256 = NEW.sha256
  AND NOT EXISTS ({_LAST_WORD.format(what="1")} AND r.gate = s.gate AND r.seat = s.seat))"""
_GATES_SEATED = """(SELECT count(DISTINCT s.gate) FROM gate_seat s
  WHERE s.clarification = NEW.clarification AND s.sha256 = NEW.sha256)"""
_PEOPLE = f"({_LAST_WORD.format(what='count(DISTINCT r.person)')})"
_AUTHOR_AMONG_THEM = f"""EXISTS ({_LAST_WORD.format(what="1")}
  AND r.person IN (SELECT t.author FROM clarification_text t WHERE t.clarification = NEW.clarification))"""
_TEXT = """EXISTS (SELECT 1 FROM clarification_text t
  WHERE t.clarification = NEW.clarification AND t.number = NEW.text AND t.sha256 = NEW.sha256)"""
_NEWEST = """(SELECT max(t.number) FROM clarification_text t WHERE t.clarification = NEW.clarification)"""
_AN_AUTHOR = """EXISTS (SELECT 1 FROM clarification_text t
  WHERE t.clarification = NEW.clarification AND t.author = NEW.person)"""

# What is written over (INSERT OR REPLACE) is deleted without a word on SQLite, so it is refused here.
_REFUSED = (
    (
        "text_written_over",
        "clarification_text",
        "EXISTS (SELECT 1 FROM clarification_text t WHERE t.clarification = NEW.clarification"
        " AND t.number = NEW.number)",
        "this version of the text is there",
    ),
    (
        "seat_written_over",
        "gate_seat",
        "EXISTS (SELECT 1 FROM gate_seat s WHERE s.clarification = NEW.clarification AND s.sha256 = NEW.sha256"
        " AND s.gate = NEW.gate AND s.seat = NEW.seat)",
        "this seat is there",
    ),
    (
        "record_written_over",
        "gate_record",
        "EXISTS (SELECT 1 FROM gate_record r WHERE r.id = NEW.id)",
        "this record is there",
    ),
    ("record_of_no_text", "gate_record", f"NOT {_TEXT}", "a record is about a text that exists"),
    ("record_of_an_author", "gate_record", _AN_AUTHOR, "nobody records about a text of theirs"),
    (
        "publication_written_over",
        "publication",
        "EXISTS (SELECT 1 FROM publication p WHERE p.id = NEW.id OR (p.clarification = NEW.clarification"
        " AND p.sha256 = NEW.sha256 AND p.channel = NEW.channel))",
        "this text is published there",
    ),
    ("publication_of_no_text", "publication", f"NOT {_TEXT}", "only a text that exists is published"),
    ("publication_of_older_text", "publication", f"NEW.text <> {_NEWEST}", "only the newest text is published"),
    ("publication_without_gate", "publication", f"{_GATES_SEATED} <> 3", "all three gates are passed first"),
    ("publication_with_open_seat", "publication", _OPEN_SEAT, "every seat of every gate has let this text pass"),
    ("publication_by_one_person", "publication", f"{_PEOPLE} < 2", "at least two people have let this text pass"),
    ("publication_by_an_author", "publication", _AUTHOR_AMONG_THEM, "nobody lets a text of theirs pass"),
)


def upgrade() -> None:
    """To the newer schema."""
    op.create_table(
        "review",
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clarification"],
            ["clarification.id"],
        ),
        sa.PrimaryKeyConstraint("clarification", "sha256"),
        sa.UniqueConstraint("number", name="review_number"),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index("review_opened", ["opened_at"], unique=False)

    op.create_table(
        "gate_seat",
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.CheckConstraint("gate IN ('content', 'release', 'signature')", name="gate_seat_gate"),
        sa.ForeignKeyConstraint(
            ["clarification", "sha256"], ["review.clarification", "review.sha256"], name="seat_review"
        ),
        sa.PrimaryKeyConstraint("clarification", "sha256", "gate", "seat"),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("concern", sa.Text(), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clarification", "sha256"], ["review.clarification", "review.sha256"], name="publication_review"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clarification", "sha256", "channel", name="publication_once"),
    )
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.create_index("publication_concern", ["concern"], unique=False)

    op.create_table(
        "gate_record",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clarification", sa.Text(), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("conclusion", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("confirm_by", sa.BigInteger(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(gate = 'content' AND role = 'checker') OR (gate = 'release' AND role = 'reviewer')"
            " OR (gate = 'signature' AND role = 'signer')",
            name="gate_record_role",
        ),
        sa.CheckConstraint("NOT passed OR conclusion IN ('agreed', 'partly')", name="gate_record_passed"),
        sa.ForeignKeyConstraint(
            ["clarification", "sha256", "gate", "seat"],
            ["gate_seat.clarification", "gate_seat.sha256", "gate_seat.gate", "gate_seat.seat"],
            name="gate_record_seat",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("gate_record", schema=None) as batch_op:
        batch_op.create_index("gate_record_confirm_by", ["confirm_by"], unique=False)
        batch_op.create_index("gate_record_text", ["clarification", "sha256"], unique=False)

    op.create_table(
        "publication_delivery",
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication"],
            ["publication.id"],
        ),
        sa.PrimaryKeyConstraint("publication"),
    )
    op.create_table(
        "publication_link_check",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("page", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["publication"],
            ["publication.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("publication_link_check", schema=None) as batch_op:
        batch_op.create_index("publication_link_check_publication", ["publication"], unique=False)

    op.create_table(
        "publication_withdrawal",
        sa.Column("publication", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication"],
            ["publication.id"],
        ),
        sa.PrimaryKeyConstraint("publication"),
    )

    refuse_changes(*_ONLY_ADDED)
    for name, table, when, words in _REFUSED:
        refuse(name, table, "INSERT", when=when, words=words, holds=_HOLDS.get(table))
    refuse("review_of_another_text", "review", "UPDATE", when=_ANOTHER_TEXT, words="a review stays with its text")


def downgrade() -> None:
    """Back to the older one."""
    allow("review_of_another_text", "review")
    for name, table, _, _ in _REFUSED:
        allow(name, table)
    allow_changes(*_ONLY_ADDED)
    op.drop_table("publication_withdrawal")
    with op.batch_alter_table("publication_link_check", schema=None) as batch_op:
        batch_op.drop_index("publication_link_check_publication")

    op.drop_table("publication_link_check")
    op.drop_table("publication_delivery")
    with op.batch_alter_table("gate_record", schema=None) as batch_op:
        batch_op.drop_index("gate_record_text")
        batch_op.drop_index("gate_record_confirm_by")

    op.drop_table("gate_record")
    with op.batch_alter_table("publication", schema=None) as batch_op:
        batch_op.drop_index("publication_concern")

    op.drop_table("publication")
    op.drop_table("gate_seat")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index("review_opened")

    op.drop_table("review")
