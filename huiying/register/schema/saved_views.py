"""The table of saved views."""

from sqlalchemy import Boolean, Column, Index, Table

from huiying.register.schema.columns import Moment, Words, metadata

saved_views = Table(
    "saved_view",
    metadata,
    Column("id", Words, primary_key=True),
    Column("owner", Words, nullable=False),
    Column("owner_name", Words, nullable=False),
    Column("bureau", Words),
    Column("page", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("filters", Words, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Index("saved_view_owner", "owner"),
    Index("saved_view_shared", "shared", "page"),
)
