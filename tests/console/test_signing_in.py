"""Signing in at the console, and what hostile browsers try."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from console.addresses import local_address
from console.app import create_app
from huiying.clock import SetClock
from huiying.person import Person, Role
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night
from tests.signing_in import OFFICER, sign_in_as

PASSWORD = "correct horse battery"
ADMIN = person("管理员", Role.ADMINISTRATOR)
HTML = {"accept": "text/html"}


@pytest.fixture
def stranger(night: Night) -> Client:
    """A browser in which nobody is signed in, where 李静 has an account."""
    staff = night.console().staff
    staff.add(staff.new_account("li", "李静", {Role.OFFICER}, None), PASSWORD, by=ADMIN)
    return Client(create_app(night.console()), None)


def enter(stranger: Client, **fields: str) -> httpx.Response:
    return stranger.post("/sign-in", data={"name": "li", "password": PASSWORD} | fields)


def cookie_of(answer: httpx.Response) -> dict[str, str]:
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_without_an_account_every_way_says_how_to_make_the_first(night: Night) -> None:
    nobody = Client(create_app(night.console()), None)
    assert nobody.get("/", headers=HTML).headers["location"] == "/sign-in?next=/"
    page = nobody.get("/sign-in")
    assert page.status_code == 503
    assert "huiying users add" in page.text
    assert "<form" not in page.text
    assert "huiying users add" in nobody.get("/api/alerts").json()["message"]


def test_who_signs_in_goes_where_they_wanted_and_must_first_change_the_password_given(stranger: Client) -> None:
    answer = enter(stranger, next="/tasks?bureau=水务局")
    assert answer.status_code == 303
    assert httpx.URL(answer.headers["location"]).path == "/tasks"
    signed_in = cookie_of(answer)
    assert stranger.get("/tasks", headers=HTML | signed_in).headers["location"] == "/me"
    assert stranger.get("/api/tasks", headers=signed_in).status_code == 403
    page = stranger.get("/me", headers=signed_in).text
    fields = {"csrf": csrf_in(page), "old": PASSWORD, "new": "another good phrase", "repeated": "another good phrase"}
    changed = stranger.post("/me/password", headers=signed_in, data=fields)
    assert changed.status_code == 303
    assert stranger.get("/tasks", headers=cookie_of(changed)).status_code == 200
    assert stranger.get("/tasks", headers=signed_in).status_code == 401, "the first session is over"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Client) -> None:
    plain = enter(stranger).headers["set-cookie"].lower()
    assert "httponly" in plain
    assert "samesite=strict" in plain
    assert "secure" not in plain
    assert "path=/" in plain


def test_the_cookie_is_for_encrypted_connections_where_the_console_is_reached_by_one(night: Night) -> None:
    staff = night.console().staff
    staff.add(staff.new_account("li", "李静", {Role.OFFICER}, None), PASSWORD, by=ADMIN)
    client = Client(create_app(night.console()), None)
    answer = client.ask("POST", "https://127.0.0.1/sign-in", data={"name": "li", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\/evil",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a",
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(stranger: Client, next: str) -> None:
    assert local_address(next) == "/"
    assert enter(stranger, next=next).headers["location"] == "/queue"
    page = stranger.get("/sign-in", params={"next": next}).text
    assert 'name="next" value="/"' in page


def test_a_wrong_password_is_said_and_after_some_the_name_waits(stranger: Client) -> None:
    for _ in range(5):
        answer = enter(stranger, password="wrong")
        assert answer.status_code == 401
        assert "账号或密码不对" in answer.text
    assert "分钟后再试" in enter(stranger).text


def test_a_session_that_somebody_planted_beforehand_is_worth_nothing(stranger: Client) -> None:
    planted = {"cookie": "huiying-session=planted-by-an-attacker"}
    answer = stranger.post("/sign-in", headers=planted, data={"name": "li", "password": PASSWORD})
    assert "planted" not in answer.headers["set-cookie"]
    assert stranger.get("/me", headers=planted).status_code == 401


def test_signing_in_again_ends_the_session_before(stranger: Client) -> None:
    first = cookie_of(enter(stranger))
    stranger.post("/sign-in", headers=first, data={"name": "li", "password": PASSWORD})
    assert stranger.get("/me", headers=first).status_code == 401


def test_a_cookie_is_of_no_use_after_signing_out(night: Night) -> None:
    client = Client(create_app(night.console()))
    assert client.get("/me").status_code == 200
    answer = client.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert client.get("/me").status_code == 401
    assert client.post("/sign-out").status_code == 401


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_a_form_that_is_not_of_this_session_does_nothing(night: Night, csrf: str) -> None:
    alert = night.matter("c-1", "路面塌陷")
    client = Client(create_app(night.console()))
    answer = client.post(f"/queue/claim/{alert.id}", headers={"x-csrf-token": csrf.encode()})
    assert answer.status_code == 403
    with night.register.reading() as tx:
        untouched = tx.alerts.get(alert.id)
    assert untouched is not None
    assert untouched.owner is None


def test_a_form_of_somebody_elses_session_does_nothing(night: Night) -> None:
    task = night.task(night.matter("c-1", "路面塌陷"), "水务局")
    client = Client(create_app(night.console()))
    other = sign_in_as(night.register, OFFICER, night.clock)
    fields = {"task": task.id, "csrf": other["x-csrf-token"]}
    assert client.post("/tasks/send", headers={"x-csrf-token": ""}, data=fields).status_code == 403


def test_a_plain_form_carries_its_own_proof(night: Night) -> None:
    task = night.task(night.matter("c-1", "路面塌陷"), "水务局")
    client = Client(create_app(night.console()))
    fields = {"task": task.id, "csrf": csrf_in(client.get("/tasks").text)}
    assert client.post("/tasks/send", headers={"x-csrf-token": ""}, data=fields).status_code == 200


def test_a_form_sent_after_the_session_ended_is_not_lost(night: Night, stranger: Client) -> None:
    task = night.task(night.matter("c-1", "路面塌陷"), "水务局")
    with night.register.transaction() as tx:
        account = tx.accounts.get("li")
        assert account is not None
        tx.accounts.save(replace(account, must_change_password=False), account.version)
    fields = {"task": task.id, "bureau": "", "note": "写了很久的<b>话</b>", "csrf": "old", "stands": "/tasks?bureau="}
    answer = stranger.post("/tasks/send", headers=HTML, data=fields)
    assert answer.status_code == 401
    assert "写了很久的&lt;b&gt;话&lt;/b&gt;" in answer.text
    kept = re.search(r'name="kept" value="([^"]*)"', answer.text)
    assert kept is not None
    again = enter(stranger, again="/tasks/send", kept=kept[1].replace("&amp;", "&"))
    signed_in = cookie_of(again)
    assert again.headers["location"].startswith("/tasks?bureau=&kept=")
    page = stranger.get(again.headers["location"], headers=signed_in).text
    assert "登录曾经结束，刚才没有办成" in page
    sent = stranger.post("/tasks/send", headers=signed_in, data=fields | {"csrf": csrf_in(page)})
    assert sent.status_code == 200


def test_a_move_by_htmx_without_a_session_changes_nothing_on_the_page(stranger: Client) -> None:
    answer = stranger.post("/queue/claim/x", headers=HTML | {"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.json()["message"] == "请先登录"


def test_a_session_that_was_left_alone_is_over(night: Night) -> None:
    client = Client(create_app(night.console()))
    assert client.get("/tasks").status_code == 200
    assert isinstance(night.clock, SetClock)
    night.clock.set(night.clock.now() + timedelta(hours=3))
    assert client.get("/tasks", headers=HTML).headers["location"] == "/sign-in?next=/tasks"


def test_one_ends_ones_other_sessions_and_nobody_elses(night: Night) -> None:
    client, elsewhere = Client(create_app(night.console())), Client(create_app(night.console()))
    other = Client(create_app(night.console()), Person(id="other", name="别人", roles=frozenset({Role.OFFICER})))
    assert [one.get("/me").status_code for one in (client, elsewhere, other)] == [200, 200, 200]
    theirs = night.console().entrance.sessions(Person(id="other", name="", roles=frozenset()))[0]
    assert client.post("/me/sessions/end", data={"session": theirs.id}).status_code == 409
    assert "已结束 1 处登录" in client.post("/me/sessions/end").text
    assert [one.get("/me").status_code for one in (client, elsewhere, other)] == [200, 401, 200]


def test_the_page_of_signing_in_shows_people_only_in_a_demonstration(stranger: Client) -> None:
    assert "演示" not in stranger.get("/sign-in").text
