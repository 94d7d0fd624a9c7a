"""Opening a task: the paper that hands one episode of a concern to its lead bureau, with its clocks."""

from dataclasses import replace
from datetime import datetime

from huiying.alert import Alert
from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.messages import TaskOpened
from huiying.person import Signed
from huiying.policy.heat import HeatRules, Mode
from huiying.procedure import Procedure, Regime
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.running_clocks import is_called_for, outward_clocks
from huiying.task import DueClock, Task, TaskState
from huiying.task_parts import Change, Part
from responders.beginning import begun_by_alert, task_sent
from responders.proceedings.counting import as_led
from responders.proceedings.following import with_outward
from responders.proceedings.handed_out import clocks_of_task
from responders.proceedings.proceeding import proceeding_id, to_begin
from responders.rules import PROCEDURE, OfficeRules
from responders.tasks.clocks import return_clock
from responders.tasks.keeping import keep_task


def task_id(concern: Concern, bureau: str) -> str:
    """The key of a task: episode, procedure and bureau."""
    return f"{concern.episode_id}:{PROCEDURE}:{bureau}"


def waits_because(alert: Alert, concern: Concern, rules: HeatRules) -> str | None:
    """Why a task waits for a person instead of being sent by itself, in words; None where it does not."""
    dispatch = rules.dispatch[alert.level]
    if dispatch.mode is Mode.CONFIRM:
        return f"{alert.level.label}按设定须由人确认后交办"
    if concern.lead_certainty < dispatch.certainty:
        return (
            f"牵头单位{concern.lead}的把握度{concern.lead_certainty:.0%}，"
            f"低于{alert.level.label}自动交办所需的{dispatch.certainty:.0%}，请确认后交办"
        )
    return None


class Opening:
    """Opens and sends tasks by the office's rules, always inside a transaction of somebody else's move."""

    def __init__(self, rules: OfficeRules, regime: Regime) -> None:
        self._rules = rules
        self._regime = regime

    def make(self, tx: Transaction, concern: Concern, bureau: str, *, waits: str | None, now: datetime) -> Task:
        """The lead's task, waiting where `waits` says why, with the clocks of its proceeding, begun or not."""
        proceeding = self._proceeding(tx, concern, now)
        procedure, outward = proceeding.procedure, outward_clocks(proceeding)
        inward = tuple(
            clock for clock in proceeding.clocks if not clock.outward and is_called_for(proceeding, clock.step)
        )
        return Task(
            id=task_id(concern, bureau),
            concern=concern.id,
            alert=concern.episode_id,
            procedure=procedure.id,
            procedure_version=procedure.version,
            bureau=bureau,
            co_handlers=tuple(each for each in concern.co_handlers if each != bureau),
            title=concern.title,
            asked=_asked(procedure, concern, outward),
            asked_at=now,
            clocks=(*outward, *inward),
            state=TaskState.WAITING,
            waits_because=waits,
            opened_at=now,
        )

    def in_place_of(self, tx: Transaction, task: Task, concern: Concern, bureau: str, *, now: datetime) -> Task:
        """改派: the same work for another bureau, with the same outward clocks."""
        new = self.make(tx, concern, bureau, waits=None, now=now)
        inward = tuple(clock for clock in new.clocks if not clock.outward)
        outward = tuple(clock for clock in task.clocks if clock.outward)
        helpers = tuple(each for each in task.co_handlers if each != bureau)
        return replace(new, clocks=(*outward, *inward), co_handlers=helpers)

    def open_waiting(self, tx: Transaction, task: Task, *, who: str) -> bool:
        """Write a task that waits for one key; False where it exists."""
        if not tx.tasks.insert(task):
            return False
        tx.outbox.add([_opened(task)])
        tx.concerns.add_doing(task.concern, who, f"拟好交办{task.bureau}，待确认：{task.waits_because}")
        return True

    def open_sent(self, tx: Transaction, task: Task, *, by: Signed) -> Task:
        """Write a task and hand it to its bureau at once; the one that stands where it exists."""
        what = f"交办{task.bureau}" + ("" if task.leads else "（协办）")
        opening = Change(version=0, at=by.at, who=by.name, what=what)
        handed = replace(self._as_sent(tx, task, by), changes=(opening,))
        if not tx.tasks.insert(handed):
            existing = tx.tasks.get(task.id)
            assert existing is not None
            return existing
        tx.outbox.add([_opened(handed)])
        tx.concerns.add_doing(task.concern, by.name, what)
        self._sent(tx, handed, by)
        return handed

    def send(self, tx: Transaction, task: Task, what: str, *, by: Signed) -> Task:
        """交办: hand a task that waits to its bureau."""
        sent = keep_task(tx, self._as_sent(tx, task, by), what, who=by.name, at=by.at)
        self._sent(tx, sent, by)
        return sent

    def _as_sent(self, tx: Transaction, task: Task, by: Signed) -> Task:
        """As it goes out: with today's counts, time left for the bureau, and until when it may be returned."""
        sent = task.sent(by=by.name, now=by.at)
        concern = tx.concerns.find(task.concern)
        proceeding = self._begun(tx, task, concern, by)
        outward = with_outward(task, (), outward_clocks(proceeding) if proceeding else ())
        clocks = task.clocks
        if proceeding:
            clocks = clocks_of_task(as_led(proceeding, None, self._rules), sent, outward, self._rules.tasks)
        return replace(
            sent,
            asked=_asked(self._rules.procedures[task.procedure], concern, outward) if concern else task.asked,
            asked_at=by.at if concern else task.asked_at,
            clocks=clocks,
            return_clock=return_clock(by.at, self._rules.tasks),
        )

    def _sent(self, tx: Transaction, task: Task, by: Signed) -> None:
        """What follows when a task has gone out: its steps are done, and every co-handler gets its own part."""
        if not task.leads:
            return
        task_sent(tx, self._rules, task, by=by, regime=self._regime)
        for bureau in task.co_handlers:
            self.open_sent(tx, _helping(task, bureau), by=by)

    def _proceeding(self, tx: Transaction, concern: Concern, now: datetime) -> Proceeding:
        """The one of the present episode, counted as if nobody led it yet; where it has not begun, as it will."""
        begun = tx.proceedings.get(proceeding_id(concern.episode_id, PROCEDURE))
        alert = tx.alerts.get(concern.episode_id)
        level = alert.level if alert else None
        procedure = self._rules.procedures[PROCEDURE]
        present = begun or to_begin(procedure, concern, now=now, regime=self._regime, alert_level=level)
        return as_led(present, None, self._rules)

    def _begun(self, tx: Transaction, task: Task, concern: Concern | None, by: Signed) -> Proceeding | None:
        """The proceeding of a task that goes out, begun where it was not; None where there is none to begin."""
        present = tx.proceedings.get(proceeding_id(task.alert, task.procedure))
        if present or concern is None or (task.alert, task.procedure) != (concern.episode_id, PROCEDURE):
            return present
        return begun_by_alert(tx, self._rules, concern, now=by.at, regime=self._regime)


def _helping(lead: Task, bureau: str) -> Task:
    """A co-handler's own part in the lead's matter."""
    return replace(
        lead,
        id=f"{lead.alert}:{lead.procedure}:{bureau}",
        bureau=bureau,
        part=Part.CO_HANDLER,
        co_handlers=(),
        state=TaskState.WAITING,
        sent_at=None,
        sent_by=None,
        changes=(),
        version=0,
    )


def _opened(task: Task) -> TaskOpened:
    return TaskOpened(
        task=task.id,
        concern=task.concern,
        alert=task.alert,
        bureau=task.bureau,
        state=task.state.value,
        due_at=task.due_at,
    )


def _asked(procedure: Procedure, concern: Concern, clocks: tuple[DueClock, ...]) -> str:
    due_at = min((clock.due_at for clock in clocks if clock.due_at), default=None)
    if due_at is None:
        deadline = "及时（无法定小时数）"
    else:
        local = due_at.astimezone(BEIJING)
        deadline = f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
    return procedure.asked.format(
        number=concern.number,
        title=concern.title,
        posts=concern.posts,
        sources=len(concern.sources),
        deadline=deadline,
    )
