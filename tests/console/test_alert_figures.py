"""Alerts are measured on a stream of known matters; what the measuring calls an alert, a replay raises."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from console.alert_figures import headlined, measure_alerts, replay_stream
from console.replaying import replay
from console.wiring import Office
from huiying.policy.heat import Sensitivity
from huiying.policy.policy import default_office
from huiying.settings import read_settings
from tests.console.test_replay import BURST

EVENT = [f"【幸福小区停水】{BURST[number % len(BURST)]}{'转' * (number // len(BURST))}" for number in range(12)]
OTHERS = ["【公园】劳动公园的荷花开了，周末人很多。", "【公园】劳动公园的荷花开了，大家快去看。"]
MESSAGES = ["请问退休人员的医保卡丢了在哪里补办？", "902路公交车早高峰间隔太长，能否加车。"]


def packed(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


@pytest.fixture(scope="module")
def data_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data-sets")
    stream: list[dict[str, object]] = [{"text": text, "event": "停水", "day": "2020-02-01"} for text in EVENT]
    stream += [{"text": text, "event": "荷花", "day": "2020-02-02"} for text in OTHERS]
    stream.append({"text": "没有标题的一条", "event": "停水", "day": "2020-02-01"})
    packed(folder / "stream/dated_posts.jsonl.gz", stream)
    messages: list[dict[str, object]] = [
        {"id": number, "title": "", "text": text, "time": f"2020/1/{number + 1} 09:00:00", "label": "-"}
        for number, text in enumerate(MESSAGES)
    ]
    packed(folder / "messages/hot_issues.jsonl.gz", messages)
    return folder


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An office for which everything is its matter, whatever the judge thinks of a short post."""
    config = tmp_path / "config"
    shutil.copytree(default_office(), config)
    city = config / "city.yaml"
    city.write_text(re.sub(r"(?m)^threshold: [\d.]+", "threshold: 0.0001", city.read_text("utf-8")), "utf-8")
    return Office(read_settings({"HUIYING_SCOPE": "everywhere"}, tmp_path / "var"), config)


def test_an_event_is_caught_once_and_sooner_the_more_sensitive(office: Office, data_sets: Path) -> None:
    report = measure_alerts(office, data_sets, lambda _: None)
    value = {figure.name: figure.value for figure in report.figures}

    for sensitivity in Sensitivity:
        assert value[f"灵敏度 {sensitivity} 发现的事件"] == 1
        assert value[f"灵敏度 {sensitivity} 每个发现的事件的预警"] == 1
        assert value[f"灵敏度 {sensitivity} 平静日 每天的预警"] == 0
        assert value[f"灵敏度 {sensitivity} 零散来信 每天的预警"] == 0
    low, normal, high = (value[f"灵敏度 {each} 第几条时预警（中位）"] for each in Sensitivity)
    assert high <= normal <= low
    assert high < low


def test_what_is_measured_is_what_a_replay_raises(office: Office, data_sets: Path, tmp_path: Path) -> None:
    stream = headlined(data_sets)
    rows = [
        {"id": post.id, "text": post.raw.text, "time": post.at.isoformat(), "source": post.raw.source}
        for post in stream.posts
    ]
    file = tmp_path / "posts.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    alerts = [line for line in replay(office, file, lambda *_: None, lambda _: None) if line["kind"] == "alert"]

    [measured] = replay_stream(office, stream)[office.policy.heat.sensitivity]
    assert [len(alert["posts"]) for alert in alerts] == [measured.until]
