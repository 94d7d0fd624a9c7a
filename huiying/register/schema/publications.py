"""The tables of publications: what was released where, that it was put there, and what was found there.

Revision 0008 has the triggers that refuse a publication whose text has not passed all its gates. Rows of all these
tables are added and never changed.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from huiying.register.schema.columns import Body, Moment, Words, metadata, running_number

publications = Table(
    "publication",
    metadata,
    Column("id", Words, primary_key=True),
    Column("clarification", Words, nullable=False),
    Column("concern", Words, nullable=False),
    Column("text", Integer, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Body, nullable=False),
    ForeignKeyConstraint(
        ["clarification", "sha256"], ["review.clarification", "review.sha256"], name="publication_review"
    ),
    UniqueConstraint("clarification", "sha256", "channel", name="publication_once"),
    Index("publication_concern", "concern"),
    Index("publication_at", "at"),
)

deliveries = Table(
    "publication_delivery",
    metadata,
    Column("publication", Words, ForeignKey("publication.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", Body, nullable=False),
)

link_checks = Table(
    "publication_link_check",
    metadata,
    Column("id", running_number, primary_key=True),
    Column("publication", Words, ForeignKey("publication.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reached", Boolean, nullable=False),
    Column("body", Body, nullable=False),
    Column("page", LargeBinary),
    Index("publication_link_check_publication", "publication"),
)
"""`page` has the bytes that were found, so that what stood there can be shown years later."""

withdrawals = Table(
    "publication_withdrawal",
    metadata,
    Column("publication", Words, ForeignKey("publication.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("body", Body, nullable=False),
)
