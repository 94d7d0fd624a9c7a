"""The tables of proceedings: how far each matter has come by its procedure."""

from sqlalchemy import Column, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

proceedings = Table(
    "proceeding",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("proceeding_concern", "concern"),
)
