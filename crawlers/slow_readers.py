"""A second opinion on a doubtful page: GNE, and readability where GNE finds nothing."""

import re

from gne import GeneralNewsExtractor
from gne.exceptions import NoContentException
from lxml import etree, html
from readability import Document
from readability.readability import Unparseable

from crawlers.passages import Body, passages_of

_LARGEST_PAGE = 500_000
_SHORTEST_ARTICLE = 60
_TRIPS = (ValueError, TypeError, AttributeError, AssertionError, IndexError, KeyError, RecursionError)
"""What both readers raise on odd pages (no body, no text, too deep)."""
_LEAST_PROSE = 40
_MARKS = re.compile(r"[，。！？；：,.!?]")


def second_opinion(source: str, first: Body) -> str:
    """The text of a page that the fast way was not sure of; its own finding stands if it alone is prose."""
    if len(source) > _LARGEST_PAGE:  # both readers take time by the square of the page
        return first.text
    text = _by_gne(source)
    if len(text) < _SHORTEST_ARTICLE or not _MARKS.search(text):
        text = _by_readability(source) or text
    if _prose(text) >= _LEAST_PROSE:
        return text
    return first.text if _prose(first.text) else ""


def _prose(text: str) -> int:
    return sum(len(line) for line in text.splitlines() if len(_MARKS.findall(line)) >= 2)


def _by_gne(source: str) -> str:
    try:
        return str(GeneralNewsExtractor().extract(source)["content"]).strip()
    except (NoContentException, etree.LxmlError, *_TRIPS):
        return ""  # readability is next


def _by_readability(source: str) -> str:
    try:
        summary = Document(source).summary(html_partial=True)
        return "\n".join(
            passage.text for passage in passages_of(html.fragment_fromstring(summary, create_parent="div"))
        )
    except (Unparseable, etree.LxmlError, *_TRIPS):
        return ""
