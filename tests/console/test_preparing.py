"""`huiying prepare`: every store ready for this version, and patience with servers that are not up yet."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.preparing import prepare_stores
from console.wiring import Office
from huiying.policy.policy import default_office
from huiying.settings import read_settings
from tests.console.test_cli import huiying, lines
from tests.services.postgresql import PostgreSQL


def test_a_fresh_folder_is_made_ready_and_once_more_changes_nothing(tmp_path: Path) -> None:
    for _ in range(2):
        run = huiying("prepare", folder=tmp_path)
        assert run.exit_code == 0
        assert {line["what"]: line["ok"] for line in lines(run)} == {"台账": True, "总线": True, "帖文库": True}
    assert {path.name for path in (tmp_path / "var").glob("*.db")} == {"archive.db", "bus.db", "register.db"}


def test_what_is_not_there_in_time_is_refused_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYING_BUS", "sqlite:////dev/null/bus.db")
    run = huiying("prepare", "--patience", "0", folder=tmp_path)
    assert run.exit_code == 1
    assert {line["what"]: line["ok"] for line in lines(run)} == {"台账": True, "总线": False, "帖文库": True}
    assert "等待总线：the bus cannot be reached" in run.stderr
    assert "还没有备好：总线" in run.stderr


def test_a_store_that_comes_late_is_waited_for(tmp_path: Path) -> None:
    """The bus lies in a folder that is a file until it has been asked for once."""
    obstacle = tmp_path / "later"
    obstacle.touch()
    settings = read_settings({"HUIYING_BUS": f"sqlite:///{obstacle}/bus.db"}, tmp_path)
    office = Office(settings, default_office())
    told: list[str] = []

    def tell(words: str) -> None:
        told.append(words)
        obstacle.unlink()

    findings = prepare_stores(office, 60, tell)
    office.close()
    assert all(finding.ok for finding in findings)
    assert [words.partition("：")[0] for words in told] == ["等待总线"]


@pytest.fixture
def late_servers_folder() -> Iterator[Path]:
    """A folder that the servers' user can reach."""
    with tempfile.TemporaryDirectory(prefix="huiying-prepare-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.slow
@pytest.mark.servers
def test_three_servers_are_made_ready_and_the_late_one_is_waited_for(
    late_servers_folder: Path, kafka_url: str, elasticsearch_url: str
) -> None:
    late = PostgreSQL(late_servers_folder / "postgresql")
    stamp = f"prepare{time.time_ns()}"
    environment = os.environ | {
        "HUIYING_BUS": f"{kafka_url}/{stamp}",
        "HUIYING_ARCHIVE": f"{elasticsearch_url}/{stamp}",
        "HUIYING_REGISTER": late.url,
    }
    command = [sys.executable, "-m", "console", "prepare", "--data", str(late_servers_folder / "var")]
    preparing = subprocess.Popen(
        command, env=environment, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert preparing.stderr is not None
    assert "等待台账" in preparing.stderr.readline()
    with late:
        out, said = preparing.communicate(timeout=120)
    assert preparing.returncode == 0, said
    assert out.count('"ok":true') == 3
