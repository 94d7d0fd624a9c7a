"""When a page says it was published: its own marks first, htmldate last, and nothing that cannot be true."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from htmldate import find_date
from lxml.etree import LxmlError
from lxml.etree import _Element as Element

from huiying.clock import BEIJING
from huiying.moments import read_moment

_META_WORDS = (
    "article:published_time og:published_time og:release_date publishdate pubdate publish_date published_time "
    "publish-date datepublished dc.date dc.date.issued dcterms.created publication_date firstpublishedtime "
    "weibo:article:create_at bytedance:published_time apub:time"
)
_META_NAMES = frozenset(_META_WORDS.split())
_WRITTEN = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)\s?日?"
    r"(?:\s*(?:T|星期.|周.)?\s*(?:凌晨|早上|上午|中午|下午|晚上)?\s*\d{1,2}\s?[:：时]\s?\d{1,2}(?:\s?[:：分]\s?\d{1,2}(?!\d))?分?)?"
)
_TODAY_BANNER = re.compile(r"今天是|现在是|今日|copyright|©|版权|备案|ICP", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"[/_-]((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)|/t((?:19|20)\d{6})_"
)
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_LONGEST_DATELINE = 160


def sensible(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment unless it cannot be true: before there was a public web here, or more than a day ahead."""
    if moment is None or not _EARLIEST <= moment <= now + timedelta(days=1):
        return None
    return moment


def published_at(
    tree: Element, datelines: Iterable[str], *, html: str, url: str | None, now: datetime
) -> datetime | None:
    """The page's time of publication in UTC, None where it names none that can be true.

    `datelines` are the page's short passages in reading order, those before and around the article first.
    """
    for written in _from_marks(tree):
        moment = sensible(read_moment(written, now), now)
        if moment is not None:
            return moment
    moment = _from_datelines(datelines, now) or _from_address(url, now)
    return moment or _from_htmldate(html, url, now)


def _from_marks(tree: Element) -> Iterator[str]:
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = meta.get("content")
        if content and name.lower() in _META_NAMES:
            yield content
    for marked in tree.iter("time"):
        written = marked.get("datetime") or marked.text
        if written:
            yield written


def _from_datelines(datelines: Iterable[str], now: datetime) -> datetime | None:
    """The first writing with a clock, else the first with a day only."""
    day_only: datetime | None = None
    for line in datelines:
        if len(line) > _LONGEST_DATELINE or _TODAY_BANNER.search(line):
            continue
        for found in _WRITTEN.finditer(line):
            moment = sensible(read_moment(found.group(), now), now)
            if moment is None:
                continue
            if ":" in found.group() or "：" in found.group() or "时" in found.group():
                return moment
            day_only = day_only or moment
    return day_only


def _from_address(url: str | None, now: datetime) -> datetime | None:
    found = _IN_ADDRESS.search(url or "")
    if found is None:
        return None
    digits = found.group(4) or "".join(found.group(1, 2, 3))
    return sensible(read_moment(digits, now), now)


def _from_htmldate(html: str, url: str | None, now: datetime) -> datetime | None:
    """Only asked where the page looks as if it named a date at all: htmldate is slower than everything else here."""
    if not re.search(r"(?:19|20)\d\d", html):
        return None
    try:
        day = find_date(html, url=url, extensive_search=False, original_date=True, max_date=now.date().isoformat())
    except (ValueError, TypeError, AttributeError, LxmlError):
        return None
    return sensible(datetime.fromisoformat(day).replace(tzinfo=BEIJING).astimezone(UTC), now) if day else None
