"""Clocks that a task has for itself: until when it may be returned, and which of them were stopped by a step."""

from datetime import datetime, timedelta

from huiying.clock import moment_words
from huiying.policy.tasks import TaskRules
from huiying.register.register import Transaction
from huiying.task import DueClock
from responders.tasks.keeping import keep_task

RETURN = "return"
"""The clock within which a bureau may ask to give a task back."""

SIGN_IN = "sign-in"
"""The clock that the bureau's signing for a task stops."""


def return_clock(sent_at: datetime, rules: TaskRules) -> DueClock:
    """Until when a task that was handed out now may be given back."""
    due_at = sent_at + timedelta(hours=rules.return_hours)
    return DueClock(
        step=RETURN,
        title="申请退回",
        starts_at=sent_at,
        due_at=due_at,
        calculation=f"交办{moment_words(sent_at)}＋{rules.return_hours:g}小时＝{moment_words(due_at)}",
        basis="申请退回的时限",
        mark="U",
        outward=False,
    )


def step_done(tx: Transaction, episode: str, step: str, *, who: str, at: datetime) -> None:
    """Stop the clock of a step in every open task of an episode: the draft was sent in, the answer is out."""
    for task in tx.tasks.of_alerts([episode]).get(episode, []):
        clock = next((each for each in task.running if each.step == step), None)
        if clock and task.closed_at is None:
            keep_task(tx, task.step_done(step, at), f"{task.bureau}办完“{clock.title}”", who=who, at=at)
