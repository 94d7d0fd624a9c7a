"""The connection to Elasticsearch, as `HUIYING_ARCHIVE` and the settings say; its errors become the house's own."""

import re
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from elastic_transport import TextSerializer
from elasticsearch import ApiError, Elasticsearch
from elasticsearch.exceptions import TransportError
from elasticsearch.helpers import streaming_bulk

from huiying.archive.elastic_failures import Refusal, Target, away, meaning, refused
from huiying.failures import HuiyingError, Misconfigured, Unavailable
from huiying.settings import ElasticsearchSettings

DEFAULT_PREFIX = "huiying"

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:(?P<login>[^/@]*)@)?"
    r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?P<prefix>[a-z0-9][a-z0-9._-]{0,99})?/?)?"
)
_ANSWER_SECONDS = 8.0
_BULK_SECONDS = 30.0
_ACTIONS_AT_ONCE = 1_000
_BYTES_AT_ONCE = 8 * 1024 * 1024
_RETRIES = 3
_FIRST_PAUSE_SECONDS = 0.25


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What became of one action of a bulk; `refusal` is None where it was carried out."""

    id: str
    result: str
    refusal: Refusal | None


class Server:
    """One Elasticsearch. Nothing is sent before it is asked something; may be used from several threads.

    Raises `Misconfigured` where the address or the way to log in cannot be right.
    """

    def __init__(self, url: str, settings: ElasticsearchSettings) -> None:
        address = _ADDRESS.fullmatch(url)
        if address is None or not 0 < int(address["port"] or 9200) < 65536:
            shown = re.sub(r"//.*@", "//…@", url)
            raise Misconfigured(
                f"HUIYING_ARCHIVE：地址“{shown}”不对，应如 https://主机:9200 或 https://用户:口令@主机:9200/前缀"
                "（前缀用小写字母、数字、-、_、.；口令里的特殊字符写成 %XX）"
            )
        node = f"{address['scheme']}://{address['host']}:{address['port'] or 9200}"
        login, who = _login(address["login"], settings)
        tls: dict[str, Any] = {"ssl_context": _tls(settings.ca)} if address["scheme"] == "https" else {}
        self.prefix = address["prefix"] or DEFAULT_PREFIX
        self.target = Target(address=node, login=who)
        self.client = Elasticsearch(
            node,
            **login,
            **tls,
            request_timeout=_ANSWER_SECONDS,
            max_retries=0,
            # Proxies answer in plain text or HTML; their status says more than that it is no JSON.
            serializers={"text/*": TextSerializer()},
        )
        self._patient = self.client.options(request_timeout=_BULK_SECONDS)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Errors of the client become `Unavailable`, `Unusable` or `Rejected`; what we asked wrongly stays a bug."""
        try:
            yield
        except (ApiError, TransportError) as error:
            failure = meaning(error, self.target)
            if failure is None:
                raise
            raise failure from error

    def refused(self, refusal: Refusal) -> HuiyingError | None:
        """What a refusal of one action means; None where it is about this one alone."""
        return refused(refusal, self.target)

    def away(self, error: object) -> Unavailable:
        """One document could not be read, because the part of the index that has it is away."""
        return away(Refusal.of(503, error), self.target)

    def bulk(self, index: str, actions: Iterable[tuple[bytes, bytes | None]]) -> Iterator[Done]:
        """Carry out actions, each a line that says what and a document, as JSON; what became of each.

        Those put off (429, 503) are sent again some times. The index must be an alias: Elasticsearch would
        otherwise make an index of its own device where ours was removed.
        """
        serialised: Any = actions  # which the helper passes on as they are, but has no type for
        results = streaming_bulk(
            self._patient,
            serialised,
            expand_action_callback=_as_it_is,
            chunk_size=_ACTIONS_AT_ONCE,
            max_chunk_bytes=_BYTES_AT_ONCE,
            raise_on_error=False,
            max_retries=_RETRIES,
            initial_backoff=_FIRST_PAUSE_SECONDS,
            retry_on_status=(429, 503),
            index=index,
            require_alias=True,
            timeout="1s",
        )
        for _, answer in results:
            (result,) = answer.values()
            error = result.get("error")
            yield Done(
                id=result["_id"],
                result=result.get("result", ""),
                refusal=Refusal.of(result["status"], error) if error else None,
            )

    def close(self) -> None:
        """Close every connection."""
        self.client.close()


def _as_it_is(action: Any) -> Any:
    return action


def _login(in_address: str | None, settings: ElasticsearchSettings) -> tuple[dict[str, Any], str]:
    """How to log in, and who that is."""
    user, password = settings.user, settings.password
    if in_address is not None:
        name, _, secret = in_address.partition(":")
        user, password = unquote(name), unquote(secret)
    if settings.api_key and (user or password):
        raise Misconfigured(
            "HUIYING_ELASTICSEARCH_API_KEY：设了它，就不要再设 HUIYING_ELASTICSEARCH_USER、"
            "HUIYING_ELASTICSEARCH_PASSWORD，HUIYING_ARCHIVE 里也不要写用户"
        )
    if settings.api_key:
        return {"api_key": settings.api_key}, "API key"
    if not user and not password:
        return {}, "没有设"
    if not (user and password):
        raise Misconfigured("HUIYING_ELASTICSEARCH_USER、HUIYING_ELASTICSEARCH_PASSWORD：用户名和口令要一起设")
    return {"basic_auth": (user, password)}, f"用户“{user}”"


def _tls(ca: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"HUIYING_ELASTICSEARCH_CA：{ca} 不是可用的 PEM 证书文件（{error}）") from error
