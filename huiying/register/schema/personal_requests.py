"""The tables of personal requests: the requests, the words of those who ask, and the posts that they had withheld."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

personal_requests = Table(
    "personal_request",
    metadata,
    Column("id", Words, primary_key=True),
    Column("receipt", Words, nullable=False, unique=True),
    Column("asked_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("personal_request_asked_at", "asked_at"),
    Index("personal_request_answered_at", "answered_at"),
)
"""`receipt` is the SHA-256 of the receipt number, which only the asker has."""

personal_request_words = Table(
    "personal_request_words",
    metadata,
    Column("request", Words, ForeignKey("personal_request.id"), primary_key=True),
    Column("body", Body, nullable=False),
)
"""What askers wrote, and how they can be reached: personal data, deleted after a time of its own."""

withheld_posts = Table(
    "withheld_post",
    metadata,
    Column("post", Words, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Index("withheld_post_since", "since"),
)
"""Posts that intake takes no more; the `deleted` ones may not be in the archive either."""
