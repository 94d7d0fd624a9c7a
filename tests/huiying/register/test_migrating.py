"""The schema that alembic builds is the schema that the code asks, from wherever it started."""

import logging
import threading
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    create_engine,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from huiying.failures import Unusable
from huiying.messages import Envelope
from huiying.register.database import Database, open_database
from huiying.register.migrating import alembic_config, migrate
from huiying.register.register import Register
from huiying.register.schema import metadata
from huiying.register.schema.chain import alerts
from tests.builders import NOON


def every_revision() -> list[str]:
    """From the first to the newest."""
    with create_engine("sqlite://").connect() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
    return [script.revision for script in scripts.walk_revisions()][::-1]


REVISIONS = every_revision()


@pytest.fixture
def database(bare_register_url: str) -> Iterator[Database]:
    opened = open_database(bare_register_url, None)
    yield opened
    opened.engine.dispose()


def upgrade(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)


def tables_of(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    tables = [table for table in found.sorted_tables if table.name != "alembic_version"]
    # A publication hangs on what was said at the gates by rules of its own, of which the tables' keys say nothing.
    return sorted(tables, key=lambda table: table.name.startswith("publication"))


def some_value(column: Column[Any], number: int) -> object:
    if column.foreign_keys:
        return some_value(next(iter(column.foreign_keys)).column, number)
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, LargeBinary):
        return b"\x00\xff%d" % number
    return f"{column.name} 第{number}个"


_ROLES = {"content": "checker", "release": "reviewer", "signature": "signer"}


def legal_rows(table: Table, number: int) -> list[dict[str, object]]:
    """Whole, legal rows about the text of this number, for a table whose rows must make sense to the database."""
    plain = {column.name: some_value(column, number) for column in table.columns if column.name != "id"}
    if table.name == "gate_seat":
        return [plain | {"gate": gate, "seat": "one"} for gate in _ROLES]
    if table.name == "gate_record":
        word = {"seat": "one", "conclusion": "agreed", "passed": True}
        given = [plain | word | {"gate": gate, "role": role, "person": gate} for gate, role in _ROLES.items()]
        return [row | {"confirm_by": number if row["gate"] == "content" else None} for row in given]
    return [plain | {"id": f"id 第{number}个"}]


def fill(connection: Connection, table: Table, first: int) -> None:
    """Rows with every mixture of present and missing values that the table takes."""
    if table.name in {"gate_seat", "gate_record", "publication"}:
        connection.execute(table.insert(), legal_rows(table, first))
        return
    generated = {column.name for column in table.columns if column.name == "id" and isinstance(column.type, Integer)}
    columns = [column for column in table.columns if column.name not in generated]
    mixtures = product(*([True, False] if column.nullable else [True] for column in columns))
    taken = 0
    for number, mixture in enumerate(mixtures, start=first):
        row = {c.name: some_value(c, number) for c, present in zip(columns, mixture, strict=True) if present}
        try:
            with connection.begin_nested():
                connection.execute(table.insert().values(**row))
        except IntegrityError:
            continue
        taken += 1
    assert taken, f"no row was taken by {table.name}"


def contents(connection: Connection, columns: dict[str, list[str]] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, or of these columns of it, as the database holds them."""
    found = {}
    for table in tables_of(connection):
        names = [column.name for column in table.columns]
        if columns is not None:
            if table.name not in columns:
                continue
            names = [name for name in columns[table.name] if name in names]
        rows = [dict(row) for row in connection.execute(select(*(table.c[name] for name in names))).mappings()]
        found[table.name] = sorted(rows, key=repr)
    return found


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def test_the_newest_revision_is_exactly_the_schema(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        assert differences(connection) == [], 'draft a revision: python -m huiying.register.migrations "what changed"'


@pytest.mark.parametrize("revision", REVISIONS)
def test_from_every_revision_with_data_in_it_the_newest_is_reached(database: Database, revision: str) -> None:
    upgrade(database.engine, revision)
    with database.engine.begin() as connection:
        for table in tables_of(connection):
            fill(connection, table, 1)
        columns = {table.name: [column.name for column in table.columns] for table in tables_of(connection)}
        before = contents(connection)
    migrate(database)
    with database.engine.begin() as connection:
        assert differences(connection) == []
        assert contents(connection, columns) == before
        for table in tables_of(connection):
            fill(connection, table, 1001)


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_the_database_itself_refuses_it_refuses_from_every_revision(database: Database, revision: str) -> None:
    upgrade(database.engine, revision)
    migrate(database)
    nobodys = {"concern": None, "source": None, "level_rank": 1, "state": "new", "raised_at": NOON, "version": 0}
    with pytest.raises(IntegrityError, match="alert_subject"), database.engine.begin() as connection:
        connection.execute(alerts.insert().values(id="about nothing", body={}, **nobodys))


def test_of_the_same_dead_letters_that_wait_only_the_newest_goes_on_waiting(database: Database) -> None:
    upgrade(database.engine, "0001")
    letter = "INSERT INTO dead_letter (stage, topic, key, payload, reason, died_at, retried_at) VALUES "
    values = "('assessing', 'post-collected', 'k', :payload, :reason, 0, :retried)"
    waiting = [{"payload": b"p", "reason": reason, "retried": None} for reason in ("older", "newer")]
    with database.engine.begin() as connection:
        connection.execute(text(letter + values), [*waiting, {"payload": b"p", "reason": "tried", "retried": 1}])
    migrate(database)
    register = Register(database.engine.url.render_as_string(hide_password=False))
    with register.transaction() as tx:
        tx.dead_letters.add("assessing", Envelope(topic="post-collected", key="k", payload=b"p"), "newest")
        assert [each.reason for each in tx.dead_letters.list(waiting=False)] == ["tried", "newest"]
    register.close()


def test_migrating_again_changes_nothing_and_leaves_logging_alone(database: Database) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers), logging.getLogger("huiying").disabled)
    migrate(database)
    migrate(database)
    after = (logging.getLogger().level, list(logging.getLogger().handlers), logging.getLogger("huiying").disabled)
    assert after == before


def test_every_revision_can_be_taken_back(database: Database) -> None:
    migrate(database)
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    migrate(database)
    assert set(metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_many_threads_may_be_the_first_to_open_a_register(bare_register_url: str) -> None:
    register = Register(bare_register_url)
    counted: list[int] = []

    def count() -> None:
        with register.reading() as tx:
            counted.append(tx.concerns.count())

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    register.close()
    assert counted == [0] * 8


def test_a_newer_programs_database_is_left_alone_until_this_one_is_updated(bare_register_url: str) -> None:
    old, late = Register(bare_register_url), Register(bare_register_url)
    with old.transaction() as tx:
        tx._connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unusable, match=r"9999.*更新"), late.reading():
        pass
    with old.reading() as tx:
        assert tx.concerns.count() == 0, "who opened it before goes on while the schema still fits"
    with old.transaction() as tx:
        tx._connection.exec_driver_sql("ALTER TABLE concern RENAME COLUMN title TO heading")
    with pytest.raises(Unusable, match=r"9999.*更新"), old.reading() as tx:
        tx.concerns.titled("水")
    old.close()
    late.close()


@pytest.mark.parametrize(
    "theirs",
    [
        ["CREATE TABLE task (id INTEGER PRIMARY KEY, what TEXT)"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('0001')"],
        ["CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('abc123')"],
    ],
    ids=["a table of ours", "a revision like ours", "another revision"],
)
def test_another_programs_database_is_not_touched(
    database: Database, bare_register_url: str, theirs: list[str]
) -> None:
    with database.engine.begin() as connection:
        for statement in theirs:
            connection.exec_driver_sql(statement)
        before = set(inspect(connection).get_table_names())
    register = Register(bare_register_url)
    with pytest.raises(Unusable, match=r"HUIYING_REGISTER.*别的程序.*空库"):
        register.prepare()
    register.close()
    assert set(inspect(database.engine).get_table_names()) == before
