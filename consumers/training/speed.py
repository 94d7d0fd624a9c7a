"""How fast the shipped judge is on real texts, and what it costs: measured in a process of its own.

The bare product is what no implementation can leave out: the rows of weights of the grams, added per text and head.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from consumers.judging.features import encode, grams, sum_by_text
from consumers.judging.judge import Judge
from consumers.judging.model import SHIPPED

BATCH = 500
_ROUNDS = 5
_SELF = Path("/proc/self/status")


@dataclass(frozen=True, kw_only=True, slots=True)
class Speed:
    """Posts per second and core in every round, the same for the bare product, and the cost of having the judge."""

    judged: tuple[float, ...]
    product: tuple[float, ...]
    loading_seconds: float
    memory_mb: float
    weights_mb: float


def measure_apart(load: Callable[[], Judge], texts: Sequence[str]) -> Speed:
    """In a new process, which holds nothing but the judge."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(measure_speed, load, texts).result()


def measure_speed(load: Callable[[], Judge], texts: Sequence[str]) -> Speed:
    """In this process."""
    started = time.perf_counter()
    judge = load()
    loading = time.perf_counter() - started
    judge.assess(texts[:BATCH])
    rounds = [texts[at::_ROUNDS] for at in range(_ROUNDS)]
    judged = [len(part) / seconds_of_judging(judge, part) for part in rounds]
    return Speed(
        judged=tuple(judged),
        product=tuple(len(part) / seconds_of_product(judge, part) for part in rounds),
        loading_seconds=loading,
        memory_mb=_most_memory(),
        weights_mb=sum(file.stat().st_size for file in SHIPPED.glob("judge.*")) / 1e6,
    )


def seconds_of_judging(judge: Judge, texts: Sequence[str]) -> float:
    """Processor seconds for everything the judge does."""
    started = time.process_time()
    for start in range(0, len(texts), BATCH):
        judge.assess(texts[start : start + BATCH])
    return time.process_time() - started


def seconds_of_product(judge: Judge, texts: Sequence[str]) -> float:
    """Processor seconds for adding the rows of weights alone, of matters and of relevance."""
    total = 0.0
    for start in range(0, len(texts), BATCH):
        batch = encode(texts[start : start + BATCH])
        owner, bucket = grams(batch)
        for table in (judge.model.public.table, judge.model.matters.table):
            rows, of_text = table.rows_of(owner, bucket)
            started = time.process_time()
            sum_by_text(of_text, table.rows[rows], batch.size)
            total += time.process_time() - started
    return total


def _most_memory() -> float:
    """The most this process ever held; a new process inherits its parent's mark in what `getrusage` tells."""
    lines = dict(line.split(":", 1) for line in _SELF.read_text("utf-8").splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024
