"""Beginning: an alert about a concern begins its proceeding; discovery and gathering are done by then.

Automatic dispatch may come before a person has appraised the matter (POLICY 12.4): the steps that the procedure lets
the office take ahead are done when a task is sent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from huiying.alert import Alert, AlertState
from huiying.clock import Clock
from huiying.concern import Concern
from huiying.failures import NotAllowed
from huiying.messages import AlertChanged, AlertRaised, Message
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Signed
from huiying.procedure import Regime
from huiying.proceeding import Proceeding
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome
from huiying.task import Task, TaskState
from responders.proceedings.counting import recount, recount_for_lead
from responders.proceedings.proceeding import begin, mark_steps, proceeding_id
from responders.rereading import reread_when_stale
from responders.rules import PROCEDURE, OfficeRules

_BEGUN = ("discover", "gather")
_SENT = ("designate", "assign")


class Beginning:
    """The stage between the queue and the procedure."""

    name = "beginning"
    reads: tuple[type[Message], ...] = (AlertRaised, AlertChanged)

    def __init__(self, register: Register, rules: OfficeRules, clock: Clock, regime: Regime = Regime.CURRENT) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock
        self._regime = regime

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Give the matter of every alert of the batch its proceeding, and let it know how high the alert rose."""
        about = (message for message in batch if isinstance(message, AlertRaised | AlertChanged))
        alerts = list(dict.fromkeys(message.alert for message in about if message.concern is not None))
        with self._register.reading() as asking:
            needy = [alert.id for alert, _ in self._needs(asking, alerts)]
        if needy:
            reread_when_stale(lambda: self._serve(needy))
        return [Done() for _ in batch]

    def _needs(self, tx: Transaction, ids: list[str]) -> list[tuple[Alert, Concern]]:
        alerts = tx.alerts.many(ids)
        concerns = tx.concerns.get(alert.concern for alert in alerts.values() if alert.concern)
        present = {each.episode: each for each in tx.proceedings.of_concerns(concerns) if _by_alert(each)}
        pairs = ((alert, concerns.get(alert.concern or "")) for alert in alerts.values())
        return [
            (alert, concern)
            for alert, concern in pairs
            if concern and _is_present(alert, concern) and _is_due(alert, present.get(alert.id))
        ]

    def _serve(self, ids: list[str]) -> None:
        with self._register.transaction() as tx:
            for alert, concern in self._needs(tx, ids):
                begun = begun_by_alert(tx, self._rules, concern, now=self._clock.now(), regime=self._regime)
                begun = self._raise(tx, begun, alert)
                if _was_sent(tx, begun):
                    mark_steps(tx, begun.id, *_SENT, by=must_may(SYSTEM, Action.ASSIGN, self._clock.now()))

    def _raise(self, tx: Transaction, proceeding: Proceeding, alert: Alert) -> Proceeding:
        if not _is_higher(alert, proceeding):
            return proceeding
        because = f"升为{alert.level.label}"
        raised = replace(proceeding, alert_level=alert.level, recount_because=because)
        return recount(tx, raised, self._rules, by=must_may(SYSTEM, Action.APPRAISE, self._clock.now()))


def begun_by_alert(
    tx: Transaction, rules: OfficeRules, concern: Concern, *, now: datetime, regime: Regime
) -> Proceeding:
    """The proceeding of a concern that has an alert: begun, discovered and gathered by the system."""
    alert = tx.alerts.get(concern.episode_id)
    level = alert.level if alert else None
    begun = begin(tx, rules.procedures[PROCEDURE], concern, now=now, regime=regime, alert_level=level)
    system = must_may(SYSTEM, Action.APPRAISE, now)
    if begun.counted_by is None:
        begun = recount(tx, begun, rules, by=system)
    if begun.closed_at:
        return begun
    return mark_steps(tx, begun.id, *_BEGUN, by=system)


def task_sent(tx: Transaction, rules: OfficeRules, task: Task, *, by: Signed, regime: Regime) -> Proceeding | None:
    """A task was sent: who answers is clear and the matter assigned, ahead of a person's appraisal or after it.

    `NotAllowed` where the appraisal led elsewhere, so that there is nothing to assign. None where the task is of
    another procedure than that of alerts.
    """
    concern = tx.concerns.find(task.concern)
    if concern is None or task.procedure != PROCEDURE:
        return None
    if task.alert != concern.episode_id:
        return tx.proceedings.get(proceeding_id(task.alert, task.procedure))
    begun = begun_by_alert(tx, rules, concern, now=by.at, regime=regime)
    if begun.closed_at:
        raise NotAllowed("事项已归档，不能再交办；有新情况时会另起一轮")
    sent = mark_steps(tx, begun.id, *_SENT, by=by)
    recount_for_lead(tx, sent.id, rules, why=f"交办{task.bureau}", by=by)
    return sent


def needs_nobody(tx: Transaction, concern: Concern) -> bool:
    """Whether the present episode was appraised so that there is nothing to assign, or is filed."""
    present = tx.proceedings.get(proceeding_id(concern.episode_id, PROCEDURE))
    if present is None:
        return False
    return present.closed_at is not None or any(present.rules_out(present.step(step)) for step in _SENT)


def _was_sent(tx: Transaction, proceeding: Proceeding) -> bool:
    """Whether its lead has a task already, as where a matter that had one was merged into this one."""
    if proceeding.closed_at or any(proceeding.rules_out(proceeding.step(step)) for step in _SENT):
        return False
    tasks = tx.tasks.of_alerts([proceeding.episode]).get(proceeding.episode, [])
    return any(task.leads and task.state is TaskState.SENT for task in tasks)


def _by_alert(proceeding: Proceeding) -> bool:
    return proceeding.procedure.id == PROCEDURE


def _is_present(alert: Alert, concern: Concern) -> bool:
    return alert.state is not AlertState.CLOSED and not concern.merged_into and concern.episode_id == alert.id


def _is_due(alert: Alert, proceeding: Proceeding | None) -> bool:
    return proceeding is None or _is_higher(alert, proceeding)


def _is_higher(alert: Alert, proceeding: Proceeding) -> bool:
    before = proceeding.alert_level.rank if proceeding.alert_level else 0
    return not proceeding.closed_at and alert.level.rank > before
