"""用户: who has an account, and what the administrator does about it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.account import Account
from huiying.failures import NotAllowed
from huiying.permission import Action
from huiying.person import Person, Role
from huiying.register.register import Transaction

Form = Annotated[Fields, Depends(read_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRow:
    """One account in the list."""

    id: str
    name: str
    roles: tuple[str, ...]
    role_words: str
    bureau: str
    bureau_name: str
    state: StateView
    sessions: int
    locked: bool
    disabled: bool
    subject: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleView:
    """The whole page; `password` is the one just given, shown this once."""

    rows: tuple[PersonRow, ...]
    said: str
    password: str
    provider: str


Move = Callable[[Fields, Person], tuple[str, str]]
"""Something done with an account: what to say, and a password to show."""


def people_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/users` and every move of an administrator."""
    routes = APIRouter(include_in_schema=False, prefix="/users")
    manages = needs(Action.MANAGE_USERS)

    def page(said: str = "", password: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            called = office.provider.called if office.provider else ""
            view = PeopleView(rows=view_people(tx, office), said=said, password=password, provider=called)
            bureaus = office.policy.bureaus
            return pages.html(
                "people.html",
                people=view,
                roles=list(Role),
                bureaus=bureaus,
                frame=frame(tx, office, "users"),
            )

    def moving(path: str, move: Move) -> None:
        @routes.post(path, dependencies=manages, name=f"users{path}", response_model=None)
        def moved(form: Form, by: Acting) -> HTMLResponse | RedirectResponse:
            said, password = move(form, by)
            # A password that was just given is shown this once: it is kept nowhere to be shown again.
            return page(said, password) if password else done(office, by, "/users", said)

    @routes.get("", dependencies=manages)
    def people() -> HTMLResponse:
        return page()

    for path, move in _moves(office).items():
        moving(path, move)
    return routes


def _moves(office: ConsoleOffice) -> dict[str, Move]:
    staff = office.staff

    def add(form: Fields, by: Person) -> tuple[str, str]:
        new = staff.new_account(form["account"].strip().lower(), form["name"], _roles(form), form["bureau"])
        if office.provider and form["subject"].strip():
            staff.add_known(new, office.provider.identity(form["subject"].strip()), by=by)
            return f"已新建 {new.name}（{new.id}），用{office.provider.called}登录，没有密码", ""
        password = secrets.token_urlsafe(12)
        staff.add(new, password, by=by)
        return f"已新建 {new.name}（{new.id}）。初始密码只在这里显示一次，首次登录须改：", password

    def roles(form: Fields, by: Person) -> tuple[str, str]:
        changed = staff.change_roles(form["account"], _roles(form), form["bureau"] or None, by=by)
        return f"{changed.name}的角色已改，对方的下一个请求起生效", ""

    def disable(form: Fields, by: Person) -> tuple[str, str]:
        return f"{staff.disable(form['account'], by=by).name}已停用，其登录全部结束", ""

    def enable(form: Fields, by: Person) -> tuple[str, str]:
        return f"{staff.enable(form['account'], by=by).name}已启用", ""

    def password(form: Fields, by: Person) -> tuple[str, str]:
        new = secrets.token_urlsafe(12)
        changed = staff.set_password(form["account"], new, by=by)
        return f"{changed.name}的密码已重设，其登录全部结束。新密码只在这里显示一次，登录后须改：", new

    def unlock(form: Fields, by: Person) -> tuple[str, str]:
        staff.unlock(form["account"], by=by)
        return f"{form['account']} 已解锁", ""

    def end(form: Fields, by: Person) -> tuple[str, str]:
        return f"已结束 {form['account']} 的 {staff.end_sessions(form['account'], by=by)} 处登录", ""

    def tie(form: Fields, by: Person) -> tuple[str, str]:
        if office.provider is None:
            raise NotAllowed("本单位没有设单点登录（HUIYING_OIDC_ISSUER），没有改")
        subject = form["subject"].strip()
        if not subject:
            untied = staff.untie(form["account"], *office.provider.naming, by=by)
            return f"{untied.name}不再用单点登录，其登录全部结束", ""
        tied = staff.tie(form["account"], office.provider.identity(subject), by=by)
        return f"{tied.name}的单点登录编号是 {subject}，其登录全部结束", ""

    return {
        "/add": add,
        "/identity": tie,
        "/roles": roles,
        "/disable": disable,
        "/enable": enable,
        "/password": password,
        "/unlock": unlock,
        "/sessions/end": end,
    }


def view_people(tx: Transaction, office: ConsoleOffice) -> tuple[PersonRow, ...]:
    """Every account as it stands."""
    now = office.clock.now()
    locked = tx.accounts.locked(now)
    subjects = tx.identities.subjects(*office.provider.naming) if office.provider else {}
    return tuple(
        replace(_row(tx, office, account, locked.get(account.id), now), subject=subjects.get(account.id, ""))
        for account in tx.accounts.all()
    )


def _row(
    tx: Transaction, office: ConsoleOffice, account: Account, locked_until: datetime | None, now: datetime
) -> PersonRow:
    return PersonRow(
        id=account.id,
        name=account.name,
        roles=tuple(role.value for role in Role if role in account.roles),
        role_words="、".join(role.label for role in Role if role in account.roles) or "没有角色",
        bureau=account.bureau or "",
        bureau_name=office.bureau(account.bureau) if account.bureau else "本办公室",
        state=_state(account, locked_until, now),
        sessions=len(tx.sessions.of_account(account.id, now)),
        locked=locked_until is not None,
        disabled=account.disabled_at is not None,
    )


def _state(account: Account, locked_until: datetime | None, now: datetime) -> StateView:
    if account.disabled_at:
        return StateView(words=f"停用，{wording.when(account.disabled_at, now)}", shape="ghost")
    if locked_until:
        return StateView(words=f"锁定至 {wording.when(locked_until, now)}", shape="bad")
    if account.must_change_password:
        return StateView(words="待改初始密码", shape="warn")
    return StateView(words="正常", shape="ok")


def _roles(form: Fields) -> frozenset[Role]:
    return frozenset(role for role in Role if role.value in form.all("role"))
