"""What operators meet on PostgreSQL: every trouble says in time which setting, what was tried and what to do."""

import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import trustme
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from huiying.failures import Misconfigured, Unavailable, Unusable
from huiying.messages import ConcernChanged
from huiying.register.postgresql import check_server
from huiying.register.register import Register
from tests.services.postgresql import PostgreSQL
from tests.services.running import servers_folder
from tests.services.server import free_port
from tests.services.tls import TlsFront

PATIENCE = 10.0


def refused(url: str, kind: type[Unavailable], password: str | None = None) -> str:
    """Opening this register says so in time, without the password; the words are returned."""
    register = Register(url, password=password)
    began = time.monotonic()
    with pytest.raises(Unavailable) as raised, register.reading():
        pass
    register.close()
    assert time.monotonic() - began < PATIENCE
    assert type(raised.value) is kind
    said = str(raised.value)
    address = make_url(url)
    assert "HUIYING_REGISTER" in said or "HUIYING_POSTGRESQL_PASSWORD" in said
    assert f"/{address.database}" in said
    for secret in (address.password, password):
        assert not secret or str(secret) not in said
    return said


def changed(url: str, **changes: Any) -> str:
    return make_url(url)._replace(**changes).render_as_string(hide_password=False)


def run(url: str, *commands: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for command in commands:
            connection.execute(command.encode())


def tell(register: Register, concern: str) -> None:
    with register.transaction() as tx:
        tx.outbox.add([ConcernChanged(concern=concern, concern_version=1)])


def told(register: Register) -> list[str]:
    with register.transaction() as tx:
        return [change.envelope.key for change in tx.outbox.number(1000)]


# An address that cannot be right ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("postgresql+psycopg://office@db:port/register", "地址读不懂"),
        ("postgresql+psycopg://office:secret@db", "缺库名"),
        ("postgresql+psycopg://office:secret@db/register?sslmod=require", "参数不对.*sslmod"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_at_once(url: str, complaint: str) -> None:
    with pytest.raises(Misconfigured, match=f"HUIYING_REGISTER.*{complaint}") as raised:
        Register(url)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("version", "encoding", "complaint"), [(120022, "UTF8", "12 太旧"), (180004, "EUC_CN", "EUC_CN")]
)
def test_a_server_that_cannot_hold_the_register_is_unusable(version: int, encoding: str, complaint: str) -> None:
    with pytest.raises(Unusable, match=f"HUIYING_REGISTER.*{complaint}"):
        check_server(version, encoding)


# Nobody there -------------------------------------------------------------------------------------------------


def test_making_a_register_asks_no_server() -> None:
    Register(f"postgresql+psycopg://office@127.0.0.1:{free_port()}/register").close()


def test_a_closed_port_is_waited_for() -> None:
    port = free_port()
    said = refused(f"postgresql+psycopg://office:secret@127.0.0.1:{port}/register", Unavailable)
    assert f"office@127.0.0.1:{port}/register" in said
    assert "没有服务" in said


def test_a_host_that_does_not_resolve_is_waited_for() -> None:
    assert "解析不了" in refused("postgresql+psycopg://office@no-such-host.invalid/register", Unavailable)


def test_of_several_servers_none_may_be_there() -> None:
    one, two = free_port(), free_port()
    said = refused(f"postgresql+psycopg:///register?host=127.0.0.1:{one}&host=127.0.0.1:{two}", Unavailable)
    assert f"127.0.0.1:{one},127.0.0.1:{two}" in said


def test_a_port_that_answers_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql+psycopg://office@127.0.0.1:{mute.getsockname()[1]}/register"
        assert "没有应答" in refused(url, Unavailable)


def test_a_port_where_something_else_answers_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def greet() -> None:
            client, _ = other.accept()
            with client:
                client.sendall(b"220 mail.example.com\r\n")
                client.recv(1)

        threading.Thread(target=greet, daemon=True).start()
        url = f"postgresql+psycopg://office@127.0.0.1:{other.getsockname()[1]}/register"
        assert "不像 PostgreSQL" in refused(url, Unusable)


# Not let in ---------------------------------------------------------------------------------------------------


@pytest.mark.servers
def test_a_password_that_is_wrong_or_missing_is_said(database_url: str) -> None:
    assert "口令不对" in refused(changed(database_url, password="not-this-one"), Unusable)
    without = changed(database_url, password=None)
    assert "HUIYING_POSTGRESQL_PASSWORD" in refused(without, Unusable)
    assert "口令不对" in refused(without, Unusable, password="nor-this-one")


@pytest.mark.servers
def test_the_password_of_the_settings_opens_an_address_without_one(database_url: str) -> None:
    register = Register(changed(database_url, password=None), password=str(make_url(database_url).password))
    register.prepare()
    register.close()


@pytest.mark.servers
def test_a_database_that_is_not_there_is_said(database_url: str) -> None:
    assert "没有这个库" in refused(changed(database_url, database="no_such"), Unusable)


@pytest.mark.servers
def test_a_database_in_another_encoding_is_said(postgresql_url: str) -> None:
    name = f"test_ascii_{time.time_ns()}"
    run(postgresql_url, f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    url = changed(postgresql_url, database=name)
    with pytest.raises(Unusable, match=r"SQL_ASCII.*UTF8"):
        Register(url).prepare()
    run(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clerk(database_url: str) -> Iterator[str]:
    """The address of a role that may connect to the database and nothing else."""
    name = f"clerk_{time.time_ns()}"
    run(database_url, f"CREATE ROLE {name} LOGIN PASSWORD 'clerk-only'")
    yield changed(database_url, username=name, password="clerk-only")
    run(database_url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@pytest.mark.servers
def test_a_role_without_rights_is_said(database_url: str, clerk: str) -> None:
    assert "权限不够" in refused(clerk, Unusable)
    owner = Register(database_url)
    owner.prepare()
    assert "权限不够" in refused(clerk, Unusable)
    name = make_url(clerk).username
    run(database_url, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}")
    run(database_url, f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {name}")
    register = Register(clerk)
    tell(register, "a")
    assert told(register) == ["a"]
    register.close()
    owner.close()


@pytest.mark.servers
def test_a_server_without_a_connection_to_spare_is_waited_for(database_url: str, clerk: str) -> None:
    run(database_url, f"ALTER ROLE {make_url(clerk).username} CONNECTION LIMIT 0")
    assert "连接已用完" in refused(clerk, Unavailable)


# TLS ----------------------------------------------------------------------------------------------------------


@pytest.mark.servers
def test_a_server_without_tls_where_it_is_required_is_said(database_url: str) -> None:
    assert "没有启用 TLS" in refused(f"{database_url}?sslmode=require", Unusable)


@contextmanager
def behind_tls(url: str, folder: Path, ca: trustme.CA, certificate: trustme.LeafCert) -> Iterator[str]:
    """The address of the same database behind TLS, with a client that trusts this CA only."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    trusted = folder / "ca.pem"
    ca.cert_pem.write_to_path(trusted)
    with TlsFront(make_url(url).port or 5432, context) as front:
        yield f"{changed(url, port=front.port)}?sslmode=verify-full&sslrootcert={trusted}"


@pytest.mark.servers
def test_a_trusted_certificate_opens_the_register(database_url: str, tmp_path: Path) -> None:
    ca = trustme.CA()
    with behind_tls(database_url, tmp_path, ca, ca.issue_cert("127.0.0.1")) as url:
        register = Register(url)
        tell(register, "a")
        assert told(register) == ["a"]
        register.close()


def expired(ca: trustme.CA) -> trustme.LeafCert:
    return ca.issue_cert("127.0.0.1", not_after=datetime.now(UTC) - timedelta(days=1))


@pytest.mark.servers
@pytest.mark.parametrize(
    "issue",
    [expired, lambda ca: ca.issue_cert("db.example.com"), lambda _: trustme.CA().issue_cert("127.0.0.1")],
    ids=["expired", "of another host", "of a CA that is not trusted"],
)
def test_a_certificate_that_is_no_good_is_said(
    database_url: str, tmp_path: Path, issue: Callable[[trustme.CA], trustme.LeafCert]
) -> None:
    ca = trustme.CA()
    with behind_tls(database_url, tmp_path, ca, issue(ca)) as url:
        said = refused(url, Unusable)
    assert "证书" in said
    assert "sslrootcert" in said


# In the middle of work ----------------------------------------------------------------------------------------


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    opened = Register(database_url)
    opened.prepare()
    yield opened
    opened.close()


@pytest.mark.servers
def test_every_session_is_told_the_same(register: Register) -> None:
    with register.transaction() as tx:
        show = {
            name: tx._connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("TimeZone", "transaction_isolation", "statement_timeout", "lock_timeout", "client_encoding")
        }
    assert show == {
        "TimeZone": "UTC",
        "transaction_isolation": "read committed",
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "client_encoding": "UTF8",
    }
    with register.reading() as tx:
        assert tx._connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"


@pytest.mark.servers
@pytest.mark.parametrize(
    ("before", "then"),
    [
        ("SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid())"),
        ("SET LOCAL statement_timeout = '50ms'", "SELECT pg_sleep(5)"),
        ("SET LOCAL idle_in_transaction_session_timeout = '50ms'", "SELECT 1"),
    ],
    ids=["the session is ended", "an answer takes too long", "the transaction is idle too long"],
)
def test_what_passes_is_waited_for(register: Register, before: str, then: str) -> None:
    def fail() -> None:
        with register.transaction() as tx:
            tx._connection.exec_driver_sql(before)
            time.sleep(0.3)
            tx._connection.exec_driver_sql(then)

    with pytest.raises(Unavailable) as raised:
        fail()
    assert type(raised.value) is Unavailable
    tell(register, "after")
    assert told(register) == ["after"]


def ask_what_fails_with(register: Register, code: str) -> None:
    with register.transaction() as tx:
        tx._connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'so it is' USING ERRCODE = '{code}'; END $$")


@pytest.mark.servers
def test_each_of_the_servers_errors_asks_to_wait_or_to_mend_or_is_a_bug(register: Register) -> None:
    for code in ("40001", "40P01", "55P03", "57014", "53200", "53300", "57P01", "57P02", "57P03", "08006"):
        with pytest.raises(Unavailable, match="so it is") as raised:
            ask_what_fails_with(register, code)
        assert type(raised.value) is Unavailable, code
    for code in ("53100", "58030", "25006", "42501"):
        with pytest.raises(Unusable, match=r"HUIYING_REGISTER.*so it is"):
            ask_what_fails_with(register, code)
    for code in ("22012", "23505", "42P01", "0A000", "XX000", "P0001"):
        with pytest.raises(DBAPIError, match="so it is"):
            ask_what_fails_with(register, code)


@pytest.mark.servers
def test_a_lock_that_another_keeps_is_waited_for_in_vain_only_so_long(register: Register) -> None:
    with register.transaction() as keeping:
        keeping.outbox.number(1)

        def wait() -> None:
            with register.transaction() as tx:
                tx._connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
                tx.outbox.number(1)

        with pytest.raises(Unavailable, match="kept its lock"):
            wait()


@pytest.mark.servers
def test_of_two_that_wait_for_each_other_one_goes_on_and_the_other_tries_again(register: Register) -> None:
    both_hold = threading.Barrier(2)
    outcomes: list[str] = []

    def take(first: str, second: str) -> None:
        try:
            with register.transaction() as tx:
                tx.concerns.next_numbers(int(first), 1)
                both_hold.wait(10)
                tx.concerns.next_numbers(int(second), 1)
        except Unavailable as error:
            outcomes.append(str(error))
        else:
            outcomes.append("done")

    threads = [threading.Thread(target=take, args=years) for years in (("2026", "2027"), ("2027", "2026"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcome == "done" for outcome in outcomes) == [False, True]
    assert any("waited for each other" in outcome for outcome in outcomes)


@pytest.mark.servers
def test_a_full_disk_is_for_a_person_to_mend_and_then_work_goes_on(register: Register, database_url: str) -> None:
    # The server's own words for it, by a trigger: filling a real disk is not for a test.
    run(
        database_url,
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON outbox EXECUTE FUNCTION no_space()",
    )
    with pytest.raises(Unusable, match=r"磁盘已满.*腾出空间.*No space left"):
        tell(register, "a")
    run(database_url, "DROP TRIGGER full_disk ON outbox")
    tell(register, "a")
    assert told(register) == ["a"]


@pytest.mark.servers
def test_a_server_that_only_reads_lets_read_and_says_what_is_wrong(database_url: str) -> None:
    first = Register(database_url)
    tell(first, "a")
    first.close()
    run(database_url, f"ALTER DATABASE {make_url(database_url).database} SET default_transaction_read_only = on")
    register = Register(database_url)
    with register.reading() as tx:
        assert tx.outbox.anything_unsent()
    with pytest.raises(Unusable, match=r"只读.*主库"):
        tell(register, "b")
    register.close()


@pytest.mark.servers
def test_a_row_written_late_with_a_lower_id_is_numbered_too(register: Register) -> None:
    with register.transaction() as slow:
        slow.outbox.add([ConcernChanged(concern="written first", concern_version=1)])
        tell(register, "committed first")
        with register.transaction() as tx:
            [change] = tx.outbox.number(10)
            tx.outbox.mark_sent([change.number])
        assert (change.number, change.envelope.key) == (1, "committed first")
    with register.transaction() as tx:
        assert [(each.number, each.envelope.key) for each in tx.outbox.number(10)] == [(2, "written first")]


# A server that goes away --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgreSQL]:
    """A server that may be ended and frozen."""
    with servers_folder() as folder, PostgreSQL(folder / "postgresql") as server:
        yield server


@pytest.mark.servers
def test_a_server_killed_in_the_middle_is_waited_for_and_costs_one_error(own_server: PostgreSQL) -> None:
    register = Register(own_server.create_database("killed"))
    tell(register, "before")

    def write_while_it_dies() -> None:
        with register.transaction() as tx:
            tx.outbox.add([ConcernChanged(concern="lost", concern_version=1)])
            own_server.kill()

    with register.reading(), register.reading(), pytest.raises(Unavailable):
        write_while_it_dies()
    with pytest.raises(Unavailable, match="没有服务"):
        tell(register, "away")
    own_server.start()
    tell(register, "after")
    assert told(register) == ["before", "after"]
    register.close()


@pytest.mark.servers
def test_connections_from_before_a_restart_cost_one_error_in_all(own_server: PostgreSQL) -> None:
    register = Register(own_server.create_database("restarted"))
    with register.reading(), register.reading(), register.reading():
        pass
    own_server.stop()
    own_server.start()
    with pytest.raises(Unavailable), register.reading() as tx:
        tx.outbox.newest()
    for _ in range(3):
        with register.reading() as one, register.reading() as two:
            assert one.outbox.newest() == two.outbox.newest() == 0
    register.close()


@pytest.mark.servers
def test_a_server_that_froze_in_the_middle_is_given_up(own_server: PostgreSQL) -> None:
    register = Register(own_server.create_database("frozen"))

    def ask_while_it_freezes() -> None:
        with register.transaction() as tx:
            frozen = tx._connection.scalar(text("SELECT pg_backend_pid()"))
            driver: Any = tx._connection.connection.driver_connection
            driver.answer_seconds = 0.5
            os.kill(frozen, signal.SIGSTOP)
            try:
                tx.outbox.newest()
            finally:
                os.kill(frozen, signal.SIGCONT)

    began = time.monotonic()
    with pytest.raises(Unavailable):
        ask_while_it_freezes()
    assert time.monotonic() - began < PATIENCE
    tell(register, "after")
    assert told(register) == ["after"]
    register.close()


@pytest.mark.servers
def test_a_frozen_peer_keeps_its_locks_only_so_long(database_url: str) -> None:
    """Every session is ended that stays idle within a transaction; here sooner than in sixty seconds."""
    register = Register(database_url)
    register.prepare()

    def freeze() -> None:
        with register.transaction() as frozen:
            frozen.outbox.number(1)
            frozen._connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '500ms'")
            with register.transaction() as tx:
                assert tx.outbox.number(1) == []
            frozen.outbox.number(1)

    with pytest.raises(Unavailable):
        freeze()
    register.close()
