"""What the office answers to bureaus, beside each task of `/tasks`: returns, extensions, 催办, 督办, 办结, 撤回."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.forms import Fields, moment_in, number_in
from console.office import ConsoleOffice
from huiying.permission import Action
from huiying.person import Person
from huiying.supervision import Supervision
from huiying.task import Task, TaskState

Decide = Callable[[Fields, Person], str]
"""What a button does, and the sentence that says it was done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionsView:
    """What waits for an answer about one task, and what else may be done with it."""

    task: str
    version: int
    returned: str
    extended: str
    sent: bool
    designated: bool
    leads: bool
    urged: str
    supervisions: tuple[tuple[str, str], ...]


def view_decisions(task: Task, supervisions: list[Supervision], now: datetime) -> DecisionsView:
    """What an officer may decide about a task."""
    returned, extended = task.asked_to_return, task.asked_to_extend
    return DecisionsView(
        task=task.id,
        version=task.version,
        returned=f"{wording.when(returned.asked.at, now)} {returned.asked.name}申请退回：{returned.reason}"
        if returned
        else "",
        extended=f"{wording.when(extended.asked.at, now)} {extended.asked.name}申请“{extended.title}”延至"
        f"{wording.when(extended.until, now)}：{extended.reason}"
        if extended
        else "",
        sent=task.state is TaskState.SENT,
        designated=task.designated,
        leads=task.leads,
        urged=f"已催办 {len(task.urgings)} 次，最近 {wording.when(task.urgings[-1].by.at, now)}"
        if task.urgings
        else "",
        supervisions=tuple((each.id, "已答复" if each.answered else "待答复") for each in supervisions),
    )


def decisions(office: ConsoleOffice) -> dict[str, tuple[Action, Decide]]:
    """Every button by its address, with what it needs."""
    deciding = office.deciding

    def accept_return(form: Fields, by: Person) -> str:
        task = deciding.accept_return(form["task"], bureau=form["to"], by=by, seen=number_in(form, "seen"))
        return f"已同意退回，改派{office.bureau(task.bureau)}" if form["to"] else "已同意退回"

    def refuse_return(form: Fields, by: Person) -> str:
        task = deciding.refuse_return(form["task"], reason=form["reason"], by=by, seen=number_in(form, "seen"))
        return f"没有同意{office.bureau(task.bureau)}退回"

    def grant_extension(form: Fields, by: Person) -> str:
        task = deciding.grant_extension(form["task"], by=by, seen=number_in(form, "seen"))
        return f"已同意“{task.extensions[-1].title}”延期，对外时限不变"

    def refuse_extension(form: Fields, by: Person) -> str:
        task = deciding.refuse_extension(form["task"], reason=form["reason"], by=by, seen=number_in(form, "seen"))
        return f"没有同意“{task.extensions[-1].title}”延期"

    def designate(form: Fields, by: Person) -> str:
        task = deciding.designate(form["task"], by=by, seen=number_in(form, "seen"))
        return f"已指定{office.bureau(task.bureau)}承办"

    def finish(form: Fields, by: Person) -> str:
        return f"已办结：{deciding.finish_task(form['task'], by=by, seen=number_in(form, 'seen')).title}"

    def withdraw(form: Fields, by: Person) -> str:
        return f"已撤回：{office.assigning.withdraw_task(form['task'], reason=form['reason'], by=by).title}"

    def urge(form: Fields, by: Person) -> str:
        task = office.supervising.urge(form["task"], words=form["words"], by=by)
        return f"已催办{office.bureau(task.bureau)}"

    def supervise(form: Fields, by: Person) -> str:
        due_at = moment_in(form, "until") if form["until"] else None
        kept = office.supervising.supervise(form["task"], asked=form["asked"], due_at=due_at, by=by)
        return f"已发{kept.id}督办{office.bureau(kept.bureau)}，通知可打印"

    return {
        "accept-return": (Action.DECIDE_RETURN, accept_return),
        "refuse-return": (Action.DECIDE_RETURN, refuse_return),
        "grant-extension": (Action.DECIDE_EXTENSION, grant_extension),
        "refuse-extension": (Action.DECIDE_EXTENSION, refuse_extension),
        "designate": (Action.ASSIGN, designate),
        "finish": (Action.ASSIGN, finish),
        "withdraw": (Action.ASSIGN, withdraw),
        "urge": (Action.SUPERVISE, urge),
        "supervise": (Action.SUPERVISE, supervise),
    }
