"""Crawls one source once, under the process's reactor, and says what came of it."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from crawlers import reactor
from crawlers.crawl import Crawl, Tally
from crawlers.items import Found
from crawlers.pipelines import Delivery
from crawlers.settings import settings_for
from crawlers.spiders.api import ApiSpider
from crawlers.spiders.feed import FeedSpider
from crawlers.spiders.listing import ListingSpider
from huiying.clock import Clock
from huiying.failures import Misconfigured
from huiying.post import RawPost
from huiying.source import Seen, Source

SPIDERS: dict[str, type[Spider]] = {"listing": ListingSpider, "feed": FeedSpider, "api": ApiSpider}
"""Every kind of spider by the name that `config/sources.yaml` uses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What one crawl came to. `failed`: the source as a whole; `error`: what went wrong first, in Chinese."""

    source: str
    new: int
    delivered: int
    failed: bool
    error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a source would give today, and what went wrong on the way."""

    posts: tuple[RawPost, ...]
    errors: tuple[str, ...]


async def crawl(
    source: Source, memory: Mapping[str, Seen], delivery: Delivery, clock: Clock, *, first: bool
) -> Report:
    """Crawl this source once; a cancelled crawl stops asking, hands over what it has and then ends."""
    spider = SPIDERS.get(source.spider)
    if spider is None:
        raise Misconfigured(f"信源“{source.name}”的 spider“{source.spider}”应为以下之一：{'、'.join(SPIDERS)}")
    run = Crawl(source, memory, clock, first=first)
    await _run_scrapy(spider, run, delivery)
    return _report(run)


def crawl_once(source: Source, clock: Clock, *, at_most: int | None = None) -> Preview:
    """What this source would give today; nothing is published or remembered."""
    limited = replace(source, max_posts=min(at_most or source.max_posts, source.max_posts), recheck_minutes=0)
    collected = _Collected()

    async def preview() -> Tally:
        run = Crawl(limited, {}, clock, first=False)
        await _run_scrapy(SPIDERS[source.spider], run, collected)
        return run.tally

    tally = reactor.run(preview())
    errors = [f"{problem.url}：{problem.words}" for problem in tally.problems]
    if not errors and _nothing_listed(source, tally):
        errors = [_NOTHING_LISTED]
    return Preview(posts=tuple(collected.posts), errors=tuple(errors))


class _Collected:
    """A delivery that only looks."""

    def __init__(self) -> None:
        self.posts: list[RawPost] = []

    async def deliver(self, found: Sequence[Found]) -> int:
        self.posts += [one.post for one in found]
        return len(found)

    async def remember(self, marks: Sequence[Seen]) -> None:
        pass


async def _run_scrapy(spider: type[Spider], run: Crawl, delivery: Delivery) -> None:
    logging.getLogger("scrapy").setLevel(logging.ERROR)  # what goes wrong is told by the tally, once, in words
    crawler = Crawler(spider, Settings(settings_for(run.source)))
    scrapy = asyncio.ensure_future(crawler.crawl_async(crawl=run, delivery=delivery))
    try:
        await asyncio.shield(scrapy)
    except asyncio.CancelledError:
        await crawler.stop_async()
        await scrapy
    if crawler.stats.get_value("finish_reason") == "closespider_timeout":
        run.trouble(run.source.url, "抓取时间过长，这次只取到一部分。请减小 max_posts 或 delay_seconds")
    if crawler.stats.get_value("spider_exceptions/count") or run.tally.lost:
        run.trouble(run.source.url, "程序处理页面时出错，详情见日志。这些帖文下次再取")


_NOTHING_LISTED = "页面能打开，但没有找到文章链接：网站版式可能已变。请核对地址与 sources.yaml 中的 link_pattern"


def _nothing_listed(source: Source, tally: Tally) -> bool:
    return source.spider == "listing" and tally.reached and not tally.listed


def _report(run: Crawl) -> Report:
    source, tally = run.source, run.tally
    words = [problem.words for problem in tally.problems]
    nothing = _nothing_listed(source, tally)
    if nothing:
        words.append(_NOTHING_LISTED)
    failed = not tally.reached or nothing or tally.lost > 0 or tally.layout_changed or run.fruitless
    error = words[0] if words else ("网站没有给出任何内容" if failed else None)
    if error and len(words) > 1:
        error = f"{error}（另有 {len(words) - 1} 处问题）"
    return Report(source=source.name, new=tally.new, delivered=tally.delivered, failed=failed, error=error)


FORGET_AFTER = timedelta(days=180)
"""An address that a source has not shown for so long is forgotten."""
