"""The tables of who may sign in: accounts, failed attempts, sessions, tokens of programs."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

accounts = Table(
    "account",
    metadata,
    Column("id", Words, primary_key=True),
    Column("password", Words),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
)
"""`password` is an argon2id hash; without one nobody signs in by password."""

attempts = Table(
    "sign_in_attempt",
    metadata,
    Column("name", Words, primary_key=True),
    Column("failed", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("locked_until", Moment),
    Index("sign_in_attempt_last", "last_at"),
)
"""Failures in a row by the name that was typed, so that a name without an account waits as one with it."""

sessions = Table(
    "session",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token_sha256", Words, nullable=False, unique=True),
    Column("account", Words, ForeignKey("account.id"), nullable=False),
    Column("browser", Words, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index("session_account", "account", "began_at"),
    Index("session_ends", "ends_at"),
)

api_tokens = Table(
    "api_token",
    metadata,
    Column("id", Words, primary_key=True),
    Column("token_sha256", Words, nullable=False, unique=True),
    Column("account", Words, ForeignKey("account.id"), nullable=False),
    Column("body", Body, nullable=False),
    Index("api_token_account", "account"),
)
