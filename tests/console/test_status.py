"""How the office stands, also while a part of it is away."""

from pathlib import Path

import pytest

from console.status import GROUPS
from console.vitals import Vitals, telling
from consumers.assessing import Assessing
from consumers.gathering import Gathering
from huiying.settings import Address
from responders.alerting import Alerting
from responders.beginning import Beginning
from responders.notifying import Notifying
from responders.preserving import Preserving
from responders.readying import Readying
from responders.tasking import Tasking
from tests.console.test_cli import huiying, lines
from tests.services.server import free_port


def test_every_stage_is_counted_by_the_topics_it_reads() -> None:
    stages = (Assessing, Gathering, Alerting, Preserving, Beginning, Tasking, Readying, Notifying)
    assert {stage.name: tuple(kind.topic for kind in stage.reads) for stage in stages} == GROUPS


def test_everything_there_is_told_while_the_bus_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYING_BUS", "sqlite:////dev/null/bus.db")
    run = huiying("status", folder=tmp_path)
    (status,) = lines(run)
    assert run.exit_code == 1
    assert "连不上：bus" in run.stderr
    assert "cannot be reached" in str(status["bus"])
    assert "stages" not in status
    assert (status["register"], status["archive"], status["posts"]) == ({"away": None}, {"away": None}, 0)
    assert status["outbox"] == {"unsent": 0, "oldest_seconds": 0.0}


def test_the_processes_it_is_told_of_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, closed = free_port(), free_port()
    monkeypatch.setenv("HUIYING_METRICS_OF", f"127.0.0.1:{here}, 127.0.0.1:{closed}")
    with telling(Vitals(role="respond", process="one"), Address(host="127.0.0.1", port=here)):
        run = huiying("status", folder=tmp_path)
    assert run.exit_code == 0
    processes = lines(run)[0]["processes"]
    assert isinstance(processes, list)
    assert [each.get("role") for each in processes] == ["respond", None]
    assert "refused" in processes[1]["away"]
