"""Triggers that refuse a change, alike on SQLite and PostgreSQL: what holds even where the program is passed by."""

from alembic import op


def refuse(name: str, table: str, move: str, *, when: str, words: str, holds: str | None = None) -> None:
    """Refuse a move (INSERT, UPDATE, DELETE) on a table where `when` is true of NEW or OLD, with these words.

    `holds` is the column of NEW that names a clarification: its row is locked first, so that on PostgreSQL two such
    moves about one clarification come one after the other, as they do on SQLite anyway.
    """
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql(name, table, move, when, words, holds)
        return
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {move} ON {table} FOR EACH ROW WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
    )


def refuse_changes(*tables: str) -> None:
    """Rows of these tables are only added."""
    for table in tables:
        for move in ("UPDATE", "DELETE"):
            words = f"rows of {table} are added and never changed"
            refuse(f"{table}_no_{move.lower()}", table, move, when="TRUE", words=words)


def allow(name: str, table: str) -> None:
    """Take a refusal back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")
        return
    op.execute(f"DROP TRIGGER {name}")


def allow_changes(*tables: str) -> None:
    """Take back what `refuse_changes` said of these tables."""
    for table in tables:
        for move in ("update", "delete"):
            allow(f"{table}_no_{move}", table)


def _refuse_on_postgresql(name: str, table: str, move: str, when: str, words: str, holds: str | None) -> None:
    hold = f"PERFORM 1 FROM clarification WHERE id = NEW.{holds} FOR UPDATE;" if holds else ""
    given = "OLD" if move == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {hold} "
        f"IF {when} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {given}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {move} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
