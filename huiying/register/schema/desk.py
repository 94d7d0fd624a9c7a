"""The tables of the bureaus' desks: findings."""

from sqlalchemy import Column, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

findings = Table(
    "finding",
    metadata,
    Column("id", Words, primary_key=True),
    Column("task", Words, nullable=False),
    Column("concern", Words, nullable=False),
    Column("signed_at", Moment),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("finding_task", "task"),
    Index("finding_concern", "concern"),
)
