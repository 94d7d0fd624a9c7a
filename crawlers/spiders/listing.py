"""Spider `listing`: an index page and the articles it links to."""

import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.etree import _Element as Element
from scrapy import Request, Spider
from scrapy.http import Response, TextResponse

from crawlers.article import css, extract, parse
from crawlers.crawl import NOT_MODIFIED, Crawl
from crawlers.decoding import decode
from crawlers.items import Found
from crawlers.pipelines import Delivery

_ARTICLE_PATH = re.compile(
    r"\d{4,}|/t\d{6,8}_|[/_-]\d{4}[/_-]?\d{2}|[0-9a-f]{16,}|\d+\.s?html?$|[?&](?:id|aid|tid|nid)=", re.IGNORECASE
)
_LIST_PATH = re.compile(r"/(?:index|list|more|default)[_\d]*\.\w{3,5}$|/$", re.IGNORECASE)
_SHORTEST_HEADLINE = 8
_MOST_LISTS = 5


class ListingSpider(Spider):
    """Reads the index, then every article on it that is new or has not been looked at for long."""

    name = "listing"

    def __init__(self, crawl: Crawl, delivery: Delivery) -> None:
        super().__init__()
        self.crawl = crawl
        self.delivery = delivery
        self._lists = 0

    async def start(self) -> AsyncIterator[Request]:
        """The index page, never conditional: an unchanged list may still lead to a changed article."""
        yield self.crawl.request(self.crawl.source.url, self.parse_list)

    def parse_list(self, response: Response) -> Iterator[Request]:
        """Requests for the articles, and for the next page while this one brings something new."""
        self._lists += 1
        text, _ = decode(response.body, _content_type(response), self.crawl.source.encoding)
        tree = parse(text)
        self.crawl.tally.reached = True
        links = list(article_links(tree, response.url, self.crawl.source.link_pattern)) if tree is not None else []
        self.crawl.tally.listed += len(links)
        wanted = [link for link in links if self.crawl.wanted(link)]
        for link in wanted:
            yield self.crawl.request(link, self.parse_article, known=self.crawl.seen(link))
        next_page = self._next_page(tree, response.url) if tree is not None and wanted else None
        if next_page and self._lists < _MOST_LISTS:
            yield self.crawl.request(next_page, self.parse_list)

    def parse_article(self, response: Response) -> Iterator[Found]:
        """The article as a raw post; its key is the address that the index gave."""
        crawl = self.crawl
        asked_for = (response.meta.get("redirect_urls") or [response.url])[0]
        if response.status == NOT_MODIFIED:
            crawl.unchanged(asked_for)
            return
        if not isinstance(response, TextResponse):
            crawl.trouble(asked_for, "链接到的不是网页（如附件下载），未取", lasting=True)
            return
        crawl.tally.fetched += 1
        article = extract(
            response.body,
            url=response.url,
            selectors=crawl.source.selectors,
            headers=_content_type(response),
            encoding=crawl.source.encoding,
            clock=crawl.clock,
        )
        mark = crawl.mark(asked_for, response)
        if not article.text:
            crawl.tally.empty.append(mark)
            return
        post = crawl.post(
            key=asked_for, url=asked_for, title=article.title, text=article.text, published=article.published_at
        )
        yield Found(post=post, where=asked_for, mark=mark)

    def _next_page(self, tree: Element, base: str) -> str | None:
        selector = self.crawl.source.selectors.get("next")
        found = css(selector)(tree) if selector else []
        return urljoin(base, found[0].get("href")) if found and found[0].get("href") else None


def article_links(tree: Element, base: str, pattern: str | None) -> Iterator[str]:
    """Addresses of articles on an index page, in its order: those fitting the pattern, else those that look so."""
    base_element = tree.find(".//base")
    base = urljoin(base, base_element.get("href") or "") if base_element is not None else base
    site = _site(base)
    fitting = re.compile(pattern) if pattern else None
    given: set[str] = set()
    for anchor in tree.iter("a"):
        address = _address(anchor.get("href"), base)
        if address is None or address in given:
            continue
        if fitting is None:
            good = _site(address) == site and _looks_like_article(address, anchor)
        else:
            good = fitting.search(address) is not None
        if good:
            given.add(address)
            yield address


def _address(href: str | None, base: str) -> str | None:
    if not href:
        return None
    try:
        address = urldefrag(urljoin(base, href.strip()))[0]
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.hostname else None


def _site(address: str) -> str:
    """The host but for its first label, if enough is left: www.dl.gov.cn and news.dl.gov.cn are one site."""
    host = urlsplit(address).hostname or ""
    labels = host.split(".")
    return ".".join(labels[1:]) if len(labels) > 3 and not labels[-1].isdigit() else host.removeprefix("www.")


def _looks_like_article(address: str, anchor: Element) -> bool:
    headline = (anchor.get("title") or "".join(anchor.itertext()) or "").strip()
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if len(headline) < _SHORTEST_HEADLINE or _LIST_PATH.search(parts.path):
        return False
    return _ARTICLE_PATH.search(path) is not None


def _content_type(response: Response) -> dict[str, str]:
    value = response.headers.get(b"Content-Type")
    return {"Content-Type": value.decode("latin-1")} if value else {}
