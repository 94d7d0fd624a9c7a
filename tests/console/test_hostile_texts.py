"""Hostile texts in every field of the API and of the forms: nothing breaks, and pages show them as text."""

import re
from typing import Any

import pytest

from console.app import create_app
from console.rendering import STATIC
from huiying.clarification import ClarificationKind
from huiying.person import Person, Role
from huiying.procedure import Regime
from responders.beginning import begun_by_alert
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night, shipped_rules
from tests.console.test_admitting import routes

EVERYBODY = Person(id="all", name="周全", roles=frozenset(Role), bureau="水务局")
MARK = "<script>alert(1)</script>"
HOSTILE = (
    f"{MARK}'\"><img src=x onerror=alert(1)>{{{{7*7}}}}${{7*7}}",
    "'; DROP TABLE alert; --",
    '=HYPERLINK("http://x.example","x")',
    "\u202e\u200b\u2066反\u0000转\ufeff",
    "长" * 350_000,
)
"""Script and template, SQL, formula, the unseen, and a megabyte."""

PAGES = ("/queue", "/concerns", "/tasks", "/desk", "/posts", "/log", "/instructions", "/review", "/views", "/audit")


@pytest.fixture
def ids(night: Night) -> dict[str, str]:
    """What there is to write about."""
    task = night.task(night.matter("c-water", "自来水发黄"), "水务局", wait=None)
    with night.register.transaction() as tx:
        water = tx.concerns.find("c-water")
        assert water
        proceeding = begun_by_alert(tx, shipped_rules(), water, now=night.clock.now(), regime=Regime.CURRENT).id
    draft = night.drafting.open("c-water", ClarificationKind.SITUATION, "水务局", by=person("高远")).id
    alert = task.alert
    return {
        "alerts": alert,
        "queue": alert,
        "concerns": "c-water",
        "tasks": task.id,
        "desk": task.id,
        "proceedings": proceeding,
        "clarifications": draft,
        "drafts": draft,
        "review": draft,
        "publish": draft,
    }


def texts_of(example: Any, hostile: str) -> Any:
    """A body with a hostile text wherever it is a text that is neither a moment nor a word of a list."""
    if isinstance(example, dict):
        return {name: texts_of(part, hostile) for name, part in example.items()}
    if isinstance(example, str) and re.search(r"[^\x00-\x7f]", example):
        return hostile
    return example


@pytest.mark.slow
@pytest.mark.parametrize("hostile", HOSTILE, ids=("script", "sql", "formula", "unseen", "megabyte"))
def test_a_hostile_text_breaks_nothing_and_is_shown_as_text(night: Night, ids: dict[str, str], hostile: str) -> None:
    app = create_app(night.console())
    client = Client(app, EVERYBODY)
    described = client.get("/api/openapi.json").json()["paths"]
    taken = 0
    for path, methods in described.items():
        if not path.startswith("/api/") or "post" not in methods or path == "/api/posts":
            continue
        example = methods["post"]["requestBody"]["content"]["application/json"]["example"]
        address = path.replace("{id}", ids.get(path.split("/")[2], "none"))
        answer = client.post(address, json=texts_of(example, hostile))
        assert answer.status_code < 500, f"{address}: {answer.text}"
        taken += answer.status_code == 200
    assert taken > 0
    for path, names in forms(client).items():
        address = re.sub(r"{[^}]+}", ids.get(path.split("/")[1], "none"), path)
        sent = {"text": hostile} if len(hostile) > 1_000 else dict.fromkeys(names, hostile)
        answer = client.post(address, data=sent)
        assert answer.status_code < 500, f"{address}: {answer.text}"
    shown_escaped = False
    for page in (*PAGES, "/concerns/c-water", f"/drafts/{ids['drafts']}", f"/desk?task={ids['desk']}"):
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert MARK not in shown.text, page
        assert "49" not in re.findall(r"img src=x.{0,60}", shown.text), page
        shown_escaped |= "&lt;script&gt;alert(1)" in shown.text
    assert shown_escaped is (MARK in hostile)


def forms(client: Client) -> dict[str, set[str]]:
    """Every form's address, with every field that a template has for a text."""
    names = {
        name
        for template in (STATIC.parent / "templates").glob("*.html")
        for field in re.findall(r"<(?:textarea|input)[^>]*>", template.read_text("utf-8"))
        if not re.search(r'type="(?:hidden|checkbox|radio|date|datetime-local|password)"', field)
        for name in re.findall(r'name="([\w-]+)"', field)
    }
    assert {"reason", "what", "title"} <= names
    found = {
        path
        for method, path, _ in routes(client.app)
        if method == "POST" and not path.startswith(("/api/", "/sign", "/me", "/users", "/audit"))
    }
    return dict.fromkeys(sorted(found), names)
