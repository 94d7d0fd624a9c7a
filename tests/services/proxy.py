"""A real HTTP server in front of another, which can be told to refuse bulk requests as a busy Elasticsearch does."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
_BUSY = b'{"error":{"type":"es_rejected_execution_exception","reason":"queue is full"},"status":429}'


class BusyProxy:
    """Passes requests on to `port`. While `busy` is set every bulk request is answered with 429; `refused` counts."""

    def __init__(self, port: int) -> None:
        self.busy = threading.Event()
        self.refused = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self, port))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(proxy: BusyProxy, port: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        _behind: http.client.HTTPConnection | None = None

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if proxy.busy.is_set() and "_bulk" in self.path:
                proxy.refused += 1
                self._answer(429, {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}, _BUSY)
                return
            try:
                answer = self._asked(body)
                content = answer.read()
            except (OSError, http.client.HTTPException):
                self._leave()
                self._answer(503, {}, b"")
                return
            headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            self._answer(answer.status, headers, content)

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _pass_on

        def _asked(self, body: bytes) -> http.client.HTTPResponse:
            self._behind = self._behind or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            self._behind.request(self.command, self.path, body or None, headers)
            return self._behind.getresponse()

        def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def finish(self) -> None:
            """Leave the server behind with the client."""
            self._leave()
            super().finish()

        def _leave(self) -> None:
            behind, self._behind = self._behind, None
            if behind is not None:
                behind.close()

        def log_message(self, *_arguments: object) -> None:
            """Nothing is logged."""

    return Handler
