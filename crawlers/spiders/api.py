"""Spider `api`: a JSON interface (hot list, RSSHub, a hotline's open interface) read by a map of its fields."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin

import msgspec
from scrapy import Request, Spider
from scrapy.http import Response

from crawlers.article import text_of_fragment
from crawlers.crawl import Crawl
from crawlers.decoding import decode
from crawlers.items import Found
from crawlers.pipelines import Delivery
from huiying.moments import read_moment

FIELDS = ("posts", "id", "title", "text", "url", "time", "engagement", "author")
"""What a source may map: `posts` is where the list stands, the others stand in each of its rows."""


class ApiSpider(Spider):
    """Reads the list; every row is a post."""

    name = "api"

    def __init__(self, crawl: Crawl, delivery: Delivery) -> None:
        super().__init__()
        self.crawl = crawl
        self.delivery = delivery

    async def start(self) -> AsyncIterator[Request]:
        """The interface's address, conditional where it told how."""
        url = self.crawl.source.url
        yield self.crawl.request(url, self.parse_rows, known=self.crawl.seen(url))

    def parse_rows(self, response: Response) -> Iterator[Found]:
        """The rows as raw posts."""
        crawl = self.crawl
        if crawl.same_list(response):
            return
        text, _ = decode(response.body, declared=crawl.source.encoding)
        try:
            rows = value_at(msgspec.json.decode(text.lstrip("\ufeff")), crawl.source.fields.get("posts", ""))
        except (msgspec.DecodeError, RecursionError, ValueError):
            crawl.trouble(crawl.source.url, "接口返回的不是有效的 JSON，或嵌套过深。请在浏览器中打开核对地址")
            return
        if not isinstance(rows, list):
            where = crawl.source.fields.get("posts", "（根）")
            crawl.trouble(crawl.source.url, f"接口返回中 {where} 处没有列表。请核对 sources.yaml 的 fields.posts")
            return
        crawl.tally.reached = True
        for row in rows[: crawl.source.max_posts]:
            found = self._found(row, response.url)
            if found is not None:
                yield found
        crawl.tally.marks.append(crawl.mark(crawl.source.url, response))

    def _found(self, row: Any, base: str) -> Found | None:
        read = {name: self._field(row, name) for name in FIELDS[1:]}
        title = text_of_fragment(read["title"]).replace("\n", " ")
        text = text_of_fragment(read["text"])
        if not title and not text:
            return None
        url = urljoin(base, read["url"]) if read["url"] else None
        post = self.crawl.post(
            key=read["id"] or url,
            url=url,
            title=title,
            text=text or title,
            published=read_moment(read["time"], self.crawl.clock.now()) if read["time"] else None,
            author=read["author"] or None,
            engagement=_count(read["engagement"]),
        )
        return self.crawl.entry(post)

    def _field(self, row: Any, name: str) -> str:
        path = self.crawl.source.fields.get(name, name)
        value = value_at(row, path)
        if value is None or isinstance(value, list | dict | bool):
            return ""
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def value_at(tree: Any, path: str) -> Any:
    """What stands at a dotted path (`data.list`, `items.0.name`); None where nothing does, the whole for no path."""
    for step in path.split(".") if path else ():
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return None
    return tree


def _count(written: str) -> int:
    """A number of readers or replies; 1.2万 and 3亿 as hot lists write them."""
    written = written.strip().replace(",", "")
    times = 1
    if written[-1:] in {"万", "亿"}:
        times = 10_000 if written[-1] == "万" else 100_000_000
        written = written[:-1]
    try:
        return max(0, min(int(float(written) * times), 10**12))
    except (ValueError, OverflowError):
        return 0
