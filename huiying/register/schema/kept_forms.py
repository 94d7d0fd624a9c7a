"""The table of forms that are kept for whoever filled them in; no record of the office."""

from sqlalchemy import Column, Index, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

kept_forms = Table(
    "kept_form",
    metadata,
    Column("id", Words, primary_key=True),
    Column("person", Words, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("body", Body, nullable=False),
    Index("kept_form_ends_at", "ends_at"),
)
