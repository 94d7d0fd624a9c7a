"""Timers: what falls due is a query; this only ticks, in one leased responder.

Two leaders at once are harmless: what was told is kept under (kind, subject, due moment), and alerts are saved only
from the version they were read at.
"""

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from huiying.clock import Clock, moment_words
from huiying.leasing import Lease
from huiying.messages import TaskOverdue
from huiying.person import SYSTEM
from huiying.policy.heat import HeatRules
from huiying.policy.tasks import TaskRules
from huiying.register.register import Register, Transaction
from huiying.register.tasks import OVERDUE
from huiying.source import Source
from huiying.task import Task
from huiying.workdays import WorkdayCalendar
from responders.alerting import Alerting
from responders.proceedings.counting import count_anew
from responders.proceedings.lateness import is_met, tell_late
from responders.sources import watch_sources
from responders.tasks.escalating import escalate
from responders.tasks.instructing import tell_due_instructions
from responders.ticking import Tick, Ticker

_OVERDUE_SECONDS = 2
_ESCALATION_SECONDS = 10
_SOURCES_SECONDS = 20
_AT_ONCE = 500


class TimedRules(Protocol):
    """The part of the office's policy that timers need."""

    @property
    def heat(self) -> HeatRules:
        """Levels, hysteresis and when a source is in trouble."""
        ...

    @property
    def calendar(self) -> WorkdayCalendar:
        """Working days, by which the clocks of proceedings are counted."""
        ...

    @property
    def sources(self) -> Sequence[Source]:
        """The sources whose silence is an alert."""
        ...

    @property
    def tasks(self) -> TaskRules:
        """Who is told of a slow task, how soon."""
        ...


class Timers:
    """Tells what is overdue, counts clocks anew, lets the levels of open alerts fall, and watches the sources."""

    def __init__(
        self, register: Register, rules: TimedRules, lease: Lease, clock: Clock, further: Sequence[Tick] = ()
    ) -> None:
        """`further` is what else ticks with them, in no more time than a question to the register takes."""
        self._register = register
        self._rules = rules
        self._alerting = Alerting(register, rules.heat, clock)
        ticks: tuple[Tick, ...] = (
            (self.count_clocks, _OVERDUE_SECONDS),
            (self.tell_overdue, _OVERDUE_SECONDS),
            (self.tell_late, _OVERDUE_SECONDS),
            (self.escalate, _ESCALATION_SECONDS),
            (self.watch_sources, _SOURCES_SECONDS),
            (self.remeasure, max(rules.heat.announce_seconds, 1)),
        )
        self._ticker = Ticker((*ticks, *further), lease, clock)
        self.pulse = self._ticker.pulse

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop."""
        self._ticker.run(stop)

    def tick(self, now: datetime) -> None:
        """Everything once, for those who run the office step by step."""
        self._ticker.tick(now)

    def count_clocks(self, now: datetime) -> None:
        """Count the clocks of the proceedings that the calendar, or a step, changed since."""
        count_anew(self._register, self._rules, now)

    def tell_late(self, now: datetime) -> None:
        """Tell of every clock of a proceeding that ran out, once."""
        tell_late(self._register, now)

    def tell_overdue(self, now: datetime) -> None:
        """Tell of every task whose outward deadline has passed, once."""
        while True:
            with self._register.reading() as asking:
                if not asking.tasks.overdue_untold(now, limit=1):
                    return
            with self._register.transaction() as tx:
                for task in tx.tasks.overdue_untold(now, limit=_AT_ONCE):
                    _tell_overdue(tx, task)

    def escalate(self, now: datetime) -> None:
        """Tell the next rung of tasks that are slow, and of instructions that fall due."""
        escalate(self._register, self._rules.tasks, now)
        tell_due_instructions(self._register, self._rules.tasks, now)

    def watch_sources(self, now: datetime) -> None:
        """Raise and close alerts about sources in trouble."""
        watch_sources(self._register, self._rules.sources, self._rules.heat.source_trouble, now)

    def remeasure(self, _now: datetime) -> None:
        """Measure the concern of every open alert again, so that levels fall when nothing more is said."""
        with self._register.reading() as asking:
            concerns = [alert.concern for alert in asking.alerts.open_alerts() if alert.concern]
        for at in range(0, len(concerns), _AT_ONCE):
            self._alerting.measure(concerns[at : at + _AT_ONCE])


def _tell_overdue(tx: Transaction, task: Task) -> None:
    if task.due_at is None or not tx.tasks.fire_once(OVERDUE, task.id, task.due_at):
        return
    late = next(clock for clock in task.clocks if clock.outward and clock.due_at == task.due_at)
    if is_met(tx, task, late.step):
        return
    tx.outbox.add(
        [TaskOverdue(task=task.id, concern=task.concern, bureau=task.bureau, step=late.step, due_at=task.due_at)]
    )
    what = f"{task.bureau}的任务已超时：{late.title}应于{moment_words(task.due_at)}前完成"
    tx.concerns.add_doing(task.concern, SYSTEM.name, what)
