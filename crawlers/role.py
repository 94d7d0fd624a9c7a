"""The crawl role: every source on its own schedule, one process at a time per source, and its health on record."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, timedelta
from typing import Protocol, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawlers import reactor
from crawlers.crawling import FORGET_AFTER, Report, crawl
from crawlers.items import Found
from huiying.clock import Clock
from huiying.failures import Unavailable
from huiying.leasing import Lease
from huiying.post import RawPost
from huiying.pulse import Pulse
from huiying.register.leases import LeaseLost
from huiying.register.register import Register
from huiying.source import Seen, Source, SourceHealth

log = structlog.get_logger()

_AT_ONCE = 8
_RENEW_SECONDS = 1.0
_STOP_SECONDS = 10.0
_EARLY_SHARE = 0.8
Given = TypeVar("Given")


class Taken(Protocol):
    """What intake says of a batch."""

    @property
    def new(self) -> int:
        """How many posts were not known before."""
        ...


class Sink(Protocol):
    """Intake, as the crawlers need it: it returns once the bus has taken the posts, or raises `Unavailable`."""

    def take(self, posts: Sequence[RawPost], where: Sequence[str]) -> Taken:
        """Take these posts; `where` is the address of each, for rejections."""
        ...


class CrawlRole:
    """Crawls the enabled sources for as long as it runs.

    Everything that touches a store happens in one thread beside the reactor's, so that a slow store delays posts
    but no request. Two such roles may run: a lease keeps each source single, and its last run is looked up, so that
    it is not crawled twice as often.
    """

    def __init__(
        self,
        sources: Iterable[Source],
        register: Register,
        make_sink: Callable[[], Sink],
        make_lease: Callable[[str], Lease],
        clock: Clock,
    ) -> None:
        self.pulse = Pulse()
        self._sources = [source for source in sources if source.enabled]
        self._register = register
        self._make_sink = make_sink
        self._make_lease = make_lease
        self._clock = clock
        self._running: set[asyncio.Task[Report | None]] = set()

    def run(self, stop: threading.Event) -> None:
        """Crawl every source on its schedule until `stop` is set; what is under way is then handed over."""
        with ThreadPoolExecutor(1, "crawl-stores") as stores:
            reactor.run(self._until_stopped(stop, stores))

    def run_once(self) -> list[Report]:
        """Crawl every source once, now, and say what came of each."""

        async def all_once(stores: ThreadPoolExecutor) -> list[Report | None]:
            gate = asyncio.Semaphore(_AT_ONCE)
            return await asyncio.gather(*(self._crawl(source, stores, gate, 0.0) for source in self._sources))

        with ThreadPoolExecutor(1, "crawl-stores") as stores:
            return [report for report in reactor.run(all_once(stores)) if report is not None]

    async def _until_stopped(self, stop: threading.Event, stores: ThreadPoolExecutor) -> None:
        scheduler = AsyncIOScheduler(event_loop=asyncio.get_running_loop(), timezone=UTC)
        gate = asyncio.Semaphore(_AT_ONCE)
        for source in self._sources:
            seconds = source.every_minutes * 60
            scheduler.add_job(
                self._tick,
                IntervalTrigger(seconds=seconds, timezone=UTC),
                args=(source, stores, gate, seconds * _EARLY_SHARE),
                id=source.name,
                next_run_time=self._clock.now(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        log.info("crawling", sources=len(self._sources))
        asking: asyncio.Future[None] | None = None
        while not stop.is_set():
            if asking is None or asking.done():  # beats only while both threads go round
                asking = asyncio.get_running_loop().run_in_executor(stores, self.pulse.beat)
            await asyncio.sleep(0.1)
        scheduler.shutdown(wait=False)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=_STOP_SECONDS)

    async def _tick(self, source: Source, stores: ThreadPoolExecutor, gate: asyncio.Semaphore, pause: float) -> None:
        """The scheduler's job; the work is a task of its own, so that a stop can end it in order."""
        task = asyncio.ensure_future(self._crawl(source, stores, gate, pause))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

    async def _crawl(
        self, source: Source, stores: ThreadPoolExecutor, gate: asyncio.Semaphore, pause: float
    ) -> Report | None:
        async with gate:
            visit = _Visit(source, self._register, self._make_sink, self._make_lease, self._clock, stores)
            try:
                return await visit.make(pause)
            except Unavailable as away:
                log.warning("source not crawled, a store is away", source=source.name, reason=str(away))
                return None


class _Visit:
    """One run of one source under its lease."""

    def __init__(
        self,
        source: Source,
        register: Register,
        make_sink: Callable[[], Sink],
        make_lease: Callable[[str], Lease],
        clock: Clock,
        stores: ThreadPoolExecutor,
    ) -> None:
        self._source = source
        self._register = register
        self._make_sink = make_sink
        self._lease = make_lease(f"source:{source.name}")
        self._clock = clock
        self._stores = stores
        self._sink: Sink | None = None

    async def make(self, pause: float) -> Report | None:
        """Crawl, unless somebody else does or did within the last `pause` seconds."""
        if not await self._in_stores(self._lease.held):
            return None
        try:
            health, memory = await self._in_stores(self._recall)
            if health.last_run_at is not None and self._clock.now() - health.last_run_at < timedelta(seconds=pause):
                return None
            renewing = asyncio.ensure_future(self._keep_lease())
            try:
                report = await crawl(self._source, memory, self, self._clock, first=not health.first_crawl_done)
            finally:
                renewing.cancel()
            await self._in_stores(lambda: self._record(report))
            return report
        finally:
            await self._in_stores(self._lease.release)

    async def deliver(self, found: Sequence[Found]) -> int:
        """Through intake to the bus; only then remember the addresses."""
        return await self._in_stores(lambda: self._deliver(found))

    async def remember(self, marks: Sequence[Seen]) -> None:
        """Remember addresses that gave no post."""
        await self._in_stores(lambda: self._remember(marks))

    async def _in_stores(self, work: Callable[[], Given]) -> Given:
        return await asyncio.get_running_loop().run_in_executor(self._stores, work)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(Unavailable):  # asked again in a second; what is written is safe without it
                await self._in_stores(self._lease.held)

    def _recall(self) -> tuple[SourceHealth, dict[str, Seen]]:
        with self._register.reading() as tx:
            return tx.sources.health_of(self._source.name), tx.sources.memory_of(self._source.name)

    def _deliver(self, found: Sequence[Found]) -> int:
        self._sink = self._sink or self._make_sink()
        taken = self._sink.take([one.post for one in found], [one.where for one in found])
        self._remember([one.mark for one in found])
        return taken.new

    def _remember(self, marks: Sequence[Seen]) -> None:
        with self._register.transaction() as tx:
            tx.sources.remember(self._source.name, marks)

    def _record(self, report: Report) -> None:
        now = self._clock.now()
        try:
            with self._register.transaction() as tx:
                tx.leases.must_hold(self._lease.name, self._lease.holder)
                health = tx.sources.health_of(self._source.name)
                health = health.failed(now, report.new) if report.failed else health.succeeded(now, report.new)
                tx.sources.save_health(health.troubled(now, report.error) if report.error else health)
                if report.new:
                    tx.sources.forget_before(self._source.name, now - FORGET_AFTER)
        except LeaseLost:
            log.warning("source was crawled by another process meanwhile", source=self._source.name)
            return
        log.info("source crawled", source=report.source, new=report.new, error=report.error)
