"""The sample city's day: which posts are out by now, when they were said, and how a Chinese site writes that."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from console.sample_city.content import FILED, Channel, CityPost
from huiying.clock import BEIJING


class Day:
    """A day of posts laid out around the moment at which the demonstration starts."""

    def __init__(self, posts: Sequence[CityPost], started_at: datetime) -> None:
        if started_at.tzinfo is None:
            raise ValueError(f"{started_at.isoformat()} has no time zone")
        self._posts = tuple(sorted(posts, key=lambda post: (post.at, post.number), reverse=True))
        self._started_at = started_at.replace(microsecond=0)
        self._by_number = {post.number: post for post in posts}

    @property
    def stamp(self) -> str:
        """Digits that go into addresses and order numbers, so that a later start is another day."""
        return f"{self._started_at.astimezone(BEIJING):%y%m%d%H%M}"

    def moment(self, post: CityPost) -> datetime:
        """When the post was said."""
        return self._started_at + post.at

    def published(self, channel: Channel, now: datetime) -> list[CityPost]:
        """What is out on a channel by now, newest first."""
        return [post for post in self._posts if post.channel is channel and self.moment(post) <= now]

    def filed(self, channel: Channel) -> list[CityPost]:
        """What a file of this channel holds, oldest first."""
        if channel not in FILED:
            raise ValueError(f"{channel} does not come as a file")
        return [post for post in reversed(self._posts) if post.channel is channel]

    def find(self, channel: Channel, number: int, now: datetime) -> CityPost | None:
        """A post by its number, None where there is none or it is not out yet."""
        post = self._by_number.get(number)
        if post is None or post.channel is not channel or self.moment(post) > now:
            return None
        return post


def end_of(posts: Sequence[CityPost]) -> timedelta:
    """How long after the start the last post comes."""
    return max((post.at for post in posts), default=timedelta())


def ago(moment: datetime, now: datetime) -> str:
    """As forums write it: 3分钟前, 今天 08:15, 昨天 21:03, 2026年11月22日 08:15."""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 1)}分钟前"
    return by_day(moment, now)


def by_day(moment: datetime, now: datetime) -> str:
    """As forums write it under an article: 今天 08:15, 昨天 21:03, 2026年11月22日 08:15."""
    local, today = moment.astimezone(BEIJING), now.astimezone(BEIJING).date()
    if local.date() == today:
        return f"今天 {local:%H:%M}"
    if local.date() == today - timedelta(days=1):
        return f"昨天 {local:%H:%M}"
    return in_full(moment)


def in_full(moment: datetime) -> str:
    """As offices write it: 2026年11月24日 08:15."""
    local = moment.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def with_seconds(moment: datetime) -> str:
    """As databases write it, in Beijing time without saying so: 2026-11-24 08:15:33."""
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
