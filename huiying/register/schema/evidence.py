"""The tables of what must not change afterwards: posts kept as evidence, and the papers of an alert."""

from sqlalchemy import Column, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

evidence = Table(
    "evidence",
    metadata,
    Column("concern", Words, primary_key=True),
    Column("post", Words, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("kept_at", Moment, nullable=False),
    Column("body", Body, nullable=False),
)
"""Rows are added and never changed."""

papers = Table(
    "paper",
    metadata,
    Column("episode", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("concern", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("body", Body, nullable=False),
    Index("paper_concern", "concern"),
    Index("paper_made", "kind", "made_at"),
)
"""Rows are added and never changed."""
