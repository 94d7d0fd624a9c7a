"""One question to another server over HTTP, with one limit of time and one of bytes for all of it.

Whatever the server does meanwhile, there is an answer or a refusal in time. Redirects are not followed, no proxy of
the environment is used.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from huiying.failures import Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Whom something is asked of: what it is called on screens, how long and how much is waited for, whose
    certificates are believed (`ca`, a PEM file; None: the system's).
    """

    called: str
    seconds: float
    most_bytes: int
    ca: str | None = None

    def ask(self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> "Answer":
        """GET, or POST where there is a body; `Unavailable` says in words why there is no answer."""
        connection = self._connection(url)
        over = threading.Event()
        limit = threading.Timer(self.seconds, _cut_off, (connection, over))
        limit.daemon = True
        limit.start()
        try:
            connection.request("GET" if body is None else "POST", _path(url), body, dict(headers or {}))
            response = connection.getresponse()
            answer = Answer(status=response.status, body=response.read(self.most_bytes + 1))
        except (OSError, http.client.HTTPException) as error:
            if over.is_set() or isinstance(error, TimeoutError):
                raise self._too_late() from error
            raise Unavailable(f"连不上{self.called}：{type(error).__name__}") from error
        finally:
            limit.cancel()
            connection.close()
            if over.is_set():
                raise self._too_late()
        if len(answer.body) > self.most_bytes:
            raise Unavailable(f"{self.called}的回答超过 {self.most_bytes} 字节，没有采用")
        return answer

    def _connection(self, url: str) -> http.client.HTTPConnection:
        address = urlsplit(url)
        host, port = address.hostname or "", address.port
        if address.scheme != "https":
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise Unavailable(f"读不了{self.called}的 CA 文件 {self.ca}，它应为 PEM") from error
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context)

    def _too_late(self) -> Unavailable:
        return Unavailable(f"{self.called} {self.seconds:g} 秒内没有答完，已停止等待")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a server said; not to be shown as it is."""

    status: int
    body: bytes = field(repr=False)


def _path(url: str) -> str:
    address = urlsplit(url)
    return (address.path or "/") + (f"?{address.query}" if address.query else "")


def _cut_off(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    """Wake whoever waits for the server: a read of a socket that was shut down returns at once."""
    over.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
