"""领导首页: the day on one screen, what needs a decision first, 批示 and what came of them, what waits to be read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, number_in, read_fields
from console.instructions import instruction_state
from console.keeping import done
from console.leader_day import Day, view_day
from console.leader_events import view_event
from console.leader_figures import Figure, FigureView, view_figures, view_list
from console.leader_matters import DecisionView, Ground, view_decisions
from console.leader_ordering import OrderView, instruct, view_order
from console.leader_papers import UnreadRow, view_unread
from console.office import ConsoleOffice
from console.proceeding_forms import record_event_level
from console.rendering import Pages, frame
from console.review_view import view_review
from console.seeing import found_clarification, found_concern
from console.strips import StateView
from huiying.failures import NotAllowed
from huiying.instruction import Instruction
from huiying.permission import Action
from huiying.person import Person
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from responders.proceedings.proceeding import proceeding_of

Form = Annotated[Fields, Depends(read_fields)]
Answer = HTMLResponse | RedirectResponse
_NOTHING = Fields(())
_OWN = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnRow:
    """One of the leader's own 批示件."""

    id: str
    text: str
    note: str
    outcome: str
    state: StateView


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaderView:
    """The whole page; `about` is the matter that a 批示 in the box is about, where one was chosen."""

    figures: tuple[FigureView, ...]
    decisions: tuple[DecisionView, ...]
    grounds: tuple[Ground, ...]
    day: Day
    order: OrderView
    about: str
    own: tuple[OwnRow, ...]
    unread: tuple[UnreadRow, ...]


def leader_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/leader` and everything below it."""
    routes = APIRouter(include_in_schema=False)
    _reading_routes(routes, office, pages)
    _ordering_routes(routes, office, pages)
    _deciding_routes(routes, office, pages)
    return routes


def view_leader(tx: Transaction, office: ConsoleOffice, by: Person, about: str) -> LeaderView:
    """The page of this person at this moment."""
    now = office.clock.now()
    decisions, own = view_decisions(tx, office, by), _own(tx, by)
    concern = found_concern(tx, about) if about else None
    number = Fields((("number", concern.number),)) if concern else _NOTHING
    return LeaderView(
        figures=view_figures(tx, office, now),
        decisions=decisions,
        grounds=tuple(Ground),
        day=view_day(tx, decisions, own, now),
        order=view_order(tx, office, "", number),
        about=f"{concern.number} {concern.title}" if concern else "",
        own=tuple(_own_row(each, office, now) for each in own[:_OWN]),
        unread=view_unread(tx, by, now),
    )


def _reading_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/leader", dependencies=needs(Action.INSTRUCT))
    def leader(by: Acting, about: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_leader(tx, office, by, about)
            return pages.html("leader.html", view=view, frame=frame(tx, office, "leader"))

    @routes.get("/leader/list/{figure}", dependencies=needs(Action.INSTRUCT))
    def listed(figure: Figure, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_list(tx, office, figure, page)
            return pages.html("leader_list.html", view=view, frame=frame(tx, office, "leader"))

    @routes.get("/leader/sign/{clarification}", dependencies=needs(Action.INSTRUCT))
    def sign(clarification: str, by: Acting) -> HTMLResponse:
        with office.register.reading() as tx:
            found = found_clarification(tx, clarification)
            try:
                view = view_review(tx, office, found, by)
            except NotAllowed as reason:
                raise HTTPException(409, str(reason)) from reason
            text = tx.clarifications.texts(found.id)[-1]
            return pages.html("leader_sign.html", review=view, text=text, frame=frame(tx, office, "leader"))


def _ordering_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    def ask(form: Fields) -> HTMLResponse:
        with office.register.reading() as tx:
            order = view_order(tx, office, form["text"], form)
            bureaus = [(bureau.id, bureau.name) for bureau in office.policy.bureaus]
            shown = frame(tx, office, "leader")
            return pages.html("leader_instruct.html", order=order, bureaus=bureaus, frame=shown)

    @routes.get("/leader/instruct", dependencies=needs(Action.INSTRUCT))
    def form_alone() -> HTMLResponse:
        return ask(_NOTHING)

    @routes.get("/leader/instruct/read", dependencies=needs(Action.INSTRUCT))
    def read(text: Annotated[str, Query(max_length=1000)] = "", about: str = "") -> HTMLResponse:
        with office.register.reading() as tx:
            order = view_order(tx, office, text, Fields((("number", about),)))
            return pages.html("_leader_order.html", order=order)

    @routes.post("/leader/instruct", dependencies=needs(Action.INSTRUCT), response_model=None)
    def write(form: Form, by: Acting) -> Answer:
        """What was shown beside the words and confirmed is kept; else all parts are shown to be confirmed first."""
        looked_at = form["whole"] or form["read"] == form["text"]
        if form["change"] or not looked_at or not all(form[name] for name in ("bureau", "until", "number")):
            return ask(form if form["number"] else _with(form, number=form["about"]))
        kept = instruct(office, form, by)
        words = f"已成为批示件 {kept.id}，交{office.bureau(kept.bureau)}，落实情况会回到这里"
        return done(office, by, "/leader", words)


def _deciding_routes(routes: APIRouter, office: ConsoleOffice, pages: Pages) -> None:
    @routes.get("/leader/event/{proceeding}", dependencies=needs(Action.RECORD_EVENT_LEVEL))
    def event(proceeding: str) -> HTMLResponse:
        with office.register.reading() as tx:
            present = _proceeding(tx, proceeding)
            view = view_event(office, present, found_concern(tx, present.concern).title)
            return pages.html("leader_event.html", view=view, frame=frame(tx, office, "leader"))

    @routes.post("/leader/event/{proceeding}", dependencies=needs(Action.RECORD_EVENT_LEVEL))
    def record(proceeding: str, form: Form, by: Acting) -> RedirectResponse:
        kept = record_event_level(office, proceeding, form, by)
        level = kept.event_level.label if kept.event_level else "认定已撤销"
        return done(office, by, "/leader", f"已记录事件级别：{level}，时限已重算")

    @routes.post("/leader/extension", dependencies=needs(Action.DECIDE_EXTENSION))
    def extension(form: Form, by: Acting) -> RedirectResponse:
        task = office.deciding.grant_extension(form["task"], by=by, seen=number_in(form, "seen"))
        words = f"已同意{office.bureau(task.bureau)}“{task.extensions[-1].title}”延期，对外时限不变"
        return done(office, by, "/leader", words)


def _proceeding(tx: Transaction, id: str) -> Proceeding:
    try:
        return proceeding_of(tx, id)
    except NotAllowed as missing:
        raise HTTPException(404, str(missing)) from None


def _own(tx: Transaction, by: Person) -> list[Instruction]:
    """What this leader ordered, themselves or through whoever wrote it down: open ones first, then the answered."""
    every = [*tx.instructions.open(), *tx.instructions.finished(limit=30)]
    return [each for each in every if by.id == each.by.person or by.name == each.from_whom]


def _own_row(instruction: Instruction, office: ConsoleOffice, now: datetime) -> OwnRow:
    due = wording.when(instruction.due_at, now)
    return OwnRow(
        id=instruction.id,
        text=instruction.text,
        note=f"{wording.when(instruction.by.at, now)} 批，{office.bureau(instruction.bureau)}，{due} 前",
        outcome=instruction.outcome,
        state=instruction_state(instruction, now),
    )


def _with(form: Fields, **changes: str) -> Fields:
    names = ("text", "bureau", "until", "number", "about")
    return Fields([*((name, form[name]) for name in names), *changes.items()])
