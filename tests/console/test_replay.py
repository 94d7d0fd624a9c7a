"""`huiying replay`: a hand-written day passes in event time, whatever the order of the file or of batches."""

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.console.test_cli import huiying, lines

BURST = (
    "向阳路幸福小区自来水管爆裂，水漫到路上，三天没人修。",
    "幸福小区门口的自来水管爆裂三天了，向阳路上全是水，什么时候来修？",
    "请问向阳路幸福小区自来水管爆裂为什么没人管，居民三天用不上水。",
    "向阳路幸福小区的水管又爆裂了，自来水白白流走，打热线也没人来修。",
    "向阳路幸福小区水管爆裂，自来水淌了三天，路面结冰，盼望快来人修。",
    "幸福小区的居民等了三天，向阳路自来水管爆裂还在冒水，没有人修。",
)
QUIET = (
    "金马路混凝土搅拌站夜里施工噪音太大，扬尘严重，周边居民无法入睡。",
    "强烈投诉金马路混凝土搅拌站，夜里轰鸣扬尘，居民区旁边怎么能建搅拌站。",
)
ALONE = (
    "请问退休人员的医保卡丢了在哪里补办？",
    "星海广场的公共厕所晚上几点关门？",
    "902路公交车早高峰间隔太长，能否加车。",
)


def line(id: object, text: str, time: str, **more: object) -> dict[str, object]:
    return {"id": id, "text": text, "time": time, "source": "12345热线", "source_kind": "hotline"} | more


def a_day() -> list[dict[str, object]]:
    """A burst of six calls within an hour among a few that nobody needs to be called up for."""
    burst = [line(f"爆裂{n}", text, f"2026-11-20 09:{10 * n:02}") for n, text in enumerate(BURST)]
    quiet = [line(f"搅拌{n}", text, f"2026-11-20 {8 + 5 * n:02}:30") for n, text in enumerate(QUIET)]
    alone = [line(n, text, f"2026-11-20 09:{15 * n + 5:02}") for n, text in enumerate(ALONE, 1)]
    return [*burst, *quiet, *alone]


def written(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def replay(folder: Path, rows: list[dict[str, object]], name: str = "posts.jsonl") -> Result:
    run = huiying("replay", str(written(folder / name, rows)), folder=folder)
    assert run.exit_code == 0, run.stderr
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the day was replayed; there is no office in it."""
    return tmp_path_factory.mktemp("replay")


@pytest.fixture(scope="module")
def that_day(folder: Path) -> Result:
    """The day, replayed."""
    return replay(folder, a_day())


def first_alert(run: Result) -> dict[str, Any]:
    return next(each for each in lines(run) if each["kind"] == "alert")


def test_a_burst_alerts_at_a_known_post_and_the_quiet_matter_never(that_day: Result) -> None:
    alerts: list[dict[str, Any]] = [each for each in lines(that_day) if each["kind"] == "alert"]

    [alert] = alerts
    assert alert["posts"] == ["爆裂0", "爆裂1", "爆裂2"]
    assert alert["at"] == "2026-11-20T09:20:00+08:00"
    assert (alert["level"], alert["short"]) == ("blue", "水务局")
    assert "累计3条" in [reason["text"] for reason in alert["reasons"]]


def test_the_task_of_an_alert_follows_it(that_day: Result) -> None:
    told: list[dict[str, Any]] = lines(that_day)

    assert [each["kind"] for each in told] == ["alert", "task"]
    alert, task = told
    assert task["concern"] == alert["concern"]
    assert task["bureau"] == alert["bureau"]
    assert task["posts"][:3] == alert["posts"]


def test_neither_the_order_of_the_file_nor_the_size_of_batches_changes_a_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, that_day: Result
) -> None:
    rows = a_day()
    for batch in ("1", "4"):
        random.Random(batch).shuffle(rows)
        monkeypatch.setenv("HUIYING_BATCH", batch)
        assert replay(tmp_path, rows, f"shuffled-{batch}.jsonl").stdout_bytes == that_day.stdout_bytes


def test_posts_of_one_moment_pass_one_after_the_other(tmp_path: Path) -> None:
    rows = [line(row["id"], str(row["text"]), "2026-11-20") for row in a_day()]
    told = replay(tmp_path, rows)
    random.Random(1).shuffle(rows)

    assert len(first_alert(told)["posts"]) == 3
    assert replay(tmp_path, rows).stdout_bytes == told.stdout_bytes


def test_numbers_stay_numbers_no_id_is_the_line_and_a_changed_text_the_same_post(tmp_path: Path) -> None:
    rows = [line(n, text, f"2026-11-20 09:{10 * n:02}") for n, text in enumerate(BURST)]
    del rows[2]["id"]
    changed = line(1, BURST[1] + "已经上报。", "2026-11-20 09:15")

    assert first_alert(replay(tmp_path, [*rows, changed]))["posts"] == [0, 1, "posts.jsonl 第 3 行"]


def test_bad_lines_are_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    rows = written(tmp_path / "posts.jsonl", [*a_day(), {"id": "x", "text": "没有时间"}, line("y", "", "2026-11-20")])
    rows.write_text(rows.read_text("utf-8") + "{半行\n", "utf-8")
    run = huiying("replay", str(rows), folder=tmp_path)

    assert run.exit_code == 1
    assert [each["kind"] for each in lines(run)] == ["alert", "task"]
    for number, reason in ((12, "没有读得懂的时间"), (13, "没有内容"), (14, "不是完整的 JSON")):
        assert any(f"第 {number} 行" in told and reason in told for told in run.stderr.splitlines())


def test_nothing_of_the_office_is_touched(tmp_path: Path) -> None:
    office = tmp_path / "var"
    huiying("import", str(written(tmp_path / "before.jsonl", a_day()[:3])), folder=tmp_path)
    before = {path.name: path.read_bytes() for path in office.iterdir() if path.suffix == ".db"}
    with sqlite3.connect(office / "register.db") as register:
        known = register.execute("SELECT * FROM known_post ORDER BY id").fetchall()
    replay(tmp_path, a_day())

    assert {path.name: path.read_bytes() for path in office.iterdir() if path.suffix == ".db"} == before
    with sqlite3.connect(office / "register.db") as register:
        assert register.execute("SELECT * FROM known_post ORDER BY id").fetchall() == known


def test_where_there_is_no_office_a_replay_makes_none(folder: Path, that_day: Result) -> None:
    assert that_day.stdout
    assert [path.name for path in folder.iterdir()] == ["posts.jsonl"]
