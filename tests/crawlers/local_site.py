"""A web site on loopback that a test fills with pages; it notes what it was asked."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from huiying.post import SourceKind
from huiying.source import Source


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the site gives for one path; `body` may be a stream of pieces."""

    body: bytes | Callable[[], Iterator[bytes]] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """Paths and what they give, and every request that came: path, and its headers in lower case."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def put(
        self, path: str, body: bytes | str | Callable[[], Iterator[bytes]], status: int = 200, **headers: str
    ) -> str:
        """Serve this from now on; the full address."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named.setdefault("Content-Type", "text/html")
        self.pages[path] = Answer(body=content, status=status, headers=named)
        return self.base + path

    def redirect(self, path: str, target: str) -> str:
        """Send whoever asks for this path elsewhere."""
        return self.put(path, b"", status=302, Location=target)

    def list_of(self, *paths: str, path: str = "/list/") -> str:
        """Put an index page that links to these articles."""
        links = "".join(f'<li><a href="{link}">关于本市民生事项的报道之{link}</a></li>' for link in paths)
        return self.put(path, f"<html><head><meta charset=utf-8></head><body><ul>{links}</ul></body></html>")

    def times_asked(self, path: str) -> int:
        """How often this path was asked for."""
        return sum(asked == path for asked, _ in self.asked)

    def source(self, url: str, spider: str = "listing", **parts: object) -> Source:
        """A source that crawls this site without pauses."""
        given: dict[str, object] = {
            "name": "本地站",
            "title": "本地站",
            "kind": SourceKind.NEWS,
            "spider": spider,
            "url": url,
            "enabled": True,
            "local": True,
            "delay_seconds": 0.0,
            "every_minutes": 0.005,
        }
        return Source(**{**given, **parts})  # type: ignore[arg-type]


def article_page(title: str, *paragraphs: str, date: str = "2014-05-30 08:15", charset: str | None = "utf-8") -> str:
    """A page as news sites make them: a menu, the article, links to others, a footer."""
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    words = "".join(f"<p>　　{paragraph}</p>" for paragraph in paragraphs)
    menu = "".join(f'<a href="/{name}/">{name}</a> ' for name in ("首页", "要闻", "公开", "服务", "互动"))
    others = "".join(f'<li><a href="/old/{i}.html">往期报道标题第{i}条</a></li>' for i in range(8))
    return (
        f"<html><head>{declared}<title>{title}_滨城新闻网</title></head><body><div class=menu>{menu}</div>"
        f"<h1>{title}</h1><div class=info>{date} 来源：本网</div><div class=text>{words}</div>"
        f"<div>相关阅读</div><ul>{others}</ul><div class=foot>版权所有 滨城新闻网 备案号</div></body></html>"
    )


PARAGRAPHS = (
    "昨天上午，市民反映中山路一处自来水主管道破裂，路面积水较深，附近三个小区停水，许多居民只好下楼提水。",
    "供水公司接到报告后派人抢修，预计今天傍晚恢复供水。记者在现场看到，抢修人员正在开挖路面，更换破损的管段。",
    "市水务局表示，将对老旧管网进行全面排查，停水期间安排送水车，居民可以拨打服务热线了解送水时间和地点。",
)
"""An article's paragraphs, written for the tests."""


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Site]:
    """A site on loopback for as long as the block lasts; with a certificate, under https."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    site = Site(f"{scheme}://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = _handler(site)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that hangs up is what tests want
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers from the site's pages."""

        def do_GET(self) -> None:
            """Answer one request."""
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            answer = site.pages.get(self.path, Answer(status=404))
            etag = answer.headers.get("ETag")
            if etag and headers.get("if-none-match") == etag:
                answer = Answer(status=304, headers={"ETag": etag})
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if isinstance(answer.body, bytes):
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            for piece in [answer.body] if isinstance(answer.body, bytes) else answer.body():
                self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    return Handler


def self_signed(folder: Path) -> Path:
    """A certificate that nobody signed but its own key, and the key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "self-signed.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return file
