"""What every request must pass and every answer bears: known host, same origin, strict CSP; and who asks."""

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.acting import visiting
from console.admitting import SAFE, present_at, write_refusal
from console.bounding import TooLarge, bounded
from console.office import ConsoleOffice
from console.standing import Standing, address_of, kept_id_of, shows_kept, standing
from console.uploading import UPLOADS, largest_upload
from huiying.entrance import Visit
from huiying.failures import Unavailable
from huiying.kept_form import KeptForm

LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a request; one that is longer is refused while it still arrives."""

_NOBODYS = ("/static/", "/healthz", "/readyz", "/metrics")
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


class Guard:
    """Refuses what a foreign page or a rebound name could send, and bodies without end; finds out who asks."""

    def __init__(self, app: ASGIApp, office: ConsoleOffice) -> None:
        self._app = app
        self._office = office
        self._hosts = frozenset(host.lower() for host in office.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with the reason why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        most = largest_upload(self._office) if scope["path"].startswith(UPLOADS) else LARGEST_BODY
        refusal = self._refusal(scope, headers, most)
        if refusal:
            await _answer(send, *refusal)
            return
        state: dict[str, Any] = scope.setdefault("state", {})
        state["visit"] = visit = await run_in_threadpool(self._visit, scope)
        kept = await run_in_threadpool(self._kept, scope, visit)
        answered = _Answered(_with_headers(send))
        present = visiting.set(visit if isinstance(visit, Visit) else None)
        here = standing.set(Standing(address=address_of(scope), kept=kept, shows_kept=shows_kept(headers, kept)))
        try:
            await self._app(scope, bounded(receive, most), answered)
        except TooLarge:
            await _answer(answered, 413, "too_large", _too_large(most))
        finally:
            standing.reset(here)
            visiting.reset(present)
            if upload := state.get("upload"):
                await upload.close()
            status = state.get("refused", answered.status)
            if status >= 400:
                await run_in_threadpool(write_refusal, state, self._office, status)

    def _visit(self, scope: Scope) -> Visit | Unavailable | None:
        """Who asks; where the register is away, that, for the route to say."""
        if scope["path"].startswith(_NOBODYS):
            return None
        try:
            return present_at(HTTPConnection(scope), self._office.entrance)
        except Unavailable as away:
            return away

    def _kept(self, scope: Scope, visit: Visit | Unavailable | None) -> KeptForm | None:
        """The form that whoever asks is shown again."""
        id = kept_id_of(scope)
        if not id or not isinstance(visit, Visit):
            return None
        try:
            with self._office.register.reading() as tx:
                return tx.kept_forms.get(id, visit.person.id, self._office.clock.now())
        except Unavailable:
            return None

    def _refusal(self, scope: Scope, headers: Headers, most: int) -> tuple[int, str, str] | None:
        host = headers.get("host", "")
        if (urlsplit(f"//{host}").hostname or "").lower() not in self._hosts:
            return 421, "unknown_host", "不认识这个主机名。请用 http://127.0.0.1 加端口打开控制台。"
        length = headers.get("content-length", "0")
        # A form with a file says in its own words, and on its own page, how large the file may be.
        if not length.isdecimal() or (int(length) > most and not scope["path"].startswith(UPLOADS)):
            return 413, "too_large", _too_large(most)
        if scope["method"] in SAFE:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc.lower() != host.lower()
        if foreign or headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
            return 403, "foreign_origin", "这个请求来自别的网站，已拒绝。请在控制台页面内操作。"
        return None


def _too_large(most: int) -> str:
    return f"请求超过 {most // 1024 // 1024} MB，请分批提交。"


class _Answered:
    """Sends on, and remembers the status that was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        """Send on."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


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
