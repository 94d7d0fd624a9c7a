"""The HTTP door: posts in with a token, everything else out as JSON, mistakes said in Chinese."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.app import create_app
from huiying.bus.sqlite import SqliteBus
from huiying.clarification import ClarificationKind
from huiying.correction import Judgement
from huiying.intake import Intake
from huiying.person import Role
from huiying.policy.intake import read_intake
from huiying.procedure import Regime
from responders.beginning import begun_by_alert
from tests.builders import person
from tests.console.client import Client
from tests.console.night import TOKEN, Night, shipped_rules
from tests.shipped import SHIPPED_OFFICE

BEARER = {"Authorization": f"Bearer {TOKEN}"}
POST = {
    "source": "hotline",
    "kind": "hotline",
    "id": "2611210736",
    "text": "泉水K1区水管爆裂，没人修",
    "time": "2026-11-22T01:36:00+08:00",
}


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SqliteBus]:
    """The bus behind the door."""
    bus = SqliteBus(tmp_path / "bus.db")
    yield bus
    bus.close()


@pytest.fixture
def door(night: Night, bus: SqliteBus) -> Client:
    """The console with its door open."""
    rules = read_intake(SHIPPED_OFFICE)

    def intake() -> Intake:
        return Intake(night.register, bus, night.clock, rules)

    return Client(create_app(night.console(intake=intake, api_token=TOKEN)))


def test_a_post_is_taken_once_and_known_the_second_time(door: Client) -> None:
    first = door.post("/api/posts", json=POST, headers=BEARER)
    assert (first.status_code, first.json()["new"]) == (200, 1)
    second = door.post("/api/posts", json=[POST], headers=BEARER)
    assert (second.json()["new"], second.json()["known"]) == (0, 1)


def test_a_list_is_taken_whole_and_an_empty_text_refused_with_its_place(door: Client) -> None:
    answer = door.post("/api/posts", json=[POST, POST | {"id": "2", "text": "\u200b\u200b"}], headers=BEARER).json()
    assert answer["new"] == 1
    assert answer["rejected"][0]["where"] == "第 2 条"


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN}])
def test_without_the_right_token_nothing_is_taken(door: Client, headers: dict[str, str]) -> None:
    answer = door.post("/api/posts", json=POST, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["message"].startswith("口令不对")


def test_without_a_configured_token_the_door_is_closed_and_says_how_to_open_it(client: Client) -> None:
    answer = client.post("/api/posts", json=POST, headers=BEARER)
    assert answer.status_code == 503
    assert "HUIYING_API_TOKEN" in answer.json()["message"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("{", "不是 JSON"),
        ("[]", "没有帖文"),
        ('"text"', "第 1 条的 整条：应为一个对象"),
        ('{"source": "a"}', "第 1 条的 text：缺这一项"),
        ('{"source": "a", "text": "b", "level": "red"}', "第 1 条的 level：不认识这一项"),
        ('{"source": "a", "text": "b", "kind": "paper"}', "第 1 条的 kind：应为 news、forum"),
        ('{"source": "a", "text": "b", "time": "昨儿个"}', "第 1 条的 time：读不懂“昨儿个”"),
        ("[" * 5000, "不是 JSON"),
    ],
)
def test_a_body_that_cannot_be_taken_is_refused_with_what_is_wrong(door: Client, body: str, words: str) -> None:
    answer = door.post("/api/posts", content=body.encode(), headers=BEARER)
    assert answer.status_code == 422
    assert words in answer.json()["message"]


def test_too_many_posts_at_once_are_refused(door: Client) -> None:
    answer = door.post("/api/posts", json=[POST] * 1001, headers=BEARER)
    assert answer.status_code == 413
    assert "至多 1000 条" in answer.json()["message"]


def test_while_the_bus_is_away_the_door_says_try_again(night: Night) -> None:
    def intake() -> Intake:
        return Intake(night.register, SqliteBus(Path("/dev/null/bus.db")), night.clock, read_intake(SHIPPED_OFFICE))

    door = Client(create_app(night.console(intake=intake, api_token=TOKEN)))
    answer = door.post("/api/posts", json=POST, headers=BEARER)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "存储暂时不可用" in answer.json()["message"]


def test_alerts_come_out_with_their_reasons(busy: Night, client: Client) -> None:
    items = client.get("/api/alerts", params={"level": "red"}).json()["items"]
    assert [item["concern"] for item in items] == ["c-water", "c-smoke"]
    assert items[0]["reasons"][0]["text"] == "1小时212条，为均值9倍"
    one = client.get(f"/api/alerts/{items[0]['id']}").json()
    assert one == items[0]
    assert len(busy.bureaus) > 20


@pytest.mark.usefixtures("busy")
def test_a_concern_comes_out_with_its_alerts_tasks_and_doings(client: Client) -> None:
    whole = client.get("/api/concerns/c-water").json()
    assert whole["concern"]["posts"] == 486
    assert [task["bureau"] for task in whole["tasks"]] == ["水务局"]
    assert whole["doings"][0]["what"] == "交办水务局"


@pytest.mark.usefixtures("busy")
def test_posts_concerns_tasks_and_sources_can_be_listed(client: Client) -> None:
    posts = client.get("/api/posts", params={"words": "铁锈味"}).json()["items"]
    assert [item["post"]["id"] for item in posts] == ["p1"]
    concerns = client.get("/api/concerns", params={"words": "自来水"}).json()["items"]
    assert [item["id"] for item in concerns] == ["c-water"]
    tasks = client.get("/api/tasks", params={"bureau": "安监局"}).json()["items"]
    assert [item["state"] for item in tasks] == ["waiting"]
    sources = {item["source"]: item for item in client.get("/api/sources").json()["items"]}
    assert sources["forum"]["last_error"] == "HTTP 403，对方拒绝访问"


@pytest.mark.parametrize("address", ["/api/alerts/none", "/api/concerns/none", "/api/tasks/none", "/api/none"])
def test_what_is_not_there_is_said_as_json(client: Client, address: str) -> None:
    answer = client.get(address, headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


def test_the_description_of_the_api_names_its_doors_in_chinese(client: Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert paths["/api/posts"]["post"]["summary"] == "提交帖文"
    assert {"/api/alerts", "/api/concerns", "/api/tasks", "/api/sources", "/live", "/readyz"} <= set(paths)
    assert paths["/api/clarifications"]["get"]["summary"] == "回应稿"
    assert paths["/api/proceedings"]["get"]["summary"] == "办理记录"
    assert "/queue/list" not in paths


def handled(night: Night) -> str:
    """The proceeding of the water, and an answer in hand; its id."""
    with night.register.transaction() as tx:
        water = tx.concerns.find("c-water")
        assert water
        id = begun_by_alert(tx, shipped_rules(), water, now=night.clock.now(), regime=Regime.CURRENT).id
    night.drafting.open("c-water", ClarificationKind.SITUATION, "水务局", by=person("高远"))
    return id


def test_proceedings_come_out_with_steps_and_clocks_and_without_the_whole_procedure(
    busy: Night, client: Client
) -> None:
    id = handled(busy)
    items = client.get("/api/proceedings", params={"open": "true"}).json()["items"]
    [one] = [item for item in items if item["id"] == id]
    assert (one["concern"], one["procedure"]["title"]) == ("c-water", "政务舆情回应")
    assert set(one["procedure"]) == {"id", "title", "version"}
    assert [done["step"] for done in one["done"]] == ["discover", "gather", "designate", "assign"]
    clocks = {clock["step"]: (clock["met_at"], clock["not_binding"]) for clock in one["clocks"]}
    assert clocks["respond"] == (None, None)
    assert clocks["press-conference"] == (None, "事件级别未认定为特别重大、重大")
    assert client.get("/api/proceedings", params={"open": "false"}).json()["items"] == []


def test_clarifications_come_out_by_bureau_and_state(busy: Night, client: Client) -> None:
    handled(busy)
    [one] = client.get("/api/clarifications", params={"bureau": "水务局", "state": "drafting"}).json()["items"]
    assert (one["concern"], one["kind"], one["texts"]) == ("c-water", "situation", 0)
    assert client.get("/api/clarifications", params={"state": "published"}).json()["items"] == []
    assert client.get("/api/clarifications", params={"bureau": "建委"}).json()["items"] == []
    assert client.get("/api/clarifications", params={"state": "lost"}).status_code == 422


def test_a_unit_gets_what_is_of_its_own_matters_and_an_administrator_nothing(busy: Night, client: Client) -> None:
    handled(busy)
    app = create_app(busy.console())
    lists = ("/api/clarifications", "/api/proceedings", "/api/tasks")
    own, other = (Client(app, person(f"unit-{name}", Role.HANDLER, bureau=name)) for name in ("水务局", "建委"))
    admin = Client(app, person("admin", Role.ADMINISTRATOR))
    for address in lists:
        assert {item["concern"] for item in own.get(address).json()["items"]} == {"c-water"}
        assert "c-water" not in {item["concern"] for item in other.get(address).json()["items"]}
        assert admin.get(address).status_code == 403
    assert other.get("/api/tasks", params={"bureau": "水务局"}).json()["items"] == []
    assert {item["bureau"] for item in client.get("/api/tasks").json()["items"]} > {"水务局", "建委"}


def test_a_wrong_cursor_is_refused(client: Client) -> None:
    assert client.get("/api/posts", params={"cursor": "x"}).status_code == 422
    assert client.get("/api/alerts", params={"limit": "0"}).status_code == 422


def test_what_people_corrected_stands_beside_what_was_judged(busy: Night, client: Client) -> None:
    [water] = busy.archive.get(["p2"]).values()
    busy.correcting.correct(water, {Judgement.LEAD: ("环保局",)}, by=person("高远"))
    items = client.get("/api/posts").json()["items"]
    told = {item["post"]["id"]: (item["assessment"]["lead"], item["corrections"]) for item in items}
    assert told["p2"] == ("水务局", {"lead": ["环保局"]})
    assert told["p1"] == ("水务局", {})


def test_posts_come_out_without_their_speakers(night: Night, client: Client) -> None:
    night.matter("c-1", "水管爆裂")
    night.post("p-1", "c-1", "水管爆了", author_hash="ab" * 16)
    answer = client.get("/api/posts")
    assert [item["post"]["id"] for item in answer.json()["items"]] == ["p-1"]
    assert "author" not in answer.text
