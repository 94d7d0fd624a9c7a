"""A small provider of single sign-on behind a port: discovery, keys, the code flow with PKCE, signing out.

It is a real one until it is told to misbehave: `claims` change what it says, `sign` how, `answers` what it sends.
"""

import hashlib
import json
import secrets
import threading
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from huiying.clock import Clock

CLIENT, SECRET = "huiying", "a+secret/with:signs"
Sign = Callable[[Mapping[str, Any]], str]
Answer = Callable[[BaseHTTPRequestHandler], None]


class OidcProvider:
    """Whoever comes is `person`. `host` is the name under which it is another site than the console."""

    def __init__(self, clock: Clock, host: str = "127.0.0.1") -> None:
        self.clock = clock
        self.person: Mapping[str, Any] = {"sub": "100234", "name": "系统管理员", "roles": ["administrator"]}
        self.keys: list[RSAKey | ECKey] = [_first_key()]
        self.claims: dict[str, Any] = {}
        self.document: dict[str, Any] = {}
        self.sign: Sign = self._sign
        self.answers: dict[str, Answer] = {}
        self.asks_first = False
        self.asked: list[str] = []
        self.signed_out: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self.issuer = f"http://{host}:{self._server.server_port}/city"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def new_key(self, kid: str) -> None:
        """Sign with another key from now on, which is published."""
        self.keys = [RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})]

    def says(self) -> dict[str, Any]:
        """Its own description."""
        paths = {"authorization": "authorize", "token": "token", "end_session": "end"}
        endpoints = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in paths.items()}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"} | endpoints | self.document

    def published(self) -> dict[str, Any]:
        """Its keys, and one of a kind that nobody knows."""
        return {"keys": [*(key.as_dict(private=False) for key in self.keys), {"kty": "SM2", "kid": "x"}]}

    def back(self, asked: Mapping[str, str]) -> str:
        """Where a browser goes that was recognised, with a code that is good once."""
        code = secrets.token_urlsafe(8)
        self._codes[code] = dict(asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token_for(self, form: Mapping[str, str], authorization: str) -> dict[str, Any] | None:
        """What it gives for a code; None where the code, the secret, the address or the verifier is not right."""
        asked = self._codes.pop(form.get("code", ""), None)
        pair = b64decode(authorization.removeprefix("Basic ")).decode()
        client, _, secret = pair.partition(":")
        if asked is None or (unquote(client), unquote(secret)) != (CLIENT, SECRET):
            return None
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        if form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(self.clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {
            name: value for name, value in {**claims, **self.person, **self.claims}.items() if value is not None
        }
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)}

    def _sign(self, claims: Mapping[str, Any]) -> str:
        key = self.keys[0]
        algorithm = "RS256" if key.key_type == "RSA" else "ES256"
        return jwt.encode({"alg": algorithm, "kid": key.kid or ""}, dict(claims), key, algorithms=[algorithm])


@cache
def _first_key() -> RSAKey:
    """Made once: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


def hangs(to: BaseHTTPRequestHandler) -> None:
    """Say nothing until whoever asked has gone."""
    to.connection.recv(1)


def drones(to: BaseHTTPRequestHandler) -> None:
    """Say a megabyte."""
    send(to, 200, b" " * 1_000_000, "application/json")


def send(to: BaseHTTPRequestHandler, status: int, body: bytes, kind: str, **headers: str) -> None:
    """One answer."""
    to.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
        to.send_header(name, value)
    to.end_headers()
    to.wfile.write(body)


def _handler_of(provider: OidcProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, asked = self._asked()
            if path in provider.answers:
                provider.answers[path](self)
            elif path == "/.well-known/openid-configuration":
                self._json(provider.says())
            elif path == "/jwks":
                self._json(provider.published())
            elif path == "/authorize" and provider.asks_first:
                page = f'<meta charset="utf-8"><a href="{provider.back(asked).replace("&", "&amp;")}">同意登录</a>'
                send(self, 200, page.encode(), "text/html")
            elif path == "/authorize":
                send(self, 302, b"", "text/plain", Location=provider.back(asked))
            elif path == "/end":
                provider.signed_out.append(asked)
                send(self, 200, "<meta charset=utf-8>已退出统一身份认证".encode(), "text/html")
            else:
                send(self, 404, b"", "text/plain")

        def do_POST(self) -> None:
            path, _ = self._asked()
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            if path in provider.answers:
                provider.answers[path](self)
                return
            token = provider.token_for(form, self.headers.get("Authorization", ""))
            self._json(token or {"error": "invalid_grant"}, 200 if token else 400)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _asked(self) -> tuple[str, dict[str, str]]:
            address = urlsplit(self.path)
            path = address.path.removeprefix("/city")
            provider.asked.append(path)
            return path, dict(parse_qsl(address.query))

        def _json(self, said: object, status: int = 200) -> None:
            send(self, status, json.dumps(said).encode(), "application/json")

    return Handler
