"""The tables of a shift: its log, its telephone notices, its hand-overs, and what the media asked."""

from sqlalchemy import Column, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

log_entries = Table(
    "log_entry",
    metadata,
    Column("id", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("concern", Words),
    Column("body", Body, nullable=False),
    Index("log_entry_at", "at"),
)
"""Rows are added and never changed."""

phone_notices = Table(
    "phone_notice",
    metadata,
    Column("id", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("concern", Words),
    Column("body", Body, nullable=False),
    Index("phone_notice_at", "at"),
    Index("phone_notice_concern", "concern"),
)
"""Rows are added and never changed."""

handovers = Table(
    "handover",
    metadata,
    Column("id", Words, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("handover_at", "at"),
)

media_enquiries = Table(
    "media_enquiry",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("media_enquiry_concern", "concern"),
    Index("media_enquiry_received_at", "received_at"),
)
