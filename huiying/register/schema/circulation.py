"""The table of readings 圈阅: who read which paper, as it stood by its hash. Rows are added and never changed."""

from sqlalchemy import Column, Index, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

paper_reads = Table(
    "paper_read",
    metadata,
    Column("paper", Words, primary_key=True),
    Column("sha256", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", Body, nullable=False),
    Index("paper_read_person", "person", "at"),
)
