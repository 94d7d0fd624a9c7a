"""How fast posts are placed among concerns, and how the cost grows with what is remembered.

    python -m benchmarks.gathering --data-sets DIR

Places the 40,000 posts of `stream/dated_posts` in batches of 500, then some one by one (the live case), and prints
the rate of each eighth beside the number of active concerns and members.
"""

import argparse
import gzip
import os
import platform
import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from consumers.grouping.grouping import Grouping, Incoming
from huiying.policy.gathering import GatheringRules, GroupingRules

BATCH = 500
LEAST = 2400


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data-sets", type=Path, required=True, help="the folder with stream/dated_posts.jsonl.gz")
    parser.add_argument("--posts", type=int, default=40_000)
    parser.add_argument("--window-days", type=float, default=365.0, help="long, so that much is remembered")
    arguments = parser.parse_args()
    posts = _posts(arguments.data_sets, arguments.posts)
    grouping = Grouping(GatheringRules(grouping=GroupingRules(window_days=arguments.window_days)))
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{'posts':>8} {'posts/s':>9} {'concerns':>9} {'members':>9}")
    began = time.process_time()
    part = max(BATCH, len(posts) // 8 // BATCH * BATCH)
    for start in range(0, len(posts), part):
        mark = time.process_time()
        some = posts[start : start + part]
        for at in range(0, len(some), BATCH):
            grouping.place(some[at : at + BATCH])
        rate = len(some) / (time.process_time() - mark)
        print(f"{start + len(some):8} {rate:9.0f} {grouping.memory.strands:9} {len(grouping.memory):9}")
    rate = len(posts) / (time.process_time() - began)
    print(f"in batches of {BATCH}: {rate:.0f} posts/s, {rate / LEAST:.2f} of the {LEAST} that are asked")
    _one_by_one(grouping, posts[:200])
    print(f"greatest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _one_by_one(grouping: Grouping, posts: list[Incoming]) -> None:
    took = []
    for post in posts:
        mark = time.perf_counter()
        grouping.place([Incoming(post=f"again-{post.post}", at=post.at, text=post.text)])
        took.append(time.perf_counter() - mark)
    took.sort()
    print(f"one by one: median {took[len(took) // 2] * 1000:.1f} ms, p95 {took[int(len(took) * 0.95)] * 1000:.1f} ms")


def _posts(data_sets: Path, most: int) -> list[Incoming]:
    posts = []
    with gzip.open(data_sets / "stream/dated_posts.jsonl.gz", "rb") as lines:
        for number, line in enumerate(lines):
            row = msgspec.json.decode(line)
            at = datetime.fromisoformat(row["day"]).replace(tzinfo=UTC)
            posts.append(Incoming(post=f"{number:06}", at=at, text=row["text"]))
    posts.sort(key=lambda post: (post.at, post.post))
    return posts[:most]


if __name__ == "__main__":
    main()
