"""What went wrong while crawling, in words for the person who looks after the sources, with what to do."""

from dataclasses import dataclass

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet.error import ConnectionLost, DNSLookupError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawlers.guard import AddressRefused

LARGEST_PAGE = 2 * 1024 * 1024
"""A page of more bytes, as sent or unpacked, is refused."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One address that came to nothing, and why."""

    url: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """The words for a failure; `lasting` ones will not pass by themselves within minutes."""

    words: str
    lasting: bool = False


_STATUS_WORDS = {
    401: "网站要求登录（401）。请改用公开的栏目地址",
    403: "网站拒绝访问（403）。请降低频率，或与对方单位联系",
    404: "页面不存在（404）。请核对地址，网站可能已改版",
    410: "页面已删除（410）",
    429: "访问过于频繁（429）。请加大 delay_seconds 或 every_minutes",
}
_TOO_LARGE = f"页面超过 {LARGEST_PAGE // 1024 // 1024} MB，已拒收。请核对地址是否为文件下载"

_BY_KIND: dict[type[BaseException], Explained] = {
    SSL.Error: Explained(words="加密连接失败：网站的证书无效、过期或不受信任。请联系网站管理方更换证书"),
    VerificationError: Explained(words="加密连接失败：证书不是发给这个域名的。请核对地址或联系网站管理方"),
    CannotResolveHostError: Explained(words="域名无法解析。请核对网址，或检查本机的 DNS 与网络"),
    DNSLookupError: Explained(words="域名无法解析。请核对网址，或检查本机的 DNS 与网络"),
    DownloadConnectionRefusedError: Explained(words="网站拒绝连接。请稍后再看，或核对地址与端口"),
    DownloadTimeoutError: Explained(words="网站响应超时。系统会按时间表再试；若持续如此，请核对地址"),
    DownloadCancelledError: Explained(words=_TOO_LARGE, lasting=True),
    UnsupportedURLSchemeError: Explained(words="不支持的地址类型，只能是 http 或 https", lasting=True),
    ResponseDataLossError: Explained(words="连接中途断开，页面不完整。系统会按时间表再试"),
    ConnectionLost: Explained(words="连接中途断开，页面不完整。系统会按时间表再试"),
}


def explain(error: BaseException) -> Explained:
    """The words for whatever a request failed with."""
    for cause in _causes(error):
        explained = _explain_one(cause)
        if explained is not None:
            return explained
    return Explained(words=f"未能取到（{type(error).__name__}：{str(error)[:200]}）")


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it was raised from, the innermost first: Twisted wraps the telling one."""
    found: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting and len(found) < 20:
        one = waiting.pop()
        if one in found:
            continue
        found.append(one)
        if isinstance(one, ResponseFailed):
            waiting += [reason.value for reason in one.reasons if isinstance(reason, Failure) and reason.value]
        waiting += [cause for cause in (one.__cause__, one.__context__) if cause is not None]
    return found[::-1]


def _explain_one(error: BaseException) -> Explained | None:
    if isinstance(error, AddressRefused):
        return Explained(words=error.words, lasting=True)
    if isinstance(error, HttpError):
        return _explain_status(error.response.status)
    if isinstance(error, IgnoreRequest):
        return _explain_ignored(str(error))
    return next((explained for kind, explained in _BY_KIND.items() if isinstance(error, kind)), None)


def _explain_status(status: int) -> Explained:
    words = _STATUS_WORDS.get(status)
    if words is None:
        words = f"网站出错（{status}）。系统会按时间表再试" if status >= 500 else f"网站拒绝了请求（{status}）"
    return Explained(words=words, lasting=status in {401, 403, 404, 410})


def _explain_ignored(reason: str) -> Explained | None:
    if "robots.txt" in reason:
        return Explained(words="网站的 robots.txt 不允许抓取此地址。请改用对方允许的栏目或接口", lasting=True)
    if "max redirections" in reason:
        return Explained(words="网页反复跳转，没有终点。请在浏览器中打开核对地址", lasting=True)
    if "DOWNLOAD_MAXSIZE" in reason:
        return Explained(words=_TOO_LARGE, lasting=True)
    return None
