"""What Elasticsearch's errors mean: it is away and worth waiting for, or a person has to mend something first."""

import re
from dataclasses import dataclass
from importlib.metadata import version

from elasticsearch import ApiError, ConnectionTimeout, SerializationError, SSLError, UnsupportedProductError
from elasticsearch.exceptions import TransportError

from huiying.failures import HuiyingError, Rejected, Unavailable, Unusable

_CLIENT = version("elasticsearch")
_LOCKED = frozenset({"cluster_block_exception", "index_closed_exception"})
_ASK_LATER = frozenset({408, 429})


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What was tried, as messages may name it: the address without its password, and who logged in."""

    address: str
    login: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """An answer of Elasticsearch that is no success; `kind` is None where the words are not Elasticsearch's own."""

    status: int
    kind: str | None
    reason: str

    @classmethod
    def of(cls, status: int, error: object) -> "Refusal":
        """Read from the `error` of an answer, of one action of a bulk or of one document of an mget."""
        if not isinstance(error, dict) or "type" not in error:
            return cls(status=status, kind=None, reason=str(error)[:300])
        causes = error.get("root_cause")
        first = causes[0] if causes else error
        deepest = error
        while isinstance(deeper := deepest.get("caused_by"), dict):
            deepest = deeper
        reasons = dict.fromkeys(str(cause.get("reason"))[:300] for cause in (first, deepest))
        return cls(status=status, kind=first.get("type"), reason="; ".join(reasons))


def meaning(error: ApiError | TransportError, target: Target) -> HuiyingError | None:
    """The house's own error for one of the client's; None where we asked wrongly, which is a bug."""
    if isinstance(error, UnsupportedProductError):
        return _not_elasticsearch(target, "没有 X-Elastic-Product 标记（Elasticsearch 低于 8，或是别的服务）")
    if isinstance(error, ApiError):
        told = error.body.get("error", error.body) if isinstance(error.body, dict) else error.body
        return refused(Refusal.of(error.meta.status, told), target)
    if isinstance(error, SSLError):
        return _tls(str(error.message), target)
    if isinstance(error, SerializationError):
        return _not_elasticsearch(target, "答复读不懂")
    if isinstance(error, ConnectionTimeout):
        return Unavailable(f"Elasticsearch at {target.address} (HUIYING_ARCHIVE) did not answer in time")
    return Unavailable(
        f"Elasticsearch at {target.address} (HUIYING_ARCHIVE) cannot be reached: {error.message}; "
        "if it runs and speaks TLS, the address must begin with https://"
    )


def refused(refusal: Refusal, target: Target) -> HuiyingError | None:
    """What a refusal means; None where we asked wrongly, or where it is one document that was refused."""
    if refusal.kind in _LOCKED and refusal.status < 500:
        return _locked(refusal, target)
    if refusal.status >= 500 or refusal.status in _ASK_LATER or refusal.kind == "index_not_found_exception":
        return away(refusal, target)
    if refusal.status in {401, 403}:
        return _no_entry(refusal, target)
    if refusal.status == 413:
        return Rejected(f"Elasticsearch at {target.address}, or a proxy before it, takes no request as large as this")
    return _misunderstood(refusal, target)


def away(refusal: Refusal, target: Target) -> Unavailable:
    """It, or the part of it that is needed, will be back."""
    said = f"{refusal.kind}: {refusal.reason}" if refusal.kind else refusal.reason
    return Unavailable(f"Elasticsearch at {target.address} (HUIYING_ARCHIVE) answered {refusal.status}: {said}")


def _locked(refusal: Refusal, target: Target) -> Unusable:
    if "/12/" in refusal.reason:
        return Unusable(
            f"HUIYING_ARCHIVE：{target.address} 的 Elasticsearch 磁盘将满，索引已转为只读，帖文写不进去。"
            "请给它腾出磁盘空间，水位降下后它会自行解除"
            "（仍不解除时，把索引的 index.blocks.read_only_allow_delete 设为 null）"
        )
    return Unusable(
        f"HUIYING_ARCHIVE：{target.address} 上的索引被人锁住或关闭：{refusal.reason}"
        "。请把该索引的 index.blocks.* 设置改为 null，关闭的重新打开"
    )


def _no_entry(refusal: Refusal, target: Target) -> Unusable:
    names = "HUIYING_ELASTICSEARCH_USER、HUIYING_ELASTICSEARCH_PASSWORD 或 HUIYING_ELASTICSEARCH_API_KEY"
    if refusal.status == 401:
        return Unusable(
            f"{names}：{target.address} 的 Elasticsearch 不接受所用的登录（{target.login}）。请改正后重新启动"
        )
    return Unusable(
        f"{names}：所用的登录（{target.login}）在 {target.address} 的 Elasticsearch 上权限不够：{refusal.reason}"
        "。请授予该权限，或换一个用户"
    )


def _misunderstood(refusal: Refusal, target: Target) -> Unusable | None:
    if refusal.status == 406 or refusal.kind == "media_type_header_exception":
        return Unusable(
            f"HUIYING_ARCHIVE：{target.address} 的 Elasticsearch 与本程序的客户端 {_CLIENT} 版本不合，"
            f"服务器应为 8.x 或 9.x，大版本不低于客户端。它的答复：{refusal.reason}"
        )
    return _not_elasticsearch(target, f"HTTP {refusal.status}") if refusal.kind is None else None


def _not_elasticsearch(target: Target, why: str) -> Unusable:
    return Unusable(
        f"HUIYING_ARCHIVE：{target.address} 应答的不是 Elasticsearch 8.x 或 9.x（本程序的客户端是 {_CLIENT}）：{why}"
        "。请核对主机和端口，或升级服务器"
    )


def _tls(said: str, target: Target) -> Unavailable:
    if failed := re.search(r"certificate verify failed: (.+?)(?: \(_ssl|$)", said):
        return Unusable(
            f"HUIYING_ELASTICSEARCH_CA：{target.address} 的证书验证不过：{failed[1]}"
            "。证书过期或主机名不符须换证书；由自己的机构签发的，用 HUIYING_ELASTICSEARCH_CA 指明其 CA 文件"
        )
    if "EOF" in said:
        return Unavailable(f"Elasticsearch at {target.address} (HUIYING_ARCHIVE) broke off: {said}")
    return Unusable(
        f"HUIYING_ARCHIVE：与 {target.address} 的 TLS 握手不成：{said}。若服务器没有启用 TLS，地址应以 http:// 开头"
    )
