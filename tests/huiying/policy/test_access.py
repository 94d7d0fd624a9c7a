"""`config/access.yaml`: what is read, and what is refused with its line."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.policy.access import read_access
from huiying.policy.policy import default_office


def test_the_shipped_rules_are_read() -> None:
    rules = read_access(default_office())
    assert rules.password.shortest >= 8
    assert rules.idle < rules.longest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("shortest: 12", "shortest: 4", "应不小于 8"),
        ("after_failures: 5", "after_failures: 1", "应不小于 3"),
        ("longest_hours: 12", "longest_hours: 500", "应不大于 72"),
        ("idle_minutes: 120", "idle_minutes: soon", "应为整数"),
        ("token:", "tokens:", "不认识这一项"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (default_office() / "access.yaml").read_text("utf-8")
    (tmp_path / "access.yaml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Misconfigured, match=said):
        read_access(tmp_path)
