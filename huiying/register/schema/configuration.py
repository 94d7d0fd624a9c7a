"""The tables of the configuration: what its files were, and which process runs by which."""

from sqlalchemy import Column, Integer, Table

from huiying.register.schema.columns import Body, Moment, Words, metadata

config_versions = Table(
    "config_version",
    metadata,
    Column("file", Words, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("body", Body, nullable=False),
)
"""Every version of every file that was ever changed in the console, or found changed by it; never changed."""

running_processes = Table(
    "running_process",
    metadata,
    Column("process", Words, primary_key=True),
    Column("role", Words, nullable=False),
    Column("config", Words, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
"""Who is there; rows of those that went without a word are deleted after a while."""
