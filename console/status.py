"""How the office stands: backlogs, fates, alerts, tasks, sources, letters. One object for people and scripts."""

from datetime import datetime

from huiying.bus.bus import Bus
from huiying.clock import Clock
from huiying.messages import AlertChanged, AlertRaised, ConcernChanged, PostAssessed, PostCollected
from huiying.register.register import Register

GROUPS: dict[str, tuple[str, ...]] = {
    "assessing": (PostCollected.topic,),
    "gathering": (PostAssessed.topic,),
    "alerting": (ConcernChanged.topic,),
    "tasking": (AlertRaised.topic, AlertChanged.topic),
}
"""Which topics each stage reads, for counting what it has not read yet."""


def backlogs(bus: Bus, now: datetime) -> dict[str, dict[str, float]]:
    """For each stage, the messages it has not acknowledged and the age of the oldest, in seconds."""
    found = {}
    for stage, topics in GROUPS.items():
        oldest = bus.oldest_unread(stage, topics)
        age = (now - oldest).total_seconds() if oldest else 0.0
        found[stage] = {"unread": sum(bus.lag(stage, topics).values()), "oldest_seconds": round(age, 1)}
    return found


def office_status(register: Register, bus: Bus, clock: Clock) -> dict[str, object]:
    """How things stand now."""
    with register.reading() as tx:
        dead = dict(tx.dead_letters.waiting())
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
        "stages": backlogs(bus, clock.now()),
        **what_came_of_it(register),
        "dead_letters": dead,
        "sources": sources,
    }


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
