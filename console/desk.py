"""工作台: a bureau's own tasks by deadline, and the one in hand with its clocks and its finding."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from console.acting import Acting
from console.admitting import needs
from console.desk_lists import DeskAsked, view_lists
from console.desk_work import view_work
from console.forms import Fields, moment_in, number_in, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.unsent import sent
from huiying.failures import NotAllowed
from huiying.finding import Finding, FindingKind, FindingWords
from huiying.permission import Action, able, must_may
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.task import Task

_LONGEST_WORDS = 100

Done = Callable[[Fields, Person], str]
"""What a button does, and the sentence that says it was done."""


def desk_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/desk` and everything a bureau does there."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/desk", dependencies=needs(Action.VIEW_MATTERS))
    def desk(by: Acting, task: str = "", scope: str = "", words: str = "") -> HTMLResponse:
        asked = DeskAsked(task=task, scope=scope, words=words[:_LONGEST_WORDS])
        with office.register.reading() as tx:
            lists = view_lists(tx, office, by, asked)
            own = _own_task(tx, task or lists.first, by, office.clock.now())
            work = view_work(tx, office, own, by) if own else None
            return pages.html("desk.html", desk=lists, work=work, frame=frame(tx, office, "desk"))

    def acts(path: str, action: Action, act: Done) -> None:
        @routes.post(f"/desk/{path}", dependencies=needs(action))
        def acted(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
            chosen = {name: form[name] for name in ("task", "scope", "words") if form[name]}
            return done(office, by, f"/desk?{urlencode(chosen)}", act(form, by))

    for path, (action, act) in _actions(office).items():
        acts(path, action, act)

    @routes.get("/tasks/{task_id}", dependencies=needs(Action.VIEW_MATTERS))
    def one(task_id: str, by: Acting) -> RedirectResponse:
        if able(by, Action.HANDLE_TASK):
            return RedirectResponse(f"/desk?task={quote(task_id)}", status_code=303)
        return RedirectResponse(f"/tasks?task={quote(task_id)}", status_code=303)

    return routes


def _own_task(tx: Transaction, task_id: str, by: Person, now: datetime) -> Task | None:
    """The task, if it is this person's bureau's; 403 in words where it is another's."""
    if not task_id:
        return None
    task = tx.tasks.get(task_id)
    if task is None:
        raise HTTPException(404, f"没有任务 {task_id}")
    try:
        must_may(by, Action.WRITE_FINDING, now, bureaus=(task.bureau,))
    except NotAllowed as refusal:
        raise HTTPException(403, f"{refusal}。本单位的任务在“工作台”里") from None
    return task


def _actions(office: ConsoleOffice) -> dict[str, tuple[Action, Done]]:
    """Every button of the desk by its address, with what it needs."""
    desk, reporting = office.desk, office.reporting

    def sign_in(form: Fields, by: Person) -> str:
        task = desk.sign_in(form["task"], by=by, seen=number_in(form, "seen"))
        return f"已签收：{task.title}"

    def sign_in_all(form: Fields, by: Person) -> str:
        signed = desk.sign_in_all(form.all("tick"), by=by)
        return f"已签收 {len(signed)} 件"

    def begin(form: Fields, by: Person) -> str:
        desk.begin(form["task"], by=by, seen=number_in(form, "seen"))
        return "已记下：开始办理"

    def ask_return(form: Fields, by: Person) -> str:
        desk.ask_return(form["task"], reason=form["reason"], by=by, seen=number_in(form, "seen"))
        return "已申请退回。值班员答复之前，仍由本单位办理（首接负责）"

    def ask_extension(form: Fields, by: Person) -> str:
        task = desk.ask_extension(
            form["task"],
            step=form["step"],
            until=moment_in(form, "until"),
            reason=form["reason"],
            by=by,
            seen=number_in(form, "seen"),
        )
        return f"已申请“{task.extensions[-1].title}”延期；答复之前按原时限，对外时限不变"

    def hand_down(form: Fields, by: Person) -> str:
        task = desk.hand_down(
            form["task"],
            unit=form["unit"],
            contact=form["contact"],
            what=form["what"],
            due_at=moment_in(form, "until"),
            by=by,
            seen=number_in(form, "seen"),
        )
        return f"已转{task.handed_down[-1].unit}"

    def answer(form: Fields, by: Person) -> str:
        number = number_in(form, "number") or 0
        task = desk.record_answer(form["task"], number, answer=form["answer"], by=by)
        return f"已登记{task.handed_down[number - 1].unit}的答复"

    def hand_over(form: Fields, by: Person) -> str:
        task = desk.hand_over(form["task"], to=form["to"], by=by, seen=number_in(form, "seen"))
        return f"已移交{task.handler}"

    def write(form: Fields, by: Person) -> str:
        finding = reporting.write(form["task"], _kind(form), _words(form), by=by)
        sent(office, by, form)
        if form["sign"]:
            return sign_as_written(finding, by)
        return f"{finding.kind.label}已送单位负责人签字"

    def sign_as_written(finding: Finding, by: Person) -> str:
        signed = reporting.sign(finding.id, by=by, seen=finding.version)
        return f"{signed.kind.label}已签字，值班员和回应稿都能看到"

    def sign(form: Fields, by: Person) -> str:
        finding = reporting.sign(form["finding"], by=by, seen=number_in(form, "finding_seen"))
        return f"{finding.kind.label}已签字，值班员和回应稿都能看到"

    def report(form: Fields, by: Person) -> str:
        finding = reporting.report(form["finding"], to=form["to"], how=form["how"], by=by)
        return f"已登记{finding.kind.report}报{finding.reported[-1].to}"

    def answer_supervision(form: Fields, by: Person) -> str:
        return f"已答复{office.supervising.answer(form['supervision'], answer=form['answer'], by=by).id}"

    return {
        "sign-in": (Action.SIGN_IN_TASK, sign_in),
        "sign-in-all": (Action.SIGN_IN_TASK, sign_in_all),
        "begin": (Action.HANDLE_TASK, begin),
        "return": (Action.RETURN_TASK, ask_return),
        "extension": (Action.ASK_EXTENSION, ask_extension),
        "hand-down": (Action.HAND_DOWN, hand_down),
        "answer": (Action.HAND_DOWN, answer),
        "hand-over": (Action.HANDLE_TASK, hand_over),
        "finding": (Action.WRITE_FINDING, write),
        "sign": (Action.SIGN_FINDING, sign),
        "report": (Action.REPORT_UPWARD, report),
        "supervision": (Action.WRITE_FINDING, answer_supervision),
    }


def _kind(form: Fields) -> FindingKind:
    try:
        return FindingKind(form["kind"])
    except ValueError:
        raise NotAllowed("请选定这是初报、续报还是办结") from None


def _words(form: Fields) -> FindingWords:
    return FindingWords(
        facts=form["facts"].strip(),
        measures=form["measures"].strip(),
        next_steps=form["next_steps"].strip(),
        responsible=form["responsible"].strip(),
    )
