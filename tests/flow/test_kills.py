"""Each role is killed with -9 at twenty random moments of its work; nothing is lost and nothing doubled."""

import fcntl
import random
import shutil
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from console.sample_city.server import SampleCity
from huiying.clock import SystemClock
from huiying.policy.policy import default_office
from huiying.post import Fate
from tests.flow.running import Place, drain, outcome, write_posts
from tests.services.server import free_port

KILLS = 20
POSTS = 2_000
_ENVIRONMENT = {"HUIYING_SCOPE": "everywhere", "HUIYING_LEASE_SECONDS": "1", "HUIYING_LOG_LEVEL": "error"}
_ROLES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "assessing": (("consume", "--stage", "assessing"), "assessing"),
    "gathering": (("consume", "--stage", "gathering"), "gathering"),
    "respond": (("respond",), "alerting"),
}
"""The command that plays each role, and a group of the bus that it reads for."""


def _place(folder: Path) -> Place:
    folder.mkdir(exist_ok=True)
    return Place(folder=folder, environment=_ENVIRONMENT)


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


def _kill_again_and_again(place: Place, role: str, chance: random.Random, killed: list[str]) -> None:
    """Start a role, kill it at a random moment of its work, start it again; twenty times."""
    arguments, group = _ROLES[role]
    for _ in range(KILLS):
        process = place.begin(*arguments)
        while process.is_alive() and not _is_at_work(place.folder, group):
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 1.5))
        assert process.end() == -signal.SIGKILL
        killed.append(role)


def _import_under_kills(place: Place, files: Sequence[Path], chance: random.Random, killed: list[str]) -> None:
    """Import the parts in order, each once killed on the way and then brought to its end."""
    for file in files:
        process = place.begin("import", str(file))
        time.sleep(chance.uniform(0.5, 3.0))
        process.end()
        killed.append("import")
        assert place.finish("import", str(file)) == 0


@pytest.mark.slow
def test_roles_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    calm, stormy = _place(tmp_path / "calm"), _place(tmp_path / "stormy")
    files = write_posts(tmp_path, count=POSTS, parts=KILLS)
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
    after_storm = stormy.office()
    time.sleep(1.1)  # the killed gatherer's lease lapses
    drain(after_storm)

    undisturbed = calm.office()
    everything = tmp_path / "everything.jsonl"
    everything.write_text("".join(file.read_text("utf-8") for file in files), "utf-8")
    assert calm.finish("import", str(everything)) == 0
    drain(undisturbed)

    found, expected = outcome(after_storm), outcome(undisturbed)
    after_storm.close()
    undisturbed.close()
    assert {name: killed.count(name) for name in set(killed)} == dict.fromkeys((*_ROLES, "import"), KILLS)
    assert len(expected.archived) == len(expected.fates) == POSTS
    assert found.archived == expected.archived
    assert found.fates == expected.fates
    assert found.counted == expected.counted
    assert sum(found.counted.values()) == sum(concern is not None for _, concern in found.fates.values())
    assert len(expected.alerts) > 0
    assert found.alerts == expected.alerts
    assert found.tasks == expected.tasks


def _ids_after(place: Place) -> list[str]:
    """Every post that was delivered, judged and kept; each once."""
    office = place.office()
    drain(office)
    archived = outcome(office).archived
    with office.register.reading() as tx:
        fates = tx.posts.count_by_fate()
    office.close()
    assert len(archived) == sum(fates.values()) - fates[Fate.QUARANTINED]
    return sorted(archived)


@pytest.mark.slow
def test_crawlers_and_consoles_killed_at_random_moments_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    calm, stormy, config = _place(tmp_path / "calm"), _place(tmp_path / "stormy"), tmp_path / "config"
    shutil.copytree(default_office(), config)
    chance = random.Random()
    port = str(free_port())
    killed: list[str] = []

    def kill_again_and_again(role: str, *arguments: str) -> None:
        for _ in range(KILLS):
            process = stormy.begin(*arguments, config=config)
            time.sleep(chance.uniform(0.5, 4.0))
            process.end()
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
        assert stormy.finish("crawl", "--once", config=config) == 0
        assert calm.finish("crawl", "--once", config=config) == 0

    assert sorted(killed) == ["crawl"] * KILLS + ["serve"] * KILLS
    expected = _ids_after(calm)
    assert len(expected) > 250
    assert _ids_after(stormy) == expected
