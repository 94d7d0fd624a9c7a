"""A source 信源: where posts come from, and how it fares."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from huiying.post import SourceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place that is crawled, as `config/sources.yaml` describes it.

    `spider` is listing, feed or api; `every_minutes` its schedule. `local` allows loopback and private
    addresses, which are refused otherwise.
    `selectors` (css) and `fields` (names in the JSON of an api) override what the spider finds by itself.
    `quiet_after_minutes`: without a new post for so long, the source itself becomes an alert.
    `history_on_first_crawl`: what the first crawl finds is history and never alerts.
    `recheck_minutes`: an article seen before is asked for again, conditionally, after so long.
    `user_agent` is how the office names itself to the site.
    """

    name: str
    title: str
    kind: SourceKind
    spider: str
    url: str
    enabled: bool = False
    every_minutes: float = 10
    quiet_after_minutes: float = 1440
    delay_seconds: float = 1.0
    max_posts: int = 200
    encoding: str | None = None
    local: bool = False
    selectors: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    link_pattern: str | None = None
    robots: bool = True
    history_on_first_crawl: bool = True
    recheck_minutes: float = 360
    user_agent: str = "Huiying/0.1"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceHealth:
    """How a source fared lately; what the sources screen and the silence check read."""

    source: str
    last_run_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_post_at: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    failures_in_a_row: int = 0
    posts: int = 0
    first_crawl_done: bool = False

    def succeeded(self, now: datetime, new_posts: int) -> Self:
        """After a run that reached the source and handed on what it found."""
        return replace(
            self,
            last_run_at=now,
            last_success_at=now,
            last_new_post_at=now if new_posts else self.last_new_post_at,
            failures_in_a_row=0,
            posts=self.posts + new_posts,
            first_crawl_done=True,
        )

    def failed(self, now: datetime, new_posts: int) -> Self:
        """After a run that brought nothing, or not all, of what it should have; `troubled` says why."""
        return replace(
            self,
            last_run_at=now,
            last_new_post_at=now if new_posts else self.last_new_post_at,
            failures_in_a_row=self.failures_in_a_row + 1,
            posts=self.posts + new_posts,
        )

    def troubled(self, now: datetime, error: str) -> Self:
        """With the last thing that went wrong, in words for people; it stays on record when all is well again."""
        return replace(self, last_error=error, last_error_at=now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is remembered of an address that a source gave: when it was taken, and what a conditional GET needs."""

    address: str
    etag: str | None = None
    last_modified: str | None = None
    seen_at: datetime


def address_digest(address: str) -> str:
    """An address as the memory keeps it."""
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
