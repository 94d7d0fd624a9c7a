"""Tasking: an alert with a sure lead becomes a task of that bureau, sent at once or waiting for one key.

Without a lead no task is opened; the alert stands in the queue as 待明确责任单位 until a person names the lead
(`responders/tasks/assigning.py`). One lead per episode: opening a task freezes it, so that later posts cannot move
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from huiying.alert import Alert, AlertState
from huiying.clock import Clock
from huiying.concern import Concern
from huiying.messages import AlertChanged, AlertRaised, Message
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Signed
from huiying.procedure import Regime
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome
from huiying.task import Task, TaskState
from responders.beginning import needs_nobody
from responders.rereading import reread_when_stale
from responders.rules import OfficeRules
from responders.tasks.opening import Opening, waits_because


@dataclass(frozen=True, kw_only=True, slots=True)
class _Need:
    """An alert that needs a task opened (`waiting` None), or its waiting task sent."""

    alert: Alert
    concern: Concern
    waiting: Task | None


class Tasking:
    """The stage between the queue and the bureaus' desks."""

    name = "tasking"
    reads: tuple[type[Message], ...] = (AlertRaised, AlertChanged)

    def __init__(self, register: Register, rules: OfficeRules, clock: Clock, regime: Regime = Regime.CURRENT) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock
        self._opening = Opening(rules, regime)

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Give every alert of the batch its task, where it needs one."""
        about = (message for message in batch if isinstance(message, AlertRaised | AlertChanged))
        alerts = list(dict.fromkeys(message.alert for message in about if message.concern is not None))
        with self._register.reading() as asking:
            needy = [need.alert.id for need in self._needs(asking, alerts)]
        if needy:
            reread_when_stale(lambda: self._serve(needy))
        return [Done() for _ in batch]

    def _needs(self, tx: Transaction, alert_ids: list[str]) -> list[_Need]:
        alerts = tx.alerts.many(alert_ids)
        concerns = tx.concerns.get(alert.concern for alert in alerts.values() if alert.concern)
        tasks = tx.tasks.of_alerts(alerts)
        needs = (
            self._need(alert, concerns.get(alert.concern or ""), tasks.get(alert.id, [])) for alert in alerts.values()
        )
        return [need for need in needs if need and not needs_nobody(tx, need.concern)]

    def _need(self, alert: Alert, concern: Concern | None, tasks: list[Task]) -> _Need | None:
        if alert.state is AlertState.CLOSED or concern is None or concern.merged_into:
            return None
        if concern.episode_id != alert.id:
            return None
        if not any(task.leads for task in tasks):
            return _Need(alert=alert, concern=concern, waiting=None) if concern.lead else None
        waiting = next((task for task in tasks if task.state is TaskState.WAITING), None)
        if waiting is None or waits_because(alert, concern, self._rules.heat):
            return None
        # The alert rose to a level that may be dispatched by itself.
        return _Need(alert=alert, concern=concern, waiting=waiting)

    def _serve(self, alert_ids: list[str]) -> None:
        with self._register.transaction() as tx:
            for need in self._needs(tx, alert_ids):
                if need.waiting:
                    self._send(tx, need.waiting, need.alert)
                else:
                    self._open(tx, need)

    def _open(self, tx: Transaction, need: _Need) -> None:
        concern = need.concern
        assert concern.lead is not None
        waits = waits_because(need.alert, concern, self._rules.heat)
        task = self._opening.make(tx, concern, concern.lead, waits=waits, now=self._clock.now())
        # The concern before the task, as where a person assigns it: so neither waits for the other in a circle.
        if not concern.lead_frozen:
            tx.concerns.save(concern.assigned_to(concern.lead), concern.version)
        if waits:
            self._opening.open_waiting(tx, task, who=SYSTEM.name)
        else:
            self._opening.open_sent(tx, task, by=self._signed())

    def _send(self, tx: Transaction, waiting: Task, alert: Alert) -> None:
        what = f"升为{alert.level.label}，按设定自动交办{waiting.bureau}"
        self._opening.send(tx, waiting, what, by=self._signed())

    def _signed(self) -> Signed:
        return must_may(SYSTEM, Action.ASSIGN, self._clock.now())
