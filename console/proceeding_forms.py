"""What persons decide and record on the page of a concern: 研判, 舆情等级, 事件级别, moments, evaluation, filing."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.addresses import local_address
from console.admitting import STANDS_FIELD, needs
from console.forms import Fields, read_fields, read_text_fields
from console.keeping import done
from console.office import ConsoleOffice
from huiying.evaluation import Adoption, Promises
from huiying.failures import NotAllowed
from huiying.level import EventLevel, OpinionLevel
from huiying.moments import read_moment
from huiying.permission import Action
from huiying.person import Person
from huiying.proceeding import Proceeding
from responders.proceedings.evaluating import Judged
from responders.proceedings.stepping import Answered

Form = Annotated[Fields, Depends(read_fields)]
Answer = HTMLResponse | RedirectResponse
Kind = TypeVar("Kind", bound=StrEnum)
Move = Callable[[ConsoleOffice, str, Fields, Person], Proceeding]

_FIELD = "field-"
"""What the names of a step's own fields begin with, so that none is taken for one of the page's."""
_TOO_LATE = "刚才有别的变更，没有办成。以下是最新情况，请再按一次"
_BETWEEN = str.maketrans("，,；;\n", "、、、、、")


def proceeding_routes(office: ConsoleOffice) -> APIRouter:
    """`POST /proceedings/{id}/…`; afterwards the page of its concern."""
    routes = APIRouter(include_in_schema=False)

    def moved(proceeding: str, form: Fields, by: Person, move: Move) -> Answer:
        concern = move(office, proceeding, form, by).concern
        return RedirectResponse(f"/concerns/{quote(concern, safe='')}#handling", status_code=303)

    @routes.post("/concerns/{concern}/proceedings", dependencies=needs(Action.APPRAISE))
    def begin(concern: str, form: Form, by: Acting) -> RedirectResponse:
        begun = office.stepping.begin(concern, form["procedure"], by=by)
        stands = f"/concerns/{quote(begun.concern, safe='')}"
        return done(office, by, stands, f"已启动办理程序“{begun.procedure.title}”")

    @routes.post("/proceedings/{proceeding}/step", dependencies=needs(Action.DO_STEP))
    def do_step(proceeding: str, form: Annotated[Fields, Depends(read_text_fields)], by: Acting) -> RedirectResponse:
        fields = {name.removeprefix(_FIELD): value for name, value in form.pairs if name.startswith(_FIELD)}
        answered = Answered(outcome=form["outcome"] or None, reasons=form["reasons"], fields=fields)
        after = office.stepping.do(proceeding, form["step"], answered, by=by)
        stands = local_address(form[STANDS_FIELD], otherwise=f"/concerns/{quote(after.concern, safe='')}")
        return done(office, by, stands, f"已办完“{after.step(form['step']).title}”")

    for name, (action, move) in _MOVES.items():
        _add(routes, name, action, move, moved)
    return routes


def _add(
    routes: APIRouter, name: str, action: Action, move: Move, moved: Callable[[str, Fields, Person, Move], Answer]
) -> None:
    @routes.post(f"/proceedings/{{proceeding}}/{name}", dependencies=needs(action), response_model=None)
    def act(proceeding: str, form: Form, by: Acting) -> Answer:
        return moved(proceeding, form, by, move)


def _appraise(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    participants = form["participants"].translate(_BETWEEN).split("、")
    return office.appraising.appraise(
        id, outcome=form["outcome"], reasons=form["reasons"], participants=participants, by=by
    )


def _set_opinion_level(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    level = _chosen(OpinionLevel, form["level"], "请选定舆情等级")
    return office.appraising.set_opinion_level(id, level, reasons=form["reasons"], by=by)


def record_event_level(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    """Record what the form says the authority determined."""
    withdrawn = form["level"] == "withdrawn"
    level = None if withdrawn else _chosen(EventLevel, form["level"], "请选定认定的事件级别")
    return office.appraising.record_event_level(
        id,
        level,
        authority=form["authority"],
        basis=form["basis"],
        determined_at=_moment(office, form["determined_at"], "认定时间"),
        by=by,
    )


def _correct_occurred(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    at = _moment(office, form["at"], "事发时刻")
    return office.appraising.correct_occurred(id, at, reasons=form["reasons"], by=by)


def _record_met(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    at = _moment(office, form["at"], "办完时刻")
    return office.appraising.record_met(id, form["clock"], at=at, note=form["note"], by=by)


def _interrupt(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    clock, _, ground = form["ground"].partition("/")
    return office.interrupting.interrupt(id, clock, ground, reasons=form["reasons"], by=by)


def _resume(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    return office.interrupting.resume(id, form["clock"], by=by)


def _evaluate(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    judged = Judged(
        questions_answered=form["questions"] == "answered",
        questions_note=form["questions_note"],
        promises=_chosen(Promises, form["promises"], "请选定承诺是否兑现"),
        promises_note=form["promises_note"],
        adoption=_chosen(Adoption, form["adoption"], "请选定采纳情况是否公开"),
        adoption_note=form["adoption_note"],
    )
    return office.evaluating.evaluate(id, judged, by=by)


def _file(office: ConsoleOffice, id: str, form: Fields, by: Person) -> Proceeding:
    return office.evaluating.file(id, form["archive_term"], by=by)


_MOVES: dict[str, tuple[Action, Move]] = {
    "appraise": (Action.APPRAISE, _appraise),
    "opinion-level": (Action.APPRAISE, _set_opinion_level),
    "event-level": (Action.RECORD_EVENT_LEVEL, record_event_level),
    "occurred": (Action.APPRAISE, _correct_occurred),
    "met": (Action.APPRAISE, _record_met),
    "interrupt": (Action.APPRAISE, _interrupt),
    "resume": (Action.APPRAISE, _resume),
    "evaluate": (Action.EVALUATE, _evaluate),
    "file": (Action.FILE, _file),
}


def _chosen(kind: type[Kind], value: str, otherwise: str) -> Kind:
    try:
        return kind(value)
    except ValueError:
        raise NotAllowed(otherwise) from None


def _moment(office: ConsoleOffice, written: str, what: str) -> datetime:
    moment = read_moment(written, office.clock.now()) if written.strip() else None
    if moment is None:
        raise NotAllowed(f"{what}看不懂，请写成 2026-11-22 02:14（北京时间）")
    return moment
