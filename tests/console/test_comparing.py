"""`huiying replay --from --to --compare`: the office's own past posts by two configurations, and what differs."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from huiying.archive.sqlite import SqliteArchive
from huiying.clock import BEIJING
from huiying.policy.word_editing import tree_of, with_word
from huiying.post import SourceKind
from tests.builders import make_archived
from tests.console.test_cli import huiying, lines
from tests.console.test_replay import ALONE, BURST, QUIET, written
from tests.shipped import SHIPPED_OFFICE

WEEK = ("replay", "--from", "2026-11-20", "--to", "2026-11-21")
WORD = "混凝土搅拌站"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office whose archive holds a day: a burst, a quiet matter, and what stands alone."""
    folder = tmp_path_factory.mktemp("compare")
    (folder / "var").mkdir()
    archive = SqliteArchive(folder / "var" / "archive.db")
    said = [(f"爆裂{n}", text, f"09:{10 * n:02}") for n, text in enumerate(BURST)]
    said += [(f"搅拌{n}", text, f"{8 + 5 * n:02}:30") for n, text in enumerate(QUIET)]
    said += [(f"单{n}", text, f"09:{15 * n + 5:02}") for n, text in enumerate(ALONE)]
    archive.store(
        [
            make_archived(id, text=text, published_at=at, collected_at=at, source_kind=SourceKind.HOTLINE)
            for id, text, time in reversed(said)
            for at in [datetime.fromisoformat(f"2026-11-20T{time}").replace(tzinfo=BEIJING)]
        ]
    )
    archive.close()
    return folder


def changed(folder: Path, file: str, change: Callable[[str], str]) -> Path:
    """A copy of the shipped configuration in which one file is changed."""
    config = folder / "other"
    shutil.rmtree(config, ignore_errors=True)
    shutil.copytree(SHIPPED_OFFICE, config)
    text = (config / file).read_text("utf-8")
    assert change(text) != text
    (config / file).write_text(change(text), "utf-8")
    return config


def compared(folder: Path, config: Path) -> Result:
    run = huiying(*WEEK, "--compare", str(config), folder=folder)
    assert run.exit_code == 0, run.stderr
    return run


def test_a_past_period_is_replayed_out_of_the_archive_and_twice_to_the_same_bytes(
    office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = huiying(*WEEK, folder=office)
    monkeypatch.setenv("HUIYING_BATCH", "2")
    again = huiying(*WEEK, folder=office)

    told: list[dict[str, Any]] = lines(once)
    assert [each["kind"] for each in told] == ["alert", "task"]
    assert told[0]["posts"] == ["爆裂0", "爆裂1", "爆裂2"]
    assert told[0]["at"] == "2026-11-20T09:20:00+08:00"
    assert once.stdout_bytes == again.stdout_bytes


def test_the_same_rules_make_no_difference(office: Path) -> None:
    run = compared(office, SHIPPED_OFFICE)
    assert run.stdout == ""
    assert "没有不同" in run.stderr


def test_a_higher_line_leaves_the_alert_and_its_task_out_and_nothing_else(office: Path, tmp_path: Path) -> None:
    config = changed(tmp_path, "heat.yaml", lambda text: text.replace("normal: 1.0", "normal: 9.0"))
    run = compared(office, config)

    told: list[dict[str, Any]] = lines(run)
    assert [(each["kind"], each["change"]) for each in told] == [("alert", "only-present"), ("task", "only-present")]
    assert told[0]["present"]["posts"] == ["爆裂0", "爆裂1", "爆裂2"]
    assert told[0]["proposed"] is None
    assert "预警不再有 1，任务不再有 1" in run.stderr


def test_a_word_of_a_bureau_moves_the_post_that_has_it_and_no_other(office: Path, tmp_path: Path) -> None:
    config = changed(tmp_path, "bureaus.yaml", lambda text: with_word(text, _words_of(text, "环保局"), 3, WORD))
    first, second = compared(office, config), compared(office, config)

    told: list[dict[str, Any]] = lines(first)
    [post] = told
    assert (post["kind"], post["post"], post["changed"]) == ("post", "搅拌0", ["bureau"])
    assert (post["present"]["bureau"], post["proposed"]["bureau"]) == ("城管局", "环保局")
    assert first.stdout_bytes == second.stdout_bytes


def test_a_file_is_compared_by_its_own_ids(tmp_path: Path) -> None:
    rows = [
        {"id": n, "text": text, "time": f"2026-11-20 09:{10 * n:02}", "source_kind": "hotline"}
        for n, text in enumerate(BURST)
    ]
    file = written(tmp_path / "posts.jsonl", rows)
    config = changed(tmp_path, "heat.yaml", lambda text: text.replace("blue: 20}", "blue: 25}"))
    run = huiying("replay", str(file), "--compare", str(config), folder=tmp_path)

    assert run.exit_code == 0, run.stderr
    [alert] = [json.loads(line) for line in run.stdout.splitlines() if '"kind":"alert"' in line]
    assert (alert["change"], alert["changed"]) == ("changed", ["at"])
    assert alert["present"]["posts"] == [0, 1, 2]
    assert len(alert["proposed"]["posts"]) > 3


def _words_of(text: str, bureau: str) -> tuple[str | int, ...]:
    ids = [entry["id"] for entry in tree_of(text)["bureaus"]]
    return "bureaus", ids.index(bureau), "words"


def test_neither_a_file_nor_a_period_or_both_is_wrong_usage(office: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "posts.jsonl", [])
    assert huiying("replay", folder=office).exit_code == 2
    assert huiying("replay", str(file), "--from", "2026-11-20", folder=office).exit_code == 2
    assert huiying("replay", "--from", "昨天的昨天的昨天", folder=office).exit_code == 2
