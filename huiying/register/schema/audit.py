"""The tables of the audit: what was done, in a chain of hashes; triggers refuse changing and deleting."""

from sqlalchemy import BigInteger, Column, Index, Table

from huiying.register.schema.columns import Moment, Words, metadata

audit_entries = Table(
    "audit_entry",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("roles", Words, nullable=False),
    Column("act", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("address", Words, nullable=False),
    Column("previous", Words, nullable=False),
    Column("hash", Words, nullable=False),
    Index("audit_entry_who", "who", "number"),
    Index("audit_entry_at", "at"),
)

audit_heads = Table(
    "audit_head",
    metadata,
    Column("chain", Words, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("hash", Words, nullable=False),
)
"""The last entry's number and hash: locked by whoever writes the next, and what a deleted last entry is missed by."""
