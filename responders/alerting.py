"""Alerting: a concern that changed is measured; its alert is raised, moved between levels, reopened or closed.

One alert per episode of a concern. It rises at once and falls with hysteresis. An alert that a person closed stays
closed unless the heat rises above the level at which it was closed. One that a person raised by hand does not fall
below the level they set. A new episode's alert closes the older ones; the alert of a concern that was merged away is
closed. What is read is always the present state, so a message that
comes late, twice or out of order changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.alert import Alert, AlertState
from huiying.clock import Clock
from huiying.concern import Concern, QuarterHour
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised, ConcernChanged, Message
from huiying.person import SYSTEM
from huiying.policy.heat import HeatRules
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome
from responders.duty_pasts import duty_pasts
from responders.heat import HOUR, PAST, Heat, measure, quarter_hours_needed_since, settle
from responders.rereading import reread_when_stale
from responders.shift.registering import by_hand


@dataclass(frozen=True, kw_only=True, slots=True)
class _Move:
    """What is to be done with one alert: insert it (`expected_version` None) or save it, and say so."""

    alert: Alert
    expected_version: int | None
    message: Message
    doing: str | None


class Alerting:
    """The stage between concerns and the queue."""

    name = "alerting"
    reads: tuple[type[Message], ...] = (ConcernChanged,)

    def __init__(self, register: Register, rules: HeatRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Measure every concern of the batch once."""
        self.measure(message.concern for message in batch if isinstance(message, ConcernChanged))
        return [Done() for _ in batch]

    def measure(self, concern_ids: Iterable[str]) -> None:
        """Bring the alerts of these concerns to what their present counts call for."""
        wanted = list(dict.fromkeys(concern_ids))
        with self._register.reading() as asking:
            # Most changes move no alert: only what must be written waits for the writers' turn.
            moving = [move.alert.concern for move in self._decide(asking, wanted)]
        due = [concern for concern in dict.fromkeys(moving) if concern]
        if due:
            reread_when_stale(lambda: self._write(due))

    def heats(self, tx: Transaction, concerns: Mapping[str, Concern]) -> dict[str, Heat]:
        """The heat of each of these concerns now, by its id."""
        now = self._clock.now()
        quarters = self._quarters(tx, concerns, now)
        pasts = duty_pasts(tx, concerns.values(), self._rules, now)
        return {
            concern.id: measure(concern, quarters.get(concern.id, ()), self._rules, now, pasts.get(concern.id))
            for concern in concerns.values()
        }

    def _write(self, concern_ids: list[str]) -> None:
        with self._register.transaction() as tx:
            messages = []
            for move in self._decide(tx, concern_ids):
                if move.expected_version is None:
                    if not tx.alerts.insert(move.alert):
                        continue
                else:
                    tx.alerts.save(move.alert, move.expected_version)
                messages.append(move.message)
                if move.doing and move.alert.concern:
                    tx.concerns.add_doing(move.alert.concern, SYSTEM.name, move.doing)
            tx.outbox.add(messages)

    def _decide(self, tx: Transaction, concern_ids: list[str]) -> list[_Move]:
        now = self._clock.now()
        concerns = tx.concerns.get(concern_ids)
        alerts = tx.alerts.for_concerns(concern_ids)
        heats = self.heats(tx, concerns)
        moves: list[_Move] = []
        for concern in concerns.values():
            present = alerts.get(concern.id, [])
            if concern.merged_into:
                moves += [_closed(alert, "事项已并入另一舆情事项", now) for alert in present if _is_open(alert)]
            else:
                moves += self._moves(concern, present, heats[concern.id], now)
        return moves

    def _quarters(
        self, tx: Transaction, concerns: Mapping[str, Concern], now: datetime
    ) -> dict[str, Sequence[QuarterHour]]:
        ordinary = now - HOUR - PAST
        longer = {c.id: since for c in concerns.values() if (since := quarter_hours_needed_since(c, now)) < ordinary}
        usual = tx.concerns.quarter_hours_of_many((c for c in concerns if c not in longer), ordinary)
        found: dict[str, Sequence[QuarterHour]] = dict(usual)
        for concern, since in longer.items():
            found[concern] = tx.concerns.quarter_hours(concern, since)
        return found

    def _moves(self, concern: Concern, alerts: list[Alert], heat: Heat, now: datetime) -> list[_Move]:
        present = next((alert for alert in alerts if alert.id == concern.episode_id), None)
        heat = _as_registered(concern, alerts, heat)
        if present is None:
            if heat.level is None:
                return []
            older = [alert for alert in alerts if _is_open(alert)]
            return [_raised(concern, heat, now), *(_closed(alert, "已转入新一轮预警", now) for alert in older)]
        if present.state is AlertState.CLOSED:
            return self._reopened(concern, present, heat, now)
        return self._changed(concern, present, heat, now)

    def _reopened(self, concern: Concern, alert: Alert, heat: Heat, now: datetime) -> list[_Move]:
        if heat.level is None or heat.level.rank <= alert.level.rank:
            return []
        again = alert.reopened(level=heat.level, heat=heat.points, reasons=heat.reasons, title=concern.title, now=now)
        return [_move(again, alert, f"关闭后升为{heat.level.label}，重新列入", logged=True)]

    def _changed(self, concern: Concern, alert: Alert, heat: Heat, now: datetime) -> list[_Move]:
        level = settle(alert.level, alert.level_since, heat, self._rules, now)
        seen = [what for what in (_level_words(alert, level), _title_words(alert, concern)) if what]
        if not seen:
            same = heat.points == alert.heat and heat.reasons == alert.reasons
            lately = now - alert.changed_at < timedelta(seconds=self._rules.announce_seconds)
            if same or lately:
                return []
        what = "；".join(seen) or f"热度 {alert.heat:g}→{heat.points:g}"
        measured = alert.measured(level=level, heat=heat.points, reasons=heat.reasons, title=concern.title, now=now)
        return [_move(measured, alert, what, logged=level is not alert.level)]


def _as_registered(concern: Concern, alerts: list[Alert], heat: Heat) -> Heat:
    """The heat at no less than the level a person set, and with their reason, while what they set is still open.

    A person who closed the alert has ended that too: a later episode is measured like any other.
    """
    if concern.registered is None:
        return heat
    is_over = concern.episode_id not in {alert.id for alert in alerts} and alerts and not any(map(_is_open, alerts))
    if is_over:
        return heat
    level = max(heat.level or Level.BLUE, concern.registered.level, key=lambda each: each.rank)
    return replace(heat, level=level, reasons=(by_hand(concern.registered), *heat.reasons))


def _is_open(alert: Alert) -> bool:
    return alert.state is not AlertState.CLOSED


def _level_words(alert: Alert, level: Level) -> str:
    return "" if level is alert.level else f"{alert.level.label}变为{level.label}"


def _title_words(alert: Alert, concern: Concern) -> str:
    return "" if concern.title == alert.title else f"标题改为“{concern.title}”"


def _raised(concern: Concern, heat: Heat, now: datetime) -> _Move:
    assert heat.level is not None
    alert = Alert(
        id=concern.episode_id,
        concern=concern.id,
        title=concern.title,
        level=heat.level,
        heat=heat.points,
        reasons=heat.reasons,
        raised_at=now,
        level_since=now,
        changed_at=now,
    )
    message = AlertRaised(alert=alert.id, concern=concern.id, source=None, level=alert.level.value)
    because = "；".join(reason.text for reason in heat.reasons if reason.points)
    return _Move(alert=alert, expected_version=None, message=message, doing=f"发出{alert.level.label}：{because}")


def _closed(alert: Alert, reason: str, now: datetime) -> _Move:
    return _move(alert.closed(reason=reason, now=now), alert, f"关闭预警：{reason}", logged=True)


def _move(changed: Alert, before: Alert, what: str, *, logged: bool) -> _Move:
    message = AlertChanged(
        alert=changed.id, concern=changed.concern, source=changed.source, level=changed.level.value, what=what
    )
    return _Move(alert=changed, expected_version=before.version, message=message, doing=what if logged else None)
