"""The tables of who may sign in: accounts, identities, failed attempts, sessions, tokens of programs."""

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
    Column("way", Words, nullable=False, server_default="password"),
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

identities = Table(
    "identity",
    metadata,
    Column("issuer", Words, primary_key=True),
    Column("claim", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("account", Words, ForeignKey("account.id"), nullable=False),
    Index("identity_account", "account", "issuer", "claim", unique=True),
)
"""Which account somebody has whom a provider of single sign-on knows; one claim of one provider names it once."""

passages = Table(
    "sign_in_passage",
    metadata,
    Column("token_sha256", Words, primary_key=True),
    Column("next", Words, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index("sign_in_passage_ends", "ends_at"),
)
"""Browsers that went to the provider; a row is gone when its browser comes back, so nobody comes back twice."""
