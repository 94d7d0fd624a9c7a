"""Drafts the next revision from what `schema.py` says and the newest revision does not yet:

python -m huiying.register.migrations "what changed"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command

from huiying.register.database import open_database
from huiying.register.migrating import alembic_config, migrate


def draft(what: str) -> None:
    """Write the next revision's file; read it through before it is committed."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'register.db'}", None)
        migrate(database)
        with database.engine.begin() as connection:
            command.revision(alembic_config(connection), what, autogenerate=True)
        database.engine.dispose()


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]) or "change")
