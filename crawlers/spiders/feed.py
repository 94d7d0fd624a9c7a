"""Spider `feed`: RSS (0.9 to 2.0) and Atom."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from scrapy import Request, Spider
from scrapy.http import Response

from crawlers.article import text_of_fragment
from crawlers.crawl import Crawl
from crawlers.decoding import decode
from crawlers.items import Found
from crawlers.pipelines import Delivery
from huiying.moments import read_moment

_ENTRIES = frozenset({"item", "entry"})
_TEXTS = ("encoded", "content", "description", "summary")
_TIMES = ("pubdate", "published", "issued", "date", "updated")
_KEYS = ("guid", "id")
_AUTHORS = ("creator", "author")


class FeedSpider(Spider):
    """Reads a feed; every entry is a post."""

    name = "feed"

    def __init__(self, crawl: Crawl, delivery: Delivery) -> None:
        super().__init__()
        self.crawl = crawl
        self.delivery = delivery

    async def start(self) -> AsyncIterator[Request]:
        """The feed itself, conditional where it told how."""
        url = self.crawl.source.url
        yield self.crawl.request(url, self.parse_feed, known=self.crawl.seen(url))

    def parse_feed(self, response: Response) -> Iterator[Found]:
        """The entries as raw posts."""
        crawl = self.crawl
        if crawl.same_list(response):
            return
        content_type = (response.headers.get(b"Content-Type") or b"").decode("latin-1")
        text, _ = decode(response.body, {"Content-Type": content_type}, crawl.source.encoding)
        try:
            entries = read_feed(text)
        except FeedRefused as refused:
            crawl.trouble(crawl.source.url, str(refused))
            return
        crawl.tally.reached = True
        for entry in entries[: crawl.source.max_posts]:
            found = self._found(entry, response.url)
            if found is not None:
                yield found
        crawl.tally.marks.append(crawl.mark(crawl.source.url, response))

    def _found(self, entry: dict[str, str], base: str) -> Found | None:
        title = text_of_fragment(entry.get("title", "")).replace("\n", " ")
        text = next((words for name in _TEXTS if (words := text_of_fragment(entry.get(name, "")))), "")
        if not title and not text:
            return None
        keys = [entry[name] for name in _KEYS if entry.get(name)]
        link = entry.get("link") or next((key for key in keys if key.startswith("http")), "")
        url = urljoin(base, link) if link else None
        written = next((entry[name] for name in _TIMES if entry.get(name)), "")
        post = self.crawl.post(
            key=keys[0] if keys else url,
            url=url,
            title=title,
            text=text or title,
            published=read_moment(written, self.crawl.clock.now()) if written else None,
            author=next((entry[name] for name in _AUTHORS if entry.get(name)), None),
        )
        return self.crawl.entry(post)


class FeedRefused(ValueError):
    """What came is not a feed, or not a harmless one; the message says so in Chinese."""


def read_feed(text: str) -> list[dict[str, str]]:
    """The entries of a feed as names (lower case, no prefix) and words; entities of its own are refused, not read."""
    if "<!ENTITY" in text:
        raise FeedRefused("订阅源内含实体声明（可能是恶意内容），已拒收。请与对方单位联系")
    source = text.lstrip("\ufeff \t\r\n")
    if source.startswith("<?xml"):
        source = source.partition("?>")[2]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or _local_name(root) not in {"rss", "feed", "rdf"}:
        raise FeedRefused("取到的不是 RSS 或 Atom 订阅源。请在浏览器中打开核对地址")
    return [_entry(element) for element in root.iter() if _local_name(element) in _ENTRIES]


def _local_name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _entry(element: Any) -> dict[str, str]:
    read: dict[str, str] = {}
    for child in element:
        name = _local_name(child)
        words = _words(child).strip()
        if name == "link" and child.get("href"):
            if child.get("rel", "alternate") == "alternate":
                read.setdefault("link", child.get("href"))
        elif name and words:
            read.setdefault(name, words)
    return read


def _words(element: Any) -> str:
    """The element's text; XHTML inside it (Atom) as HTML, for its lines."""
    if len(element) and element.get("type") == "xhtml":
        return str(etree.tostring(element, encoding="unicode", with_tail=False))
    return "".join(element.itertext(with_tail=True))
