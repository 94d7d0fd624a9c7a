"""A page → its article: title, text, time and encoding.

The page is parsed once. A source's own selectors win; else the fast way (`passages.py`) takes every page that is
plainly an article, and a doubtful page goes to GNE, with readability as its fallback.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.etree import _Element as Element

from crawlers.decoding import decode
from crawlers.passages import Body, Passage, choose_body, passages_of, short_text
from crawlers.published import published_at, sensible
from crawlers.slow_readers import second_opinion
from huiying.clock import Clock, SystemClock
from huiying.moments import read_moment

DOUBTFUL_BELOW = 0.4
"""A body chosen with less certainty than this is read again the slow way."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SITE_NAME = re.compile(r"\s*(?:[_|｜丨«»]|\s[-–—]+\s|[-–—]{1,2})\s*")
_SPACE = re.compile(r"\s+")
_LONGEST_TITLE = 120
_GARBAGE_SHARE = 0.03
_NO_TEXT = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_OVERLONG_TAG = re.compile(r"<[a-zA-Z][^<>]{4000,}>?")
"""Pictures inside the page, and tags with thousands of attributes, whose parsing takes time by their square."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """What a page says: `text` in lines, `published_at` in UTC or None, `encoding` as it was read."""

    title: str
    text: str
    published_at: datetime | None
    encoding: str

    def as_json(self) -> dict[str, str | None]:
        """The line that `huiying extract` prints."""
        moment = self.published_at.isoformat() if self.published_at else None
        return {"title": self.title, "text": self.text, "published_at": moment, "encoding": self.encoding}


def extract(
    page: bytes | str,
    *,
    url: str | None = None,
    selectors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    encoding: str | None = None,
    clock: Clock | None = None,
) -> Article:
    """The article of a page. `selectors` (css) may name `title`, `text` and `time`; `encoding` is only a hint."""
    source, found_encoding = (page, "utf-8") if isinstance(page, str) else decode(page, headers, encoding)
    source = _OVERLONG_TAG.sub("", source)
    now = (clock or SystemClock()).now()
    tree = None if _is_garbage(source) else parse(source)
    if tree is None:
        return Article(title="", text="", published_at=None, encoding=found_encoding)
    chosen = dict(selectors or {})
    passages = passages_of(tree)
    own_text = _selected(tree, chosen.get("text"))
    body = choose_body(passages)
    text = own_text or body.text
    if not own_text and body.certainty < DOUBTFUL_BELOW:
        # Where the source's own place for the text is missing, only a plain article is believed: no footer is a post.
        text = "" if chosen.get("text") else second_opinion(source, body) or short_text(passages)
    title = _selected(tree, chosen.get("title")).replace("\n", " ") or _title(tree)
    own_time = _selected(tree, chosen.get("time"))
    moment = sensible(read_moment(own_time, now), now) if own_time else None
    if moment is None:
        lines = [own_time, *_datelines(passages, body)] if own_time else _datelines(passages, body)
        moment = published_at(tree, lines, html=source, url=url, now=now)
    return Article(title=title, text=text, published_at=moment, encoding=found_encoding)


def _is_garbage(source: str) -> bool:
    """Whether this was no text at all: a picture or a program where a page should be."""
    return len(_NO_TEXT.findall(source)) > _GARBAGE_SHARE * len(source)


def parse(source: str) -> Element | None:
    """The page as a tree; None where there is nothing in it to parse."""
    clean = _NOT_IN_XML.sub("", _XML_DECLARATION.sub("", source, count=1))
    if not clean.strip():
        return None
    try:
        # Not lxml.html: its elements are made by a lookup in Python, a third slower over a whole page.
        return etree.fromstring(clean.encode(), parser=etree.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def text_of_fragment(fragment: str) -> str:
    """The words of a piece of HTML (a feed's summary, a field of an interface) in lines."""
    if "<" not in fragment and "&" not in fragment:
        return fragment.strip()
    tree = parse(fragment)
    return "" if tree is None else "\n".join(passage.text for passage in passages_of(tree))


def css(selector: str) -> CSSSelector:
    """A compiled css selector; `SelectorError` where it is not one."""
    return _compiled(selector)


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _selected(tree: Element, selector: str | None) -> str:
    if not selector:
        return ""
    lines = (passage.text for found in css(selector)(tree) for passage in passages_of(found))
    return "\n".join(lines)


def _title(tree: Element) -> str:
    """The heading that the page's title begins with or holds; else that title without the site's name."""
    page_title = _squeeze("".join(next((t.itertext() for t in tree.iter("title")), ())))
    headings = [_squeeze("".join(heading.itertext())) for heading in tree.iter("h1", "h2", "h3")]
    squashed = _SPACE.sub("", page_title)
    parts = [part for part in _SITE_NAME.split(page_title) if part]
    fitting = [
        heading
        for heading in headings
        if heading in parts[:1] or (len(heading) >= 4 and _SPACE.sub("", heading) in squashed)
    ]
    if fitting:
        return max(fitting, key=len)[:_LONGEST_TITLE]
    for meta in tree.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() in {"og:title", "articletitle"}:
            return _squeeze(meta.get("content") or "")[:_LONGEST_TITLE] or page_title[:_LONGEST_TITLE]
    if not page_title:
        return headings[0][:_LONGEST_TITLE] if headings else ""
    first = next((part for part in parts if len(part) >= 6), page_title)
    return first[:_LONGEST_TITLE]


def _squeeze(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _datelines(passages: list[Passage], body: Body) -> Iterator[str]:
    """Passages that may bear the date: those just before the article, nearest first, then its own, then the rest."""
    if not body.passages:
        yield from (passage.text for passage in passages)
        return
    first = next(place for place, passage in enumerate(passages) if passage is body.passages[0])
    yield from (passage.text for passage in reversed(passages[max(0, first - 12) : first + 1]))
    yield from (passage.text for passage in passages[first + 1 :])
