"""The tables of clarifications: the answers, and every version of their texts."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

clarifications = Table(
    "clarification",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("bureau", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("clarification_concern", "concern"),
    Index("clarification_state", "state"),
)

texts = Table(
    "clarification_text",
    metadata,
    Column("clarification", Words, ForeignKey("clarification.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("body", Body, nullable=False),
)
"""Rows are added and never changed."""

assistances = Table(
    "assistance",
    metadata,
    Column("id", Words, primary_key=True),
    Column("clarification", Words, ForeignKey("clarification.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Body, nullable=False),
    Index("assistance_clarification", "clarification", "at"),
)
"""What models proposed, who asked for it, and what was struck; rows are added and never changed."""
