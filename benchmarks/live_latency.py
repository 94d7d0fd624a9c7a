"""From `POST /api/posts` to the browser: seconds until `GET /live` tells of the alert that the posts complete.

A whole office runs as `huiying run` starts it, in an empty folder or on three servers (`--stores servers`). Each
sample posts a few urgent posts about a matter of its own, `--load` posts a second of the unlabelled stream beside it.
The limit it is measured against: every hop's longest wait for the next look, plus the handling of such posts by the
bare stages in one process, in the same run. `--json` prints one object.
"""

import argparse
import http.client
import json
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.end_to_end import read_texts
from benchmarks.machine import machine
from benchmarks.running import running_office, send_posts
from benchmarks.stores import FAMILIES, stores_of
from console import live
from console.logs import configure_logs
from console.wiring import Office
from huiying import relay
from huiying.bus import sqlite as bus
from huiying.messages import AlertRaised
from huiying.policy.policy import default_office
from huiying.post import RawPost, SourceKind
from huiying.settings import read_settings

_LOOKS = {"relay": relay.IDLE_SECONDS, "relay again": relay.IDLE_SECONDS, "live": live.POLL_SECONDS}
HOPS = {
    "embedded": _LOOKS | dict.fromkeys(("assessing", "gathering", "alerting"), bus.POLL_SECONDS),
    "servers": _LOOKS,
}
"""The longest each hop waits before it looks again; Kafka wakes its readers by itself."""

_STAGES = ("assessing", "gathering", "alerting")
_PATIENCE_SECONDS = 5.0
_PAUSE_SECONDS = 0.4
_MATTERS = (
    "餐馆液化气罐爆炸，厨师被烧伤，火还在烧",
    "小学食堂午饭后三十多个孩子食物中毒，送医院抢救",
    "在建工地塔吊倒塌，压住两名工人",
    "居民楼煤气泄漏，老人晕倒在楼道",
    "化工厂氯气外泄，值班员昏迷",
    "地下停车场雨水倒灌，三个人被困车里",
    "高压电线断落人行道，行人触电倒地",
    "幼儿园校车侧翻，孩子流血受伤",
    "电梯坠落到底坑，里面的孕妇出不来",
    "游泳馆泳池消毒水过量，学员呼吸困难",
    "码头吊装钢缆崩断，装卸工被砸",
    "鞭炮仓库冒烟，随时会爆炸",
    "山体滑坡埋住一户农房，屋里有人",
    "渔船在外海进水下沉，六名船员等待救援",
    "地铁站扶梯逆行，乘客摔倒踩踏",
    "养老院半夜着火，卧床老人逃不出来",
    "猎狗咬伤多名路人，狗还在追人",
    "粮库筒仓塌陷，清仓工人被埋",
    "化粪池沼气熏倒维修工，救的人也倒了",
    "水库放水没有通知，钓鱼的人被冲走",
    "冷库液氨管道破裂，刺鼻气味扩散",
    "过街天桥护栏断裂，学生掉下来",
    "公园缆车停在半空，游客吊着两个小时",
    "医院停电，呼吸机停了，病人危急",
    "加油站油罐车撞翻起火",
    "滑雪场索道脱轨，滑雪者悬空",
    "旧城墙坍塌，砸中晨练的人",
    "商场玻璃幕墙整片掉落，砸伤保安",
    "拆迁楼房突然倒塌，拾荒者被压",
    "海边浴场离岸流卷走两个少年",
    "温泉酒店锅炉爆裂，烫伤服务员",
    "大棚被大雪压垮，菜农困在里面",
    "出租屋一氧化碳中毒，一家三口昏迷",
    "公交车刹车失灵冲上站台，候车的人被撞",
    "马戏团老虎逃出笼子，观众受伤",
    "隧道内货车追尾起火，浓烟里有人",
    "井盖丢失，放学的孩子掉进污水井",
    "热力管道爆裂，滚水烫伤骑车人",
    "无人机表演失控坠落，砸伤观众",
    "疫苗接种后多名婴儿高烧抽搐抢救",
)

_DANGERS = ("救命", "出人命了", "有人被困", "正在抢救", "有人昏迷", "危及生命", "有人重伤", "人命关天")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--samples", type=int, default=len(_MATTERS) - 1)
    arguments.add_argument("--posts", type=int, default=3, help="posts of one sample")
    arguments.add_argument("--stores", choices=FAMILIES, default="embedded")
    arguments.add_argument("--load", type=int, default=0, help="other posts per second meanwhile")
    arguments.add_argument("--data-sets", type=Path, help="where those come from")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    if asked.load and not asked.data_sets:
        arguments.error("--load needs --data-sets")
    with stores_of(asked.stores) as stores:
        with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
            alone = _stages_alone(Path(folder), stores.for_office("alone"), asked.samples, asked.posts)
        with (
            tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder,
            running_office(Path(folder), stores.for_office("whole")) as (port, signed_in),
            _load(port, asked.load, asked.data_sets) as sent,
        ):
            seconds, silent = _measure(port, signed_in, asked.samples, asked.posts)
    ordered, limit = sorted(seconds), sum(HOPS[asked.stores].values()) + statistics.median(alone)
    found = middle, high, highest = [_percentile(ordered, part) for part in (0.5, 0.95, 0.99)]
    load = round(sent[-1]) if sent else 0
    if asked.json:
        figures = {"machine": machine(), "stores": asked.stores, "samples": len(seconds), "without_alert": silent}
        times = {"p50_s": middle, "p95_s": high, "p99_s": highest, "limit_s": limit}
        figures |= {"load_posts_per_s": load} | {name: round(value, 3) for name, value in times.items()}
        print(json.dumps(figures, ensure_ascii=False))
        return
    print(machine())
    print(
        f"{len(seconds)} alerts from POST /api/posts to GET /live, {asked.stores}, {load} other posts/s "
        f"({silent} samples raised none within patience)"
    )
    wanted = 1_000 if asked.stores == "embedded" else 2_000
    shown = ", ".join(
        f"{name} {value * 1000:.0f} ms" for name, value in zip(("p50", "p95", "p99"), found, strict=True)
    )
    print(f"  {shown} (p95 at most {wanted} ms)")
    print(f"  limit {limit * 1000:.0f} ms; p50 is {middle / limit:.2f} of it, p95 {high / limit:.2f}")


def _percentile(ordered: Sequence[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def _matter(number: int, posts: int) -> list[str]:
    """Some posts about a matter that no other number has."""
    matter, danger = _MATTERS[number % len(_MATTERS)], _DANGERS[number % len(_DANGERS)]
    ways = ("{danger}！{matter}。", "{matter}，{danger}", "{matter}，快去看看，{danger}")
    return [ways[way % len(ways)].format(matter=matter, danger=danger) for way in range(posts)]


# The bare stages ----------------------------------------------------------------------------------------------


def _stages_alone(folder: Path, environment: Mapping[str, str], samples: int, posts: int) -> list[float]:
    """Seconds of intake, stages and relay for each sample, in this process, with nothing to wait for."""
    configure_logs("error")
    office = Office(read_settings(environment, folder), default_office())
    relaying, loops = office.relay(), [office.loop(name) for name in _STAGES]
    seconds = []
    for number in range(samples):
        began = time.perf_counter()
        texts = _matter(number, posts)
        keys = [f"{number}-{place}" for place in range(posts)]
        raw = [
            RawPost(source="b", source_kind=SourceKind.HOTLINE, key=key, text=text)
            for key, text in zip(keys, texts, strict=True)
        ]
        office.intake().take(raw, keys)
        for loop in loops:
            loop.drain()
            relaying.drain()
        seconds.append(time.perf_counter() - began)
    office.close()
    return seconds[1:]


# The whole office ---------------------------------------------------------------------------------------------


def _measure(port: int, signed_in: dict[str, str], samples: int, posts: int) -> tuple[list[float], int]:
    """Seconds until each sample's alert was told, and how many samples raised none. The first warms the office."""
    told: queue.SimpleQueue[float] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(port, signed_in, told), daemon=True).start()
    _warm_up(port, posts, told)
    seconds, silent = [], 0
    for number in range(1, samples + 1):
        began = _post(port, number, posts)
        try:
            seconds.append(told.get(timeout=_PATIENCE_SECONDS) - began)
        except queue.Empty:
            silent += 1
        # Not in step with any poll.
        time.sleep(_PAUSE_SECONDS + 0.037 * (number % 7))
        while not told.empty():
            told.get()
    return seconds, silent


def _warm_up(port: int, posts: int, told: "queue.SimpleQueue[float]") -> None:
    _post(port, 0, posts)
    try:
        told.get(timeout=120)
    except queue.Empty:
        raise SystemExit("the office raised no alert for the first sample") from None
    time.sleep(2)


def _listen(port: int, signed_in: dict[str, str], told: "queue.SimpleQueue[float]") -> None:
    """Read the live stream as a browser does and note the moment of each new alert."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/live", headers={"Accept": "text/event-stream"} | signed_in)
    stream = connection.getresponse()
    while line := stream.readline():
        if line.startswith(b"data: ") and json.loads(line[6:]).get("topic") == AlertRaised.topic:
            told.put(time.perf_counter())


@contextmanager
def _load(port: int, posts_per_second: int, data_sets: Path | None) -> Iterator[list[float]]:
    """Post texts of the stream at this rate beside the samples; the rates kept so far, batch by batch."""
    reached: list[float] = []
    over = threading.Event()
    if not posts_per_second or data_sets is None:
        yield reached
        return
    texts = read_texts(data_sets)

    def send() -> None:
        number, began = 0, time.perf_counter()
        while not over.is_set():
            batch = [next(texts) for _ in range(posts_per_second // 10)]
            send_posts(
                port,
                [
                    {"text": text, "source": "load", "id": str(number + place), "kind": "social"}
                    for place, text in enumerate(batch)
                ],
            )
            number += len(batch)
            reached.append(number / (time.perf_counter() - began))
            over.wait(max(0.0, number / posts_per_second - (time.perf_counter() - began)))

    sending = threading.Thread(target=send, daemon=True)
    sending.start()
    yield reached
    over.set()
    sending.join()


def _post(port: int, number: int, posts: int) -> float:
    """Send one sample; the moment before it was sent."""
    body = [
        {"text": text, "source": "benchmark", "id": f"{number}-{place}", "kind": "hotline"}
        for place, text in enumerate(_matter(number, posts))
    ]
    return send_posts(port, body)


if __name__ == "__main__":
    main()
