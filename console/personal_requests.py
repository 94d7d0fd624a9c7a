"""个人信息请求: what the public asks about personal data, by its deadline; the office answers, deletes, masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs, reads_personal_requests
from console.forms import Fields, read_text_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.failures import NotAllowed, Unavailable
from huiying.permission import Action, sees_all
from huiying.person import Person
from huiying.personal_request import Outcome, PersonalRequest, Wording
from huiying.register.register import Transaction
from responders.personal.answering import Decision

_PLACE = "personal-requests"
Form = Annotated[Fields, Depends(read_text_fields)]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestRow:
    """One line of the list."""

    request: PersonalRequest
    state: StateView
    due: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostAt:
    """A post under the link: its words only for those to whom every matter is open; `files` have copies of it."""

    id: str
    source: str
    said: str
    words: str | None
    files: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestView:
    """One request with what its asker wrote, and the posts under their link."""

    row: RequestRow
    wording: Wording | None
    posts: Sequence[PostAt]
    away: bool
    kept_days: int
    post_days: float
    matter_files: str
    outcomes: tuple[Outcome, ...] = tuple(Outcome)


def personal_request_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/personal-requests`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/personal-requests", dependencies=needs(Action.ANSWER_PERSONAL_REQUESTS))
    def requests() -> HTMLResponse:
        with office.register.reading() as tx:
            now = office.clock.now()
            rows = [_row(each, now) for each in tx.personal_requests.all()]
            counts = tx.personal_requests.counts(now)
            here = frame(tx, office, _PLACE)
            return pages.html("personal_requests.html", rows=rows, counts=counts, frame=here)

    @routes.get("/personal-requests/{number}", dependencies=reads_personal_requests())
    def request(number: str, by: Acting) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_request(tx, office, number, by)
            return pages.html("personal_request.html", view=view, frame=frame(tx, office, _PLACE))

    @routes.post("/personal-requests/{number}/answer", dependencies=needs(Action.ANSWER_PERSONAL_REQUESTS))
    def answer(number: str, form: Form, by: Acting) -> RedirectResponse:
        office.answering.answer(number, _decision(form), by=by)
        return RedirectResponse(f"/personal-requests/{quote(number, safe='')}", status_code=303)

    return routes


def view_request(tx: Transaction, office: ConsoleOffice, number: str, by: Person) -> RequestView:
    """The page of one request as things stand."""
    found = tx.personal_requests.get(number)
    if found is None:
        raise HTTPException(404, f"没有个人信息请求 {number[:40]}")
    wording_of = tx.personal_requests.words(number)
    posts, away = _posts(tx, office, wording_of, by) if wording_of and not found.answer else ((), False)
    return RequestView(
        row=_row(found, office.clock.now()),
        wording=wording_of,
        posts=posts,
        away=away,
        kept_days=office.policy.public.requests.kept_days,
        post_days=office.policy.retention.post_days,
        matter_files=office.policy.retention.matter_files,
    )


def _row(request: PersonalRequest, now: datetime) -> RequestRow:
    if request.answer:
        state = StateView(words=request.answer.outcome.label.partition("，")[0], shape="ok")
        due = f"{wording.when(request.answer.by.at, now)} {request.answer.by.name}"
        return RequestRow(request=request, state=state, due=due)
    late = request.due_at < now
    state = StateView(words="已超时" if late else "待答复", shape="bad" if late else "todo")
    return RequestRow(request=request, state=state, due=_left(request.due_at, now))


def _left(due_at: datetime, now: datetime) -> str:
    span = wording.age(now, due_at) if due_at >= now else wording.age(due_at, now)
    return f"剩 {span}" if due_at >= now else f"超 {span}"


def _posts(
    tx: Transaction, office: ConsoleOffice, wording_of: Wording, by: Person
) -> tuple[tuple[PostAt, ...], bool]:
    """The posts under the link; and whether the archive could not be asked."""
    try:
        found = office.answering.posts_at(wording_of.link) if wording_of.link else ()
    except Unavailable:
        return (), True
    rows = [
        PostAt(
            id=one.post.id,
            source=office.source_titles.get(one.post.source, one.post.source),
            said=wording.exact(one.post.at),
            words=one.post.whole_text if sees_all(by) else None,
            files=tuple(each.number for each in tx.concerns.get(tx.evidence.concerns_with([one.post.id])).values()),
        )
        for one in found
    ]
    return tuple(rows), False


def _decision(form: Fields) -> Decision:
    try:
        outcome = Outcome(form["outcome"])
    except ValueError:
        raise NotAllowed("请选定结果") from None
    written = form["ids"].replace("，", " ").replace("、", " ").split()
    return Decision(
        outcome=outcome,
        words=form["words"],
        posts=tuple(dict.fromkeys((*form.all("post"), *written))),
        hide=tuple(dict.fromkeys(line.strip() for line in form["hide"].splitlines() if line.strip())),
    )
