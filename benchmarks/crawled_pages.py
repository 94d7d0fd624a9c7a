"""The real pages served on loopback in three encodings, declared and not, and crawled by a `listing` source.

    python -m benchmarks.crawled_pages --data-sets DIR

What is measured is the whole way: index, links, HTTP, decoding, article. The limit beside it is fetching the same
pages one after the other and nothing else, in the same run.
"""

import argparse
import html
import http.client
import logging
import platform
import statistics
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.article_pages import Page, bigram_f1, character_f1, pages
from crawlers.crawling import crawl_once
from huiying.clock import SystemClock
from huiying.post import RawPost, SourceKind
from huiying.source import Source

_NEEDED_F1 = 0.94


def main() -> None:
    """Print the figures; exit 1 where the text is worse than the issue asks."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data-sets", type=Path, required=True)
    logging.disable(logging.ERROR)  # readability logs every odd page
    known = {f"/page/{number}.html": page for number, page in enumerate(pages(arguments.parse_args().data_sets))}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _site(known))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    try:
        bare = _fetching_alone(port, list(known))
        posts, errors, seconds = _crawl(port)
    finally:
        server.shutdown()
        server.server_close()
    found = {f"/page/{post.url.rpartition('/')[2]}": post for post in posts if post.url}
    characters = [character_f1(_text(found.get(path)), page.reference) for path, page in known.items()]
    bigrams = [bigram_f1(_text(found.get(path)), page.reference) for path, page in known.items()]
    print(f"machine: {platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(f"pages: {len(known)}; posts: {len(posts)}; not taken: {len(errors)}")
    print(f"text F1, characters: {statistics.fmean(characters):.3f}; bigrams: {statistics.fmean(bigrams):.3f}")
    for writing in ("utf-8", "gb18030", "big5"):
        some = [f1 for f1, page in zip(characters, known.values(), strict=True) if page.encoding == writing]
        print(f"  {writing}: {len(some)} pages, {statistics.fmean(some):.3f}")
    print(f"pages/s: {len(known) / seconds:.0f}; fetching alone {len(known) / bare:.0f}; ratio {bare / seconds:.2f}")
    if statistics.fmean(characters) < _NEEDED_F1:
        raise SystemExit(1)


def _text(post: RawPost | None) -> str:
    return post.text if post else ""


def _crawl(port: int) -> tuple[tuple[RawPost, ...], tuple[str, ...], float]:
    source = Source(
        name="pages",
        title="pages",
        kind=SourceKind.NEWS,
        spider="listing",
        url=f"http://127.0.0.1:{port}/",
        link_pattern=r"/page/\d+\.html",
        max_posts=2000,
        delay_seconds=0,
        local=True,
    )
    start = time.perf_counter()
    preview = crawl_once(source, SystemClock())
    return preview.posts, preview.errors, time.perf_counter() - start


def _fetching_alone(port: int, paths: list[str]) -> float:
    start = time.perf_counter()
    for path in paths:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", path)
        connection.getresponse().read()
        connection.close()
    return time.perf_counter() - start


def _site(known: dict[str, Page]) -> type[BaseHTTPRequestHandler]:
    index = "".join(
        f'<li><a href="{path}">{html.escape(page.name)}</a></li>' for path, page in known.items()
    ).encode()

    class Handler(BaseHTTPRequestHandler):
        """Serves the index and the pages; an undeclared page is undeclared in its header too."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer one request."""
            page = known.get(self.path)
            body = page.body if page else index if self.path == "/" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


if __name__ == "__main__":
    main()
