"""The rules of heat: what is not sensible is refused in words."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.level import Level
from huiying.policy.heat import HeatRules, Sensitivity, read_heat

SHIPPED_OFFICE = Path(__file__).parents[3] / "config"

SHIPPED = (SHIPPED_OFFICE / "heat.yaml").read_text("utf-8")


def read_changed(tmp_path: Path, old: str, new: str) -> HeatRules:
    assert old in SHIPPED
    (tmp_path / "heat.yaml").write_text(SHIPPED.replace(old, new), "utf-8")
    return read_heat(tmp_path)


def test_a_part_is_worth_the_highest_band_it_reaches() -> None:
    scale = read_heat(SHIPPED_OFFICE).breadth

    assert [scale.points(kinds) for kinds in (1, 2, 3, 9)] == [0, 10, 16, 20]


def test_a_low_sensitivity_raises_every_threshold(tmp_path: Path) -> None:
    normal = read_heat(SHIPPED_OFFICE)
    low = read_changed(tmp_path, "sensitivity: normal", "sensitivity: low")

    assert normal.level_of(20) is Level.BLUE
    assert low.level_of(20) is None
    assert all(low.threshold(level) > normal.threshold(level) for level in Level)


def test_each_step_of_sensitivity_asks_for_less_than_the_one_before() -> None:
    rules = read_heat(SHIPPED_OFFICE)
    thresholds = [
        rules.at(step).threshold(Level.BLUE) for step in (Sensitivity.LOW, Sensitivity.NORMAL, Sensitivity.HIGH)
    ]

    assert thresholds == sorted(thresholds, reverse=True)
    assert len(set(thresholds)) == 3


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("yellow: 40", "yellow: 90", "蓝 < 黄 < 橙 < 红"),
        ("orange: 60, ", "", "levels 缺少级别 orange"),
        ("{at: 2, points: 10}", "{at: 9, points: 10}", "从低到高"),
        ("sensitivity: normal", "sensitivity: loud", "应为以下之一"),
        ("low: 1.35, ", "low: -1, ", "应大于 0"),
        ("quiet_factor", "quiet_faktor", "不认识这一项"),
        ("known_days: 3", "known_days: 9", "known_days 不应大于 days"),
        ("alone_from: [hotline", "alone_from: [telephone", "应为以下之一"),
        ("mode: automatic, certainty: 0.65", "mode: automatic, certainty: 80", "应不大于 1"),
    ],
)
def test_rules_that_are_not_sensible_are_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(Misconfigured, match=complaint):
        read_changed(tmp_path, old, new)
