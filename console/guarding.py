"""What every request must pass and every answer bears, until sign-in exists: known host, same origin, strict CSP."""

import json
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huiying.person import Person

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a request; one that is longer is refused while it still arrives."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_ANSWER_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with that a browser sends the origin of its own forms as "null", which is refused below.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class TooLarge(Exception):
    """The body is longer than anything this console takes."""


class Guard:
    """Refuses what a foreign page or a rebound name could send, and bodies without end."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str], person: Person) -> None:
        self._app = app
        self._person = person
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the reason why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await _answer(send, *refusal)
            return
        scope.setdefault("state", {})["person"] = self._person
        try:
            await self._app(scope, _bounded(receive), _with_headers(send))
        except TooLarge:
            await _answer(send, 413, "too_large", f"请求超过 {LARGEST_BODY // 1024 // 1024} MB，请分批提交。")

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str, str] | None:
        host = headers.get("host", "")
        if (urlsplit(f"//{host}").hostname or "").lower() not in self._hosts:
            return 421, "unknown_host", "不认识这个主机名。请用 http://127.0.0.1 加端口打开控制台。"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return 413, "too_large", f"请求超过 {LARGEST_BODY // 1024 // 1024} MB，请分批提交。"
        if method in _SAFE:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if foreign or headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return 403, "foreign_origin", "这个请求来自别的网站，已拒绝。请在控制台页面内操作。"
        return None


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise TooLarge
        return message

    return receive_some


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _ANSWER_HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return send_with_headers


async def _answer(send: Send, status: int, code: str, words: str) -> None:
    body = json.dumps({"error": code, "message": words}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
