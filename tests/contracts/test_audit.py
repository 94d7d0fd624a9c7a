"""The audit's chain on both databases: no gap with many writers, and whatever is altered in it is found and named."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from huiying.audit import Deed, Head, Outcome, Verdict, verify_chain
from huiying.clock import SetClock
from huiying.failures import NotAllowed
from huiying.register.register import Register
from tests.builders import NOON
from tests.registers import empty_register


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    """A register with five deeds in its audit."""
    register = Register(register_url, SetClock(NOON))
    for number in range(1, 6):
        write(register, f"第{number}件")
    yield register
    register.close()


def write(register: Register, subject: str) -> None:
    with register.transaction() as tx:
        tx.audit.add(Deed(who="zhang", name="张三", act="draft", subject=subject, outcome=Outcome.DONE))


def verify(register: Register, kept: Head | None = None) -> Verdict:
    with register.reading() as tx:
        return verify_chain(tx.audit.entries(), tx.audit.head(), kept)


def tamper(url: str, *statements: str, guarded: bool = False) -> None:
    """What somebody does who owns the database: the triggers do not stop them, unless `guarded`."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            if not guarded:
                _pass_triggers(connection)
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def _pass_triggers(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        return
    for trigger in ("audit_entry_unchanged", "audit_entry_undeleted", "audit_entry_unreplaced"):
        connection.execute(text(f"DROP TRIGGER {trigger}"))


def test_an_untouched_chain_is_whole(register: Register) -> None:
    verdict = verify(register)
    assert (verdict.wrong, verdict.entries, verdict.head.number) == (None, 5, 5)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET note = '改' WHERE number = 2",
        "DELETE FROM audit_entry WHERE number = 5",
    ],
)
def test_the_database_refuses_to_alter_it(register: Register, register_url: str, statement: str) -> None:
    with pytest.raises(DBAPIError, match="audit"):
        tamper(register_url, statement, guarded=True)
    assert verify(register).wrong is None


def test_replacing_an_entry_is_refused_where_the_database_knows_how(tmp_path: Path) -> None:
    url = empty_register(tmp_path)
    register = Register(url, SetClock(NOON))
    write(register, "第1件")
    columns = "at, 'li', name, roles, act, subject, outcome, note, address, previous, hash"
    with pytest.raises(DBAPIError, match="never changed"):
        tamper(url, f"INSERT OR REPLACE INTO audit_entry SELECT 1, {columns} FROM audit_entry", guarded=True)
    assert verify(register).wrong is None
    register.close()


@pytest.mark.parametrize("column", ["who", "name", "roles", "act", "subject", "outcome", "note", "address"])
def test_a_changed_word_is_found(register: Register, register_url: str, column: str) -> None:
    tamper(register_url, f"UPDATE audit_entry SET {column} = 'x' WHERE number = 3")
    verdict = verify(register)
    assert verdict.wrong == 3
    assert "第 3 条的内容被改动" in verdict.why


def test_a_changed_moment_is_found(register: Register, register_url: str) -> None:
    tamper(register_url, "UPDATE audit_entry SET at = at + 1 WHERE number = 4")
    assert verify(register).wrong == 4


@pytest.mark.parametrize("number", [1, 3])
def test_a_deleted_entry_is_found(register: Register, register_url: str, number: int) -> None:
    tamper(register_url, f"DELETE FROM audit_entry WHERE number = {number}")
    assert verify(register).wrong == number


def test_a_deleted_last_entry_is_found(register: Register, register_url: str) -> None:
    tamper(register_url, "DELETE FROM audit_entry WHERE number = 5")
    assert verify(register).wrong == 5


def test_an_emptied_chain_is_found(register: Register, register_url: str) -> None:
    tamper(register_url, "DELETE FROM audit_entry")
    assert verify(register).wrong == 1


def test_swapped_entries_are_found(register: Register, register_url: str) -> None:
    tamper(
        register_url,
        "UPDATE audit_entry SET number = 99 WHERE number = 2",
        "UPDATE audit_entry SET number = 2 WHERE number = 3",
        "UPDATE audit_entry SET number = 3 WHERE number = 99",
    )
    assert verify(register).wrong == 2


def test_an_inserted_entry_is_found(register: Register, register_url: str) -> None:
    tamper(
        register_url,
        "UPDATE audit_entry SET number = number + 100 WHERE number > 2",
        "UPDATE audit_entry SET number = number - 99 WHERE number > 100",
        "INSERT INTO audit_entry SELECT 3, at, who, name, roles, act, '假', outcome, note, address, hash, hash"
        " FROM audit_entry WHERE number = 2",
        "UPDATE audit_head SET number = 6",
    )
    assert verify(register).wrong == 3


def test_a_chain_cut_with_its_head_is_found_by_the_head_that_was_kept_outside(
    register: Register, register_url: str
) -> None:
    kept = verify(register).head
    tamper(
        register_url,
        "DELETE FROM audit_entry WHERE number = 5",
        "UPDATE audit_head SET number = 4, hash = (SELECT hash FROM audit_entry WHERE number = 4)",
    )
    assert verify(register).wrong is None
    assert verify(register, kept).wrong == 5


def test_a_chain_written_anew_is_found_by_the_head_that_was_kept_outside(
    register: Register, register_url: str
) -> None:
    kept = verify(register).head
    tamper(register_url, "DELETE FROM audit_entry", "DELETE FROM audit_head")
    for number in range(1, 7):
        write(register, f"假{number}")
    assert verify(register).wrong is None
    assert verify(register, kept).wrong == 5


def test_many_writers_at_once_leave_no_gap(register: Register) -> None:
    begin = threading.Barrier(8)

    def work(name: int) -> None:
        begin.wait()
        for turn in range(6):
            write(register, f"{name}-{turn}")

    workers = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    verdict = verify(register)
    assert (verdict.wrong, verdict.entries) == (None, 5 + 48)


def test_a_deed_of_a_transaction_that_fails_is_not_written(register: Register) -> None:
    with suppress(NotAllowed), register.transaction() as tx:
        tx.audit.add(Deed(who="zhang", name="张三", act="draft", outcome=Outcome.DONE))
        raise NotAllowed("不能")
    write(register, "下一件")
    assert verify(register).entries == 6


def test_words_that_no_database_stores_are_kept_as_they_are_hashed(register: Register) -> None:
    write(register, "零\0 和半个代理 \ud83d")
    assert verify(register).wrong is None


def test_entries_are_listed_by_person_and_time(register: Register) -> None:
    with register.transaction() as tx:
        tx.audit.add(Deed(who="li", name="李四", act="sign", outcome=Outcome.REFUSED))
        assert [entry.deed.who for entry in tx.audit.newest(who="li")] == ["li"]
        assert [entry.number for entry in tx.audit.newest(limit=2)] == [6, 5]
        assert tx.audit.newest(until=NOON) == []
        assert len(tx.audit.newest(since=NOON, before=4)) == 3
