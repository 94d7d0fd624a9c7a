"""Moments, spans and names as the screens say them."""

from datetime import UTC, datetime, timedelta

import pytest

from console import wording
from huiying.level import Level

NOW = datetime(2026, 11, 21, 18, 14, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0分"), (25, "25分"), (256, "4时16分"), (1440, "1天"), (2460, "1天17时"), (-5, "0分")]
)
def test_age(minutes: int, words: str) -> None:
    assert wording.age(NOW - timedelta(minutes=minutes), NOW) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(368, "剩 6:08"), (0, "剩 0:00"), (-12, "超 0:12"), (2624, "剩 43:44")]
)
def test_a_clock_says_what_is_left_or_how_far_it_is_over(minutes: int, words: str) -> None:
    assert wording.remaining(NOW + timedelta(minutes=minutes), NOW) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW, "02:14"),
        (NOW + timedelta(hours=6), "08:14"),
        (NOW - timedelta(hours=3), "21日23:14"),
        (NOW - timedelta(days=60), "9月23日02:14"),
        (NOW - timedelta(days=500), "2025年7月10日"),
    ],
)
def test_a_moment_is_as_short_as_it_stays_clear_in_beijing(moment: datetime, words: str) -> None:
    assert wording.when(moment, NOW) == words


def test_names_of_two_characters_get_a_space_and_nobody_is_a_dash() -> None:
    assert [wording.person(name) for name in ("高远", "林知夏", None)] == ["高　远", "林知夏", "—"]


def test_red_keeps_its_whole_name_in_lists() -> None:
    assert [wording.level_in_list(level) for level in Level] == ["红色提示", "橙色", "黄色", "蓝色"]


def test_the_day_is_beijings() -> None:
    assert wording.day(NOW) == "11月22日 周日"
