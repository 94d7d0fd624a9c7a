"""Local servers that speak the channels' protocols and refuse what the real ones would; each remembers what it got.

企业微信 and 钉钉 answer HTTP 200 with `errcode`, 飞书 with `code`; what is wrong is in that number alone.
"""

import asyncio
import base64
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

KEY = "wecom-key-Zq7"
TOKEN = "ding-token-Zq7"
SECRET = "SECsigning-Zq7"
HOOK = "feishu-hook-Zq7"
PASSWORD = "smtp-password-Zq7"
SECRETS = (KEY, TOKEN, SECRET, HOOK, PASSWORD)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What came in."""

    path: str
    query: dict[str, str]
    body: str

    @property
    def json(self) -> dict[str, object]:
        """The body of a JSON request."""
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


Answer = tuple[int, bytes]


def _told(body: dict[str, object]) -> Answer:
    return 200, json.dumps(body).encode()


def _sign(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def _wecom(request: Request) -> Answer:
    if request.query.get("key") != KEY:
        return _told({"errcode": 93000, "errmsg": f"invalid webhook url, key {request.query.get('key')}"})
    if request.json["msgtype"] != "text":
        return _told({"errcode": 40008, "errmsg": "invalid message type"})
    return _told({"errcode": 0, "errmsg": "ok"})


def _dingtalk(request: Request) -> Answer:
    stamp = request.query.get("timestamp", "")
    if request.query.get("access_token") != TOKEN:
        return _told({"errcode": 300005, "errmsg": "token is not exist"})
    if request.query.get("sign") != _sign(SECRET, f"{stamp}\n{SECRET}"):
        return _told({"errcode": 310000, "errmsg": "sign not match"})
    if abs(time.time() - int(stamp) / 1000) > 3600:
        return _told({"errcode": 310000, "errmsg": "timestamp is too old"})
    return _told({"errcode": 0, "errmsg": "ok"})


def _feishu(request: Request) -> Answer:
    if request.path != f"/open-apis/bot/v2/hook/{HOOK}":
        return _told({"code": 19001, "msg": "param invalid: incoming webhook access token invalid"})
    if request.json.get("sign") != _sign(f"{request.json.get('timestamp')}\n{SECRET}", ""):
        return _told({"code": 19021, "msg": "sign match fail or timestamp is not within one hour"})
    return _told({"code": 0, "msg": "success", "data": {}})


_ANSWERS: Sequence[tuple[str, Callable[[Request], Answer]]] = (
    ("/cgi-bin/webhook/send", _wecom),
    ("/robot/send", _dingtalk),
    ("/open-apis/bot/v2/hook/", _feishu),
    ("/broken", lambda _: (500, b"no")),
    ("/garbage", lambda _: (200, b"<html>\xff not what was asked")),
    ("/", lambda _: (200, b"{}")),
)


@dataclass
class ChannelServer:
    """An HTTP server on a port of its own. `/hang` answers when `release` is set, `/drip` never gets done."""

    context: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    release: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        house = self

        class Handler(http.server.BaseHTTPRequestHandler):
            timeout = 20

            def do_POST(self) -> None:
                house._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign] # a refused handshake is no news
        if self.context is not None:
            self._server.socket = self.context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.place = f"127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def bodies(self) -> list[str]:
        """What was said in each request."""
        return [request.body for request in self.requests]

    def _answer(self, asking: http.server.BaseHTTPRequestHandler) -> None:
        parts = urlsplit(asking.path)
        body = asking.rfile.read(int(asking.headers["Content-Length"])).decode()
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        request = Request(path=parts.path, query=query, body=body)
        self.requests.append(request)
        self.arrived.release()
        if request.path == "/hang":
            self.release.wait(60)
        status, answer = next(answer for path, answer in _ANSWERS if request.path.startswith(path))(request)
        asking.send_response(status)
        asking.send_header("Content-Length", str(len(answer) if request.path != "/drip" else 1_000_000))
        asking.end_headers()
        while request.path == "/drip" and not self.release.wait(0.05):
            asking.wfile.write(b" ")
        asking.wfile.write(answer)


@dataclass
class MailServer:
    """An SMTP server: takes letters of whoever knows the password."""

    letters: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._speak, "127.0.0.1", 0)
        self.place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            ready.set()
            await self._over.wait()

    async def _speak(self, said: asyncio.StreamReader, say: asyncio.StreamWriter) -> None:
        say.write(b"220 mail.test\r\n")
        while line := (await said.readline()).decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                say.write(b"354 go on\r\n")
                letter = (await said.readuntil(b"\r\n.\r\n")).decode().removesuffix(".\r\n")
                self.letters.append(letter)
            if verb == "RCPT":
                self.recipients.append(line)
            say.write(self._reply(verb, line))
            await say.drain()
            if verb == "QUIT":
                break
        say.close()

    @staticmethod
    def _reply(verb: str, line: str) -> bytes:
        if verb == "EHLO":
            return b"250-mail.test\r\n250 AUTH PLAIN\r\n"
        if verb == "AUTH":
            known = base64.b64decode(line.rsplit(maxsplit=1)[-1]).split(b"\0")[-1] == PASSWORD.encode()
            return b"235 yes\r\n" if known else b"535 Authentication failed\r\n"
        return b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n"
