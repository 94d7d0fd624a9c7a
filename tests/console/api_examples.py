"""The examples in the description of the API: what it answers about one invented night. `python -m` writes them."""

import json
import tempfile
from pathlib import Path
from typing import Any

import console.api
from console.app import create_app
from huiying.clarification import ClarificationKind
from huiying.finding import FindingKind, FindingWords
from huiying.person import Role
from huiying.procedure import Regime
from responders.beginning import begun_by_alert
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night, busy_night, shipped_rules

EXAMPLES = Path(console.api.__file__).with_name("examples.json")

_SENT = ("/api/log/entries", "/api/log/calls", "/api/log/handovers", "/api/concerns", "/api/views")
_LISTS = {
    "Alert": "/api/alerts",
    "Concern": "/api/concerns",
    "Task": "/api/tasks",
    "Proceeding": "/api/proceedings",
    "Clarification": "/api/clarifications",
    "Instruction": "/api/instructions",
    "SourceHealth": "/api/sources",
    "SavedView": "/api/views",
}


def record_examples(client: Client, night: Night) -> dict[str, Any]:
    """One of each noun that a list or a record tells of, its own lists cut to one."""
    _prepare(client, night)
    found = {name: client.get(path).json()["items"][0] for name, path in _LISTS.items()}
    del found["SourceHealth"]["title"]
    log = client.get("/api/log").json()
    found |= {"LogEntry": log["entries"][0], "PhoneNotice": log["calls"][0], "Handover": log["handovers"][0]}
    post = client.get("/api/posts").json()["items"][0]
    found["ArchivedPost"] = {name: post[name] for name in ("post", "assessment")}
    [task] = [one for one in client.get("/api/tasks").json()["items"] if one["concern"] == "c-water"]
    told = client.get(f"/api/tasks/{task['id']}/findings").json()
    found |= {"huiying.finding.Finding": told["findings"][0], "Supervision": told["supervisions"][0]}
    found["Doing"] = client.get("/api/concerns/c-water").json()["doings"][0]
    shortened: dict[str, Any] = _short(found)
    return shortened


def _prepare(client: Client, night: Night) -> None:
    described = client.get("/api/openapi.json").json()["paths"]
    with night.register.transaction() as tx:
        water = tx.concerns.find("c-water")
        assert water
        begun_by_alert(tx, shipped_rules(), water, now=night.clock.now(), regime=Regime.CURRENT)
        task = tx.tasks.of_concern("c-water")[0].id
    night.drafting.open("c-water", ClarificationKind.SITUATION, "水务局", by=person("高远"))
    words = FindingWords(facts="管道爆裂", measures="抢修", next_steps="六时恢复供水", responsible="供水处")
    handler = person("陈果", Role.HANDLER, bureau="水务局")
    night.desk.sign_in(task, by=handler)
    night.reporting.write(task, next(iter(FindingKind)), words, by=handler)
    night.supervising.supervise(task, asked="说明恢复供水时间", by=person("高远"))
    for path in _SENT:
        example = described[path]["post"]["requestBody"]["content"]["application/json"]["example"]
        assert client.post(path, json=example).status_code == 200, path
    order = described["/api/instructions"]["post"]["requestBody"]["content"]["application/json"]["example"]
    answer = client.post("/api/instructions", json=order | {"from_whom": "周副市长"})
    assert answer.status_code == 200, answer.text


def _short(part: Any) -> Any:
    if isinstance(part, list):
        return [_short(each) for each in part[:1]]
    if isinstance(part, dict):
        return {name: _short(each) for name, each in part.items()}
    return part


if __name__ == "__main__":
    night = Night(Path(tempfile.mkdtemp()))
    busy_night(night)
    recorded = record_examples(Client(create_app(night.console())), night)
    EXAMPLES.write_text(json.dumps(recorded, ensure_ascii=False, indent=1) + "\n", "utf-8")
    night.close()
