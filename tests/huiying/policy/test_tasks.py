"""The rules for tasks in `config/`: what is read, and how a mistake is told."""

import shutil
from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.person import Role
from huiying.policy.tasks import Occasion, read_tasks

CONFIG = Path(__file__).parents[3] / "config"


def spoilt(tmp_path: Path, old: str, new: str) -> Path:
    shutil.copy(CONFIG / "tasks.yaml", tmp_path)
    text = (CONFIG / "tasks.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "tasks.yaml").write_text(text.replace(old, new, 1), "utf-8")
    return tmp_path


def test_the_shipped_rules_name_a_rung_for_every_occasion() -> None:
    rules = read_tasks(CONFIG)
    assert rules.return_hours == 2
    assert set(rules.rungs) == set(Occasion)
    assert [rung.to for rung in rules.rungs[Occasion.LATE]][-1] is Role.LEADER


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("return_hours: 2", "return_hours: 0", "应大于 0"),
        ("return_hours: 2", "return_hour: 2", "不认识这一项"),
        ("near_share: 0.25", "near_share: 1.5", "应小于 1"),
        ("to: leader", "to: mayor", "应为以下之一"),
        ("to: leader", "to: reviewer", "to 应为以下之一：handler"),
        ("{after_minutes: 60, to: leader}", "{after_minutes: 5, to: leader}", "提醒层级应从早到晚写"),
        ("{after_minutes: 60, to: leader}", "{after_minutes: 60, to: officer}", "每个角色只能写一次"),
        ("  not-begun:", "  not-began:", "应为以下之一"),
    ],
)
def test_a_mistake_is_told_in_words(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        read_tasks(spoilt(tmp_path, old, new))
