"""A web server of this machine: it keeps what is sent to it and shows what it is given."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class LocalPages:
    """`pages` by path, each a status, headers and bytes; `sent` is what came in by PUT and DELETE.

    With `drip_seconds` it waits so long before every byte of a page.
    """

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    sent: list[tuple[str, str, Any]] = field(default_factory=list)
    drip_seconds: float = 0.0
    answer: tuple[int, bytes] = (200, b'{"link": "http://www.example.gov.cn/hygq/1.html"}')

    def show(self, path: str, content: str, status: int = 200, **headers: str) -> str:
        """Show a page; its link."""
        self.pages[path] = (status, {"Content-Type": "text/html; charset=utf-8"} | headers, content.encode())
        return f"{self.address}{path}"


@contextmanager
def local_pages() -> Iterator[LocalPages]:
    """The server, on a free port, until the end of the block."""
    kept = LocalPages()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(*kept.pages.get(self.path, (404, {}, b"")))

        def do_PUT(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.sent.append((self.command, self.headers["Idempotency-Key"], body))
            status, content = kept.answer
            self._reply(status, {}, content)

        do_DELETE = do_PUT

        def _reply(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            for drop in (content[at : at + 1] for at in range(len(content))) if kept.drip_seconds else (content,):
                time.sleep(kept.drip_seconds)
                self.wfile.write(drop)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
