"""Alembic's environment. The connection comes from `huiying/register/migrating.py`, inside its transaction."""

from typing import Any, Literal

from alembic import context

from huiying.register.schema import metadata
from huiying.register.schema.columns import Body, Moment, Words


def _plain(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Revisions are frozen, so they name the databases' own types and not ours."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Body | Words):
        return "sa.Text()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_plain,
    compare_type=True,
)
context.run_migrations()
