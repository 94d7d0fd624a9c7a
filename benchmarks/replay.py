"""How fast a file is replayed, every post alone through every stage.

    python -m benchmarks.replay --data-sets DIR [--posts N]

Replays posts of `stream/dated_posts` in their order, everywhere, and prints posts/s of CPU time and of the clock.
"""

import argparse
import gzip
import json
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks.machine import machine
from console.replaying import replay
from console.wiring import Office
from huiying.policy.policy import default_office
from huiying.settings import read_settings


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data-sets", type=Path, required=True, help="the folder with stream/dated_posts.jsonl.gz")
    parser.add_argument("--posts", type=int, default=40_000)
    arguments = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "posts.jsonl"
        _write(arguments.data_sets, arguments.posts, file)
        office = Office(read_settings({"HUIYING_SCOPE": "everywhere"}, Path(folder) / "var"), default_office())
        office.judge  # noqa: B018 - loaded before the clock starts
        began, clock = time.process_time(), time.perf_counter()
        lines = replay(office, file, print, lambda _: None)
        busy, took = time.process_time() - began, time.perf_counter() - clock
    alerts = sum(line["kind"] == "alert" for line in lines)
    print(f"{arguments.posts} posts: {busy:.0f} s of CPU, {took:.0f} s; {alerts} alerts, {len(lines) - alerts} tasks")
    print(
        f"{arguments.posts / busy:.0f} posts/s of CPU; 40,000 posts in {40_000 * busy / arguments.posts / 60:.1f} min"
    )


def _write(data_sets: Path, posts: int, file: Path) -> None:
    with gzip.open(data_sets / "stream/dated_posts.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, posts)]
    with file.open("w", encoding="utf-8") as out:
        for number, row in enumerate(rows):
            line = {"id": number, "text": row["text"], "time": row["day"]}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
