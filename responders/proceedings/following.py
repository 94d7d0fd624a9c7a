"""Following: the open tasks of a matter carry the clocks of its proceeding, as last counted and met.

A task that came from a matter merged into this one has its own outward clocks; those stay, for a merger moves none.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from huiying.person import Signed
from huiying.policy.tasks import TaskRules
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.running_clocks import met_at, outward_clocks
from huiying.task import DueClock, Task, TaskState
from responders.proceedings.clock_words import dated_words
from responders.proceedings.handed_out import clocks_of_task
from responders.tasks.keeping import keep_task


def let_tasks_follow(tx: Transaction, before: Proceeding, after: Proceeding, rules: TaskRules, *, by: Signed) -> None:
    """Give every open task of this episode the clocks that a new count changed; a first count changes none.

    Called before the proceeding is saved, as where a task is sent: so neither waits for the other in a circle.
    """
    if not before.clocks:
        return
    was, became = outward_clocks(before), outward_clocks(after)
    for task in tx.tasks.of_alerts([after.episode]).get(after.episode, []):
        if task.procedure != after.procedure.id or task.state is TaskState.CLOSED:
            continue
        outward = with_outward(task, was, became)
        following = _met(replace(task, clocks=clocks_of_task(after, task, outward, rules)), after)
        if following != task:
            keep_task(tx, following, _words(task, following), who=by.name, at=by.at)


def with_outward(task: Task, was: Sequence[DueClock], became: Sequence[DueClock]) -> tuple[DueClock, ...]:
    """The task's outward clocks as they became; one that is not as it was in the matter is its own."""
    known = {(clock.step, clock.due_at) for clock in was}
    own = {clock.step: clock for clock in task.clocks if clock.outward and (clock.step, clock.due_at) not in known}
    return tuple(({clock.step: clock for clock in became} | own).values())


def _met(task: Task, proceeding: Proceeding) -> Task:
    for clock in outward_clocks(proceeding):
        if at := met_at(proceeding, clock.step):
            task = task.step_done(clock.step, at)
    return task


def _words(task: Task, following: Task) -> str:
    done = [clock.title for clock in task.clocks if clock.step in following.done.keys() - task.done.keys()]
    parts = [f"“{title}”已办" for title in done]
    if moved := _moved_words(task.clocks, following.clocks):
        parts.append(moved)
    return f"{task.bureau}的任务时限随事项重算（{'；'.join(parts) or '各时限不变'}）"


def _moved_words(was: Sequence[DueClock], became: Sequence[DueClock]) -> str:
    before, after = ({clock.step: clock for clock in clocks} for clocks in (was, became))
    return "；".join(
        f"{clock.title} {dated_words(_due(before, step))}→{dated_words(_due(after, step))}"
        for step, clock in (before | after).items()
        if _due(before, step) != _due(after, step)
    )


def _due(clocks: dict[str, DueClock], step: str) -> datetime | None:
    return clocks[step].due_at if step in clocks else None
