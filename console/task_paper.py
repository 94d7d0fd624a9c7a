"""交办单 and 督办通知 as pages that print well: what is known is filled in, the rest left to be written."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.desk_work import task_number
from console.excerpts import Excerpt, representative
from console.office import ConsoleOffice
from console.rendering import Pages
from huiying.alert import Alert
from huiying.concern import Concern
from huiying.correction import Answer, Judgement, standing_answers
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.publication import Publication
from huiying.register.register import Transaction
from huiying.task import DueClock, Task

_POSTS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperClock:
    """One deadline on paper, with its sum and basis."""

    title: str
    outward: bool
    until: str
    calculation: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperView:
    """A 交办单."""

    number: str
    concern_number: str
    title: str
    level: str
    reasons: tuple[str, ...]
    first_answer: str
    duties: str
    posts: tuple[Excerpt, ...]
    post_count: str
    part: str
    lead: str
    helpers: str
    designated: bool
    asked: str
    sent: str
    sent_by: str
    clocks: tuple[PaperClock, ...]
    return_until: str
    signed_in: str
    findings: tuple[tuple[str, str], ...]
    ways: str
    concluded: str
    published: str
    finished: str
    printed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SupervisionPaper:
    """A 督办通知."""

    id: str
    bureau: str
    title: str
    concern_number: str
    task_number: str
    asked: str
    due: str
    clocks: tuple[PaperClock, ...]
    history: tuple[str, ...]
    by: str
    at: str
    answer: str


def task_paper_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/tasks/{id}/paper` and `/supervisions/{id}/paper`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/tasks/{task_id}/paper", dependencies=needs(Action.EXPORT))
    def paper(task_id: str, by: Acting) -> HTMLResponse:
        with office.register.reading() as tx:
            task = _printable(tx, task_id, by, office.clock.now())
            return pages.html("task_paper.html", paper=view_paper(tx, office, task))

    @routes.get("/supervisions/{supervision_id}/paper", dependencies=needs(Action.EXPORT))
    def supervision(supervision_id: str, by: Acting) -> HTMLResponse:
        with office.register.reading() as tx:
            found = tx.supervisions.get(supervision_id)
            if found is None:
                raise HTTPException(404, f"没有督办件 {supervision_id}")
            task = _printable(tx, found.task, by, office.clock.now())
            concern = tx.concerns.find(task.concern)
            view = SupervisionPaper(
                id=found.id,
                bureau=office.bureau(found.bureau),
                title=task.title,
                concern_number=concern.number if concern else "",
                task_number=task_number(tx, task),
                asked=found.asked,
                due=_on_paper(found.due_at),
                clocks=tuple(_clock(clock) for clock in task.clocks if clock.step not in task.done),
                history=tuple(change.words for change in task.changes[-8:]),
                by=f"{found.by.name}（{found.by.role.label if found.by.role else ''}）",
                at=_on_paper(found.by.at),
                answer=found.answer,
            )
            return pages.html("supervision_paper.html", paper=view)

    return routes


def view_paper(tx: Transaction, office: ConsoleOffice, task: Task) -> PaperView:
    """The 交办单 of a task as it stands."""
    now = office.clock.now()
    concern, alert = tx.concerns.find(task.concern), tx.alerts.get(task.alert)
    confirmed = standing_answers(tx.corrections.said_of_concern(task.concern))
    lead = task if task.leads else next((t for t in tx.tasks.of_concern(task.concern) if t.leads), task)
    findings = [finding for finding in tx.findings.of_task(task.id) if finding.signed]
    publications = [each for each in tx.publications.of_concern(task.concern) if each.at and not each.withdrawal]
    return PaperView(
        number=task_number(tx, task),
        concern_number=concern.number if concern else "",
        title=task.title,
        level=alert.level.label if alert else "未预警",
        reasons=_reasons(alert),
        first_answer="；".join(
            said.note
            for (judgement, _), said in confirmed.items()
            if judgement is Judgement.FIRST_ANSWER and said.said[0] == Answer.CONFIRMED
        ),
        duties=_duties(concern, office),
        posts=representative(tx, task.concern, office, now, _POSTS),
        post_count=f"{concern.posts}条帖文，{len(concern.sources)}类信源" if concern else "",
        part=task.part.label,
        lead=office.bureau(lead.bureau),
        helpers="、".join(office.bureau(short) for short in lead.co_handlers) or "无",
        designated=task.designated,
        asked=task.asked,
        sent=_on_paper(task.sent_at),
        sent_by=task.sent_by or "",
        clocks=tuple(_clock(clock) for clock in task.clocks),
        return_until=_on_paper(task.return_clock.due_at) if task.return_clock and not task.designated else "",
        signed_in=f"{task.signed_in_by.name}　{_on_paper(task.signed_in_by.at)}" if task.signed_in_by else "",
        findings=tuple(
            (finding.kind.label, f"{finding.signed.name}　{_on_paper(finding.signed.at)}")
            for finding in findings
            if finding.signed
        ),
        ways="、".join(dict.fromkeys(each.publication.channel.label for each in publications)),
        concluded="；".join(dict.fromkeys(_concluded(tx, each.publication) for each in publications)),
        published="　".join(each.delivery.link or each.delivery.place for each in publications if each.delivery),
        finished=f"{task.closed_as.label if task.closed_as else ''}　{_on_paper(task.closed_at)}　{task.close_reason}"
        if task.closed_at
        else "",
        printed=_on_paper(now),
    )


def _concluded(tx: Transaction, publication: Publication) -> str:
    """What the reviewers of a published text concluded."""
    standing = tx.reviews.of_text(publication.clarification, publication.sha256)
    lasts = [standing.last(seat) for seat in standing.review.seats_of(Gate.RELEASE)] if standing else []
    return "；".join(f"{last.conclusion.called(Gate.RELEASE)}　{last.by.name}" for last in lasts if last)


def _printable(tx: Transaction, task_id: str, by: Person, now: datetime) -> Task:
    """The task; 403 in words where it is not for this person to print."""
    task = tx.tasks.get(task_id)
    if task is None:
        raise HTTPException(404, f"没有任务 {task_id}")
    try:
        must_may(by, Action.EXPORT, now, bureaus=(task.bureau,))
    except NotAllowed as refusal:
        raise HTTPException(403, str(refusal)) from None
    return task


def _duties(concern: Concern | None, office: ConsoleOffice) -> str:
    """The likeliest of the notice's duties; few posts touch more than two."""
    scores = concern.duties if concern else {}
    likeliest = sorted(scores, key=lambda number: -scores[number])[:2]
    return "；".join(f"第{duty.number}项 {duty.title}" for duty in office.policy.duties if duty.number in likeliest)


def _reasons(alert: Alert | None) -> tuple[str, ...]:
    return tuple(reason.text for reason in alert.reasons) if alert else ()


def _clock(clock: DueClock) -> PaperClock:
    return PaperClock(
        title=clock.title,
        outward=clock.outward,
        until=_on_paper(clock.due_at) or "及时（无法定小时数）",
        calculation=clock.calculation,
        basis=f"{clock.basis}［{clock.mark}{'，本单位自定' if clock.mark == 'U' else ''}］",
    )


def _on_paper(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = wording.beijing(moment)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
