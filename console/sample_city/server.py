"""Serves the sample city on loopback: six sites on one port, each showing only what has been said by now."""

import hashlib
import re
import shutil
import threading
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from console.sample_city.content import HERE, CityPost, read_content
from console.sample_city.day import Day, end_of
from console.sample_city.filing import write_district_export, write_hotline_export
from console.sample_city.pages import PLAIN, Page, Pages
from huiying.clock import Clock

LOOPBACK = "127.0.0.1"
_IDLE_SECONDS = 15.0
_COLUMN = "/hygq/"
_ARTICLE = re.compile(r"[\w-]+\.html")
_NOT_HERE = Page(body="没有这个页面。".encode(), content_type=PLAIN, status=404)


class SampleCity:
    """The sample city as a server; `with SampleCity(…) as city:` runs it in a thread of this process.

    With `everything`, the day lies wholly in the past: its last post was said at `started_at`, so that a run that
    only drains (`huiying demo --once`) meets every post. `port` 0 takes a free one.
    """

    def __init__(self, started_at: datetime, clock: Clock, *, everything: bool = False, port: int = 0) -> None:
        self.posts = read_content()
        self.day = Day(self.posts, started_at - end_of(self.posts) if everything else started_at)
        self._pages = Pages(self.day)
        self._server = _CityServer((LOOPBACK, port), self._pages, clock)
        self._thread = threading.Thread(target=self._server.serve_forever, name="sample-city", daemon=True)

    @property
    def base(self) -> str:
        """The address of the city's server, without a slash at its end."""
        return self._server.base

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and give the port back."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def address_of(self, post: CityPost) -> str | None:
        """The URL of a post's own page; None for what the hotline or a file holds."""
        path = self._pages.path_of(post)
        return None if path is None else f"{self.base}{path}"

    def write_sources(self, path: Path) -> None:
        """The crawlers' `sources.yaml` for this city, with its address put in."""
        path.write_text((HERE / "sources.yaml").read_text("utf-8").replace("{base}", self.base), "utf-8")

    def write_review(self, path: Path) -> None:
        """The gates of this city's office, which is a small one: three people pass a text, beside its drafter."""
        shutil.copyfile(HERE / "review.yaml", path)

    def show_publications(self, folder: Path, config: Path) -> None:
        """Be the website of the column 回应关切 too: show what the office writes into this folder; tell it where."""
        self._server.publications = folder
        address = re.sub(r"(?m)^( +address:).*$", rf"\1 {self.base}{_COLUMN}", config.read_text("utf-8"))
        config.write_text(address.replace("private_addresses: false", "private_addresses: true"), "utf-8")

    def write_hotline_export(self, path: Path) -> None:
        """The 12345 export (xlsx) with what was said before the start."""
        write_hotline_export(path, self.day)

    def write_district_export(self, path: Path) -> None:
        """A district's export (csv in GB18030) with what was said before the start."""
        write_district_export(path, self.day)


class _CityServer(ThreadingHTTPServer):
    def __init__(self, address: tuple[str, int], pages: Pages, clock: Clock) -> None:
        super().__init__(address, _Visitor)
        self.pages = pages
        self.clock = clock
        self.publications: Path | None = None
        self.base = f"http://{address[0]}:{self.server_address[1]}"


class _Visitor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleCity"
    sys_version = ""
    timeout = _IDLE_SECONDS
    wbufsize = -1  # headers and body leave in one packet
    server: _CityServer

    def do_GET(self) -> None:
        """Answer with the page as it stands now, or say that it has not changed."""
        page = self._page()
        tag = f'"{hashlib.sha256(page.body).hexdigest()[:20]}"'
        if page.status == HTTPStatus.OK and self._is_known(tag, page.changed_at):
            self._head(HTTPStatus.NOT_MODIFIED, tag, page, length=None)
            return
        self._head(page.status, tag, page, length=len(page.body))
        if self.command != "HEAD":
            self.wfile.write(page.body)

    def do_HEAD(self) -> None:
        """The same answer without its body."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the demonstration's output belongs to the office."""

    def _page(self) -> Page:
        path = urlsplit(self.path).path
        if path.startswith(_COLUMN):
            return self._published(path.removeprefix(_COLUMN) or "index.html") or _NOT_HERE
        return self.server.pages.answer(path, self.server.clock.now(), self.server.base) or _NOT_HERE

    def _published(self, name: str) -> Page | None:
        if self.server.publications is None or not _ARTICLE.fullmatch(name):
            return None
        article = self.server.publications / name
        return Page(body=article.read_bytes(), content_type="text/html; charset=utf-8") if article.is_file() else None

    def _is_known(self, tag: str, changed_at: datetime | None) -> bool:
        """RFC 9110 §13.2.2: a tag decides alone; only without one does the date."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tag in (one.strip().removeprefix("W/") for one in tags.split(","))
        since = _read_http_date(self.headers.get("If-Modified-Since"))
        return since is not None and changed_at is not None and changed_at <= since

    def _head(self, status: int, tag: str, page: Page, *, length: int | None) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Type", page.content_type)
            self.send_header("Content-Length", str(length))
        if page.status == HTTPStatus.OK:
            self.send_header("ETag", tag)
            if page.changed_at is not None:
                self.send_header("Last-Modified", format_datetime(page.changed_at.astimezone(UTC), usegmt=True))
        self.end_headers()


def _read_http_date(written: str | None) -> datetime | None:
    if not written:
        return None
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
