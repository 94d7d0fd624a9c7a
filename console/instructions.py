"""批示件: what leaders ordered and answers promised, until somebody reports what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.forms import Fields, moment_in, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.strips import StateView
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.instruction import Instruction
from huiying.permission import Action, role_for
from huiying.person import Person
from huiying.register.register import Transaction
from responders.tasks.instructing import Order


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionRow:
    """One instruction."""

    id: str
    source: str
    from_whom: str
    text: str
    concern: str
    concern_number: str
    concern_title: str
    bureau: str
    what: str
    due: str
    state: StateView
    outcome: str
    may_finish: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class InstructionsView:
    """The whole page; `may_record` tells whether this person adds to it, `own` whether as their own word."""

    open: tuple[InstructionRow, ...]
    finished: tuple[InstructionRow, ...]
    bureaus: tuple[tuple[str, str], ...]
    may_record: bool
    own: bool


def instruction_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/instructions`: the list, writing one down, and reporting what came of it."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/instructions", dependencies=needs(Action.VIEW_MATTERS))
    def instructions(by: Acting) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_instructions(tx, office, by)
            return pages.html("instructions.html", listed=view, frame=frame(tx, office, "instructions"))

    @routes.post("/instructions", dependencies=needs(Action.INSTRUCT, Action.REGISTER_CONCERN))
    def record(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
        return done(office, by, "/instructions", f"已登记{_record(office, form, by).id}")

    @routes.post("/instructions/finish", dependencies=needs(Action.VIEW_MATTERS))
    def finish(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
        finished = office.instructing.finish(form["instruction"], outcome=form["outcome"], by=by)
        return done(office, by, "/instructions", f"已报告{finished.id}的落实情况")

    return routes


def view_instructions(tx: Transaction, office: ConsoleOffice, by: Person) -> InstructionsView:
    """Everything open and what was finished lately; people of a bureau see their own."""
    now = office.clock.now()
    mine = [each for each in tx.instructions.open() if _concerns(by, each)]
    past = [each for each in tx.instructions.finished(limit=30) if _concerns(by, each)]
    concerns = tx.concerns.get(each.concern for each in (*mine, *past))
    own = role_for(by, Action.INSTRUCT) is not None
    return InstructionsView(
        open=tuple(_row(each, concerns.get(each.concern), office, by, now) for each in mine),
        finished=tuple(_row(each, concerns.get(each.concern), office, by, now) for each in past),
        bureaus=tuple((bureau.id, bureau.name) for bureau in office.policy.bureaus),
        may_record=own or role_for(by, Action.REGISTER_CONCERN) is not None,
        own=own,
    )


def _record(office: ConsoleOffice, form: Fields, by: Person) -> Instruction:
    order = Order(text=form["text"], bureau=form["bureau"], what=form["what"], due_at=moment_in(form, "until"))
    concern = _concern_of_number(office, form["number"])
    if role_for(by, Action.INSTRUCT) is not None:
        return office.instructing.instruct(concern, order, by=by)
    return office.instructing.record(concern, order, from_whom=form["from_whom"], by=by)


def _concern_of_number(office: ConsoleOffice, number: str) -> str:
    with office.register.reading() as tx:
        found = tx.concerns.titled(number.strip(), limit=20) if number.strip() else []
    concern = next((each for each in found if each.number == number.strip()), None)
    if concern is None:
        raise NotAllowed(f"没有编号为“{number.strip()}”的舆情事项；编号形如 2026-1187，可在“事项”里查")
    return concern.id


def _concerns(by: Person, instruction: Instruction) -> bool:
    return by.bureau is None or by.bureau == instruction.bureau


def _row(
    instruction: Instruction, concern: Concern | None, office: ConsoleOffice, by: Person, now: datetime
) -> InstructionRow:
    action = Action.HANDLE_TASK if by.bureau else Action.SUPERVISE
    return InstructionRow(
        id=instruction.id,
        source=instruction.source.label,
        from_whom=instruction.from_whom,
        text=instruction.text,
        concern=instruction.concern,
        concern_number=concern.number if concern else "",
        concern_title=concern.title if concern else "",
        bureau=office.bureau(instruction.bureau),
        what=instruction.what,
        due=wording.when(instruction.due_at, now),
        state=instruction_state(instruction, now),
        outcome=instruction.outcome,
        may_finish=instruction.done is None and role_for(by, action, bureaus=(instruction.bureau,)) is not None,
    )


def instruction_state(instruction: Instruction, now: datetime) -> StateView:
    """Where an instruction stands."""
    if instruction.done:
        return StateView(words="已落实", shape="ok", note=wording.when(instruction.done.at, now))
    if instruction.due_at < now:
        return StateView(words=wording.remaining(instruction.due_at, now), shape="bad")
    return StateView(words="办理中")
