"""Proving a link: the page under it is fetched, hashed and compared with the text that should stand there."""

import hashlib
import html
import http.client
import ipaddress
import re
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from urllib.parse import urlsplit

from huiying.clarification import Text
from huiying.failures import Unavailable
from huiying.policy.publishing import LinkRules
from huiying.publication import LinkCheck

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_AT_ONCE = 65_536
_CHARSET = re.compile(rb"charset=[\"']?([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPage:
    """The bytes of a page, and the words in which they are written."""

    content: bytes
    words: str


def check_link(
    publication: str, link: str, text: Text, rules: LinkRules, now: datetime
) -> tuple[LinkCheck, bytes | None]:
    """What stands under a link now, with the page's bytes where it was reached."""
    try:
        page = _fetch(link, rules)
    except Unavailable as away:
        return LinkCheck(publication=publication, link=link, at=now, reached=False, what=str(away)), None
    title = _title(page.words)
    shown = _plain(_TAGS.sub("", page.words))
    missing = [sentence.text for sentence in text.sentences if _plain(sentence.text) not in shown]
    same_title = _plain(text.title) in _plain(title)
    check = LinkCheck(
        publication=publication,
        link=link,
        at=now,
        reached=True,
        what=_finding(same_title=same_title, missing=missing, title=title),
        sha256=hashlib.sha256(page.content).hexdigest(),
        title=title,
        holds_text=not missing,
    )
    return check, page.content


def _finding(*, same_title: bool, missing: list[str], title: str) -> str:
    if same_title and not missing:
        return "标题、正文与签发的文稿一致"
    said = [] if same_title else [f"标题不一致（网页：“{title[:60] or '没有标题'}”）"]
    if missing:
        said.append(f"有 {len(missing)} 句没有找到，第一句是“{missing[0][:40]}”")
    return "；".join(said) + "，请核对"


def _fetch(link: str, rules: LinkRules) -> FetchedPage:
    opener = urllib.request.build_opener(_NoRedirectInside(rules))
    try:
        _must_be_outside(link, rules)
        request = urllib.request.Request(link, headers={"User-Agent": "Huiying/1.0"})  # noqa: S310 - checked above
        with opener.open(request, timeout=rules.seconds) as answer:
            content = _read(answer, rules)
            charset = answer.headers.get_content_charset()
    except urllib.error.HTTPError as error:
        raise Unavailable(f"网站答复 {error.code}，没有取到网页") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"没有取到网页：{error}") from error
    if len(content) > rules.largest_bytes:
        raise Unavailable(f"网页超过 {rules.largest_bytes} 字节，没有取")
    return FetchedPage(content=content, words=_decoded(content, charset))


def _read(answer: http.client.HTTPResponse, rules: LinkRules) -> bytes:
    """The page, up to its bound; `Unavailable` where a site hands it out drop by drop."""
    until = time.monotonic() + rules.seconds
    content = b""
    while len(content) <= rules.largest_bytes and (more := answer.read1(_AT_ONCE)):
        content += more
        if time.monotonic() > until:
            raise Unavailable(f"网站 {rules.seconds:g} 秒内没有给完网页")
    return content


class _NoRedirectInside(urllib.request.HTTPRedirectHandler):
    """A redirection may not lead where the link itself may not."""

    def __init__(self, rules: LinkRules) -> None:
        self._rules = rules

    def redirect_request(
        self, req: urllib.request.Request, fp: object, code: int, msg: str, headers: Message, newurl: str
    ) -> urllib.request.Request | None:
        """Follow, once the new address was looked at like the first."""
        _must_be_outside(newurl, self._rules)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _must_be_outside(link: str, rules: LinkRules) -> None:
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unavailable("不是 http 或 https 链接，没有取")
    if rules.private_addresses:
        return
    found = socket.getaddrinfo(parts.hostname, parts.port or 443, proto=socket.IPPROTO_TCP)
    if any(not ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found):
        raise Unavailable("是内网地址，没有取（config/publishing.yaml 的 links.private_addresses 可以放开）")


def _decoded(content: bytes, charset: str | None) -> str:
    named = _CHARSET.search(content[:2000])
    for each in (charset, named[1].decode() if named else None, "utf-8"):
        try:
            if each:
                return content.decode("gb18030" if each.lower() in {"gb2312", "gbk"} else each)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


def _title(words: str) -> str:
    found = _TITLE.search(words)
    return " ".join(html.unescape(_TAGS.sub("", found[1])).split()) if found else ""


def _plain(words: str) -> str:
    return "".join(html.unescape(words).split())
