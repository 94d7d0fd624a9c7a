"""Red in three minutes: seconds from `POST /api/posts` until the four papers of the red alert are pages to print.

A whole office runs as `huiying run` starts it, in an empty folder. Each sample posts what makes the alert of a matter
of its own red; then the alert is looked for at `GET /api/alerts` and its papers are fetched until all four are there.
The limit is the office's own promise of three minutes (POLICY section 12, item 17).
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from benchmarks.machine import machine
from benchmarks.running import running_office, send_posts
from huiying.level import Level
from huiying.paper import PaperKind

LIMIT_SECONDS = 180
Found = TypeVar("Found")
_LOOK_SECONDS = 0.05
_MATTERS = (
    "餐馆液化气罐爆炸，厨师被烧伤，火还在烧",
    "在建工地塔吊倒塌，压住两名工人",
    "居民楼煤气泄漏，老人晕倒在楼道",
    "化工厂氯气外泄，值班员昏迷",
    "地下停车场雨水倒灌，三个人被困车里",
    "高压电线断落人行道，行人触电倒地",
    "幼儿园校车侧翻，孩子流血受伤",
    "电梯坠落到底坑，里面的孕妇出不来",
    "游泳馆泳池消毒水过量，学员呼吸困难",
    "码头吊装钢缆崩断，装卸工被砸",
)
_WAYS = (
    "{matter}，有人昏迷，情况紧急，请马上派人来",
    "{matter}！救命，{matter}",
    "{matter}，好几个邻居住院，求救",
    "{matter}，快来人，正在抢救",
    "就在刚才{matter}，人命关天",
    "{matter}，有人被困，{matter}",
    "亲眼看见{matter}，老人孩子送医院抢救",
)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--samples", type=int, default=len(_MATTERS) - 1, choices=range(5, len(_MATTERS)))
    asked = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder,
        running_office(Path(folder), {}) as (port, signed_in),
    ):
        seen: set[str] = set()
        seconds = [_one(port, signed_in, number, seen) for number in range(asked.samples + 1)][1:]
    median = statistics.median(seconds)
    print(machine())
    print(f"{len(seconds)} red alerts from POST /api/posts to four papers over HTTP, embedded stores")
    print(f"  median {median:.2f} s, longest {max(seconds):.2f} s")
    print(f"  limit {LIMIT_SECONDS} s; the median is {median / LIMIT_SECONDS:.4f} of it")


def _one(port: int, signed_in: Mapping[str, str], number: int, seen: set[str]) -> float:
    """Seconds of one sample; the first, which warms the office, is not counted."""
    words = [way.format(matter=_MATTERS[number]) for way in _WAYS]
    began = send_posts(
        port,
        [
            {"text": text, "source": "red", "id": f"{number}-{place}", "kind": "hotline" if place % 2 else "forum"}
            for place, text in enumerate(words)
        ],
    )
    concern = _wait_for(lambda: _new_red(port, signed_in, seen), began, f"a red alert about {_MATTERS[number]}")
    seen.add(concern)
    _wait_for(lambda: _all_four(port, signed_in, concern), began, f"four papers of {concern}")
    return time.perf_counter() - began


def _new_red(port: int, signed_in: Mapping[str, str], seen: set[str]) -> str | None:
    alerts = json.loads(_get(port, f"/api/alerts?level={Level.RED}", signed_in)[1])["items"]
    return next((each["concern"] for each in alerts if each["concern"] not in seen), None)


def _all_four(port: int, signed_in: Mapping[str, str], concern: str) -> bool | None:
    for kind in PaperKind:
        status, page = _get(port, f"/concerns/{quote(concern, safe='')}/papers/{kind}", signed_in)
        if status != http.client.OK or kind.label not in page:
            return None
    return True


def _wait_for(look: Callable[[], Found | None], began: float, what: str) -> Found:
    while time.perf_counter() - began < LIMIT_SECONDS:
        if found := look():
            return found
        time.sleep(_LOOK_SECONDS)
    raise SystemExit(f"{what}: not there after {LIMIT_SECONDS} s")


def _get(port: int, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page


if __name__ == "__main__":
    main()
