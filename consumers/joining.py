"""Joining the work on two concerns that became one: the winner's lead stays, another open lead becomes a co-handler.

Outward clocks stay as they are on every task: a merge moves no deadline. What is closed goes along unchanged. The
loser's own proceeding ends, and the winner's goes on.
"""

from dataclasses import dataclass, replace

from huiying.clarification import ClarificationState
from huiying.concern import Concern
from huiying.messages import ClarificationChanged, ProceedingChanged, TaskChanged
from huiying.person import Signed
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs, Part


@dataclass(frozen=True, kw_only=True, slots=True)
class _Merge:
    """Into which concern, whose tasks stand there, who joins them and when."""

    won: Concern
    standing: list[Task]
    lost_number: str
    by: Signed

    @property
    def lead(self) -> str | None:
        """The bureau that leads the winner for certain: by an open task, or because a person named it."""
        by_task = next((task.bureau for task in self.standing if task.leads and _is_open(task)), None)
        return by_task or (self.won.lead if self.won.lead_frozen else None)

    def has_task(self, bureau: str) -> bool:
        """Whether the bureau has an open task about the winner already."""
        return any(task.bureau == bureau and _is_open(task) for task in self.standing)


_SENT = ("designate", "assign")
"""The steps of a matter that are done when its lead has been sent a task."""

_FOUND = "find"
"""The step that is done when its lead has signed a finding."""

_IN_HAND = (ClarificationState.DRAFTING, ClarificationState.SUBMITTED)


def join_work(tx: Transaction, lost: Concern, won: Concern, *, by: Signed) -> Concern:
    """Take the loser's tasks, findings and answers in hand along, and end its proceedings.

    The winner comes back, led by the loser's lead where it had none.
    """
    # The answers first: who decides about one holds it before its proceeding.
    _take_drafts_along(tx, lost, won, by)
    tx.findings.move(lost.id, won.id)
    for task in tx.tasks.of_concern(lost.id):
        merge = _Merge(won=won, standing=tx.tasks.of_concern(won.id), lost_number=lost.number, by=by)
        joined, what = _joined(task, merge)
        _keep(tx, joined, what, merge)
        if joined.leads and _is_open(joined) and not won.lead_frozen:
            won = tx.concerns.save(won.assigned_to(joined.bureau), won.version)
    _end_proceedings(tx, lost, won, by)
    leading = {task.id for task in tx.tasks.of_concern(won.id) if task.leads and task.state is TaskState.SENT}
    if leading:
        reported = any(each.signed and each.task in leading for each in tx.findings.of_concern(won.id))
        _mark_done(tx, won, (*_SENT, _FOUND) if reported else _SENT, by)
    return won


def _take_drafts_along(tx: Transaction, lost: Concern, won: Concern, by: Signed) -> None:
    """What is in hand is handed in to the winner's gates; what it passed, word for word, counts there too."""
    for answer in tx.clarifications.of_concern(lost.id):
        tx.reviews.hold(answer.id)
        if answer.state not in _IN_HAND or tx.publications.of_clarification(answer.id):
            continue
        along = replace(answer, concern=won.id, episode=won.episode_id, state=ClarificationState.DRAFTING)
        saved = tx.clarifications.save(along, answer.version)
        what = f"{answer.bureau}的{answer.kind.label}随事项{lost.number}并入，在这里送审"
        message = ClarificationChanged(
            clarification=saved.id, concern=won.id, bureau=saved.bureau, state=saved.state.value, what=what
        )
        tx.outbox.add([message])
        tx.concerns.add_doing(won.id, by.name, what)


def _end_proceedings(tx: Transaction, lost: Concern, won: Concern, by: Signed) -> None:
    for proceeding in tx.proceedings.of_concern(lost.id):
        if proceeding.closed_at is None:
            what = f"办理并入事项{won.number}（对外时限不变）"
            _keep_proceeding(tx, proceeding, proceeding.joined_into(won.number, at=by.at), what, by)


def _mark_done(tx: Transaction, won: Concern, steps: tuple[str, ...], by: Signed) -> None:
    """A task that was sent, or answered, in the loser's matter may be the first of the winner's."""
    for before in tx.proceedings.of_concern(won.id):
        after = before
        for step in steps:
            if before.episode == won.episode_id and step in {each.id for each in after.open_steps}:
                after = after.completed(step, by=by)
        if after is not before and before.closed_at is None:
            titles = "".join(f"“{after.step(each.step).title}”" for each in after.done[len(before.done) :])
            _keep_proceeding(tx, before, after, f"并入的事项已办到这里，办完{titles}", by)


def _keep_proceeding(tx: Transaction, before: Proceeding, after: Proceeding, what: str, by: Signed) -> None:
    saved = tx.proceedings.save(after, before.version)
    tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=what)])
    tx.concerns.add_doing(saved.concern, by.name, what)


def _joined(task: Task, merge: _Merge) -> tuple[Task, str]:
    won, since = merge.won, f"事项{merge.lost_number}并入"
    if not _is_open(task):
        return task.moved_to(won.id, task.alert, task.part), f"{since}，{task.bureau}已关闭的任务随之移入"
    if merge.has_task(task.bureau) or (task.state is TaskState.WAITING and merge.lead not in (None, task.bureau)):
        reason = f"{since}，由事项{won.number}的任务一并办理"
        closed = task.closed(reason=reason, now=merge.by.at, how=ClosedAs.JOINED)
        return closed.moved_to(won.id, task.alert, task.part), f"{task.bureau}的任务并案：{reason}"
    if task.leads and merge.lead not in (None, task.bureau):
        helping = task.moved_to(won.id, won.episode_id, Part.CO_HANDLER)
        return helping, f"{since}，仍由{merge.lead}牵头，{task.bureau}由牵头改为协办（对外时限不变）"
    return task.moved_to(
        won.id, won.episode_id, task.part
    ), f"{since}，{task.bureau}（{task.part.label}）的任务随之移入"


def _keep(tx: Transaction, task: Task, what: str, merge: _Merge) -> None:
    saved = tx.tasks.save(task.changed(what, who=merge.by.name, at=merge.by.at), task.version)
    message = TaskChanged(
        task=saved.id, concern=saved.concern, bureau=saved.bureau, state=saved.state.value, what=what
    )
    tx.outbox.add([message])
    tx.concerns.add_doing(saved.concern, merge.by.name, what)


def _is_open(task: Task) -> bool:
    return task.state is not TaskState.CLOSED
