"""A server on loopback that speaks the OpenAI protocol as a test wants it, well or badly."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Asked:
    """What the server was sent."""

    address: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def material(self) -> dict[str, Any]:
        """The material of the last request, as the model would read it."""
        read: dict[str, Any] = json.loads(self.requests[-1]["messages"][1]["content"])
        return read


@contextlib.contextmanager
def chat_server(answer: Answer) -> Iterator[Asked]:
    """A server that answers so; gone at the end."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            asked.keys.append(self.headers["Authorization"])
            asked.paths.append(self.path)
            with contextlib.suppress(OSError):
                answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: a test says what it saw."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    asked.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(content: object) -> Answer:
    """An answer as the protocol has it, with this content."""
    return raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())


def raw(body: bytes, status: int = 200, **headers: str) -> Answer:
    """An answer with this body."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name, value)
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)

    return answer


def hangs(to: BaseHTTPRequestHandler) -> None:
    """No answer at all, until whoever asked has gone."""
    to.connection.settimeout(5)
    with contextlib.suppress(OSError):
        to.connection.recv(1)


def dribbles(to: BaseHTTPRequestHandler) -> None:
    """A byte now and then, never done: each read succeeds, the whole does not."""
    to.send_response(200)
    to.send_header("Content-Length", "100000")
    to.end_headers()
    for _ in range(200):
        to.wfile.write(b" ")
        to.wfile.flush()
        time.sleep(0.03)


def dribbles_headers(to: BaseHTTPRequestHandler) -> None:
    """The same before the body begins."""
    to.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(90):
        to.wfile.write(f"X-{number}: 1\r\n".encode())
        to.wfile.flush()
        time.sleep(0.05)
