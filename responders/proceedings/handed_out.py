"""The inward clocks of a matter and of its tasks: one calculation for the proceeding, the desk and every paper.

They are counted back from the outward deadline by the levels of the matter, never leave a bureau less than it needs
to begin (a task handed out late would else be late at once; `config/tasks.yaml`), and end later where the office
agreed to an extension. The proceeding's are those of its lead's task. No outward clock is touched here.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from huiying.clock import moment_words
from huiying.policy.tasks import TaskRules
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.running_clocks import is_called_for, outward_clocks
from huiying.task import DueClock, Task, TaskState, extended
from responders.proceedings.clocks import Circumstances, counted_back


def circumstances(proceeding: Proceeding) -> Circumstances:
    """What bears upon the clocks of this proceeding, beside its moments."""
    level = proceeding.event_level
    return Circumstances(
        major=level.starts_major_clocks if level else None,
        alert_level=proceeding.alert_level,
        opinion_level=proceeding.opinion_level,
        interruptions=proceeding.interruptions,
    )


def lead_of(tx: Transaction, proceeding: Proceeding) -> Task | None:
    """The task that leads this matter now, else the last one that did; None where none was handed out."""
    tasks = tx.tasks.of_alerts([proceeding.episode]).get(proceeding.episode, [])
    leads = [task for task in tasks if task.leads and task.sent_at and task.procedure == proceeding.procedure.id]
    return max(leads, key=lambda task: (task.state is not TaskState.CLOSED, task.sent_at), default=None)


def inward_clocks(
    proceeding: Proceeding, task: Task | None, outward: Sequence[DueClock], rules: TaskRules
) -> tuple[DueClock, ...]:
    """The inward clocks of a proceeding as they run for this task, which may have outward clocks of its own."""
    ends = {clock.step: clock for clock in (*proceeding.clocks, *outward)}
    back = counted_back(proceeding.procedure, ends, proceeding.regime, circumstances(proceeding))
    counted = (back.get(clock.step, clock) for clock in proceeding.clocks if not clock.outward)
    if task is None:
        return tuple(counted)
    return tuple(_extended(_leaving_time(clock, task, outward, rules), task) for clock in counted)


def clocks_of_task(
    proceeding: Proceeding, task: Task, outward: Sequence[DueClock], rules: TaskRules
) -> tuple[DueClock, ...]:
    """What a task carries: these outward clocks, and the inward ones of what is called for."""
    inward = inward_clocks(proceeding, task, outward, rules)
    return (*outward, *(clock for clock in inward if is_called_for(proceeding, clock.step)))


def led_by(proceeding: Proceeding, lead: Task | None, rules: TaskRules) -> Proceeding:
    """The proceeding with its inward clocks as they bind its lead."""
    inward = {each.step: each for each in inward_clocks(proceeding, lead, outward_clocks(proceeding), rules)}
    return replace(proceeding, clocks=tuple(inward.get(clock.step, clock) for clock in proceeding.clocks))


def _leaving_time(clock: DueClock, task: Task, outward: Sequence[DueClock], rules: TaskRules) -> DueClock:
    hours = rules.least_hours.get(clock.step)
    end = min((each.due_at for each in outward if each.due_at), default=None)
    if hours is None or clock.due_at is None or end is None or task.sent_at is None:
        return clock
    least = min(task.sent_at + timedelta(hours=hours), end)
    if clock.due_at >= least:
        return clock
    words = f"{clock.calculation}；交办较晚，至少留{hours:g}小时：{moment_words(least)}"
    return replace(clock, due_at=least, calculation=words)


def _extended(clock: DueClock, task: Task) -> DueClock:
    for request in task.extensions:
        if request.step == clock.step:
            clock = extended(clock, request)
    return clock
