"""Moves through the API: the same as on screens, with the same refusals; the curl examples of docs/api.md work."""

import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from console.app import create_app
from huiying.permission import Action
from huiying.person import Person, Role
from tests.console.client import Client
from tests.console.night import Night
from tests.signing_in import OFFICER, sign_in_as

ADMIN = Person(id="root", name="罗嘉", roles=frozenset({Role.ADMINISTRATOR}))
HANDLER = Person(id="unit", name="陈果", roles=frozenset({Role.HANDLER}), bureau="水务局")
DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.fixture
def water(night: Night) -> str:
    """The task of a matter of 水务局, sent; its id."""
    return night.task(night.matter("c-water", "自来水发黄"), "水务局", wait=None).id


def test_a_unit_signs_in_begins_and_reports_and_the_office_closes(night: Night, water: str) -> None:
    app = create_app(night.console())
    unit, office = Client(app, HANDLER), Client(app)
    signed = unit.post(f"/api/tasks/{water}/sign-in", json={"seen": 1})
    assert (signed.status_code, signed.json()["signed_in_by"]["name"]) == (200, "陈果")
    late = unit.post(f"/api/tasks/{water}/begin", json={"seen": 1})
    assert (late.status_code, late.json()["error"]) == (409, "conflict")
    words = {"facts": "管道爆裂", "measures": "抢修", "next_steps": "六时恢复", "responsible": "供水处"}
    finding = unit.post(f"/api/tasks/{water}/findings", json={"kind": "first", **words})
    assert finding.json()["facts"] == "管道爆裂", finding.text
    assert office.get(f"/api/tasks/{water}/findings").json()["findings"][0]["id"] == finding.json()["id"]
    urged = office.post(f"/api/tasks/{water}/urge", json={"words": "请报恢复时间"})
    assert urged.json()["urgings"][-1]["words"] == "请报恢复时间"


def test_refusals_say_who_where_and_what(night: Night, water: str) -> None:
    app = create_app(night.console())
    other = Client(app, Person(id="other", name="李青", roles=frozenset({Role.HANDLER}), bureau="教育局"))
    foreign = other.post(f"/api/tasks/{water}/sign-in")
    assert (foreign.status_code, foreign.json()["error"]) == (403, "forbidden")
    unknown = Client(app, HANDLER).post("/api/tasks/none/sign-in")
    assert (unknown.status_code, unknown.json()["message"]) == (404, "没有任务 none")
    office = Client(app)
    for body, words in (
        ({"until": "0001-01-01T00:00:00", "reason": "x"}, "until"),
        ({"until": "2026-11-22T08:00:00", "reason": 1}, "reason：应为文字"),
        ({"until": "2026-11-22T08:00:00", "reason": "a\0b"}, "NUL"),
        ({"until": "2026-11-22T08:00:00", "reason": "x", "level": "red"}, "level：不认识这一项"),
    ):
        answer = office.post("/api/alerts/c-water:1/silence", json=body)
        assert answer.status_code == 422
        assert words in answer.json()["message"]
    too_long = office.post("/api/log/entries", json={"what": "长" * 300_000})
    assert (too_long.status_code, too_long.json()["error"]) == (413, "too_large")


def test_a_token_for_one_gate_decides_nothing_at_another(night: Night) -> None:
    """Its person may both; the move asks for the action of the gate, which the token has not."""
    both = Person(id="both", name="两席", roles=frozenset({Role.CHECKER, Role.REVIEWER, Role.OFFICER}))
    sign_in_as(night.register, both, night.clock)
    app = create_app(night.console())
    alert = night.matter("c-1", "路面塌陷")
    scopes = {Action.CHECK_CONTENT, Action.VIEW_MATTERS, Action.DRAFT}
    _, secret = night.console().staff.make_token("both", "审签", scopes, 30, by=ADMIN)
    program = {"authorization": f"Bearer {secret}"}
    draft = {"concern": alert.concern, "kind": "situation", "bureau": "水务局"}
    opened = Client(app, None).post("/api/clarifications", json=draft, headers=program).json()["id"]
    answer = Client(app, None).post(
        f"/api/clarifications/{opened}/decide",
        json={"gate": "release", "seat": "x", "sha256": "x", "conclusion": "agreed"},
        headers=program,
    )
    assert "没有许可公开审查" in answer.json()["message"]
    own = Client(app, None).post("/me/sessions/end", data={"session": "x"}, headers=program)
    assert own.status_code == 403
    assert "程序口令不能代办" in own.json()["message"]


@pytest.fixture
def served(night: Night) -> Iterator[str]:
    """The console of this night on a port of its own; its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        app = create_app(night.console())
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        running = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        running.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        app.state.close_streams()
        server.should_exit = True
        running.join()


def test_the_examples_of_the_document_work(night: Night, served: str) -> None:
    alert = night.matter("c-water", "自来水发黄")
    sign_in_as(night.register, OFFICER, night.clock)
    scopes = {Action.VIEW_MATTERS, Action.HANDLE_ALERTS, Action.KEEP_DUTY_LOG}
    _, secret = night.console().staff.make_token("officer", "试", scopes, 30, by=ADMIN)
    examples = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert len(examples) == 3
    given = {"TOKEN": secret, "HUIYING": served, "ALERT": alert.id, "PATH": "/usr/bin:/bin"}
    for example in examples:
        command = example.replace("curl -sS", "curl -sS --fail-with-body")
        done = subprocess.run(["sh", "-c", command], env=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    with night.register.reading() as tx:
        silenced = tx.alerts.get(alert.id)
    assert silenced
    assert silenced.silenced_until is not None
