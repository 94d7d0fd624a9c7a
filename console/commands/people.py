"""Commands about who may sign in, and about what was done."""

import getpass
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import click

from console.commands.options import with_office
from console.commands.speaking import Group, note, print_line, print_lines, refuse
from console.permission_page import permissions_as_markdown
from console.wiring import Office
from huiying.account import Account, Session
from huiying.audit import Entry, Head, Outcome, deed_of, verify_chain
from huiying.clock import BEIJING
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.person import Person, Role
from huiying.policy.access import read_access

if TYPE_CHECKING:
    from console.provider import Provider

_ROLES = click.Choice([role.value for role in Role])
_role_option = click.option(
    "--role", "roles", type=_ROLES, multiple=True, help="角色，可多次；不写则没有任何角色", metavar="角色"
)
_bureau_option = click.option("--bureau", default=None, metavar="简称", help="所在单位；部门经办、单位负责人必填")


def operator() -> Person:
    """Whoever runs commands on the server: they own its files, so they may do what an administrator may."""
    return Person(
        id=f"cli:{getpass.getuser()}", name=f"命令行（{getpass.getuser()}）", roles=frozenset({Role.ADMINISTRATOR})
    )


@click.group(
    "users",
    cls=Group,
    help="""用户：谁能登录、以什么角色。每一步都记入审计。

\b
例：huiying users add admin --name 罗嘉 --role administrator
    huiying users list""",
)
def users() -> None:
    """Who may sign in."""


@users.command("list", help="逐个列出账号。\n\n例：huiying users list")
@with_office
def list_users(office: Office) -> None:
    """One line per account."""
    now = office.clock.now()
    with office.register.reading() as tx:
        locked = tx.accounts.locked(now)
        subjects = tx.identities.subjects(*office.provider.naming) if office.provider else {}
        rows = [
            _shown(account)
            | {"locked_until": locked.get(account.id), "disabled_at": account.disabled_at}
            | ({"subject": subjects.get(account.id)} if office.provider else {})
            for account in tx.accounts.all()
        ]
    print_lines(rows)


@users.command(
    "add",
    help="""新建账号。密码在提示后输入，或从标准输入读一行；首次登录须改。

\b
例：huiying users add zhang --name 张三 --role handler --bureau 水务局
    echo 初始密码 | huiying users add admin --name 罗嘉 --role administrator
    huiying users add li --name 李静 --role officer --subject 100234   用单点登录，没有密码""",
)
@click.argument("account", metavar="账号")
@click.option("--name", required=True, metavar="姓名", help="姓名")
@_role_option
@_bureau_option
@click.option("--subject", default=None, metavar="编号", help="单点登录提供方里此人的编号；写了就没有密码")
@with_office
def add(
    office: Office, account: str, name: str, roles: tuple[str, ...], bureau: str | None, subject: str | None
) -> None:
    """Make an account."""
    staff = office.staff
    new = staff.new_account(account, name, [Role(role) for role in roles], bureau)
    if subject is None:
        staff.add(new, _password(), by=operator())
    else:
        staff.add_known(new, _provider(office).identity(subject), by=operator())
    print_line(_shown(new))


@users.command(
    "tie",
    help="""单点登录：提供方里的这个编号就是这个账号，取代原有的；其登录全部结束。取消用 --none。

\b
例：huiying users tie zhang 100235
    huiying users tie zhang --none""",
)
@click.argument("account", metavar="账号")
@click.argument("subject", metavar="编号", required=False)
@click.option("--none", "nobody", is_flag=True, help="取消，不能再用单点登录")
@with_office
def tie(office: Office, account: str, subject: str | None, nobody: bool) -> None:
    """Say whom the provider means."""
    provider = _provider(office)
    if nobody is (subject is not None):
        raise NotAllowed("请写明编号，或者 --none，只写一样")
    if subject is None:
        print_line(_shown(office.staff.untie(account, *provider.naming, by=operator())))
        return
    tied = office.staff.tie(account, provider.identity(subject), by=operator())
    print_line(_shown(tied) | {"subject": subject})


@users.command("disable", help="停用账号，其登录立即结束。\n\n例：huiying users disable zhang")
@click.argument("account", metavar="账号")
@with_office
def disable(office: Office, account: str) -> None:
    """Nobody signs in by it any more."""
    print_line(_shown(office.staff.disable(account, by=operator())))


@users.command("enable", help="启用停用的账号。\n\n例：huiying users enable zhang")
@click.argument("account", metavar="账号")
@with_office
def enable(office: Office, account: str) -> None:
    """It may be used again."""
    print_line(_shown(office.staff.enable(account, by=operator())))


@users.command(
    "roles", help="改角色和单位，写明的取代原有的。\n\n例：huiying users roles zhang --role officer --role checker"
)
@click.argument("account", metavar="账号")
@_role_option
@_bureau_option
@with_office
def change_roles(office: Office, account: str, roles: tuple[str, ...], bureau: str | None) -> None:
    """Other roles, from the next request on."""
    changed = office.staff.change_roles(account, [Role(role) for role in roles], bureau, by=operator())
    print_line(_shown(changed))


@users.command("password", help="重设密码并解锁，其登录全部结束，登录后须改。\n\n例：huiying users password zhang")
@click.argument("account", metavar="账号")
@with_office
def password(office: Office, account: str) -> None:
    """A new password for somebody who lost theirs."""
    print_line(_shown(office.staff.set_password(account, _password(), by=operator())))


@users.command("unlock", help="解除多次失败后的等待。\n\n例：huiying users unlock zhang")
@click.argument("account", metavar="账号")
@with_office
def unlock(office: Office, account: str) -> None:
    """Let somebody try again at once."""
    office.staff.unlock(account, by=operator())
    note(f"{account} 已解锁")


@users.command(
    "sessions",
    help="""列出某人登录着的浏览器；--end 全部结束。

\b
例：huiying users sessions zhang
    huiying users sessions zhang --end""",
)
@click.argument("account", metavar="账号")
@click.option("--end", is_flag=True, help="结束其全部登录")
@with_office
def sessions(office: Office, account: str, end: bool) -> None:
    """Where somebody is signed in."""
    if end:
        note(f"已结束 {office.staff.end_sessions(account, by=operator())} 处登录")
        return
    now = office.clock.now()
    with office.register.reading() as tx:
        found = tx.sessions.of_account(account, now)
    print_lines(_session(one) for one in found if one.is_open(now, read_access(office.config).idle))


@users.command(
    "token",
    help="""发一个程序用的口令，只许可写明的事；口令只显示这一次。收回用 --revoke 编号，列出不带选项。

\b
例：huiying users token zhang --purpose 大屏 --scope view-matters --days 90
    huiying users token zhang
    huiying users token zhang --revoke 1f2e3d4c""",
)
@click.argument("account", metavar="账号")
@click.option("--purpose", default="", metavar="用途", help="做什么用")
@click.option("--scope", "scopes", type=click.Choice([a.value for a in Action]), multiple=True, metavar="事项")
@click.option("--days", default=90, show_default=True, help="有效天数")
@click.option("--revoke", default=None, metavar="编号", help="收回这一个")
@with_office
def token(office: Office, account: str, purpose: str, scopes: tuple[str, ...], days: int, revoke: str | None) -> None:
    """Tokens of programs."""
    staff = office.staff
    if revoke:
        staff.revoke_token(account, revoke, by=operator())
        note(f"已收回 {revoke}")
        return
    if scopes or purpose:
        made, secret = staff.make_token(account, purpose, [Action(one) for one in scopes], days, by=operator())
        print_line({"id": made.id, "token": secret, "ends_at": made.ends_at})
        return
    with office.register.reading() as tx:
        print_lines(tx.sessions.api_tokens(account))


@users.command("matrix", help="打印角色与权限的对照表（docs/permissions.md）。\n\n例：huiying users matrix")
def matrix() -> None:
    """Who may do what."""
    click.echo(permissions_as_markdown(), nl=False)


@click.group(
    "audit",
    cls=Group,
    help="""审计：谁在何时做了什么；逐条相扣，改动可查。

\b
例：huiying audit list --who zhang --from 2026-11-01
    huiying audit verify""",
)
def audit() -> None:
    """What was done."""


@audit.command(
    "list", help="逐条列出，新的在前。\n\n例：huiying audit list --who zhang --from 2026-11-01 --to 2026-11-07"
)
@click.option("--who", default=None, metavar="账号", help="只看此人的")
@click.option("--from", "since", type=click.DateTime(["%Y-%m-%d"]), default=None, help="自这一天（北京时间）")
@click.option("--to", "until", type=click.DateTime(["%Y-%m-%d"]), default=None, help="到这一天为止，不含当天")
@click.option("--limit", default=100, show_default=True, help="最多几条")
@with_office
def list_audit(office: Office, who: str | None, since: datetime | None, until: datetime | None, limit: int) -> None:
    """One line per entry."""
    with office.register.reading() as tx:
        found = tx.audit.newest(who=who, since=_beijing(since), until=_beijing(until), limit=limit)
    print_lines(_entry(entry) for entry in found)


@audit.command(
    "verify",
    help="""从头校验整条链，说出第一条被改动、删去、插入或调换的。通过时打印链尾，请抄存在本系统之外。

以前抄存的链尾用 --head 给出：没有它，能改数据库的人重写整条链就查不出来。

\b
例：huiying audit verify
    huiying audit verify --head 1187:9f2c…（64 位）""",
)
@click.option("--head", "kept", default=None, metavar="序号:散列", help="以前抄存的链尾")
@with_office
def verify(office: Office, kept: str | None) -> None:
    """Look through the whole chain."""
    with office.register.reading() as tx:
        verdict = verify_chain(tx.audit.entries(), tx.audit.head(), _head(kept) if kept else None)
    print_line(
        {"entries": verdict.entries, "head": str(verdict.head), "wrong": verdict.wrong, "why": verdict.why or None}
    )
    sys.stdout.flush()
    if verdict.wrong is not None:
        refuse(f"审计链不完好：{verdict.why}")
    with office.register.transaction() as tx:
        tx.audit.add(deed_of(operator(), Action.READ_AUDIT.value, "audit verify", Outcome.DONE))


def _provider(office: Office) -> "Provider":
    if office.provider is None:
        raise NotAllowed("没有设单点登录，请先设 HUIYING_OIDC_ISSUER 和 HUIYING_OIDC_CLIENT")
    return office.provider


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt("密码", hide_input=True, confirmation_prompt="再输一次", err=True)
    return typed


def _shown(account: Account) -> dict[str, object]:
    roles = [role.value for role in Role if role in account.roles]
    return {"id": account.id, "name": account.name, "roles": roles, "bureau": account.bureau}


def _session(session: Session) -> dict[str, object]:
    return {
        "id": session.id,
        "browser": session.browser,
        "began_at": session.began_at,
        "seen_at": session.seen_at,
        "ends_at": session.ends_at,
    }


def _entry(entry: Entry) -> dict[str, object]:
    deed = entry.deed
    words = {name: getattr(deed, name) for name in type(deed).__dataclass_fields__}
    return {"number": entry.number, "at": entry.at} | words | {"hash": entry.hash}


def _beijing(day: datetime | None) -> datetime | None:
    return day.replace(tzinfo=BEIJING) if day else None


def _head(text: str) -> Head:
    number, _, hash = text.partition(":")
    if not number.isdecimal() or len(hash) != 64:
        raise NotAllowed(f"--head “{text[:80]}”应为 序号:散列，散列 64 位，即 audit verify 打印的 head")
    return Head(number=int(number), hash=hash)


COMMANDS = (users, audit)
