"""What every database under the register must do."""

import threading
from functools import partial
from multiprocessing.connection import Connection

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.exc import OperationalError as WrongQuestion

from huiying.failures import Unavailable
from huiying.messages import ConcernChanged, Envelope
from huiying.register.register import Register
from huiying.register.schema import rejections
from tests.builders import NOON
from tests.contracts.conftest import OpenRegister, StartProcess


def change(concern: str) -> ConcernChanged:
    return ConcernChanged(concern=concern, concern_version=1)


def numbers(register: Register) -> list[int]:
    with register.reading() as tx:
        return [each.number for each in tx.outbox.tail(0, 10_000)]


def test_a_transaction_is_kept_whole_and_survives_a_restart(open_register: OpenRegister) -> None:
    first = open_register()
    with first.transaction() as tx:
        tx.outbox.add([change("a"), change("b")])
        tx.outbox.number(10)
    first.close()
    second = open_register()
    assert numbers(second) == [1, 2]
    second.close()


def test_a_transaction_that_fails_leaves_nothing(register: Register) -> None:
    def fail() -> None:
        with register.transaction() as tx:
            tx.outbox.add([change("a")])
            tx.outbox.number(10)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert numbers(register) == []


def test_a_reader_sees_what_was_committed_and_waits_for_no_writer(register: Register) -> None:
    with register.transaction() as writing:
        writing.outbox.add([change("a")])
        writing.outbox.number(10)
        assert numbers(register) == []
    assert numbers(register) == [1]


def test_two_writers_at_once_never_take_the_same_number(register: Register) -> None:
    failures: list[BaseException] = []
    with register.transaction() as tx:
        tx.outbox.add([change("first")])
        tx.outbox.mark_sent([each.number for each in tx.outbox.number(10)])

    def write() -> None:
        try:
            for _ in range(10):
                with register.transaction() as tx:
                    tx.outbox.add([change("a")])
                    tx.outbox.mark_sent([each.number for each in tx.outbox.number(1)])
        except BaseException as error:  # noqa: BLE001 (told by the assertion below)
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert numbers(register) == list(range(1, 42))


def test_a_broken_constraint_is_not_an_absence(register: Register) -> None:
    with pytest.raises(IntegrityError), register.transaction() as tx:
        tx._connection.execute(rejections.insert().values(source=None, where="x", reason="x", at=NOON))


def test_a_wrong_question_is_a_bug_and_not_an_absence(register: Register) -> None:
    with pytest.raises(SQLAlchemyError) as raised, register.reading() as tx:
        tx._connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert isinstance(raised.value, WrongQuestion | ProgrammingError)
    assert not isinstance(raised.value, Unavailable)


@pytest.mark.parametrize("reason", ["", "坏\x00字\x1b", "\ud83d半个", "长" * 10_000, "'; DROP TABLE dead_letter; --"])
def test_any_reason_and_any_payload_can_be_put_aside(register: Register, reason: str) -> None:
    payload = bytes(range(256))
    envelope = Envelope(topic="post-collected", key="键'", payload=payload)
    with register.transaction() as tx:
        tx.dead_letters.add("assessing", envelope, reason, traceback=reason * 10)
    with register.reading() as tx:
        (letter,) = tx.dead_letters.list("assessing")
    assert letter.envelope == envelope
    assert letter.reason[:1] == reason.encode(errors="backslashreplace").decode()[:1]


def test_a_lease_is_taken_by_one_of_many_who_try_at_once(register: Register) -> None:
    taken: list[str] = []

    def take(holder: str) -> None:
        with register.transaction() as tx:
            if tx.leases.take("gatherer", holder, 60):
                taken.append(holder)

    threads = [threading.Thread(target=take, args=(f"holder-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def open_and_say(pipe: Connection, open_register: OpenRegister) -> None:
    """Opens the register once told to, and says whether that went well."""
    pipe.recv()
    try:
        opened = open_register()
        opened.prepare()
        opened.close()
    except BaseException as error:
        pipe.send(repr(error))
        raise
    pipe.send("open")


def test_many_processes_may_open_a_new_register_at_once(bare_register_url: str, start_process: StartProcess) -> None:
    open_register = partial(Register, bare_register_url)
    pipes = [start_process(open_and_say, open_register)[1] for _ in range(3)]
    for pipe in pipes:
        pipe.send("now")
    assert [pipe.recv() for pipe in pipes] == ["open"] * 3


def write_for_ever(pipe: Connection, open_register: OpenRegister) -> None:
    """Writes pairs, each in one transaction, and tells of each that was committed."""
    register = open_register()
    for pair in range(1_000_000):
        with register.transaction() as tx:
            tx.outbox.add([change(f"{pair}-left")])
            tx.outbox.add([change(f"{pair}-right")])
        pipe.send(pair)


def test_a_killed_writer_leaves_whole_transactions_only(
    register: Register, open_register: OpenRegister, start_process: StartProcess
) -> None:
    process, pipe = start_process(write_for_ever, open_register)
    committed = [pipe.recv() for _ in range(20)]
    process.kill()
    process.join()
    with register.transaction() as tx:
        keys = {each.envelope.key for each in tx.outbox.number(100_000)}
    assert {f"{pair}-{side}" for pair in committed for side in ("left", "right")} <= keys
    assert {key.partition("-")[0] for key in keys if key.endswith("left")} == {
        key.partition("-")[0] for key in keys if key.endswith("right")
    }
