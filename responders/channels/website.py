"""The column 回应关切 of the government's website: as static files, or handed to the website's own endpoint."""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from huiying.clarification import Text
from huiying.clock import BEIJING
from huiying.failures import NotAllowed, Unavailable
from huiying.publication import Channel, Part, Publication, Published
from responders.answers.releasing import ReleasableText
from responders.channels.adapter import Placed

_PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title>
{head}</head>
<body>
{nav}<main>
<h1>{title}</h1>
{body}
<p>{foot}</p>
</main>
</body>
</html>
"""


_HEAD = '<link rel="stylesheet" href="column.css">\n'
_NAV = '<nav aria-label="栏目"><a href="index.html">回应关切</a></nav>\n'
STYLE = Path(__file__).with_name("column.css")
"""How the files look; it is written beside them."""


class WebsiteFiles:
    """Writes an article per publication, and the column's index, into a folder that a web server shows."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder = folder
        self._address = address

    def put(self, releasable: ReleasableText, publication: Publication) -> Placed:
        """Write the article; the index is written anew from what stands in the folder."""
        page = _article(releasable.spend(), publication, _HEAD, _NAV).encode()
        self._write(f"{article_name(publication)}.html", page)
        self._write(f"{article_name(publication)}.json", json.dumps(_line(publication), ensure_ascii=False).encode())
        self._write_index()
        link = f"{self._address}{article_name(publication)}.html"
        return Placed(place="市政府网站“回应关切”专栏", link=link, sha256=hashlib.sha256(page).hexdigest())

    def take_back(self, published: Published, reasons: str) -> None:
        """The page says that it was taken back and why; the index lists it no longer."""
        name = article_name(published.publication)
        title, foot = escape(published.publication.title), escape(f"本文已撤下：{reasons}")
        page = _PAGE.format(title=title, body="", foot=foot, head=_HEAD, nav=_NAV)
        self._write(f"{name}.html", page.encode())
        (self._folder / f"{name}.json").unlink(missing_ok=True)
        self._write_index()

    def _write_index(self) -> None:
        lines = [json.loads(path.read_text("utf-8")) for path in self._folder.glob("*.json")]
        self._write(STYLE.name, STYLE.read_bytes())
        self._write("index.html", _index(sorted(lines, key=lambda line: line["at"], reverse=True)).encode())

    def _write(self, name: str, content: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            beside = self._folder / f".{name}.new"
            beside.write_bytes(content)
            beside.replace(self._folder / name)
        except OSError as error:
            raise Unavailable(f"写不进发布文件夹 {self._folder}：{error.strerror}") from error


class WebsiteEndpoint:
    """Hands each article to the website's endpoint as JSON; it answers with the link under which the article stands.

    The same publication carries the same `Idempotency-Key`, so that the endpoint can tell a repetition.
    """

    def __init__(self, endpoint: str, seconds: float) -> None:
        self._endpoint = endpoint
        self._seconds = seconds

    def put(self, releasable: ReleasableText, publication: Publication) -> Placed:
        """Send the article."""
        page = _article(releasable.spend(), publication)
        answer = self._send("PUT", {**_line(publication), "html": page}, publication.id)
        link = answer.get("link")
        if not isinstance(link, str) or not link.startswith(("http://", "https://")):
            raise Unavailable(f"网站接口没有答复链接：{str(answer)[:200]}")
        return Placed(place="市政府网站“回应关切”专栏", link=link, sha256=hashlib.sha256(page.encode()).hexdigest())

    def take_back(self, published: Published, reasons: str) -> None:
        """Ask for the article to be taken down."""
        link = published.delivery.link if published.delivery else None
        self._send("DELETE", {"link": link, "reasons": reasons}, f"{published.publication.id}:withdrawn")

    def _send(self, method: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is the office's own, http or https by its check
            self._endpoint,
            data=json.dumps(body, ensure_ascii=False).encode(),
            method=method,
            headers={"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key.encode().hex()},
        )
        try:
            with urllib.request.urlopen(request, timeout=self._seconds) as answer:  # noqa: S310 - see above
                told = json.loads(answer.read(100_000) or b"{}")
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500:
                raise NotAllowed(f"网站接口拒绝了这篇文章（{error.code}）：请与网站管理方核对") from error
            raise Unavailable(f"网站接口暂时不可用（{error.code}），稍后自动再送") from error
        except (OSError, ValueError) as error:
            raise Unavailable(f"网站接口没有答复，稍后自动再送：{error}") from error
        return told if isinstance(told, dict) else {}


def _article(text: Text, publication: Publication, page_head: str = "", nav: str = "") -> str:
    body = "\n".join(f"<p>{escape(sentence.text)}</p>" for sentence in text.sentences)
    part = "" if publication.part is Part.FIRST else f"<p>（{publication.part.label}）</p>\n"
    return _PAGE.format(title=escape(text.title), body=part + body, foot=_when(publication), head=page_head, nav=nav)


def _line(publication: Publication) -> dict[str, Any]:
    return {
        "name": article_name(publication),
        "title": publication.title,
        "part": publication.part.label,
        "at": publication.by.at.isoformat(),
        "day": _when(publication),
    }


def _index(lines: Sequence[dict[str, Any]]) -> str:
    rows = "\n".join(
        f'<li><a href="{line["name"]}.html">{escape(line["title"])}</a>（{line["part"]}）{line["day"]}</li>'
        for line in lines
    )
    return _PAGE.format(title="回应关切", body=f"<ul>\n{rows}\n</ul>", foot=f"共 {len(lines)} 篇", head=_HEAD, nav="")


def article_name(publication: Publication) -> str:
    """What an article's file is called, without its ending."""
    return publication.id.replace(":", "-")


def publication_called(name: str) -> str:
    """The id of the publication on the website whose article is called so."""
    channel = Channel.WEBSITE.value
    return f"{name.removesuffix(f'-{channel}')}:{channel}"


def _when(publication: Publication) -> str:
    local = publication.by.at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日"
