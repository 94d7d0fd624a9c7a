"""What Prometheus is told of the whole office; what one process tells of itself is in `console/vitals.py`."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from console.office import ConsoleOffice
from console.status import backlogs, notices_overdue, outbox
from console.watching import StoreWatch
from huiying.archive.archive import PostQuery

_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Register:
    """What the register tells."""

    posts: Mapping[str, int]
    rejections: int
    concerns: int
    open_alerts: Mapping[str, int]
    change_number: int
    unsent: float
    unsent_seconds: float
    dead_letters: Mapping[str, int]
    source_failures: Mapping[str, int]
    leases: Mapping[tuple[str, str], float]
    notices: Mapping[tuple[str, str], int]
    notices_overdue_seconds: float


class OfficeCollector(Collector):
    """Gauges of the office's stores. One that is away is said so; its gauges are missing until it is back."""

    def __init__(self, office: ConsoleOffice) -> None:
        self._office = office
        self._bus = StoreWatch(lambda: backlogs(office.bus(), office.clock.now()))
        self._register = StoreWatch(self._ask_register)
        self._archive = StoreWatch(self._ask_archive)

    def collect(self) -> Iterable[Metric]:
        """Everything that is known now; takes two seconds at most."""
        for begin in (self._bus.begin, self._register.begin, self._archive.begin):
            begin()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        backlog, register = self._bus.told(deadline), self._register.told(deadline)
        archive = self._archive.told(deadline)
        told = {"bus": backlog, "register": register, "archive": archive}
        up = {store: answer is not None for store, answer in told.items()}
        yield _by("store", "huiying_store_up", "1 where a store answers, 0 while it is away", up)
        if backlog is not None:
            yield from _of_the_bus(backlog)
        if register is not None:
            yield from _of_the_register(register)

    def _ask_archive(self) -> bool:
        self._office.archive.search(PostQuery(), limit=1)
        return True

    def _ask_register(self) -> _Register:
        now = self._office.clock.now()
        with self._office.register.reading() as tx:
            unsent = outbox(tx, now)
            return _Register(
                posts={fate.value: count for fate, count in tx.posts.count_by_fate().items()},
                rejections=tx.posts.count_rejections(),
                concerns=tx.concerns.count(),
                open_alerts={level.value: count for level, count in tx.alerts.counts().items()},
                change_number=tx.outbox.newest(),
                unsent=unsent["unsent"],
                unsent_seconds=unsent["oldest_seconds"],
                dead_letters=tx.dead_letters.waiting(),
                source_failures={name: each.failures_in_a_row for name, each in tx.sources.all_health().items()},
                leases={
                    (taken.name, taken.holder): (taken.expires_at - now).total_seconds()
                    for taken in tx.leases.taken()
                    if not taken.name.startswith("source:")  # as many as sources, and each for a moment
                },
                notices={
                    (channel, state.value): count
                    for channel, counts in tx.notices.counts().items()
                    for state, count in counts.items()
                },
                notices_overdue_seconds=notices_overdue(tx, now),
            )


def _of_the_bus(backlog: Mapping[str, Mapping[str, float]]) -> Iterable[Metric]:
    unread = {stage: told["unread"] for stage, told in backlog.items()}
    oldest = {stage: told["oldest_seconds"] for stage, told in backlog.items()}
    yield _by("stage", "huiying_stage_unread_messages", "Messages a stage has not acknowledged", unread)
    yield _by("stage", "huiying_stage_oldest_unread_seconds", "Age of the oldest of them", oldest)


def _of_the_register(told: _Register) -> Iterable[Metric]:
    yield _by("fate", "huiying_posts", "Posts by fate", told.posts)
    yield _one("huiying_rejected_posts", "Posts that intake refused", told.rejections)
    yield _one("huiying_concerns", "Concerns, merged ones left out", told.concerns)
    yield _by("level", "huiying_open_alerts", "Open alerts by level", told.open_alerts)
    yield _one("huiying_change_number", "Newest change number of the register", told.change_number)
    yield _one("huiying_outbox_unsent_messages", "Changes the relay has yet to publish", told.unsent)
    yield _one("huiying_outbox_oldest_seconds", "Age of the oldest of them", told.unsent_seconds)
    yield _by("stage", "huiying_dead_letters_waiting", "Dead letters nobody has retried", told.dead_letters)
    yield _by(
        "source",
        "huiying_source_failures_in_a_row",
        "Failed runs of a source since its last success",
        told.source_failures,
    )
    notices = GaugeMetricFamily(
        "huiying_notices", "Notices of a channel by where they stand", labels=["channel", "state"]
    )
    for (channel, state), count in told.notices.items():
        notices.add_metric([channel, state], count)
    yield notices
    yield _one("huiying_notices_overdue_seconds", "For how long a notice has been due", told.notices_overdue_seconds)
    leases = GaugeMetricFamily(
        "huiying_lease_left_seconds", "Time until a lease lapses; negative once it has", labels=["lease", "holder"]
    )
    for (name, holder), seconds in told.leases.items():
        leases.add_metric([name, holder], seconds)
    yield leases


def _by(label: str, name: str, help_text: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _one(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_text, value=value)
