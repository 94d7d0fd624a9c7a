"""The tables of proceedings: how far each matter has come by its procedure, and what falls due in it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

proceedings = Table(
    "proceeding",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("closed_at", Moment),
    Column("counted_by", Words),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("proceeding_concern", "concern"),
    Index("proceeding_open", "closed_at", "counted_by"),
)

proceeding_clocks = Table(
    "proceeding_clock",
    metadata,
    Column("proceeding", Words, ForeignKey("proceeding.id"), primary_key=True),
    Column("clock", Words, primary_key=True),
    Column("due_at", Moment, nullable=False),
    Index("proceeding_clock_due", "due_at"),
)
"""The clocks of which somebody is told when they run out unmet; written with their proceeding."""
