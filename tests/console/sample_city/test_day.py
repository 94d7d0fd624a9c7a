"""How the day lies around the start, and how its moments are written."""

from datetime import UTC, datetime, timedelta

import pytest

from console.sample_city import day as days
from console.sample_city.content import Channel, read_content
from console.sample_city.day import Day
from huiying.clock import BEIJING
from huiying.moments import read_moment

MORNING = datetime(2026, 11, 24, 8, 15, 33, tzinfo=BEIJING)
POSTS = read_content()


@pytest.mark.parametrize(
    ("before", "written"),
    [
        (timedelta(seconds=5), "1分钟前"),
        (timedelta(minutes=3, seconds=20), "3分钟前"),
        (timedelta(hours=2), "今天 06:15"),
        (timedelta(hours=10), "昨天 22:15"),
        (timedelta(days=2), "2026年11月22日 08:15"),
    ],
)
def test_a_moment_is_written_as_forums_write_it(before: timedelta, written: str) -> None:
    assert days.ago(MORNING - before, MORNING) == written


def test_every_writing_is_read_back_to_the_minute() -> None:
    now = MORNING.astimezone(UTC)
    for post in POSTS:
        said_at = now + post.at
        seen_at = max(said_at, now)
        for written in (days.by_day(said_at, seen_at), days.in_full(said_at), days.with_seconds(said_at)):
            read = read_moment(written, seen_at)
            assert read is not None
            assert abs(read - said_at) < timedelta(minutes=1)


def test_a_post_of_the_future_is_not_found_before_its_time() -> None:
    day = Day(POSTS, MORNING)
    late = max((post for post in POSTS if post.channel is Channel.FORUM), key=lambda post: post.at)
    assert day.find(Channel.FORUM, late.number, MORNING) is None
    assert day.find(Channel.FORUM, late.number, MORNING + late.at) is late


def test_a_start_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Day(POSTS, MORNING.replace(tzinfo=None))


def test_only_files_can_be_filed() -> None:
    with pytest.raises(ValueError, match="forum does not come as a file"):
        Day(POSTS, MORNING).filed(Channel.FORUM)
