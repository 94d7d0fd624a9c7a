"""Hands what a spider found to intake, in batches, and remembers an address only after the bus has taken its post."""

from collections.abc import Awaitable, Sequence
from typing import Protocol, Self

from scrapy.crawler import Crawler

from crawlers.crawl import Crawl
from crawlers.items import Found
from huiying.failures import Unavailable
from huiying.source import Seen

_AT_ONCE = 50


class Delivery(Protocol):
    """Where found posts go; it returns when the bus has taken them, and only then are they remembered."""

    def deliver(self, found: Sequence[Found]) -> Awaitable[int]:
        """Take these posts and remember their addresses; how many of them were new. May raise `Unavailable`."""
        ...

    def remember(self, marks: Sequence[Seen]) -> Awaitable[None]:
        """Remember addresses that gave no post."""
        ...


class IntakePipeline:
    """Collects what is found into batches."""

    def __init__(self, crawl: Crawl, delivery: Delivery) -> None:
        self._crawl = crawl
        self._delivery = delivery
        self._waiting: list[Found] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make one: crawl and delivery come with the spider."""
        spider = crawler.spider
        return cls(spider.crawl, spider.delivery)  # type: ignore[union-attr] # every spider here has both

    async def process_item(self, item: Found) -> Found:
        """Keep it until a batch is full."""
        self._waiting.append(item)
        if len(self._waiting) >= _AT_ONCE:
            await self._hand_over()
        return item

    async def close_spider(self) -> None:
        """Hand over the rest; then remember the addresses that gave nothing."""
        await self._hand_over()
        self._crawl.settle()
        tally = self._crawl.tally
        if tally.marks and not tally.lost:
            await self._delivery.remember(tally.marks)

    async def _hand_over(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        tally = self._crawl.tally
        tally.lost += len(batch)
        try:
            tally.new += await self._delivery.deliver(batch)
        except Unavailable as error:
            self._crawl.trouble(self._crawl.source.url, f"系统的存储暂时不可用，这批帖文下次再取（{error}）")
            return
        tally.lost -= len(batch)
        tally.delivered += len(batch)
