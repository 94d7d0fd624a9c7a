"""Each role is killed with -9 at twenty random moments of its work; nothing is lost and nothing doubled."""

import fcntl
import json
import os
import random
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from console.sample_city.server import SampleCity
from console.supervisor import play, prepared_context
from console.wiring import Office
from huiying.archive.archive import PostQuery
from huiying.clock import SystemClock
from huiying.policy.policy import default_office
from huiying.post import Fate
from huiying.settings import read_settings

KILLS = 20
POSTS = 2_000
_ENVIRONMENT = {"HUIYING_SCOPE": "everywhere", "HUIYING_LEASE_SECONDS": "1", "HUIYING_LOG_LEVEL": "error"}
_ROLES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "assessing": (("consume", "--stage", "assessing"), "assessing"),
    "gathering": (("consume", "--stage", "gathering"), "gathering"),
    "respond": (("respond",), "alerting"),
}
"""The command that plays each role, and a group of the bus that it reads for."""
_PLACES = ("泉水街道", "南关岭街道", "机场街道", "星海湾街道", "湾里街道", "马栏街道", "椒金山街道", "八一路街道")
_MATTERS = (
    "自来水发黄有异味，放了半小时还是黄的，孩子不敢喝",
    "供热温度不到十六度，打电话报修一直没人上门",
    "公交末班车提前半小时，站牌上没有任何公告",
    "夜里一点还在施工，打桩的声音全楼都睡不着",
    "井盖缺失好几天了，昨晚有老人差点掉进去",
    "垃圾三天没有清运，楼下全是臭味和苍蝇",
)
_TWO_HOURS_AGO = datetime.now(UTC) - timedelta(hours=2)
"""Each post says when it was said, so that both offices meet the same posts and not only the same words."""

_VOICES = ("", "请问有人管吗？", "已经反映过两次。", "邻居们都这么说。", "什么时候能解决？", "希望尽快答复。")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the register holds in the end."""

    archived: int
    fates: Mapping[str, tuple[str, str | None]]
    alerts: Sequence[str]
    tasks: Sequence[str]
    counted: int


def _posts() -> Iterator[dict[str, str]]:
    """Posts of 48 matters, in different words; every seventh stands alone."""
    chance = random.Random(46)
    for number in range(POSTS):
        matter, place = chance.choice(_MATTERS), chance.choice(_PLACES)
        voice = chance.choice(_VOICES)
        alone = f"第{number}号窗口办事材料的第{number * 7}项在哪里查？{voice}"
        text = f"{place}{matter}。{voice}" if number % 7 else alone
        said = _TWO_HOURS_AGO + timedelta(seconds=3 * number)
        yield {"id": str(number), "text": text, "source": "试验信源", "time": said.isoformat()}


def _write_parts(folder: Path) -> list[Path]:
    posts = list(_posts())
    size = POSTS // KILLS
    files = []
    for part in range(KILLS):
        file = folder / f"part-{part:02}.jsonl"
        rows = posts[part * size : (part + 1) * size]
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        files.append(file)
    return files


def _office(folder: Path) -> Office:
    return Office(read_settings(_ENVIRONMENT, folder), default_office())


def _begin(folder: Path, *arguments: str, config: Path | None = None) -> ForkServerProcess:
    """Start `huiying` with these arguments on an office's folder."""
    office = ("--data", str(folder), "--config", str(config or default_office()))
    process = prepared_context().Process(target=_play_with, args=(_ENVIRONMENT, (*arguments, *office)))
    process.start()
    return process


def _play_with(environment: Mapping[str, str], arguments: Sequence[str]) -> None:
    os.environ.update(environment)
    play(arguments)


def _finish(folder: Path, *arguments: str, config: Path | None = None) -> int | None:
    process = _begin(folder, *arguments, config=config)
    process.join()
    return process.exitcode


def _is_at_work(folder: Path, group: str) -> bool:
    """Whether some process reads for this group of the bus: it then holds the group's lock."""
    lock = folder / f"bus.db.{group}.lock"
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _kill_again_and_again(folder: Path, role: str, chance: random.Random, killed: list[str]) -> None:
    """Start a role, kill it at a random moment of its work, start it again; twenty times."""
    arguments, group = _ROLES[role]
    for _ in range(KILLS):
        process = _begin(folder, *arguments)
        while process.is_alive() and not _is_at_work(folder, group):
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 1.5))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        killed.append(role)


def _import_under_kills(folder: Path, files: Sequence[Path], chance: random.Random, killed: list[str]) -> None:
    """Import the parts in order, each once killed on the way and then brought to its end."""
    for file in files:
        process = _begin(folder, "import", str(file))
        time.sleep(chance.uniform(0.5, 3.0))
        process.kill()
        process.join()
        killed.append("import")
        assert _finish(folder, "import", str(file)) == 0


def _drain(office: Office) -> None:
    relay = office.relay()
    loops = [office.loop(name) for name in ("assessing", "gathering", "alerting", "tasking")]
    while sum(step.drain() for loop in loops for step in (loop, relay)):
        pass


def _archived(office: Office) -> list[str]:
    """The id of every post in the archive."""
    found: list[str] = []
    cursor = None
    while True:
        page = office.archive.search(PostQuery(), limit=500, cursor=cursor)
        found += [hit.archived.post.id for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            return found


def _outcome(office: Office) -> Outcome:
    posts = _archived(office)
    with office.register.reading() as tx:
        fates = {id: (row.fate.value, row.concern) for id, row in tx.posts.fates(posts).items()}
        concerns = tx.concerns.latest(limit=POSTS)
        return Outcome(
            archived=len(posts),
            fates=fates,
            alerts=sorted(alert.id for alert in tx.alerts.open_alerts()),
            tasks=sorted(task.id for concern in concerns for task in tx.tasks.of_concern(concern.id)),
            counted=sum(concern.posts for concern in concerns),
        )


@pytest.mark.slow
def test_roles_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    calm, stormy = tmp_path / "calm", tmp_path / "stormy"
    for folder in (calm, stormy):
        folder.mkdir()
    files = _write_parts(tmp_path)
    chance = random.Random()
    killed: list[str] = []

    storm = [
        threading.Thread(target=_kill_again_and_again, args=(stormy, role, random.Random(chance.random()), killed))
        for role in _ROLES
    ]
    for thread in storm:
        thread.start()
    _import_under_kills(stormy, files, chance, killed)
    for thread in storm:
        thread.join()
    after_storm = _office(stormy)
    time.sleep(1.1)  # the killed gatherer's lease lapses
    _drain(after_storm)

    undisturbed = _office(calm)
    everything = tmp_path / "everything.jsonl"
    everything.write_text("".join(file.read_text("utf-8") for file in files), "utf-8")
    assert _finish(calm, "import", str(everything)) == 0
    _drain(undisturbed)

    found, expected = _outcome(after_storm), _outcome(undisturbed)
    after_storm.close()
    undisturbed.close()
    assert {name: killed.count(name) for name in set(killed)} == dict.fromkeys((*_ROLES, "import"), KILLS)
    assert expected.archived == len(expected.fates) == POSTS
    assert found.archived == POSTS
    assert found.fates == expected.fates
    assert found.counted == expected.counted == sum(concern is not None for _, concern in found.fates.values())
    assert len(expected.alerts) > 0
    assert found.alerts == expected.alerts
    assert found.tasks == expected.tasks


def _ids_after(folder: Path) -> list[str]:
    """Every post that was delivered, judged and kept; each once."""
    office = _office(folder)
    for name in ("assessing", "gathering"):
        office.loop(name).drain()
    archived = _archived(office)
    with office.register.reading() as tx:
        fates = tx.posts.count_by_fate()
    office.close()
    assert len(archived) == sum(fates.values()) - fates[Fate.QUARANTINED]
    return sorted(archived)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.slow
def test_crawlers_and_consoles_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    calm, stormy, config = tmp_path / "calm", tmp_path / "stormy", tmp_path / "config"
    shutil.copytree(default_office(), config)
    chance = random.Random()
    port = str(_free_port())
    killed: list[str] = []

    def kill_again_and_again(role: str, *arguments: str) -> None:
        for _ in range(KILLS):
            process = _begin(stormy, *arguments, config=config)
            time.sleep(chance.uniform(0.5, 4.0))
            process.kill()
            process.join()
            killed.append(role)

    with SampleCity(datetime.now(UTC), SystemClock(), everything=True) as city:
        city.write_sources(config / "sources.yaml")
        storm = [
            threading.Thread(target=kill_again_and_again, args=("crawl", "crawl")),
            threading.Thread(target=kill_again_and_again, args=("serve", "serve", "--port", port)),
        ]
        for thread in storm:
            thread.start()
        for thread in storm:
            thread.join()
        time.sleep(1.1)  # the leases of the killed crawler lapse
        assert _finish(stormy, "crawl", "--once", config=config) == 0
        assert _finish(calm, "crawl", "--once", config=config) == 0

    assert sorted(killed) == ["crawl"] * KILLS + ["serve"] * KILLS
    expected = _ids_after(calm)
    assert len(expected) > 250
    assert _ids_after(stormy) == expected
