"""One run of one source: what is known before it, what went well and what went wrong while it ran."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawlers.items import Found
from crawlers.problems import Problem, explain
from huiying.clock import Clock
from huiying.post import RawPost
from huiying.source import Seen, Source, address_digest

NOT_MODIFIED = 304
_TELLING_PAGES = 2
_TRY_AGAIN_AFTER = timedelta(minutes=5)


@dataclass(slots=True)
class Tally:
    """What one run came to, as the spider and the pipeline count it."""

    listed: int = 0
    fetched: int = 0
    empty: list[Seen] = field(default_factory=list)
    delivered: int = 0
    new: int = 0
    lost: int = 0
    reached: bool = False
    problems: list[Problem] = field(default_factory=list)
    marks: list[Seen] = field(default_factory=list)
    """Addresses to remember when all posts are delivered, though they gave none: unchanged, refused, lists."""

    @property
    def layout_changed(self) -> bool:
        """Whether several articles were fetched and none had words."""
        return self.fetched >= _TELLING_PAGES and len(self.empty) == self.fetched


class Crawl:
    """The run of one source that a spider works for."""

    def __init__(self, source: Source, memory: Mapping[str, Seen], clock: Clock, *, first: bool) -> None:
        self.source = source
        self.clock = clock
        self.tally = Tally()
        self._memory = memory
        self._history = first and source.history_on_first_crawl
        self._recheck = timedelta(minutes=source.recheck_minutes)
        self._asked: set[str] = set()

    def request(self, url: str, callback: Callable[..., Any], *, known: Seen | None = None) -> Request:
        """A request whose failure is noted; with `known`, a conditional one that may come back as 304."""
        return Request(
            url,
            callback=callback,
            errback=self.failed,
            dont_filter=True,  # a redirect loop must run into its limit, not vanish in the duplicates' filter
            meta={"known": known, "handle_httpstatus_list": [NOT_MODIFIED]},
        )

    def seen(self, address: str) -> Seen | None:
        """What is remembered of an address from earlier runs."""
        return self._memory.get(address_digest(address))

    def wanted(self, address: str) -> bool:
        """Whether an article is to be fetched: never seen, or not looked at for long; asked once per run."""
        if address in self._asked or len(self._asked) >= self.source.max_posts:
            return False
        known = self.seen(address)
        if known is not None and self.clock.now() - known.seen_at < self._recheck:
            return False
        self._asked.add(address)
        return True

    def mark(self, address: str, response: Response | None = None) -> Seen:
        """The mark for an address, with what the response says for a conditional GET."""
        return Seen(
            address=address,
            etag=_header(response, b"ETag"),
            last_modified=_header(response, b"Last-Modified"),
            seen_at=self.clock.now(),
        )

    def unchanged(self, address: str) -> None:
        """The site says that this has not changed since; it is looked at again after the recheck time."""
        known = self.seen(address)
        etag, modified = (known.etag, known.last_modified) if known else (None, None)
        self.tally.marks.append(Seen(address=address, etag=etag, last_modified=modified, seen_at=self.clock.now()))

    def same_list(self, response: Response) -> bool:
        """Whether the source answered that its list of entries has not changed; that is then all there is to do."""
        if response.status != NOT_MODIFIED:
            return False
        self.tally.reached = True
        self.tally.listed += 1
        self.unchanged(self.source.url)
        return True

    def entry(self, post: RawPost) -> Found | None:
        """An entry of a feed or an interface as found; None where exactly these words were taken before."""
        address = post.key or post.url or f"{post.title}\n{post.text}\n{post.published}"
        words = hashlib.sha256(f"{post.title}\n{post.text}".encode("utf-8", "surrogatepass")).hexdigest()
        self.tally.listed += 1
        known = self.seen(address)
        if known is not None and known.etag == words:
            return None
        mark = Seen(address=address, etag=words, seen_at=self.clock.now())
        return Found(post=post, where=post.url or self.source.url, mark=mark)

    def post(self, **parts: Any) -> RawPost:
        """A raw post of this source."""
        return RawPost(source=self.source.name, source_kind=self.source.kind, first_crawl=self._history, **parts)

    @property
    def fruitless(self) -> bool:
        """Whether several articles were asked for and not one came."""
        tally = self.tally
        return tally.reached and len(self._asked) >= _TELLING_PAGES and len(tally.problems) >= len(self._asked)

    def settle(self) -> None:
        """At the end: let articles without words be, unless there are only such, which says the layout changed."""
        tally = self.tally
        if tally.layout_changed:
            self.trouble(self.source.url, "文章都没有取到正文：网站版式可能已变。请核对 sources.yaml 中的 selectors")
            return
        for mark in tally.empty:
            self.trouble(mark.address, "这一页没有取到正文", lasting=True)

    def trouble(self, url: str, words: str, *, lasting: bool = False) -> None:
        """Note what went wrong, in words for people.

        An article is tried again after some minutes, with a `lasting` trouble only after the recheck time.
        """
        self.tally.problems.append(Problem(url=url, words=words))
        if url not in self._asked:
            return
        back = timedelta(0) if lasting else max(timedelta(0), self._recheck - _TRY_AGAIN_AFTER)
        self.tally.marks.append(replace(self.mark(url), seen_at=self.clock.now() - back))

    def failed(self, failure: Failure) -> None:
        """Scrapy's errback: a request came to nothing."""
        request = getattr(failure, "request", None)
        url = request.url if request is not None else self.source.url
        asked_for = request.meta.get("redirect_urls", [url])[0] if request is not None else url
        explained = explain(failure.value or RuntimeError("no reason given"))
        self.trouble(asked_for, explained.words, lasting=explained.lasting)


def _header(response: Response | None, name: bytes) -> str | None:
    value = response.headers.get(name) if response is not None else None
    return value.decode("latin-1")[:500] if value else None
