"""Guards the address really dialled: nobody's inner network is reached through a source, a redirect or a name.

The check stands where Twisted opens the connection, after every name was resolved, so neither a redirect nor a name
that answers differently the second time (DNS rebinding) gets round it.
"""

import ipaddress
from collections.abc import Callable
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler, _ScrapyAgent
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.web.client import Agent
from zope.interface import implementer  # type: ignore[import-untyped]

_METADATA = frozenset({"168.63.129.16", "100.100.100.200", "169.254.169.254", "fd00:ec2::254"})
_CARRIES_IPV4 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(ConnectError):
    """The address that was about to be dialled is not one that this source may reach."""

    def __init__(self, words: str) -> None:
        super().__init__(words)  # type: ignore[no-untyped-call]
        self.words = words

    def __str__(self) -> str:
        return self.words


def refuse_unless_allowed(address: str, *, local: bool) -> None:
    """Raise `AddressRefused` unless it is a public address, or for a `local` source loopback or private."""
    try:
        dialled = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        raise AddressRefused(f"未解析的地址 {address} 不予连接") from None
    inner = _inner_address(dialled)
    if _is_public(inner):
        return
    if local and (inner.is_loopback or _is_private_network(inner)):
        return
    remedy = "" if local else "。若确为本单位内网的信源，请在 sources.yaml 中写 local: true"
    raise AddressRefused(f"拒绝连接：{address} 不是公网地址（本机、内网、链路本地或云主机元数据地址）{remedy}")


def _inner_address(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address that an IPv6 address carries (mapped, 6to4, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _CARRIES_IPV4:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if str(address) in _METADATA or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.teredo is not None:
        return False
    return address.is_global


def _is_private_network(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if str(address) in _METADATA or address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.teredo is not None:
        return False
    return address.is_private and not address.is_reserved


@implementer(IReactorPluggableNameResolver)
class _GuardedReactor:
    """The reactor, but for dialling: every address is checked first."""

    def __init__(self, reactor: Any, *, local: bool) -> None:
        self._reactor = reactor
        self._local = local

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, *args: Any, **kwargs: Any) -> Any:
        """Dial, if this source may reach the address."""
        refuse_unless_allowed(host, local=self._local)
        return self._reactor.connectTCP(host, *args, **kwargs)


class _GuardedAgent(_ScrapyAgent):
    """Scrapy's agent on the guarded reactor; no proxy, which would dial for us unguarded."""

    def __init__(self, *, local: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._local = local

    def _get_agent(self, _request: Request, timeout: float) -> Agent:
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs a reactor

        guarded = _GuardedReactor(reactor, local=self._local)
        make: Callable[..., Agent] = Agent
        return make(guarded, self._contextFactory, connectTimeout=timeout, pool=self._pool)


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler, dialling only where the crawl's source may."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._local = crawler.settings.getbool("HUIYING_LOCAL")

    async def download_request(self, request: Request) -> Response:
        """Fetch one request."""
        agent = _GuardedAgent(
            local=self._local,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))
