"""The schema that alembic builds is the schema that the code asks."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from huiying.register.migrating import alembic_config, migrate
from huiying.register.schema import metadata


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = create_engine(f"sqlite:///{tmp_path / 'register.db'}")
    yield opened
    opened.dispose()


def test_the_newest_revision_is_exactly_the_schema(engine: Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    assert differences == [], 'draft a revision: python -m huiying.register.migrations "what changed"'


def test_migrating_again_changes_nothing_and_leaves_logging_alone(engine: Engine) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers), logging.getLogger("huiying").disabled)
    migrate(engine)
    migrate(engine)
    after = (logging.getLogger().level, list(logging.getLogger().handlers), logging.getLogger("huiying").disabled)
    assert after == before


def test_every_revision_can_be_taken_back(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())
