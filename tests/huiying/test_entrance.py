"""Signing in on both databases: what is let in, what waits, what ends, and that secrets are nowhere in the clear."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from huiying.account import Account
from huiying.clock import SetClock
from huiying.entrance import Entrance, csrf_of
from huiying.failures import NotAllowed
from huiying.identity import Identity
from huiying.permission import Action
from huiying.person import Person, Role
from huiying.policy.access import AccessRules, read_access
from huiying.policy.policy import default_office
from huiying.register.register import Register
from huiying.staff import Staff
from tests.builders import NOON, person

PASSWORD = "correct horse battery"
ADMIN = person("管理员", Role.ADMINISTRATOR)


class Door:
    """A register with one account, 李静 the officer, and its entrance."""

    def __init__(self, register_url: str) -> None:
        self.clock = SetClock(NOON)
        self.register = Register(register_url, self.clock)
        self.rules: AccessRules = read_access(default_office())
        self.entrance = Entrance(self.register, self.rules, self.clock)
        self.staff = Staff(self.register, self.rules, ("水务局",), self.clock)
        self.staff.add(self.staff.new_account("li", "李静", {Role.OFFICER}, None), PASSWORD, by=ADMIN)

    def wait(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))

    def fail(self, name: str = "li") -> str:
        with pytest.raises(NotAllowed) as refusal:
            self.entrance.sign_in(name, "wrong password here")
        return str(refusal.value)

    def deeds(self) -> list[tuple[str, str, str]]:
        with self.register.reading() as tx:
            return [(one.deed.who, one.deed.act, str(one.deed.outcome)) for one in tx.audit.entries()]


@pytest.fixture
def door(register_url: str) -> Iterator[Door]:
    door = Door(register_url)
    yield door
    door.register.close()


def test_the_right_password_lets_in_and_the_session_is_that_persons(door: Door) -> None:
    token = door.entrance.sign_in(" LI ", PASSWORD).token
    visit = door.entrance.visit(token)
    assert visit is not None
    assert visit.person == Person(id="li", name="李静", roles=frozenset({Role.OFFICER}))
    assert visit.must_change_password
    assert visit.csrf == csrf_of(token)


@pytest.mark.parametrize("name", ["li", "nobody", "", "李静", "li\0", "x" * 500])
def test_a_wrong_name_or_password_is_refused_in_the_same_words(door: Door, name: str) -> None:
    assert door.fail(name) == "账号或密码不对"


def test_a_disabled_account_is_refused_in_the_same_words(door: Door) -> None:
    door.staff.disable("li", by=ADMIN)
    with pytest.raises(NotAllowed, match=r"^账号或密码不对$"):
        door.entrance.sign_in("li", PASSWORD)


@pytest.mark.parametrize("name", ["li", "nobody"])
def test_a_name_waits_longer_after_each_failure_whether_or_not_there_is_such_an_account(
    door: Door, name: str
) -> None:
    assert [door.fail(name) for _ in range(5)] == ["账号或密码不对"] * 5
    assert "约 1 分钟后再试" in door.fail(name)
    door.wait(seconds=61)
    assert door.fail(name) == "账号或密码不对"
    assert "约 2 分钟后再试" in door.fail(name)


def test_the_right_password_does_not_help_while_the_name_waits_and_helps_afterwards(door: Door) -> None:
    for _ in range(5):
        door.fail()
    with pytest.raises(NotAllowed, match="分钟后再试"):
        door.entrance.sign_in("li", PASSWORD)
    door.wait(seconds=61)
    door.entrance.sign_in("li", PASSWORD)
    assert door.fail() == "账号或密码不对", "it counts from nought again"


def test_the_wait_never_exceeds_the_longest(door: Door) -> None:
    assert door.rules.wait_after(4) == timedelta(0)
    assert door.rules.wait_after(500) == timedelta(minutes=door.rules.wait.longest_minutes)


def test_many_tries_at_once_are_not_more_than_the_rules_allow(door: Door) -> None:
    begin, said = threading.Barrier(12), []

    def work() -> None:
        begin.wait()
        said.append(door.fail())

    workers = [threading.Thread(target=work) for _ in range(12)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert said.count("账号或密码不对") == door.rules.wait.after_failures


def test_an_administrator_ends_the_wait(door: Door) -> None:
    for _ in range(5):
        door.fail()
    door.staff.unlock("li", by=ADMIN)
    door.entrance.sign_in("li", PASSWORD)
    with pytest.raises(NotAllowed, match="不用解锁"):
        door.staff.unlock("li", by=ADMIN)


def test_a_session_ends_when_nothing_is_done_and_at_its_longest(door: Door) -> None:
    token = door.entrance.sign_in("li", PASSWORD).token
    for _ in range(11):
        door.wait(minutes=60)
        assert door.entrance.visit(token), "doing something keeps it open"
    door.wait(minutes=61)
    assert door.entrance.visit(token) is None, "twelve hours are over"
    other = door.entrance.sign_in("li", PASSWORD).token
    door.wait(minutes=door.rules.session.idle_minutes)
    assert door.entrance.visit(other) is None


def test_a_token_is_of_no_use_after_signing_out(door: Door) -> None:
    token = door.entrance.sign_in("li", PASSWORD).token
    visit = door.entrance.visit(token)
    assert visit is not None
    door.entrance.sign_out(visit)
    assert door.entrance.visit(token) is None
    with pytest.raises(NotAllowed, match="已经结束"):
        door.entrance.sign_out(visit)


def test_what_the_register_keeps_lets_nobody_in(door: Door, register_url: str) -> None:
    token = door.entrance.sign_in("li", PASSWORD).token
    engine = create_engine(register_url)
    with engine.connect() as connection:
        rows = [connection.execute(text(f"SELECT * FROM {table}")).all() for table in ("session", "account")]
        [stolen] = connection.scalars(text("SELECT token_sha256 FROM session"))
        kept = connection.scalar(text("SELECT password FROM account"))
    engine.dispose()
    everything = repr(rows)
    assert token not in everything
    assert PASSWORD not in everything
    assert csrf_of(token) not in everything
    assert kept.startswith("$argon2id$")
    assert door.entrance.visit(stolen) is None
    with pytest.raises(NotAllowed):
        door.entrance.sign_in("li", kept)


def test_a_disabled_person_is_out_at_the_next_request_and_other_roles_count_from_then(door: Door) -> None:
    token = door.entrance.sign_in("li", PASSWORD).token
    door.staff.change_roles("li", {Role.HANDLER}, "水务局", by=ADMIN)
    visit = door.entrance.visit(token)
    assert visit is not None
    assert (visit.person.roles, visit.person.bureau) == (frozenset({Role.HANDLER}), "水务局")
    door.staff.change_roles("li", (), None, by=ADMIN)
    visit = door.entrance.visit(token)
    assert visit is not None
    assert visit.person.roles == frozenset()
    door.staff.disable("li", by=ADMIN)
    assert door.entrance.visit(token) is None
    door.staff.enable("li", by=ADMIN)
    assert door.entrance.visit(token) is None, "an ended session stays ended"


def test_a_new_password_ends_every_other_session_and_the_old_one_is_refused(door: Door) -> None:
    tokens = [door.entrance.sign_in("li", PASSWORD).token for _ in range(2)]
    visit = door.entrance.visit(tokens[0])
    assert visit is not None
    new = door.entrance.change_password(visit.person, PASSWORD, "another good phrase").token
    assert [door.entrance.visit(token) for token in tokens] == [None, None]
    visit = door.entrance.visit(new)
    assert visit is not None
    assert not visit.must_change_password
    with pytest.raises(NotAllowed):
        door.entrance.sign_in("li", PASSWORD)
    door.entrance.sign_in("li", "another good phrase")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("not the old one", "another good phrase", "原密码不对"),
        (PASSWORD, "short", "至少 12 个字符"),
        (PASSWORD, PASSWORD, "相同"),
        (PASSWORD, "this is li's own", "不能含账号"),
        (PASSWORD, "abababababababab", "重复"),
        (PASSWORD, "长" * 3 + "密码" * 200, "200"),
    ],
)
def test_a_bad_new_password_changes_nothing(door: Door, old: str, new: str, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        door.entrance.change_password(Person(id="li", name="李静", roles=frozenset()), old, new)
    door.entrance.sign_in("li", PASSWORD)


def test_nobody_but_an_administrator_keeps_the_staff(door: Door) -> None:
    with pytest.raises(NotAllowed, match="系统管理员"):
        door.staff.add(door.staff.new_account("wu", "吴", (), None), PASSWORD, by=person("李静", Role.OFFICER))
    with pytest.raises(NotAllowed, match="系统管理员"):
        door.staff.disable("li", by=person("李静", Role.OFFICER))


@pytest.mark.parametrize(
    ("account", "name", "roles", "bureau", "why"),
    [
        ("Li", "李", (), None, "小写字母"),
        ("system", "系统", (), None, "不能叫 system"),
        ("wu", "", (), None, "姓名"),
        ("wu", "吴", {Role.HANDLER}, None, "须写明所在单位"),
        ("wu", "吴", {Role.HANDLER}, "火星局", "没有单位"),
        ("li", "李", (), None, "已有"),
    ],
)
def test_a_bad_account_is_not_made(
    door: Door, account: str, name: str, roles: set[Role], bureau: str | None, why: str
) -> None:
    with pytest.raises(NotAllowed, match=why):
        door.staff.add(door.staff.new_account(account, name, roles, bureau), PASSWORD, by=ADMIN)


def test_the_last_administrator_stays(door: Door) -> None:
    door.staff.add(door.staff.new_account("root", "罗嘉", {Role.ADMINISTRATOR}, None), PASSWORD, by=ADMIN)
    with pytest.raises(NotAllowed, match="最后一名系统管理员"):
        door.staff.disable("root", by=ADMIN)
    with pytest.raises(NotAllowed, match="最后一名系统管理员"):
        door.staff.change_roles("root", {Role.AUDITOR}, None, by=ADMIN)


def test_a_programs_token_lets_in_for_its_scopes_until_it_is_revoked(door: Door) -> None:
    made, secret = door.staff.make_token("li", "大屏", {Action.VIEW_MATTERS}, 30, by=ADMIN)
    visit = door.entrance.visit_of_program(secret)
    assert visit is not None
    assert (visit.person.only, visit.csrf, visit.person.id) == (frozenset({Action.VIEW_MATTERS}), None, "li")
    assert door.entrance.visit(secret) is None, "it is no session"
    door.staff.revoke_token("li", made.id, by=ADMIN)
    assert door.entrance.visit_of_program(secret) is None
    with pytest.raises(NotAllowed, match="没有可收回的"):
        door.staff.revoke_token("li", made.id, by=ADMIN)


def test_a_programs_token_ends_by_itself_and_with_its_account(door: Door) -> None:
    _, secret = door.staff.make_token("li", "大屏", {Action.VIEW_MATTERS}, 1, by=ADMIN)
    door.wait(days=1)
    assert door.entrance.visit_of_program(secret) is None
    _, other = door.staff.make_token("li", "大屏", {Action.VIEW_MATTERS}, 1, by=ADMIN)
    door.staff.disable("li", by=ADMIN)
    assert door.entrance.visit_of_program(other) is None
    with pytest.raises(NotAllowed, match="有效期"):
        door.staff.make_token("li", "大屏", {Action.VIEW_MATTERS}, 9_999, by=ADMIN)


def test_signing_in_and_every_move_of_the_administrator_is_in_the_audit(door: Door) -> None:
    door.fail()
    token = door.entrance.sign_in("li", PASSWORD).token
    visit = door.entrance.visit(token)
    assert visit is not None
    door.entrance.sign_out(visit)
    door.staff.disable("li", by=ADMIN)
    assert door.deeds() == [
        (ADMIN.id, "manage-users", "done"),
        ("", "sign-in", "refused"),
        ("li", "sign-in", "done"),
        ("li", "sign-out", "done"),
        (ADMIN.id, "manage-users", "done"),
    ]


def test_a_passage_to_the_provider_is_good_once_however_many_come_back_by_it(door: Door) -> None:
    passage = door.entrance.set_out("/tasks")
    begin, found = threading.Barrier(6), []

    def work() -> None:
        begin.wait()
        try:
            found.append(door.entrance.come_back(passage, passage.state))
        except NotAllowed:
            found.append("refused")

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(found) == ["/tasks", *["refused"] * 5]


def test_nothing_about_a_passage_lies_in_the_register(door: Door, register_url: str) -> None:
    passage = door.entrance.set_out("/")
    engine = create_engine(register_url)
    with engine.connect() as connection:
        rows = repr(connection.execute(text("SELECT * FROM sign_in_passage")).all())
    engine.dispose()
    assert not [part for part in (passage.token, passage.state, passage.nonce, passage.verifier) if part in rows]
    assert passage.token not in repr(passage)


def test_an_identity_is_one_accounts_and_an_account_has_one_of_each_kind(door: Door) -> None:
    first, second = (Identity(issuer="https://sso", claim="sub", subject=each) for each in ("1", "2"))
    door.staff.add_known(door.staff.new_account("wu", "吴", (), None), second, by=ADMIN)
    with pytest.raises(NotAllowed, match="已对应账号 wu"):
        door.staff.tie("li", second, by=ADMIN)
    with pytest.raises(NotAllowed, match="没有单点登录编号"):
        door.staff.untie("li", "https://sso", "sub", by=ADMIN)
    door.staff.tie("li", first, by=ADMIN)
    token = door.entrance.sign_in_by(first).token
    visit = door.entrance.visit(token)
    assert visit is not None
    assert (visit.person.id, visit.must_change_password) == ("li", False)
    third = replace(first, subject="3")
    door.staff.tie("li", third, by=ADMIN)
    assert door.entrance.visit(token) is None
    with pytest.raises(NotAllowed, match="还没有对应的账号"):
        door.entrance.sign_in_by(first)
    assert door.entrance.sign_in_by(third).account.id == "li"


def test_who_changes_an_account_that_somebody_else_changed_is_told(door: Door) -> None:
    with door.register.transaction() as tx:
        account = tx.accounts.get("li")
        assert isinstance(account, Account)
        tx.accounts.save(replace(account, name="李静之"), account.version)
    assert door.staff.change_roles("li", {Role.SIGNER}, None, by=ADMIN).name == "李静之"
