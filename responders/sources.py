"""Silence is an alert: a source that fails or has gone quiet stands in the queue until it recovers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from huiying.alert import Alert, AlertState, Reason
from huiying.clock import BEIJING
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised, Message
from huiying.policy.heat import SourceTrouble
from huiying.register.register import Register, Transaction
from huiying.source import Source, SourceHealth
from responders.rereading import reread_when_stale

_OVER = "信源已恢复或已停用"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One spell of trouble with a source; `id` is the id of its alert and holds while the spell lasts."""

    id: str
    source: Source
    level: Level
    title: str
    reason: Reason


def find_trouble(source: Source, health: SourceHealth, rules: SourceTrouble, now: datetime) -> Trouble | None:
    """What is wrong with a source now; failing outweighs quiet, since who fails brings nothing."""
    if not source.enabled:
        return None
    if health.failures_in_a_row >= rules.failures_in_a_row:
        return _failing(source, health, rules)
    last = health.last_new_post_at
    if last is not None and now - last >= timedelta(minutes=source.quiet_after_minutes):
        return _quiet(source, last, rules, now)
    return None


def watch_sources(register: Register, sources: Sequence[Source], rules: SourceTrouble, now: datetime) -> None:
    """Raise an alert for every new trouble and close those that are over."""
    with register.reading() as asking:
        health = asking.sources.all_health()
        found = [find_trouble(source, health[source.name], rules, now) for source in sources if source.name in health]
        troubles = {trouble.id: trouble for trouble in found if trouble}
        known = asking.alerts.many(troubles)
        standing = {alert.id for alert in asking.alerts.queue(about_sources=True, limit=10_000)}
    fresh = [trouble for trouble in troubles.values() if trouble.id not in known]
    over = standing - set(troubles)
    if fresh or over:
        reread_when_stale(lambda: _write(register, fresh, over, now))


def _write(register: Register, fresh: list[Trouble], over: set[str], now: datetime) -> None:
    with register.transaction() as tx:
        messages: list[Message] = [_raise(trouble) for trouble in fresh if _insert(tx, trouble, now)]
        for alert in tx.alerts.many(over).values():
            if alert.state is AlertState.CLOSED:
                continue
            tx.alerts.save(alert.closed(reason=_OVER, now=now), alert.version)
            level = alert.level.value
            messages.append(AlertChanged(alert=alert.id, concern=None, source=alert.source, level=level, what=_OVER))
        tx.outbox.add(messages)


def _insert(tx: Transaction, trouble: Trouble, now: datetime) -> bool:
    return tx.alerts.insert(
        Alert(
            id=trouble.id,
            source=trouble.source.name,
            title=trouble.title,
            level=trouble.level,
            heat=0.0,
            reasons=(trouble.reason,),
            raised_at=now,
            level_since=now,
            changed_at=now,
        )
    )


def _raise(trouble: Trouble) -> AlertRaised:
    return AlertRaised(alert=trouble.id, concern=None, source=trouble.source.name, level=trouble.level.value)


def _failing(source: Source, health: SourceHealth, rules: SourceTrouble) -> Trouble:
    since = health.last_success_at
    last = f"上次成功 {_moment(since)}" if since else "从未成功"
    text = f"连续{health.failures_in_a_row}次采集失败，{last}：{health.last_error or '未记下原因'}"
    return Trouble(
        id=f"source:{source.name}:failing:{_stamp(since)}",
        source=source,
        level=rules.failing,
        title=f"信源“{source.title}”采集失败",
        reason=Reason(part="failure", text=text, value=health.failures_in_a_row, points=0.0),
    )


def _quiet(source: Source, last: datetime, rules: SourceTrouble, now: datetime) -> Trouble:
    text = f"自{_moment(last)}起没有新帖，超过设定的{source.quiet_after_minutes:g}分钟"
    return Trouble(
        id=f"source:{source.name}:quiet:{_stamp(last)}",
        source=source,
        level=rules.quiet,
        title=f"信源“{source.title}”没有新帖",
        reason=Reason(part="silence", text=text, value=round((now - last) / timedelta(minutes=1)), points=0.0),
    )


def _moment(at: datetime) -> str:
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"


def _stamp(at: datetime | None) -> str:
    return f"{at or _NEVER:%Y%m%dT%H%M%SZ}"
