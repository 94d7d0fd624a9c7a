"""The tables of the bureaus' desks: findings, supervisions 督办, instructions 批示件."""

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

supervisions = Table(
    "supervision",
    metadata,
    Column("id", Words, primary_key=True),
    Column("task", Words, nullable=False),
    Column("answered_at", Moment),
    Column("due_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("supervision_task", "task"),
    Index("supervision_open", "answered_at", "due_at"),
)

instructions = Table(
    "instruction",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("done_at", Moment),
    Column("due_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("instruction_concern", "concern"),
    Index("instruction_open", "done_at", "due_at"),
)
