"""Server time of the console's pages and lists on a full office: 10,000 concerns, 1,000 open alerts, 2,000 tasks.

The stores are filled through their own ports in an empty folder; every address is then asked of the application
itself, without a network, in turn, concern pages each of another concern. The limit they are measured against is the
one indexed query behind a page, asked alone in the same run. `--json` prints one object.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar

import httpx

from benchmarks.machine import machine
from console.app import create_app
from console.wiring import Office
from huiying.alert import Alert, Reason
from huiying.archive.archive import PostQuery
from huiying.concern import Concern, QuarterHour
from huiying.level import Level
from huiying.person import Person, Role
from huiying.policy.policy import default_office
from huiying.post import ArchivedPost, Fate, Post, SourceKind, Tone
from huiying.procedure import Regime
from huiying.register.fates import PostFate
from huiying.settings import read_settings
from huiying.task import TaskState
from responders.tasks.opening import Opening
from tests.signing_in import sign_in_as

CONCERNS, ALERTS, TASKS = 10_000, 1_000, 2_000
LIMIT_MS = 100.0
_EVERYWHERE = Person(id="leader", name="领导", roles=frozenset({Role.OFFICER, Role.LEADER}))
_STREETS = (
    "春柳",
    "泉水",
    "凌水",
    "红旗",
    "革镇堡",
    "南关岭",
    "辛寨子",
    "中华路",
    "兴华",
    "机场",
    "老虎滩",
    "桃源",
    "葵英",
)
_TROUBLES = (
    "自来水发黄有异味，接了半盆沉底是铁锈",
    "暖气不热，室内只有十四度，报修没人来",
    "夜间施工扰民，打桩打到凌晨三点",
    "公交车等了四十分钟一辆也没有",
    "路灯成片不亮，晚上摔倒好几个人",
    "垃圾堆放多日无人清运，味道很大",
    "幼儿园收费标准没有公示，家长想问清楚",
    "医保报销比例和窗口说法不一致",
)
Row = TypeVar("Row")


def main() -> None:
    """Fill, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--posts", type=int, default=50_000)
    arguments.add_argument("--times", type=int, default=60, help="how often each address is asked")
    arguments.add_argument("--json", action="store_true")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        office = Office(read_settings({}, Path(folder)), default_office())
        concerns = _fill(office, asked.posts)
        figures = asyncio.run(_measure(office, concerns, asked.times))
        queries = _bare_queries(office, concerns, asked.times)
        office.close()
    if asked.json:
        told = {"machine": machine(), "posts": asked.posts, "pages": figures, "bare_query_ms": queries}
        print(json.dumps(told, ensure_ascii=False))
        return
    print(machine())
    counted = f"{CONCERNS} concerns, {ALERTS} open alerts, {TASKS} tasks, {asked.posts} posts"
    print(f"{counted} (p95 at most {LIMIT_MS:.0f} ms)")
    for name, figure in figures.items():
        late = "" if figure["p95_ms"] <= LIMIT_MS else "   too slow"
        alone = f"   {figure['p50_ms'] / queries[name]:.0f} × its bare query" if name in queries else ""
        p50, p95 = figure["p50_ms"], figure["p95_ms"]
        print(f"  {name:<28} p50 {p50:>6.1f}  p95 {p95:>6.1f}  {figure['kb']:>5.0f} KB{alone}{late}")


# Asking -------------------------------------------------------------------------------------------------------


def _addresses(concerns: Sequence[Concern]) -> dict[str, list[str]]:
    """What is asked, by name; where there are several addresses they take turns."""
    some = random.Random(7).sample(list(concerns), 100)
    return {
        "/queue": ["/queue"],
        "/queue/list": ["/queue/list"],
        "/queue/preview": [f"/queue/preview/{concern.episode_id}" for concern in concerns[:100]],
        "/concerns": ["/concerns"],
        "/concerns?words=": ["/concerns?words=自来水", "/concerns?words=泉水"],
        "/concerns/{id}": [f"/concerns/{concern.id}" for concern in some],
        "/concerns/{id} with alert": [f"/concerns/{concern.id}" for concern in concerns[:100]],
        "/tasks": ["/tasks"],
        "/tasks?bureau=": ["/tasks?bureau=水务局", "/tasks?bureau=建委"],
        "/leader": ["/leader"],
        "/leader/list": ["/leader/list/open", "/leader/list/late", "/leader/list/new"],
        "/duties": ["/duties"],
        "/concerns?in_hand": ["/concerns?duty=11&in_hand=true"],
        "/tasks?late": ["/tasks?duty=11&late=true"],
        "/sources": ["/sources"],
        "/posts": ["/posts"],
        "/posts?words=": ["/posts?words=自来水", "/posts?words=施工 凌晨", "/posts?words=医保"],
        "/posts filtered": [
            "/posts?words=自来水 -铁锈&tone=negative",
            "/posts?source=forum&bureau=水务局",
            "/posts?fate=gathered&words=“凌晨三点，已经拨打”",
        ],
        "/views": ["/views"],
        "/api/alerts": ["/api/alerts"],
        "/api/concerns": ["/api/concerns"],
        "/api/tasks": ["/api/tasks"],
        "/api/posts?words=": ["/api/posts?words=暖气", "/api/posts?words=路灯"],
    }


async def _measure(office: Office, concerns: Sequence[Concern], times: int) -> dict[str, dict[str, float]]:
    transport = httpx.ASGITransport(create_app(office.console()))
    figures = {}
    signed_in = sign_in_as(office.register, _EVERYWHERE, office.clock)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=signed_in) as browser:
        for name, addresses in _addresses(concerns).items():
            await browser.get(addresses[0])  # templates and statements are made ready once per process
            seconds, size = [], 0
            for turn in range(times):
                began = time.perf_counter()
                answer = await browser.get(addresses[turn % len(addresses)])
                seconds.append(time.perf_counter() - began)
                if answer.status_code != httpx.codes.OK:
                    raise SystemExit(f"{name} answered {answer.status_code}")
                size = len(answer.content)
            seconds.sort()
            p50, p95 = seconds[times // 2], seconds[int(0.95 * times)]
            figures[name] = {"p50_ms": round(1000 * p50, 1), "p95_ms": round(1000 * p95, 1), "kb": size / 1024}
    return figures


def _bare_queries(office: Office, concerns: Sequence[Concern], times: int) -> dict[str, float]:
    """Milliseconds (p50) of the query behind some pages, without anything around it."""

    def p50(ask: Callable[[int], object]) -> float:
        seconds = []
        for turn in range(times):
            began = time.perf_counter()
            ask(turn)
            seconds.append(time.perf_counter() - began)
        return round(1000 * sorted(seconds)[times // 2], 2)

    with office.register.reading() as tx:
        return {
            "/queue": p50(lambda _: tx.alerts.queue(silenced=False, limit=100)),
            "/concerns": p50(lambda _: tx.concerns.latest(limit=100)),
            "/concerns/{id}": p50(lambda turn: tx.concerns.find(concerns[turn].id)),
            "/tasks": p50(lambda _: tx.tasks.of_bureau(None, TaskState.SENT, limit=150)),
            "/posts?words=": p50(lambda _: office.archive.search(PostQuery(words="自来水"))),
        }


# Filling ------------------------------------------------------------------------------------------------------


def _fill(office: Office, posts: int) -> list[Concern]:
    """Concerns with their counts, posts, alerts and tasks; the first ones have alerts."""
    chance = random.Random(2014)
    now = office.clock.now()
    bureaus = [bureau.id for bureau in office.policy.bureaus]
    concerns = [_concern(number, bureaus[number % len(bureaus)], now, chance) for number in range(CONCERNS)]
    opening = Opening(office.policy, Regime.CURRENT)
    with office.register.transaction() as tx:
        written = tx.concerns.insert_all(concerns)
        for some in _batches(((concern.id, quarter) for concern in written for quarter in _quarters(concern)), 2000):
            tx.concerns.add_quarter_hours(some)
        for number, concern in enumerate(written[:TASKS]):
            if number < ALERTS:
                tx.alerts.insert(_alert(concern, number, now))
            waits = "把握度不足，请确认" if number % 5 == 0 else None
            task = opening.make(tx, concern, concern.lead or "", waits=waits, now=concern.found_at)
            task = task if waits else task.sent(by="系统", now=concern.found_at)
            tx.tasks.insert(task if number % 3 else replace(task, state=TaskState.CLOSED, closed_at=now))
            tx.concerns.add_doing(concern.id, "系统", "发出预警")
    for numbers in _batches(range(posts), 2000):
        _store_posts(office, [(number, written[number % CONCERNS]) for number in numbers], now)
    return written


def _concern(number: int, lead: str, now: datetime, chance: random.Random) -> Concern:
    found = now - timedelta(minutes=chance.randrange(30, 60 * 24 * 20))
    posts = chance.randrange(3, 400)
    return Concern(
        id=f"c{number:06}",
        number=f"2026-{number + 1}",
        title=_title(number),
        keywords=("自来水", "发黄", "异味"),
        first_post_at=found - timedelta(minutes=20),
        found_at=found,
        last_post_at=found + (now - found) * chance.random(),
        episode_began_at=found,
        lead=lead,
        lead_certainty=0.8,
        votes={lead: 3.0, "水务局": 1.0},
        duties={11: 2.0},
        posts=posts,
        distinct_posts=posts // 2 + 1,
        tones={Tone.NEGATIVE: posts // 2, Tone.NEUTRAL: posts - posts // 2},
        sources={SourceKind.HOTLINE: posts // 2, SourceKind.FORUM: posts - posts // 2},
    )


def _title(number: int) -> str:
    trouble = _TROUBLES[number % len(_TROUBLES)].partition("，")[0]
    return f"{_STREETS[number % len(_STREETS)]}街道{number}号院{trouble}"


def _quarters(concern: Concern) -> Iterator[QuarterHour]:
    """A day of quarter hours, every other one with posts."""
    first = concern.found_at.replace(minute=0, second=0, microsecond=0)
    for place in range(0, 96, 4):
        yield QuarterHour(starts_at=first + place * timedelta(minutes=15), posts=3, tones={Tone.NEGATIVE: 3})


def _alert(concern: Concern, number: int, now: datetime) -> Alert:
    levels = (Level.BLUE, Level.BLUE, Level.BLUE, Level.YELLOW, Level.YELLOW, Level.ORANGE, Level.RED)
    words = ("近1小时12条", "累计40条，去重后18条", "3类信源：论坛、热线、新闻", "1小时12条，为前24小时均值的9倍")
    return Alert(
        id=concern.episode_id,
        concern=concern.id,
        title=concern.title,
        level=levels[number % len(levels)],
        heat=20.0 + number % 70,
        reasons=tuple(Reason(part="volume", text=text, value=1, points=10.0) for text in words),
        raised_at=concern.found_at,
        level_since=concern.found_at,
        changed_at=now,
    )


def _store_posts(office: Office, members: Sequence[tuple[int, Concern]], now: datetime) -> None:
    posts = [_post(number, now) for number, _ in members]
    judged = office.judge.assess([post.whole_text for post in posts])
    archived = [
        ArchivedPost(post=post, assessment=assessment) for post, assessment in zip(posts, judged, strict=True)
    ]
    office.archive.store(archived)
    with office.register.transaction() as tx:
        tx.posts.add_fates(
            [
                PostFate(
                    id=each.post.id,
                    revision=1,
                    fate=Fate.GATHERED,
                    concern=concern.id,
                    source=each.post.source,
                    source_kind=each.post.source_kind,
                    tone=each.assessment.tone,
                    at=each.post.at,
                    collected_at=each.post.collected_at,
                )
                for each, (_, concern) in zip(archived, members, strict=True)
            ]
        )


def _post(number: int, now: datetime) -> Post:
    street, trouble = _STREETS[number // 3 % len(_STREETS)], _TROUBLES[number % len(_TROUBLES)]
    at = now - timedelta(seconds=number)
    return Post(
        id=f"p{number:08}",
        revision=1,
        source="hotline" if number % 2 else "forum",
        source_kind=SourceKind.HOTLINE if number % 2 else SourceKind.FORUM,
        url=None,
        title="",
        text=f"{street}街道{number}号院居民反映，{trouble}。已经拨打12345两次，工单号{number}，至今没有答复，请尽快派人查看并告知原因。",
        published_at=at,
        collected_at=at,
        author_hash=None,
        original_sha256="0" * 64,
    )


def _batches(rows: "Iterator[Row] | Sequence[Row]", size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


if __name__ == "__main__":
    main()
