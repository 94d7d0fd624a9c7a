"""How one process of the office is: told as JSON at `/healthz` and as metrics at `/metrics`, on a port of its own.

There is no sign-in on this port: it tells counts, times and which store is waited for, and nothing of any post.
"""

import http.server
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import msgspec
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from huiying.failures import Misconfigured
from huiying.loop import BATCH_SECONDS, Loop, LoopCounts
from huiying.pulse import Pulse
from huiying.settings import Address

SILENT_SECONDS = 120.0
"""A part that has neither finished anything nor looked for work for so long has got stuck.

Waiting for a store that is away is no silence: starting the process again would not bring the store back.
"""


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """The parts of this process that work in loops of their own. `process` is its name as a holder of leases."""

    role: str
    process: str
    pulses: Mapping[str, Pulse] = field(default_factory=dict)
    loops: Sequence[Loop] = ()

    def stuck(self) -> list[str]:
        """The parts that have been silent for too long."""
        return [part for part, pulse in self.pulses.items() if pulse.silent_seconds() > SILENT_SECONDS]

    def told(self) -> dict[str, object]:
        """Everything, for people and scripts."""
        return {
            "role": self.role,
            "process": self.process,
            "stuck": self.stuck(),
            "silent_seconds": {part: round(pulse.silent_seconds(), 1) for part, pulse in self.pulses.items()},
            "stages": {loop.name: _told(loop.counts) for loop in self.loops},
        }


def _told(counts: LoopCounts) -> dict[str, object]:
    batches = sum(counts.batches.counts)
    return {
        "handled": counts.handled,
        "published": counts.published,
        "dead": counts.dead,
        "bugs": counts.bugs,
        "retries": counts.retries,
        "batches": batches,
        "last_batch_seconds": round(counts.batches.last, 3),
        "mean_batch_seconds": round(counts.batches.together / max(batches, 1), 3),
        "standing_by": counts.standing_by,
        "waits_for": counts.waits_for,
    }


class VitalsCollector(Collector):
    """The same as metrics; read from the counts at the moment of asking."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals

    def collect(self) -> Iterable[Metric]:
        """Counters and gauges of the stages, and the silence of every part."""
        loops = self._vitals.loops
        for name, help_text, count in _COUNTERS:
            counter = CounterMetricFamily(name, help_text, labels=["stage"])
            for loop in loops:
                counter.add_metric([loop.name], count(loop.counts))
            yield counter
        for name, help_text, state in _STATES:
            gauge = GaugeMetricFamily(name, help_text, labels=["stage"])
            for loop in loops:
                gauge.add_metric([loop.name], state(loop.counts))
            yield gauge
        yield _batch_times(loops)
        silence = GaugeMetricFamily(
            "huiying_part_silent_seconds", "Time since a part of this process last looked for work", labels=["part"]
        )
        for part, pulse in self._vitals.pulses.items():
            silence.add_metric([part], pulse.silent_seconds())
        yield silence


_COUNTERS: tuple[tuple[str, str, Callable[[LoopCounts], int]], ...] = (
    ("huiying_stage_handled_messages", "Messages a stage has handled", lambda counts: counts.handled),
    ("huiying_stage_published_messages", "Messages a stage has published", lambda counts: counts.published),
    ("huiying_stage_dead_letters", "Messages a stage has put aside as dead letters", lambda counts: counts.dead),
    ("huiying_stage_bugs", "Messages that met a bug in a stage", lambda counts: counts.bugs),
    ("huiying_stage_retries", "Attempts that met a store which was away", lambda counts: counts.retries),
)
_STATES: tuple[tuple[str, str, Callable[[LoopCounts], bool]], ...] = (
    ("huiying_stage_waiting", "1 while a stage waits for a store", lambda counts: counts.waits_for is not None),
    ("huiying_stage_standing_by", "1 while another process holds a stage's lease", lambda counts: counts.standing_by),
)


def _batch_times(loops: Sequence[Loop]) -> Metric:
    family = HistogramMetricFamily(
        "huiying_stage_batch_seconds", "Time a batch took, from read to acknowledged", labels=["stage"]
    )
    for loop in loops:
        buckets, so_far = [], 0
        for step, count in zip((*BATCH_SECONDS, float("inf")), loop.counts.batches.counts, strict=True):
            so_far += count
            buckets.append(("+Inf" if step == float("inf") else str(step), float(so_far)))
        family.add_metric([loop.name], buckets, loop.counts.batches.together)
    return family


@contextmanager
def telling(vitals: Vitals, at: Address | None, *more: Collector) -> Iterator[None]:
    """Answer at this address for as long as the block runs; with None there is nothing to open.

    Raises `Misconfigured` where the address cannot be listened to.
    """
    if at is None:
        yield
        return
    registry = CollectorRegistry()
    for collector in (VitalsCollector(vitals), *more):
        registry.register(collector)
    ProcessCollector(registry=registry)
    server = _listen(at, vitals, registry)
    threading.Thread(target=server.serve_forever, daemon=True, name="vitals").start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _listen(at: Address, vitals: Vitals, registry: CollectorRegistry) -> "_Server":
    try:
        return _Server(at, vitals, registry)
    except OSError as error:
        raise Misconfigured(
            f"HUIYING_METRICS_PORT：不能监听 {at.host}:{at.port}（{error.strerror or error}）。"
            "换一个端口，或删去这个设置（不开放运行状况）"
        ) from error


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, at: Address, vitals: Vitals, registry: CollectorRegistry) -> None:
        self.address_family = socket.AF_INET6 if ":" in at.host else socket.AF_INET
        self.vitals = vitals
        self.registry = registry
        super().__init__((at.host, at.port), _Answer)


class _Answer(http.server.BaseHTTPRequestHandler):
    timeout = 10.0
    server: _Server

    def do_GET(self) -> None:
        """`/healthz` or `/metrics`."""
        if self.path == "/healthz":
            told = self.server.vitals.told()
            self._answer(503 if told["stuck"] else 200, "application/json", msgspec.json.encode(told))
        elif self.path == "/metrics":
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(self.server.registry))
        else:
            self._answer(404, "text/plain", b"/healthz or /metrics\n")

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Being asked is nothing to tell."""
