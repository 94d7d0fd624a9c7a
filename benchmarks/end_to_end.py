"""Posts per second from a file to concerns, through the real processes, beside what the parts alone would allow.

`--stores embedded` runs on one folder, `--stores servers` through Kafka, Elasticsearch and PostgreSQL.
The limit: the CPU seconds of the parts run alone in the same run (intake, produce and consume of each hop, judge,
archive, gathering with its register), the servers' own included, spread over the cores. Hops 5 to 7 (`respond`) are
not on the way from a post to its concern; `--whole-office` asks what they take from the others. `--json` prints one
object with `posts_per_s` and `share_of_parts`.
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
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeVar

from benchmarks.machine import machine
from benchmarks.stores import FAMILIES, Stores, stores_of
from console.wiring import Office
from huiying.bus.bus import Bus
from huiying.failures import Unavailable
from huiying.messages import Message, PostAssessed, PostCollected, open_envelope
from huiying.policy.policy import default_office
from huiying.post import ArchivedPost, RawPost, SourceKind
from huiying.settings import read_settings

ENVIRONMENT = {"HUIYING_SCOPE": "everywhere"}
BATCH = 1000
Row = TypeVar("Row")
Roles = Mapping[str, tuple[str, ...]]


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data-sets", type=Path, required=True)
    arguments.add_argument("--stores", choices=FAMILIES, default="embedded")
    arguments.add_argument("--posts", type=int, default=40_000)
    arguments.add_argument("--consumers", type=int, default=1, help="processes that judge")
    arguments.add_argument("--whole-office", action="store_true")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    texts = list(islice(read_texts(asked.data_sets), asked.posts))
    roles = _roles(asked.consumers, whole_office=asked.whole_office)
    with stores_of(asked.stores) as stores:
        cold_seconds = whole_chain(stores, "cold", texts, roles)[0]
        seconds, memory = whole_chain(stores, "chain", texts, roles)
        parts = _parts_alone(stores, texts)
    rate = len(texts) / seconds
    limit = (os.cpu_count() or 1) * len(texts) / sum(cost.own + cost.servers for cost in parts.values())
    per_post = {name: cost.per_post(len(texts)) for name, cost in parts.items()}
    if asked.json:
        figures = {"machine": machine(), "stores": asked.stores, "consumers": asked.consumers, "posts": len(texts)}
        figures |= {"posts_per_s": round(rate), "cold_posts_per_s": round(len(texts) / cold_seconds)}
        figures |= {"share_of_parts": round(rate / limit, 2)}
        figures |= {"microseconds_per_post": per_post, "memory_mb": memory}
        print(json.dumps(figures, ensure_ascii=False))
        return
    print(machine())
    print(
        f"{len(texts)} posts from file to concern, {asked.stores}, {asked.consumers} judging: {rate:.0f} posts/s "
        "(at least 1,500)"
    )
    print(f"the same before, on stores just started: {len(texts) / cold_seconds:.0f} posts/s")
    print(f"share of what the parts alone would allow on the cores: {rate / limit:.2f} (at least 0.6)")
    print("CPU time per post of each part alone:   our process   the servers")
    for name, cost in per_post.items():
        print(f"  {name:<36} {cost['own']:>8} µs {cost['servers']:>10} µs")
    for name, size in memory.items():
        print(f"  {name:<16} {size:>6} MB")


def _roles(consumers: int, *, whole_office: bool) -> dict[str, tuple[str, ...]]:
    roles: dict[str, tuple[str, ...]] = {
        f"assessing {number}": ("consume", "--stage", "assessing") for number in range(1, consumers + 1)
    }
    roles["gathering"] = ("consume", "--stage", "gathering")
    if whole_office:
        roles["respond"] = ("respond",)
    return roles


def read_texts(data_sets: Path) -> Iterator[str]:
    """The texts of the unlabelled stream, in its order."""
    with gzip.open(data_sets / "stream" / "dated_posts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


# The whole chain ----------------------------------------------------------------------------------------------


def whole_chain(stores: Stores, name: str, texts: Sequence[str], roles: Roles) -> tuple[float, dict[str, int]]:
    """Seconds from the start of the import to the last post's fate, and each process's memory in MB."""
    environment = ENVIRONMENT | stores.for_office(name)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        home = Path(folder)
        file = home / "posts.jsonl"
        with file.open("w", encoding="utf-8") as lines:
            for number, text in enumerate(texts):
                lines.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
        office = Office(read_settings(environment, home), default_office())
        with office.register.reading():
            pass
        with _children(home, environment, roles) as children:
            _wait_until_ready(office)
            began = time.perf_counter()
            importing = subprocess.run(
                [sys.executable, "-m", "console", "import", str(file), "--data", folder],
                env={**os.environ, **environment},
                capture_output=True,
                check=False,
            )
            if not importing.stdout:
                raise SystemExit(importing.stderr.decode())
            expected = json.loads(importing.stdout.splitlines()[-1])["new"]
            while gathered(office) < expected:
                time.sleep(0.2)  # asking takes from what is measured
            seconds = time.perf_counter() - began
            memory = {child: _peak_mb(process.pid) for child, process in children.items()} | stores.memory_mb()
        office.close()
    return seconds, memory


@contextmanager
def _children(
    folder: Path, environment: Mapping[str, str], roles: Roles
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    children = {
        name: subprocess.Popen(
            [sys.executable, "-m", "console", *command, "--data", str(folder)],
            env={**os.environ, **environment, "HUIYING_LOG_LEVEL": "error"},
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
    while gathered(office) < 0:
        time.sleep(0.05)


def gathered(office: Office) -> int:
    """How many posts have their fate, beside the probe; -1 before the probe has."""
    try:
        with office.register.reading() as tx:
            return sum(tx.posts.count_by_fate().values()) - 1
    except Unavailable:
        return -1


def _peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


# The parts alone ----------------------------------------------------------------------------------------------


@dataclass
class Cost:
    """CPU seconds of one part: of this process, and of the servers meanwhile."""

    own: float = 0.0
    servers: float = 0.0

    def per_post(self, posts: int) -> dict[str, int]:
        """In microseconds."""
        return {"own": round(1e6 * self.own / posts), "servers": round(1e6 * self.servers / posts)}


@dataclass
class _Meter:
    """Lays CPU time at the door of the part that is running; parts run one after the other."""

    stores: Stores
    by_part: dict[str, Cost] = field(default_factory=dict)

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        own, servers = time.process_time(), self.stores.cpu_seconds()
        yield
        cost = self.by_part.setdefault(part, Cost())
        cost.own += time.process_time() - own
        cost.servers += self.stores.cpu_seconds() - servers


def _parts_alone(stores: Stores, texts: Sequence[str]) -> dict[str, Cost]:
    """What each part costs on all posts, one part after the other in this process."""
    meter = _Meter(stores)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        settings = read_settings(ENVIRONMENT | stores.for_office("parts"), Path(folder))
        office = Office(settings, default_office())
        intake, judge, gathering = office.intake(), office.judge, office.stage("gathering")
        raw = [
            RawPost(source="b", source_kind=SourceKind.SOCIAL, key=str(number), text=text)
            for number, text in enumerate(texts)
        ]
        with meter.of("intake, produce"):
            for batch in batches(raw):
                intake.take(batch)
        with meter.of("consume 1"):
            collected = _read_all(office.bus, PostCollected)
        posts = [message.post for message in collected if isinstance(message, PostCollected)]
        with meter.of("judge"):
            assessed = [
                PostAssessed(post=post, assessment=assessment)
                for some in batches(posts)
                for post, assessment in zip(some, judge.assess([post.whole_text for post in some]), strict=True)
            ]
        with meter.of("archive"):
            for judged in batches(assessed):
                office.archive.store([ArchivedPost(post=each.post, assessment=each.assessment) for each in judged])
        with meter.of("produce 2"):
            for judged in batches(assessed):
                office.bus.publish(judged)
        with meter.of("consume 2"):
            _read_all(office.bus, PostAssessed)
        with meter.of("gathering, register"):
            for judged in batches(assessed):
                gathering(judged)
        office.close()
    return meter.by_part


def _read_all(bus: Bus, kind: type[Message]) -> list[Message]:
    reader = bus.reader("bench", [kind.topic])
    found: list[Message] = []
    unread = bus.lag("bench", [kind.topic])[kind.topic]
    while len(found) < unread:
        found += map(open_envelope, reader.read(500, 1.0))
        reader.acknowledge()
    reader.close()
    return found


def batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Lists as long as the batches of a stage."""
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        yield batch


if __name__ == "__main__":
    main()
