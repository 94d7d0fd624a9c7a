"""Every route declares who is admitted, and admits exactly them; what was done is in the audit."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from console.admitting import Anyone, Needs, declared
from console.app import create_app
from console.rendering import STATIC
from huiying.audit import verify_chain
from huiying.permission import ALLOWED, Action
from huiying.person import Person, Role
from huiying.register.register import Register
from tests.console.client import Client
from tests.console.night import Night
from tests.signing_in import OFFICER, sign_in_as

OPEN = {"/healthz", "/readyz", "/metrics", "/sign-in"}
OPEN |= {"/sign-in/provider", "/sign-in/provider/back", "/sign-in/again"}


def routes(app: FastAPI) -> Iterator[tuple[str, str, APIRoute]]:
    """Every route with its method and its path."""
    pending = list(app.routes)
    while pending:
        route = pending.pop(0)
        if isinstance(route, APIRoute):
            for method in sorted(route.methods or ()):
                yield method, route.path, route
        elif inner := getattr(getattr(route, "original_router", None), "routes", None):
            pending += inner


def address(path: str) -> str:
    """The path with something in its places."""
    return re.sub(r"{[^}]+}", "nothing", path)


def person_in(role: Role) -> Person:
    return Person(id=role.value, name=role.label, roles=frozenset({role}), bureau="水务局")


@pytest.fixture
def app(night: Night) -> FastAPI:
    return create_app(night.console())


def test_every_route_declares_who_is_admitted(app: FastAPI) -> None:
    found = {f"{method} {path}": declared(route) for method, path, route in routes(app)}
    assert len(found) > 40
    assert {name for name, declarations in found.items() if len(declarations) != 1} == set()


def test_only_these_are_open_to_everybody(app: FastAPI) -> None:
    found = {
        (method, path)
        for method, path, route in routes(app)
        if any(isinstance(declaration, Anyone) for declaration in declared(route))
    }
    assert {path for method, path in found} == OPEN | {"/api/posts"}
    assert ("GET", "/api/posts") not in found


@pytest.mark.parametrize("role", list(Role))
def test_every_route_admits_exactly_those_whose_action_it_is(app: FastAPI, role: Role) -> None:
    client = Client(app, person_in(role))
    wrong = []
    for method, path, route in routes(app):
        [declaration] = declared(route)
        if not isinstance(declaration, Needs) or path in ("/live", "/sign-out"):
            continue
        admitted = not declaration.actions or any(role in ALLOWED[action] for action in declaration.actions)
        refused = _refuses(client, method, address(path), declaration.actions)
        if admitted is refused:
            wrong.append(f"{method} {path}")
    assert wrong == []


def _refuses(client: Client, method: str, path: str, actions: tuple[Action, ...]) -> bool:
    """Whether the door refuses; what the move itself says of a matter that does not exist is another question."""
    answer = client.ask(method, path)
    words = answer.json().get("message", "") if "json" in answer.headers.get("content-type", "") else ""
    return answer.status_code == 403 and any(f"不能{action.label}" in words for action in actions)


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_no_route_but_the_open_ones_answers_a_stranger(night: Night, accept: str) -> None:
    sign_in_as(night.register, OFFICER, night.clock)
    app = create_app(night.console())
    stranger = Client(app, None)
    for method, path, route in routes(app):
        if any(isinstance(declaration, Anyone) for declaration in declared(route)):
            continue
        answer = stranger.ask(method, address(path), headers={"accept": accept})
        assert answer.status_code in (401, 303), path
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in?next=/")


def test_a_program_may_what_its_token_says_and_no_more(night: Night, app: FastAPI) -> None:
    sign_in_as(night.register, OFFICER, night.clock)
    admin = Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))
    _, secret = night.console().staff.make_token("officer", "大屏", {Action.VIEW_MATTERS}, 30, by=admin)
    program, bearer = Client(app, None), {"authorization": f"Bearer {secret}"}
    assert program.get("/api/alerts", headers=bearer).status_code == 200
    refused = program.post("/queue/claim/x", headers=bearer)
    assert refused.status_code == 403
    assert "没有许可" in refused.json()["message"]
    assert program.get("/api/alerts", headers={"authorization": "Bearer hy_wrong"}).status_code == 401


# The audit ----------------------------------------------------------------------------------------------------


def deeds(register: Register) -> list[tuple[str, str, str, str]]:
    with register.reading() as tx:
        assert verify_chain(tx.audit.entries(), tx.audit.head()).wrong is None
        found = [entry.deed for entry in tx.audit.entries()]
    return [(deed.who, deed.act, deed.subject, str(deed.outcome)) for deed in found if deed.act != "sign-in"]


def test_a_move_is_in_the_audit_and_so_is_its_refusal(night: Night, app: FastAPI) -> None:
    alert = night.matter("c-1", "路面塌陷")
    client = Client(app)
    client.post(f"/queue/claim/{alert.id}")
    client.post(f"/queue/close/{alert.id}", data={"reason": ""})
    claim, close = f"/queue/claim/{alert.id}", f"/queue/close/{alert.id}"
    assert deeds(night.register) == [
        ("officer", "handle-alerts", claim, "admitted"),
        ("officer", "handle-alerts", close, "admitted"),
        ("officer", "handle-alerts", close, "refused"),
    ]


def test_a_move_of_somebody_who_may_not_is_in_the_audit_as_refused(night: Night, app: FastAPI) -> None:
    alert = night.matter("c-1", "路面塌陷")
    assert Client(app, person_in(Role.AUDITOR)).post(f"/queue/claim/{alert.id}").status_code == 403
    assert deeds(night.register) == [("auditor", "handle-alerts", f"/queue/claim/{alert.id}", "refused")]


def test_reading_the_words_of_posts_is_in_the_audit_and_the_words_are_not(night: Night, app: FastAPI) -> None:
    night.matter("c-1", "路面塌陷")
    night.post("p-1", "c-1", "解放路路面塌了一个大坑")
    client = Client(app)
    assert "解放路路面塌了一个大坑" in client.get("/concerns/c-1").text
    client.get("/posts", params={"words": "塌陷"})
    client.get("/tasks")
    acts = [(act, subject) for _, act, subject, _ in deeds(night.register)]
    assert acts == [("read-evidence", "/concerns/c-1"), ("read-evidence", "/posts?words=%E5%A1%8C%E9%99%B7")]
    with night.register.reading() as tx:
        assert "大坑" not in repr(list(tx.audit.entries()))


def test_the_auditor_reads_and_verifies_it_and_nobody_else(app: FastAPI) -> None:
    Client(app).post("/queue/claim/x")
    auditor = Client(app, person_in(Role.AUDITOR))
    page = auditor.get("/audit").text
    assert "处理预警" in page
    assert "校验通过" in auditor.post("/audit/verify").text
    assert "没有符合的记录" in auditor.get("/audit", params={"who": "nobody"}).text
    assert Client(app).get("/audit").status_code == 403


# Own unit -----------------------------------------------------------------------------------------------------


@pytest.fixture
def two_matters(night: Night) -> Night:
    """One matter led by 水务局 with 卫生局 helping, one of 教育局."""
    water = night.matter("c-water", "自来水发黄", lead="水务局", co_handlers=("卫生局",))
    school = night.matter("c-school", "校门口拥堵", lead="教育局")
    night.task(water, "水务局", co_handlers=("卫生局",))
    night.task(school, "教育局")
    night.post("p-water", "c-water", "水龙头出来的水发黄")
    night.post("p-school", "c-school", "校门口每天堵车发黄")
    return night


@pytest.mark.usefixtures("two_matters")
@pytest.mark.parametrize("bureau", ["水务局", "卫生局"])
@pytest.mark.parametrize("role", [Role.HANDLER, Role.BUREAU_HEAD])
def test_a_unit_sees_its_own_matters_and_no_others(app: FastAPI, role: Role, bureau: str) -> None:
    client = Client(app, Person(id="unit", name="经办", roles=frozenset({role}), bureau=bureau))
    for path in ("/queue", "/queue/list", "/concerns", "/api/alerts", "/api/concerns", "/api/tasks"):
        page = client.get(path).text
        assert "自来水发黄" in page, path
        assert "校门口拥堵" not in page, path
    for path in ("/posts?words=发黄", "/api/posts?words=发黄"):
        page = client.get(path).text
        assert "水龙头" in page, path
        assert "校门口" not in page, path


def test_a_matter_of_another_unit_opened_by_its_address_is_refused_in_words(two_matters: Night, app: FastAPI) -> None:
    unit = Client(app, Person(id="unit", name="陈果", roles=frozenset({Role.HANDLER}), bureau="水务局"))
    alert = two_matters.matter("c-other", "别家的事", lead="教育局")
    paths = ["/concerns/c-school", "/concerns/c-school/why", "/concerns/c-school/suggestions", "/posts/p-school/why"]
    paths += ["/concerns/c-school/contrasts", f"/queue/preview/{alert.id}", "/api/concerns/c-school"]
    paths += [f"/api/alerts/{alert.id}", "/posts/p-school/judgements"]
    for path in paths:
        answer = unit.get(path)
        assert answer.status_code == 403, path
        assert "陈果只能办理本单位（水务局）的事项，这一件属于教育局" in answer.json()["message"]
    assert unit.get("/concerns/c-water").status_code == 200


@pytest.mark.usefixtures("two_matters")
def test_a_unit_is_shown_no_counts_of_others(app: FastAPI) -> None:
    unit = Client(app, Person(id="unit", name="陈果", roles=frozenset({Role.HANDLER}), bureau="水务局"))
    assert "教育局" not in unit.get("/tasks", params={"bureau": "教育局"}).text
    assert "待明确单位" not in unit.get("/queue/list").text


def test_a_page_offers_only_what_one_may(app: FastAPI) -> None:
    admin = Client(app, person_in(Role.ADMINISTRATOR))
    page = admin.get("/users").text
    assert 'href="/users"' in page
    assert 'href="/tasks"' not in page
    officer = Client(app).get("/tasks").text
    assert 'href="/users"' not in officer
    assert "舆情值班员" in officer


# Users --------------------------------------------------------------------------------------------------------


def test_the_administrator_keeps_the_users(app: FastAPI) -> None:
    admin = Client(app, person_in(Role.ADMINISTRATOR))
    fields = {"account": "wu", "name": "吴桐", "bureau": "水务局", "role": "handler"}
    made = admin.post("/users/add", data=fields)
    shown = re.search(r"<code>([\w-]{16})</code>", made.text)
    assert shown is not None, "the first password is shown once"
    assert shown[1] not in admin.get("/users").text
    entered = Client(app, None).post("/sign-in", data={"name": "wu", "password": shown[1]})
    assert entered.status_code == 303
    assert "没有单位" in admin.post("/users/roles", data={"account": "wu", "bureau": "火星局"}).text
    assert "角色已改" in admin.post("/users/roles", data={"account": "wu", "role": "signer"}).text
    assert "已停用" in admin.post("/users/disable", data={"account": "wu"}).text
    assert admin.post("/users/disable", data={"account": "wu"}).status_code == 409
    assert Client(app, None).post("/sign-in", data={"name": "wu", "password": shown[1]}).status_code == 401
    assert "已启用" in admin.post("/users/enable", data={"account": "wu"}).text
    assert "密码已重设" in admin.post("/users/password", data={"account": "wu"}).text
    assert "最后一名系统管理员" in admin.post("/users/disable", data={"account": "administrator"}).text


def test_every_plain_form_of_a_template_carries_its_proof() -> None:

    open_to_all = {"sign_in.html", "again.html"}
    missing = [
        path.name
        for path in (STATIC.parent / "templates").glob("*.html")
        for form in re.findall(r'<form[^>]*method="post"[^>]*>(.{0,40})', path.read_text("utf-8"), re.DOTALL)
        if "csrf()" not in form and path.name not in open_to_all
    ]
    assert missing == []
