"""审计: what was done, by whom, when; for the auditor, who can also have the chain verified."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import written_moment
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.audit import Entry, Outcome, verify_chain
from huiying.kept_form import Why
from huiying.permission import Action
from huiying.person import Role
from huiying.register.register import Transaction

_PAGE = 100
_SHAPES = {Outcome.ADMITTED: "", Outcome.DONE: "ok", Outcome.REFUSED: "warn", Outcome.FAILED: "bad"}
_ACTS = {
    "sign-in": "登录",
    "sign-out": "退出",
    "end-session": "结束登录",
    "change-password": "改密码",
    "read-evidence": "查看帖文",
    "ask": "提出个人信息请求",
    "forget": "到期删除请求人所写",
    "save-view": "存、删视图",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditRow:
    """One entry."""

    number: int
    when: str
    exact: str
    who: str
    roles: str
    act: str
    subject: str
    outcome: StateView
    note: str
    address: str
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditView:
    """The whole page."""

    rows: tuple[AuditRow, ...]
    who: str
    since: str
    until: str
    older: int | None
    head: str


def audit_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/audit`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/audit", dependencies=needs(Action.READ_AUDIT))
    def audit(who: str = "", since: str = "", until: str = "", before: int | None = None) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_audit(tx, office, (who.strip(), since, until), before)
            return pages.html("audit.html", audit=view, frame=frame(tx, office, "audit"))

    @routes.post("/audit/verify", dependencies=needs(Action.READ_AUDIT))
    def verify(by: Acting) -> RedirectResponse:
        with office.register.reading() as tx:
            verdict = verify_chain(tx.audit.entries(), tx.audit.head())
        if verdict.wrong:
            words = f"校验不通过：{verdict.why}。此前 {verdict.entries} 条完好。"
            return done(office, by, "/audit", words, Why.REFUSED)
        return done(office, by, "/audit", f"校验通过：{verdict.entries} 条，与写入时一致。")

    return routes


def view_audit(tx: Transaction, office: ConsoleOffice, asked: tuple[str, str, str], before: int | None) -> AuditView:
    """Entries, the newest first; `asked` is a person's account and the first and last day."""
    who, since, until = asked
    last = _day(until)
    found = tx.audit.newest(
        who=who or None,
        since=_day(since),
        until=last + timedelta(days=1) if last else None,
        before=before,
        limit=_PAGE,
    )
    now = office.clock.now()
    return AuditView(
        rows=tuple(_row(entry, now) for entry in found),
        who=who,
        since=since,
        until=until,
        older=found[-1].number if len(found) == _PAGE else None,
        head=str(tx.audit.head()),
    )


def _day(text: str) -> datetime | None:
    try:
        return written_moment(text)
    except ValueError:
        return None


def _row(entry: Entry, now: datetime) -> AuditRow:
    deed = entry.deed
    outcome = next((one for one in Outcome if one == deed.outcome), None)
    return AuditRow(
        number=entry.number,
        when=wording.when(entry.at, now),
        exact=wording.exact(entry.at),
        who=deed.name or deed.who or "未登录",
        roles="、".join(role.label for role in Role if role.value in deed.roles.split(",")),
        act=_act(deed.act),
        subject=deed.subject,
        outcome=StateView(
            words=outcome.label if outcome else deed.outcome, shape=_SHAPES[outcome] if outcome else "bad"
        ),
        note=deed.note,
        address=deed.address,
        hash=entry.hash[:12],
    )


def _act(act: str) -> str:
    return next((action.label for action in Action if action.value == act), _ACTS.get(act, act))
