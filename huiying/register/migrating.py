"""Brings a register's schema up to the newest alembic revision."""

from sqlalchemy import Engine

from huiying.register.schema import metadata


def migrate(engine: Engine) -> None:
    """Bring the database up to the newest revision."""
    metadata.create_all(engine)
