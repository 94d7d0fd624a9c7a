"""A changed configuration is read anew by supervised processes once it is good, and who runs by which is known."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from console.announcing import announced
from console.reloading import ConfigWatch
from console.supervisor import Role, Supervisor
from console.wiring import Office
from huiying.running_process import RunningProcess
from huiying.settings import read_settings
from tests.shipped import SHIPPED_OFFICE


@pytest.fixture
def office(tmp_path: Path) -> Office:
    shutil.copytree(SHIPPED_OFFICE, tmp_path / "config")
    return Office(read_settings({}, tmp_path / "var"), tmp_path / "config")


def looks(watch: ConfigWatch, times: int) -> list[bool]:
    """What the watch says at its next looks."""
    return [watch.outdated() for _ in range(times)]


def test_a_change_counts_once_it_stands_still_and_is_good(office: Office) -> None:
    watch, heat = ConfigWatch(office, every_seconds=0), office.config / "heat.yaml"
    good = heat.read_text("utf-8")
    assert looks(watch, 2) == [False, False]
    heat.write_text("nothing: true\n", "utf-8")
    assert looks(watch, 3) == [False, False, False], "wrong: everybody goes on with the one before"
    heat.write_text(f"{good}# better\n", "utf-8")
    assert looks(watch, 3) == [False, True, False]
    assert not office.versions.folder.exists()
    office.versions.folder.mkdir(parents=True)
    (office.versions.folder / "installed.json").write_text('{"versions": ["grams-1"]}', "utf-8")
    assert looks(watch, 3) == [False, True, False]


def running(office: Office) -> list[RunningProcess]:
    with office.register.reading() as tx:
        return tx.configuration.running()


def eventually(asked: Callable[[], bool]) -> None:
    pause = threading.Event()
    assert any(asked() or pause.wait(0.1) for _ in range(300))


def test_a_process_tells_what_it_read_for_as_long_as_it_runs(office: Office) -> None:
    with announced(office, "respond"):
        eventually(lambda: len(running(office)) == 1)
        (process,) = running(office)
        assert (process.role, process.process, process.config) == ("respond", office.holder, office.config_digest)
    eventually(lambda: not running(office))
    office.close()


def test_children_are_started_again_when_what_they_read_is_outdated(office: Office) -> None:
    changed, stop = threading.Event(), threading.Event()

    def outdated() -> bool:
        was = changed.is_set()
        changed.clear()
        return was

    where = ("--data", str(office.settings.data.absolute()), "--config", str(office.config.absolute()))
    supervisor = Supervisor([Role(name="respond", arguments=("respond", *where))], outdated)
    watching = threading.Thread(target=supervisor.run, args=(stop,))
    watching.start()
    eventually(lambda: len(running(office)) == 1)
    first = running(office)[0].process
    changed.set()
    eventually(lambda: [each.process for each in running(office)] not in ([], [first]))
    stop.set()
    watching.join(60)
    eventually(lambda: not running(office))
    office.close()
