"""Offices for tests of whole chains: their posts, their processes, and what the stores hold in the end."""

import json
import os
import random
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import wait
from pathlib import Path
from threading import Lock

from console.supervisor import play, prepared_context
from console.wiring import Office
from huiying.archive.archive import PostQuery
from huiying.policy.policy import default_office
from huiying.settings import read_settings

CHAIN = ("assessing", "gathering", "alerting", "preserving", "tasking", "readying")
"""The stages in their order, each with its group on the bus."""

_PLACES = ("泉水街道", "南关岭街道", "机场街道", "星海湾街道", "湾里街道", "马栏街道", "椒金山街道", "八一路街道")
_MATTERS = (
    "自来水发黄有异味，放了半小时还是黄的，孩子不敢喝",
    "供热温度不到十六度，打电话报修一直没人上门",
    "公交末班车提前收车，站牌上没有任何公告",
    "夜里一点还在施工，打桩的声音全楼都睡不着",
    "井盖缺失好几天了，昨晚有老人差点掉进去",
    "垃圾三天没有清运，楼下全是臭味和苍蝇",
)
_VOICES = ("", "请问有人管吗？", "已经反映过两次。", "邻居们都这么说。", "什么时候能解决？", "希望尽快答复。")
_TWO_HOURS = timedelta(hours=2)
_BEGAN = datetime.now(UTC)


def write_posts(folder: Path, *, count: int, parts: int) -> list[Path]:
    """Files of posts about 48 matters in different words, every seventh alone, said over the last two hours.

    Each post says when it was said, so that two offices meet the same posts and not only the same words.
    """
    posts = list(_posts(count))
    size = count // parts
    files = []
    for part in range(parts):
        file = folder / f"part-{part:02}.jsonl"
        rows = posts[part * size : (part + 1) * size]
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        files.append(file)
    return files


def _posts(count: int) -> Iterator[dict[str, str]]:
    chance = random.Random(46)
    for number in range(count):
        matter, place = chance.choice(_MATTERS), chance.choice(_PLACES)
        voice = chance.choice(_VOICES)
        alone = f"第{number}号窗口办事材料的第{number * 7}项在哪里查？{voice}"
        text = f"{place}{matter}。{voice}" if number % 7 else alone
        said = _BEGAN - _TWO_HOURS + number * (_TWO_HOURS / count)
        yield {"id": str(number), "text": text, "source": "试验信源", "time": said.isoformat()}


class Child:
    """A process of the office, for tests that start and end many from several threads.

    Starting a process asks every other one whether it has ended, and the exit code comes through a pipe: two threads
    that ask at once find one code between them, and 255. So they take turns here.
    """

    _turn = Lock()

    def __init__(self, environment: Mapping[str, str], arguments: Sequence[str]) -> None:
        self._process = prepared_context().Process(target=_play_with, args=(environment, arguments))
        with self._turn:
            self._process.start()
        self.pid = self._process.pid or 0

    def is_alive(self) -> bool:
        """Whether it runs on."""
        return not wait([self._process.sentinel], 0)

    def send(self, number: signal.Signals) -> bool:
        """Send a signal; False where it has ended already, since its number may be another process's by now."""
        if not self.is_alive():
            return False
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)
        return True

    def end(self, number: signal.Signals = signal.SIGKILL) -> int | None:
        """Send a signal and wait for the end; the exit code."""
        self.send(number)
        return self.ended()

    def ended(self) -> int | None:
        """Wait for the end; the exit code."""
        wait([self._process.sentinel])
        with self._turn:
            self._process.join()
        return self._process.exitcode


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an office lives: its folder and what its environment says."""

    folder: Path
    environment: Mapping[str, str]

    def office(self) -> Office:
        """Its parts, in this process."""
        return Office(read_settings(self.environment, self.folder), default_office())

    def begin(self, *arguments: str, config: Path | None = None) -> Child:
        """Start `huiying` with these arguments."""
        office = ("--data", str(self.folder), "--config", str(config or default_office()))
        return Child(self.environment, (*arguments, *office))

    def finish(self, *arguments: str, config: Path | None = None) -> int | None:
        """Run `huiying` with these arguments to its end; its exit code."""
        return self.begin(*arguments, config=config).ended()


def _play_with(environment: Mapping[str, str], arguments: Sequence[str]) -> None:
    os.environ.update(environment)
    play(arguments)


def drain(office: Office) -> None:
    """Run every stage and the relay until nothing is left."""
    relay = office.relay()
    loops = [office.loop(name) for name in CHAIN]
    while sum(step.drain() for loop in loops for step in (loop, relay)):
        pass


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the stores hold in the end."""

    archived: Mapping[str, int]
    """Revision of every post in the archive."""
    fates: Mapping[str, tuple[str, str | None]]
    """Fate and concern of every post."""
    alerts: Sequence[str]
    """Id of every open alert; it is made of the concern and its episode."""
    tasks: Sequence[tuple[str, str, str]]
    """Id, concern and bureau of every task."""
    counted: Mapping[str, int]
    """Posts that each concern counts."""


def outcome(office: Office) -> Outcome:
    """What the stores of this office hold now."""
    archived: dict[str, int] = {}
    cursor = None
    while True:
        page = office.archive.search(PostQuery(), limit=1_000, cursor=cursor)
        archived |= {hit.archived.post.id: hit.archived.post.revision for hit in page.hits}
        cursor = page.cursor
        if cursor is None:
            break
    with office.register.reading() as tx:
        fates = {id: (row.fate.value, row.concern) for id, row in tx.posts.fates(archived).items()}
        concerns = tx.concerns.latest(limit=100_000)
        return Outcome(
            archived=archived,
            fates=fates,
            alerts=sorted(alert.id for alert in tx.alerts.open_alerts()),
            tasks=sorted(
                (task.id, concern.id, task.bureau) for concern in concerns for task in tx.tasks.of_concern(concern.id)
            ),
            counted={concern.id: concern.posts for concern in concerns},
        )
