"""The tables of the three gates: what a text must pass, who sits where, and what they said.

What these tables refuse stands in revision 0008 as triggers, alike for SQLite and PostgreSQL: rows of seats and
records are added and never changed, a record is about a text that exists, and nobody records about a text of theirs.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from huiying.register.schema.columns import Body, Moment, Words, metadata, running_number

reviews = Table(
    "review",
    metadata,
    Column("clarification", Words, ForeignKey("clarification.id"), primary_key=True),
    Column("sha256", Words, primary_key=True),
    Column("number", Words, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    UniqueConstraint("number", name="review_number"),
    Index("review_opened", "opened_at"),
)

gate_seats = Table(
    "gate_seat",
    metadata,
    Column("clarification", Words, primary_key=True),
    Column("sha256", Words, primary_key=True),
    Column("gate", Words, primary_key=True),
    Column("seat", Words, primary_key=True),
    ForeignKeyConstraint(["clarification", "sha256"], ["review.clarification", "review.sha256"], name="seat_review"),
    CheckConstraint("gate IN ('content', 'release', 'signature')", name="gate_seat_gate"),
)

gate_records = Table(
    "gate_record",
    metadata,
    Column("id", running_number, primary_key=True),
    Column("clarification", Words, nullable=False),
    Column("text", Integer, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("gate", Words, nullable=False),
    Column("seat", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("conclusion", Words, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("confirm_by", Moment),
    Column("body", Body, nullable=False),
    ForeignKeyConstraint(
        ["clarification", "sha256", "gate", "seat"],
        ["gate_seat.clarification", "gate_seat.sha256", "gate_seat.gate", "gate_seat.seat"],
        name="gate_record_seat",
    ),
    CheckConstraint(
        "(gate = 'content' AND role = 'checker') OR (gate = 'release' AND role = 'reviewer')"
        " OR (gate = 'signature' AND role = 'signer')",
        name="gate_record_role",
    ),
    CheckConstraint("NOT passed OR conclusion IN ('agreed', 'partly')", name="gate_record_passed"),
    Index("gate_record_text", "clarification", "sha256"),
    Index("gate_record_confirm_by", "confirm_by"),
)
