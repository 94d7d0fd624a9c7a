"""`huiying check`: reads all of `config/`, tries each store, and shows what a source would give today."""

from collections.abc import Callable
from dataclasses import dataclass

from console.wiring import Office
from huiying.archive.archive import PostQuery
from huiying.failures import HuiyingError, Rejected
from huiying.policy.channels import Channel


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was checked, and in Chinese what was found."""

    what: str
    ok: bool
    found: str


def check_everything(office: Office) -> list[Finding]:
    """Configuration first, then each store; a part that cannot be tried says why."""
    return [
        _try("配置", lambda: _describe_policy(office)),
        *_check_channels(office),
        *_check_provider(office),
        _try("总线", lambda: _describe_bus(office)),
        _try("帖文库", lambda: f"可用，查得 {len(office.archive.search(PostQuery(), limit=1).hits)} 条试样"),
        _try("台账", lambda: _describe_register(office)),
        _try("留存", lambda: _describe_evidence(office)),
    ]


def _try(what: str, attempt: Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, ok=True, found=attempt())
    except HuiyingError as error:
        return Finding(what=what, ok=False, found=str(error))


def _describe_policy(office: Office) -> str:
    policy = office.policy
    enabled = sum(source.enabled for source in policy.sources)
    return (
        f"{office.config}：{len(policy.bureaus)} 个单位，{len(policy.duties)} 项职责，"
        f"{len(policy.sources)} 个信源（启用 {enabled} 个），{len(policy.procedures)} 个程序"
    )


def _check_channels(office: Office) -> list[Finding]:
    """Every channel in use: whether its secret address is there, and who has none of their own on it."""
    try:
        rules = office.policy.channels
    except HuiyingError:
        return []
    return [_check_channel(office, channel) for channel in rules.enabled]


def _check_provider(office: Office) -> list[Finding]:
    """The provider of single sign-on, where there is one or has to be."""
    try:
        provider = office.provider
    except HuiyingError as error:
        return [Finding(what="单点登录", ok=False, found=str(error))]
    return [] if provider is None else [_try("单点登录", provider.describe)]


def _check_channel(office: Office, channel: Channel) -> Finding:
    what = f"通知渠道 {channel.name}"
    if office.channel_url(channel) is None:
        found = f"{channel.title}已启用，但缺地址：请设环境变量或放好文件 {channel.url_from}，否则发不出去"
        return Finding(what=what, ok=False, found=found)
    lacking = (
        []
        if channel.group
        else office.policy.roster.without_address(channel.name, channel.to.roles, channel.to.persons)
    )
    note = f"；{'、'.join(lacking)} 在 roster.yaml 里没有这个渠道的地址，收不到" if lacking else ""
    return Finding(what=what, ok=True, found=f"{channel.title}已启用，地址在 {channel.url_from}{note}")


def _describe_bus(office: Office) -> str:
    unread = sum(office.bus.lag("check", ["post-collected"]).values())
    return "。".join([f"可用，积压 {unread} 条", *office.bus.complaints()])


def _describe_register(office: Office) -> str:
    with office.register.reading() as tx:
        return f"可用，{tx.concerns.count()} 个事项"


def _describe_evidence(office: Office) -> str:
    with office.register.reading() as tx:
        altered = [f"{kept.concern}/{kept.post}" for kept in tx.evidence.altered()]
        altered += [f"{scan.concern}/{scan.what}" for scan in tx.scans.altered()]
    if altered:
        raise Rejected(f"{len(altered)} 件与留存时的校验值不符，有人改动过：{'、'.join(altered[:5])}")
    return "全部与留存时的校验值相符"
