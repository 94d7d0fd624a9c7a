"""The tables of notices: who is told of what by which channel, and every try to send it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

notices = Table(
    "notice",
    metadata,
    Column("id", Words, primary_key=True),
    Column("about", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("occasion", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("level_rank", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("notice_subject", "subject"),
    Index("notice_due", "channel", "due_at"),
    Index("notice_newest", "channel", "made_at"),
    Index("notice_person", "person", "made_at"),
)
"""`due_at`: when a waiting one is to be sent, or a claim lapses; null for those that are over."""

attempts = Table(
    "notice_attempt",
    metadata,
    Column("notice", Words, ForeignKey("notice.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("arrived", Boolean, nullable=False),
    Column("words", Words, nullable=False),
)
