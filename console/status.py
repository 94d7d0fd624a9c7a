"""How the office stands: backlogs, fates, alerts, tasks, sources, letters, processes. One object for people and
scripts; a store that is away costs only what it would have told."""

from collections.abc import Callable, Mapping
from datetime import datetime

from console.processes import ask_processes
from console.wiring import Office
from huiying.archive.archive import PostQuery
from huiying.bus.bus import Bus
from huiying.failures import Unavailable
from huiying.messages import (
    AlertChanged,
    AlertRaised,
    ClarificationChanged,
    ConcernChanged,
    PostAssessed,
    PostCollected,
    ProceedingChanged,
    TaskChanged,
    TaskEscalated,
    TaskOpened,
    TaskOverdue,
)
from huiying.notice import NoticeState
from huiying.register.register import Register, Transaction

GROUPS: dict[str, tuple[str, ...]] = {
    "assessing": (PostCollected.topic,),
    "gathering": (PostAssessed.topic,),
    "alerting": (ConcernChanged.topic,),
    "preserving": (AlertRaised.topic, ConcernChanged.topic),
    "beginning": (AlertRaised.topic, AlertChanged.topic),
    "tasking": (AlertRaised.topic, AlertChanged.topic),
    "readying": (AlertRaised.topic, AlertChanged.topic, TaskOpened.topic, TaskChanged.topic),
    "notifying": (
        AlertRaised.topic,
        AlertChanged.topic,
        TaskOpened.topic,
        TaskChanged.topic,
        TaskOverdue.topic,
        TaskEscalated.topic,
        ProceedingChanged.topic,
        ClarificationChanged.topic,
    ),
}
"""Which topics each stage reads, for counting what it has not read yet."""

STORES = ("bus", "archive", "register")
"""Each has a key of its own in the object that `office_status` gives: `{"away": null}`, or the reason."""


def backlogs(bus: Bus, now: datetime) -> dict[str, dict[str, float]]:
    """For each stage, the messages it has not acknowledged and the age of the oldest, in seconds."""
    return {
        stage: {
            "unread": sum(bus.lag(stage, topics).values()),
            "oldest_seconds": _age(bus.oldest_unread(stage, topics), now),
        }
        for stage, topics in GROUPS.items()
    }


def outbox(tx: Transaction, now: datetime) -> dict[str, float]:
    """The changes that the relay has yet to publish and the age of the oldest, in seconds."""
    unsent, oldest = tx.outbox.unsent()
    return {"unsent": unsent, "oldest_seconds": _age(oldest, now)}


def notices(tx: Transaction, now: datetime) -> dict[str, object]:
    """How many notices each channel has by where they stand, and for how long the oldest has been due, in seconds."""
    channels = {
        channel: {state.value: counts.get(state, 0) for state in NoticeState}
        for channel, counts in tx.notices.counts().items()
    }
    return {"channels": channels, "overdue_seconds": notices_overdue(tx, now)}


def notices_overdue(tx: Transaction, now: datetime) -> float:
    """For how long the oldest notice that nobody has sent yet has been due, in seconds."""
    return _age(tx.notices.longest_due(now), now)


def office_status(office: Office) -> dict[str, object]:
    """How things stand now. What a store that is away would have told is left out."""
    now = office.clock.now()
    parts: dict[str, Callable[[], Mapping[str, object]]] = {
        "bus": lambda: {"stages": backlogs(office.bus, now)},
        "register": lambda: _told_by_register(office.register, now),
        "archive": lambda: _asked(office),
    }
    away: dict[str, str] = {}
    told: dict[str, object] = {}
    for store, ask in parts.items():
        try:
            told |= ask()
        except Unavailable as error:
            away[store] = str(error)
    return {
        **{store: {"away": away.get(store)} for store in STORES},
        **told,
        "processes": ask_processes(office.settings.metrics_of),
    }


def stores_away(status: Mapping[str, object]) -> list[str]:
    """Which stores were away when the office was asked how it stands."""
    return [store for store in STORES if status[store] != {"away": None}]


def what_came_of_it(register: Register) -> dict[str, object]:
    """What the chain has made so far: posts by fate, concerns, alerts by level, tasks by state."""
    with register.reading() as tx:
        fates = tx.posts.count_by_fate()
        tasks = tx.tasks.counts_by_state()
        return {
            "posts": sum(fates.values()),
            "fates": {fate.value: count for fate, count in fates.items()},
            "concerns": tx.concerns.count(),
            "alerts": sum(tx.alerts.counts_by_state().values()),
            "alerts_open_by_level": {level.value: count for level, count in tx.alerts.counts().items()},
            "tasks": sum(tasks.values()),
            "tasks_by_state": {state.value: count for state, count in tasks.items()},
            "rejections": tx.posts.count_rejections(),
        }


def _told_by_register(register: Register, now: datetime) -> dict[str, object]:
    with register.reading() as tx:
        dead = dict(tx.dead_letters.waiting())
        waiting, told = outbox(tx, now), notices(tx, now)
        leases = [
            {"name": taken.name, "holder": taken.holder, "seconds_left": _left(taken.expires_at, now)}
            for taken in tx.leases.taken()
        ]
        sources = {
            name: {
                "last_success_at": health.last_success_at,
                "last_new_post_at": health.last_new_post_at,
                "failures_in_a_row": health.failures_in_a_row,
                "last_error": health.last_error,
            }
            for name, health in tx.sources.all_health().items()
        }
    return {
        **what_came_of_it(register),
        "outbox": waiting,
        "notices": told,
        "leases": leases,
        "dead_letters": dead,
        "sources": sources,
    }


def _asked(office: Office) -> dict[str, object]:
    """The archive has nothing to count; it answers or it does not."""
    office.archive.search(PostQuery(), limit=1)
    return {}


def _age(since: datetime | None, now: datetime) -> float:
    return round((now - since).total_seconds(), 1) if since else 0.0


def _left(until: datetime, now: datetime) -> float:
    return round((until - now).total_seconds(), 1)
