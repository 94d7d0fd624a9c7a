"""A source 信源: where posts come from, and how it fares."""

from dataclasses import dataclass, field
from datetime import datetime

from huiying.post import SourceKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One place that is crawled, as `config/sources.yaml` describes it.

    `spider` is listing, feed or api; `every_minutes` its schedule. `local` allows loopback and private
    addresses, which are refused otherwise.
    `selectors` (css) and `fields` (names in the JSON of an api) override what the spider finds by itself.
    `quiet_after_minutes`: without a new post for so long, the source itself becomes an alert.
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
