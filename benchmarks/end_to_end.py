"""Posts per second from a file to concerns, through the real processes on embedded stores, beside its parts alone.

The limit it is measured against: the CPU seconds of the parts run alone in the same run (intake, log, judge, archive,
grouping, register), spread over the cores. `--json` prints one object with `posts_per_s` and `share_of_parts`.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from benchmarks.machine import machine
from console.wiring import Office
from huiying.failures import Unavailable
from huiying.messages import Message, PostAssessed, PostCollected, open_envelope
from huiying.policy.policy import default_office
from huiying.post import ArchivedPost, RawPost, SourceKind
from huiying.settings import read_settings

ENVIRONMENT = {"HUIYING_SCOPE": "everywhere"}
_STAGES = ("assessing", "gathering")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data-sets", type=Path, required=True)
    arguments.add_argument("--posts", type=int, default=40_000)
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    texts = list(islice(_texts(asked.data_sets / "stream" / "dated_posts.jsonl.gz"), asked.posts))
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        whole = _whole_chain(Path(folder), texts)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        parts = _parts_alone(Path(folder), texts)
    rate = len(texts) / whole["seconds"]
    limit = (os.cpu_count() or 1) * len(texts) / sum(parts.values())
    figures = {
        "machine": machine(),
        "posts": len(texts),
        "posts_per_s": round(rate),
        "share_of_parts": round(rate / limit, 2),
        "microseconds_per_post": {name: round(1e6 * seconds / len(texts)) for name, seconds in parts.items()},
        "peak_mb": whole["peak_mb"],
    }
    if asked.json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    print(figures["machine"])
    print(f"{len(texts)} posts from file to concern: {figures['posts_per_s']} posts/s (at least 1,500)")
    print(f"share of what the parts alone would allow on the cores: {figures['share_of_parts']} (at least 0.6)")
    for name, cost in figures["microseconds_per_post"].items():
        print(f"  {name:<10} {cost:>6} µs per post, alone")
    for name, size in whole["peak_mb"].items():
        print(f"  {name:<10} {size:>6} MB at its peak")


def _texts(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _office(folder: Path) -> Office:
    return Office(read_settings(ENVIRONMENT, folder), default_office())


def _whole_chain(folder: Path, texts: list[str]) -> dict[str, object]:
    file = folder / "posts.jsonl"
    with file.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(texts):
            lines.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    office = _office(folder)
    with office.register.reading():
        pass
    with _children(folder) as children:
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
    return {"seconds": seconds, "peak_mb": peaks}


@contextmanager
def _children(folder: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    commands = {stage: ["consume", "--stage", stage] for stage in _STAGES} | {"respond": ["respond"]}
    children = {
        name: subprocess.Popen(
            [sys.executable, "-m", "console", *command, "--data", str(folder)],
            env={**os.environ, **ENVIRONMENT, "HUIYING_LOG_LEVEL": "error"},
        )
        for name, command in commands.items()
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
    while _gathered(office) < 1:
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


def _parts_alone(folder: Path, texts: list[str]) -> dict[str, float]:
    """CPU seconds of each part on all posts, one after the other in this process."""
    office = _office(folder)
    seconds: dict[str, float] = {}

    def timed(name: str, work: Callable[[], None]) -> None:
        began = time.process_time()
        work()
        seconds[name] = seconds.get(name, 0.0) + time.process_time() - began

    intake, judge, gathering = office.intake(), office.judge, office.stage("gathering")
    collected: list[PostCollected] = []
    raw = [RawPost(source="b", source_kind=SourceKind.SOCIAL, key=str(n), text=text) for n, text in enumerate(texts)]
    for batch in _batches(raw):
        timed("intake", lambda batch=batch: intake.take(batch, [""] * len(batch)))
    reader = office.bus.reader("bench", [PostCollected.topic])
    timed("log", lambda: collected.extend(_read_all(reader)))
    assessed: list[PostAssessed] = []
    for batch in _batches(collected):
        posts = [message.post for message in batch]
        timed("judge", lambda posts=posts: assessed.extend(
            PostAssessed(post=post, assessment=judged)
            for post, judged in zip(posts, judge.assess(posts), strict=True)
        ))
    for batch in _batches(assessed):
        archived = [ArchivedPost(post=message.post, assessment=message.assessment) for message in batch]
        timed("archive", lambda archived=archived: office.archive.store(archived))
        timed("log", lambda batch=batch: office.bus.publish(batch))
        timed("gathering", lambda batch=batch: gathering(batch))
    office.close()
    return seconds


def _read_all(reader) -> Iterator[Message]:
    while envelopes := reader.read(500, 0):
        for envelope in envelopes:
            yield open_envelope(envelope)
        reader.acknowledge()


def _batches(rows: list) -> Iterator[list]:
    iterator = iter(rows)
    while batch := list(islice(iterator, 500)):
        yield batch


if __name__ == "__main__":
    main()
