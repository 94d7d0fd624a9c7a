"""Posts per second from a file to concerns, through the real processes on embedded stores, beside its parts alone.

The limit it is measured against: the CPU seconds of the parts run alone in the same run (intake, log, judge, archive,
gathering with its register), spread over the cores. Hops 5 to 7 (`respond`) are not on the way from a post to its
concern and are left out, unless `--whole-office` asks what they take from the others. `--json` prints one object
with `posts_per_s` and `share_of_parts`.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from benchmarks.machine import machine
from console.wiring import Office
from huiying.bus.bus import Bus
from huiying.failures import Unavailable
from huiying.messages import Message, PostAssessed, PostCollected, open_envelope
from huiying.policy.policy import default_office
from huiying.post import ArchivedPost, RawPost, SourceKind
from huiying.settings import read_settings

ENVIRONMENT = {"HUIYING_SCOPE": "everywhere"}
_STAGES = {stage: ("consume", "--stage", stage) for stage in ("assessing", "gathering")}
_ROLES = {**_STAGES, "respond": ("respond",)}
Row = TypeVar("Row")
Roles = Mapping[str, tuple[str, ...]]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data-sets", type=Path, required=True)
    arguments.add_argument("--posts", type=int, default=40_000)
    arguments.add_argument("--whole-office", action="store_true")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    texts = list(islice(_texts(asked.data_sets / "stream" / "dated_posts.jsonl.gz"), asked.posts))
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        seconds, peaks = _whole_chain(Path(folder), texts, _ROLES if asked.whole_office else _STAGES)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        parts = _parts_alone(Path(folder), texts)
    rate = len(texts) / seconds
    limit = (os.cpu_count() or 1) * len(texts) / sum(parts.values())
    costs = {name: round(1e6 * cpu / len(texts)) for name, cpu in parts.items()}
    if asked.json:
        figures = {"machine": machine(), "posts": len(texts), "posts_per_s": round(rate)}
        figures |= {"share_of_parts": round(rate / limit, 2), "microseconds_per_post": costs, "peak_mb": peaks}
        print(json.dumps(figures, ensure_ascii=False))
        return
    print(machine())
    print(f"{len(texts)} posts from file to concern: {rate:.0f} posts/s (at least 1,500)")
    print(f"share of what the parts alone would allow on the cores: {rate / limit:.2f} (at least 0.6)")
    for name, cost in costs.items():
        print(f"  {name:<10} {cost:>6} µs per post, alone")
    for name, size in peaks.items():
        print(f"  {name:<10} {size:>6} MB at its peak")


def _texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _office(folder: Path) -> Office:
    return Office(read_settings(ENVIRONMENT, folder), default_office())


def _whole_chain(
    folder: Path, texts: list[str], roles: Mapping[str, tuple[str, ...]]
) -> tuple[float, dict[str, int]]:
    """Seconds from the start of the import to the last post's fate, and each process's peak memory in MB."""
    file = folder / "posts.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts):
            lines.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    office = _office(folder)
    with office.register.reading():
        pass
    with _children(folder, roles) as children:
        _wait_until_ready(office)
        began = time.perf_counter()
        importing = subprocess.run(
            [sys.executable, "-m", "console", "import", str(file), "--data", str(folder)],
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            check=False,
        )
        expected = json.loads(importing.stdout.splitlines()[-1])["new"]
        while _gathered(office) < expected:
            time.sleep(0.05)
        seconds = time.perf_counter() - began
        peaks = {name: _peak_mb(child.pid) for name, child in children.items()}
    office.close()
    return seconds, peaks


@contextmanager
def _children(folder: Path, roles: Roles) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    children = {
        name: subprocess.Popen(
            [sys.executable, "-m", "console", *command, "--data", str(folder)],
            env={**os.environ, **ENVIRONMENT, "HUIYING_LOG_LEVEL": "error"},
        )
        for name, command in roles.items()
    }
    try:
        yield children
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            child.wait()


def _wait_until_ready(office: Office) -> None:
    """One post through the whole chain, so that start-up is not measured."""
    probe = RawPost(source="probe", source_kind=SourceKind.HOTLINE, key="probe", text="试一试，金州区停水了。")
    office.intake().take([probe], ["probe"])
    while _gathered(office) < 0:
        time.sleep(0.05)


def _gathered(office: Office) -> int:
    try:
        with office.register.reading() as tx:
            return sum(tx.posts.count_by_fate().values()) - 1
    except Unavailable:
        return -1


def _peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) // 1024


class _CpuSeconds:
    """Adds up the CPU seconds of this process by part."""

    def __init__(self) -> None:
        self.by_part: dict[str, float] = {}

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        began = time.process_time()
        yield
        self.by_part[part] = self.by_part.get(part, 0.0) + time.process_time() - began


def _parts_alone(folder: Path, texts: list[str]) -> dict[str, float]:
    """CPU seconds of each part on all posts, one after the other in this process."""
    office, seconds = _office(folder), _CpuSeconds()
    intake, judge, gathering = office.intake(), office.judge, office.stage("gathering")
    raw = [RawPost(source="b", source_kind=SourceKind.SOCIAL, key=str(n), text=text) for n, text in enumerate(texts)]
    with seconds.of("intake"):
        for batch in _batches(raw):
            intake.take(batch)
    with seconds.of("log"):
        posts = [message.post for message in _read_all(office.bus) if isinstance(message, PostCollected)]
    for some in _batches(posts):
        with seconds.of("judge"):
            judged = judge.assess([post.whole_text for post in some])
        pairs = list(zip(some, judged, strict=True))
        with seconds.of("archive"):
            office.archive.store([ArchivedPost(post=post, assessment=assessment) for post, assessment in pairs])
        assessed = [PostAssessed(post=post, assessment=assessment) for post, assessment in pairs]
        with seconds.of("log"):
            office.bus.publish(assessed)
        with seconds.of("gathering"):
            gathering(assessed)
    office.close()
    return seconds.by_part


def _read_all(bus: Bus) -> Iterator[Message]:
    reader = bus.reader("bench", [PostCollected.topic])
    while envelopes := reader.read(500, 0):
        yield from map(open_envelope, envelopes)
        reader.acknowledge()
    reader.close()


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, 500)):
        yield batch


if __name__ == "__main__":
    main()
