"""Renders what the sample city's sites answer: HTML in GB2312 and UTF-8, an RSS feed, two JSON interfaces."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader

from console.sample_city.content import Broken, Channel, CityPost
from console.sample_city.day import Day, ago, by_day, in_full, with_seconds
from huiying.clock import BEIJING

_PARAGRAPH = re.compile(r"(?:[^。]{0,200}?。){1,2}|[^。]+")
PLAIN = "text/plain; charset=utf-8"
_ROBOTS = "User-agent: *\nDisallow: /forum/member/\nDisallow: /admin/\n"
_ADDRESSES: Mapping[Channel, re.Pattern[str]] = {
    Channel.GOV: re.compile(r"/gov/art/\d{4}/\d\d/\d\d/art_(\d+)\.html"),
    Channel.NEWS: re.compile(r"/news/a/(\d+)\.html"),
    Channel.FORUM: re.compile(r"/forum/thread-(\d+)-1-1\.html"),
    Channel.FEED: re.compile(r"/radio/(\d+)\.html"),
    Channel.HOTLIST: re.compile(r"/hot/(\d+)\.html"),
}
_ARTICLES: Mapping[Channel, str] = {
    Channel.GOV: "gov_article.html",
    Channel.NEWS: "news_article.html",
    Channel.FORUM: "forum_thread.html",
    Channel.FEED: "news_article.html",
    Channel.HOTLIST: "news_article.html",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """An answer of the sample city: its bytes, what it declares itself to be, and when it last changed."""

    body: bytes
    content_type: str
    changed_at: datetime | None = None
    status: int = 200


class Pages:
    """The sites of the sample city as they stand at a moment."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._templates = Environment(loader=PackageLoader("console.sample_city"), autoescape=True)
        self._fronts: Mapping[str, Callable[[datetime, str], Page]] = {
            "/gov/": self._gov_index,
            "/news/": self._news_index,
            "/forum/": self._forum_index,
            "/feed.xml": self._feed,
            "/api/hot.json": self._hotlist,
            "/api/hotline.json": self._hotline,
            "/robots.txt": _robots,
        }

    def answer(self, path: str, now: datetime, base: str) -> Page | None:
        """The page at a path by now; None where there is none (yet)."""
        front = self._fronts.get(path)
        if front is not None:
            return front(now, base)
        for channel, pattern in _ADDRESSES.items():
            found = pattern.fullmatch(path)
            if found is not None:
                return self._article(channel, found[1], path, now)
        return None

    def path_of(self, post: CityPost) -> str | None:
        """Where a post has its own page; None for what the hotline or a file holds."""
        number = self.key_of(post)
        match post.channel:
            case Channel.GOV:
                local = self._day.moment(post).astimezone(BEIJING)
                return f"/gov/art/{local:%Y/%m/%d}/art_{number}.html"
            case Channel.NEWS:
                return f"/news/a/{number}.html"
            case Channel.FORUM:
                return f"/forum/thread-{number}-1-1.html"
            case Channel.FEED:
                return f"/radio/{number}.html"
            case Channel.HOTLIST:
                return f"/hot/{number}.html"
            case _:
                return None

    def key_of(self, post: CityPost) -> str:
        """The number under which a site or the hotline keeps a post."""
        return f"{self._day.stamp}{post.number:03d}"

    def _article(self, channel: Channel, key: str, path: str, now: datetime) -> Page | None:
        stamp, number = key[:-3], key[-3:]
        post = self._day.find(channel, int(number), now) if stamp == self._day.stamp else None
        if post is None or self.path_of(post) != path:
            return None
        if post.broken is Broken.ERROR:
            return Page(body="数据库连接失败，请稍后再试。".encode(), content_type=PLAIN, status=500)
        template = "news_malformed.html" if post.broken is Broken.MALFORMED else _ARTICLES[channel]
        rendered = self._templates.get_template(template).render(item=self._item(post, now))
        return _html(rendered, channel, self._day.moment(post))

    def _gov_index(self, now: datetime, base: str) -> Page:
        return self._index("gov_index.html", Channel.GOV, now, base)

    def _news_index(self, now: datetime, base: str) -> Page:
        return self._index("news_index.html", Channel.NEWS, now, base)

    def _forum_index(self, now: datetime, base: str) -> Page:
        return self._index("forum_index.html", Channel.FORUM, now, base)

    def _index(self, template: str, channel: Channel, now: datetime, base: str) -> Page:
        posts = self._day.published(channel, now)
        items = [self._item(post, now) for post in posts]
        rendered = self._templates.get_template(template).render(items=items, base=base)
        return _html(rendered, channel, self._newest(posts))

    def _feed(self, now: datetime, base: str) -> Page:
        posts = self._day.published(Channel.FEED, now)
        items = [self._item(post, now) for post in posts]
        rendered = self._templates.get_template("feed.xml").render(items=items, base=base)
        return Page(
            body=rendered.encode(),
            content_type="application/rss+xml; charset=utf-8",
            changed_at=self._newest(posts),
        )

    def _hotlist(self, now: datetime, base: str) -> Page:
        posts = self._day.published(Channel.HOTLIST, now)
        rows = [
            {
                "id": self.key_of(post),
                "title": post.title,
                "hot": post.hot,
                "url": f"{base}{self.path_of(post)}",
                "time": int(self._day.moment(post).timestamp() * 1000),
            }
            for post in sorted(posts, key=lambda post: -post.hot)
        ]
        return _json({"code": 200, "data": rows}, self._newest(posts))

    def _hotline(self, now: datetime, _base: str) -> Page:
        posts = self._day.published(Channel.HOTLINE, now)
        records = [
            {
                "orderNo": f"DL{self.key_of(post)}",
                "title": post.title,
                "content": post.text,
                "callTime": with_seconds(self._day.moment(post)),
                "orderType": post.ask,
                "district": post.area,
            }
            for post in posts
        ]
        return _json({"success": True, "result": {"total": len(records), "records": records}}, self._newest(posts))

    def _newest(self, posts: list[CityPost]) -> datetime | None:
        return self._day.moment(posts[0]) if posts else None

    def _item(self, post: CityPost, now: datetime) -> dict[str, object]:
        moment = self._day.moment(post)
        return {
            "path": self.path_of(post),
            "title": post.title,
            "author": post.author,
            "lines": [] if post.broken is Broken.EMPTY else _lines(post),
            "ago": ago(moment, now),
            "by_day": by_day(moment, now),
            "full": in_full(moment),
            "day": f"{moment.astimezone(BEIJING):%Y-%m-%d}",
            "seconds": with_seconds(moment),
            "feed_date": format_datetime(moment.astimezone(BEIJING)),
        }


def _lines(post: CityPost) -> Iterable[str]:
    text = post.text or post.title
    if post.channel in (Channel.GOV, Channel.NEWS):
        return _PARAGRAPH.findall(text)
    return [text]


def _html(rendered: str, channel: Channel, changed_at: datetime | None) -> Page:
    """The government's old site says its encoding in the page only, as such sites do."""
    if channel is Channel.GOV:
        return Page(body=rendered.encode("gb2312"), content_type="text/html", changed_at=changed_at)
    return Page(body=rendered.encode(), content_type="text/html; charset=utf-8", changed_at=changed_at)


def _json(tree: Mapping[str, object], changed_at: datetime | None) -> Page:
    body = json.dumps(tree, ensure_ascii=False).encode()
    return Page(body=body, content_type="application/json; charset=utf-8", changed_at=changed_at)


def _robots(_now: datetime, _base: str) -> Page:
    return Page(body=_ROBOTS.encode(), content_type=PLAIN)
