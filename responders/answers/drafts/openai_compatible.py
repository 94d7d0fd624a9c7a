"""Asks a language model that speaks the OpenAI protocol (DeepSeek, Qwen, a local vLLM) for one answer, on terms.

The whole request has one limit of time, whatever the server does meanwhile; redirects are not followed, no proxy of
the environment is used, and more than so many bytes are not read.
"""

import http.client
import json
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from huiying.failures import Unavailable


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatEndpoint:
    """Where a model answers, and how long and how much is waited for. `url` ends before `/chat/completions`."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    seconds: float
    most_bytes: int

    def complete(self, system: str, user: str) -> str:
        """What the model says; `Unavailable` says in words why there is nothing."""
        request = {
            "model": self.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "temperature": 0,
            "stream": False,
        }
        status, body = self._ask(json.dumps(request, ensure_ascii=False).encode())
        if status != HTTPStatus.OK:
            raise Unavailable(f"辅助起草的模型回答了 HTTP {status}，没有结果")
        if len(body) > self.most_bytes:
            raise Unavailable(f"辅助起草的模型回答超过 {self.most_bytes} 字节，没有采用")
        return _content(body)

    def _ask(self, request: bytes) -> tuple[int, bytes]:
        connection = self._connection()
        over = threading.Event()
        limit = threading.Timer(self.seconds, _cut_off, (connection, over))
        limit.daemon = True
        limit.start()
        try:
            path = urlsplit(self.url).path.rstrip("/") + "/chat/completions"
            connection.request("POST", path, request, self._headers())
            response = connection.getresponse()
            return response.status, response.read(self.most_bytes + 1)
        except (OSError, http.client.HTTPException) as error:
            if over.is_set() or isinstance(error, TimeoutError):
                raise self._too_late() from error
            raise Unavailable(f"连不上辅助起草的模型：{type(error).__name__}") from error
        finally:
            limit.cancel()
            connection.close()
            if over.is_set():
                raise self._too_late()

    def _connection(self) -> http.client.HTTPConnection:
        address = urlsplit(self.url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        return kind(address.hostname or "", address.port, timeout=self.seconds)

    def _headers(self) -> Mapping[str, str]:
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def _too_late(self) -> Unavailable:
        return Unavailable(f"辅助起草的模型 {self.seconds:g} 秒内没有答完，已停止等待")


def _cut_off(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    """Wake whoever waits for the server: a read of a socket that was shut down returns at once."""
    over.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _content(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
        content = answer["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Unavailable("辅助起草的模型的回答读不懂，没有采用") from error
    if not isinstance(content, str):
        raise Unavailable("辅助起草的模型没有给出文字")
    return content
