"""Counts as geometry."""

from datetime import timedelta

from console.charts import Moment, six_hour_bars, volume_chart
from huiying.concern import QuarterHour
from huiying.post import Tone
from tests.builders import NOON

QUARTER = timedelta(minutes=15)


def quarters(*counts: int) -> list[QuarterHour]:
    """Quarter hours that end at noon."""
    first = NOON - QUARTER * len(counts)
    return [
        QuarterHour(starts_at=first + QUARTER * place, posts=count, tones={Tone.NEUTRAL: count})
        for place, count in enumerate(counts)
    ]


def test_two_quarter_hours_make_a_bar_and_the_highest_fills_the_height() -> None:
    bars = six_hour_bars(quarters(1, 1, 5, 5), NOON)
    assert [bar.height for bar in bars[-2:]] == [3.6, 18.0]
    assert [bar.now for bar in bars] == [False] * 10 + [True] * 2


def test_no_posts_is_a_row_of_stubs() -> None:
    assert {bar.height for bar in six_hour_bars([], NOON)} == {1.5}


def test_a_young_concern_is_drawn_by_quarter_hours_and_an_old_one_by_hours_or_days() -> None:
    assert volume_chart(quarters(3, 4), [], NOON).step == "每 15 分钟"
    assert volume_chart(quarters(*[1] * 100), [], NOON).step == "每小时"
    assert volume_chart(quarters(*[1] * 500), [], NOON).step == "每日"


def test_every_post_is_in_a_bar() -> None:
    for count in (8, 100, 500):
        chart = volume_chart(quarters(*[2] * count), [], NOON)
        assert sum(int(bar.label.split()[-2]) for bar in chart.bars) == 2 * count


def test_labels_of_marks_close_together_do_not_lie_on_each_other() -> None:
    moments = [Moment(at=NOON - timedelta(minutes=10 * place), words=f"红色提示 21:5{place}") for place in range(3)]
    marks = volume_chart(quarters(*[1] * 30), moments, NOON).marks
    rows = {mark.y for mark in marks if mark.words}
    assert len(rows) == len([mark for mark in marks if mark.words])
