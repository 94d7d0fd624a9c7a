"""The table of scans: papers and photos, each a row with its content."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

scans = Table(
    "scan",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("about", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("put_at", Moment, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("scan_concern", "concern"),
    Index("scan_subject", "about", "subject"),
)
"""Rows are added, and go with the file of their matter. That they are never changed, revision 0019 sees to."""
