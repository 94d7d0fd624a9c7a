"""四纸: 快报, 交办单, 首次回应口径 and 通知名单 of a matter, each version as it was ready, to print and to sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs, reads_evidence
from console.forms import Fields, number_in, read_fields
from console.leader_papers import readings_of
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.seeing import found_concern
from huiying.concern import Concern
from huiying.duty_log import PhoneNotice
from huiying.paper import CallLine, Paper, PaperKind
from huiying.permission import Action, able
from huiying.person import Person
from huiying.register.register import Transaction
from responders.shift.circulating import unread_papers


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperRow:
    """One paper in the set: its newest version, and how long after the alert it was ready.

    `formal` is the address of the paper as it was sent, where it was.
    """

    kind: PaperKind
    newest: Paper | None
    ready: str
    formal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SetView:
    """The set of a matter."""

    concern: Concern
    rows: tuple[PaperRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRow:
    """One line of the call list, with the calls that were recorded since."""

    call: CallLine
    calls: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperView:
    """One version of one paper."""

    concern: Concern
    paper: Paper
    versions: tuple[Paper, ...]
    calls: tuple[CallRow, ...]
    ready: str
    readings: tuple[str, ...]
    to_read: bool


def paper_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns/{id}/papers` and each paper below it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns/{concern}/papers", dependencies=needs(Action.VIEW_MATTERS))
    def papers(concern: str) -> HTMLResponse:
        with office.register.reading() as tx:
            view = _set(tx, found_concern(tx, concern))
            return pages.html("papers.html", papers=view, frame=frame(tx, office, "concerns"))

    @routes.post("/concerns/{concern}/papers", dependencies=needs(Action.EXPORT), response_model=None)
    def ask(concern: str, by: Acting) -> RedirectResponse:
        office.readying.ask_for(concern, by=by)
        return RedirectResponse(f"/concerns/{quote(concern, safe='')}/papers", status_code=303)

    @routes.get("/concerns/{concern}/papers/{kind}", dependencies=reads_evidence())
    def paper(concern: str, kind: PaperKind, by: Acting, number: int = 0) -> HTMLResponse:
        with office.register.reading() as tx:
            view = _paper(tx, found_concern(tx, concern), kind, number, office, by)
            return pages.html("paper.html", view=view, frame=frame(tx, office, "concerns"))

    @routes.post("/concerns/{concern}/papers/{kind}/read", dependencies=needs(Action.CIRCULATE))
    def read(
        concern: str, kind: PaperKind, form: Annotated[Fields, Depends(read_fields)], by: Acting
    ) -> RedirectResponse:
        number = number_in(form, "number") or 0
        read = office.circulating.read_paper(form["episode"], kind, number, seen=form["seen"], by=by)
        address = f"/concerns/{quote(concern, safe='')}/papers/{kind.value}?number={read.number}"
        return RedirectResponse(address, status_code=303)

    return routes


def _set(tx: Transaction, concern: Concern) -> SetView:
    newest = tx.papers.newest(concern.episode_id)
    formal = {PaperKind.ASSIGNMENT: _address_of_task(tx, concern)}
    return SetView(
        concern=concern,
        rows=tuple(
            PaperRow(
                kind=kind,
                newest=newest.get(kind),
                ready=_ready(tx, newest.get(kind)),
                formal=formal.get(kind, ""),
            )
            for kind in PaperKind
        ),
    )


def _address_of_task(tx: Transaction, concern: Concern) -> str:
    """Where the paper of the lead's task stands, once it was sent."""
    for task in tx.tasks.of_alerts([concern.episode_id]).get(concern.episode_id, []):
        if task.leads and task.sent_at:
            return f"/tasks/{quote(task.id, safe='')}/paper"
    return ""


def _paper(
    tx: Transaction, concern: Concern, kind: PaperKind, number: int, office: ConsoleOffice, by: Person
) -> PaperView:
    versions = tx.papers.versions(concern.episode_id, kind)
    chosen = next((each for each in versions if each.number == number), versions[-1] if versions else None)
    if chosen is None:
        raise HTTPException(404, f"{kind.label}还没有备好：红色提示自动备，其他级别在“四纸”页按“备齐四纸”")
    notices = tx.duty_log.notices_of(concern.id)
    return PaperView(
        concern=concern,
        paper=chosen,
        versions=tuple(versions),
        calls=tuple(CallRow(call=call, calls=_calls(call, notices, office)) for call in chosen.calls),
        ready=_ready(tx, chosen),
        readings=readings_of(tx, chosen, office.clock.now()),
        to_read=able(by, Action.CIRCULATE) and bool(unread_papers(tx, [chosen], by.id)),
    )


def _ready(tx: Transaction, paper: Paper | None) -> str:
    alert = tx.alerts.get(paper.episode) if paper else None
    if paper is None or alert is None or paper.made_at < alert.level_since:
        return ""
    seconds = int((paper.made_at - alert.level_since).total_seconds())
    return f"{alert.level.label}发出后{seconds // 60}分{seconds % 60:02d}秒备好"


def _calls(call: CallLine, notices: Sequence[PhoneNotice], office: ConsoleOffice) -> tuple[str, ...]:
    now = office.clock.now()
    return tuple(
        f"{wording.when(each.at, now)} {each.by.name}打给{each.whom or each.unit}：{each.said}"
        for each in notices
        if each.unit == f"{call.unit}{call.post}"
    )
