"""Each role is killed with -9 at twenty random moments of an import; nothing is lost and nothing doubled."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.wiring import Office
from huiying.policy.policy import default_office
from huiying.settings import read_settings

KILLS = 20
POSTS = 2_000
_ENVIRONMENT = {"HUIYING_SCOPE": "everywhere", "HUIYING_LEASE_SECONDS": "1", "HUIYING_LOG_LEVEL": "error"}
_ROLES: Mapping[str, tuple[str, ...]] = {
    "assessing": ("consume", "--stage", "assessing"),
    "gathering": ("consume", "--stage", "gathering"),
    "respond": ("respond",),
}
_PLACES = ("泉水街道", "南关岭街道", "机场街道", "星海湾街道", "湾里街道", "马栏街道", "椒金山街道", "八一路街道")
_MATTERS = (
    "自来水发黄有异味，放了半小时还是黄的，孩子不敢喝",
    "供热温度不到十六度，打电话报修一直没人上门",
    "公交末班车提前半小时，站牌上没有任何公告",
    "夜里一点还在施工，打桩的声音全楼都睡不着",
    "井盖缺失好几天了，昨晚有老人差点掉进去",
    "垃圾三天没有清运，楼下全是臭味和苍蝇",
)
_VOICES = ("", "请问有人管吗？", "已经反映过两次。", "邻居们都这么说。", "什么时候能解决？", "希望尽快答复。")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the register holds in the end."""

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
        yield {"id": str(number), "text": text, "source": "试验信源"}


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


def _start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "console", *arguments, "--data", str(folder), "--config", str(default_office())],
        env={**os.environ, **_ENVIRONMENT},
        stdout=subprocess.DEVNULL,
    )


def _kill_again_and_again(folder: Path, role: str, chance: random.Random, killed: list[str]) -> None:
    """Start a role, kill it at a random moment of its work, start it again; leave the last one to the test."""
    for _ in range(KILLS):
        process = _start(folder, *_ROLES[role])
        time.sleep(1.0 + chance.uniform(0.0, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed.append(role)


def _import_under_kills(folder: Path, files: Sequence[Path], chance: random.Random, killed: list[str]) -> None:
    """Import the parts in order, each once killed on the way and then brought to its end."""
    for file in files:
        process = _start(folder, "import", str(file))
        time.sleep(chance.uniform(0.3, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed.append("import")
        assert _start(folder, "import", str(file)).wait() == 0


def _drain(office: Office) -> None:
    relay = office.relay()
    loops = [office.loop(name) for name in ("assessing", "gathering", "alerting", "tasking")]
    while sum(step.drain() for loop in loops for step in (loop, relay)):
        pass


def _outcome(office: Office) -> Outcome:
    with office.register.reading() as tx:
        concerns = tx.concerns.latest(limit=POSTS)
        rows = [row for concern in concerns for row in tx.posts.of_concern(concern.id, POSTS)]
        fates = {row.id: (row.fate.value, row.concern) for row in rows}
        alerts = sorted(alert.id for alert in tx.alerts.open_alerts())
        tasks = sorted(task.id for concern in concerns for task in tx.tasks.of_concern(concern.id))
        return Outcome(fates=fates, alerts=alerts, tasks=tasks, counted=sum(concern.posts for concern in concerns))


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
    for file in files:
        assert _start(calm, "import", str(file)).wait() == 0
    _drain(undisturbed)

    found, expected = _outcome(after_storm), _outcome(undisturbed)
    after_storm.close()
    undisturbed.close()
    assert {name: killed.count(name) for name in set(killed)} == dict.fromkeys((*_ROLES, "import"), KILLS)
    assert len(expected.fates) == POSTS
    assert found.counted == expected.counted == POSTS
    assert found.fates == expected.fates
    assert len(expected.alerts) > 0
    assert found.alerts == expected.alerts
    assert found.tasks == expected.tasks
