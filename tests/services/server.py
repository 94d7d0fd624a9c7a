"""What the three servers have in common: a folder, a free port, a process of their own, and logs when one fails."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict

import psutil

FETCHED = Path(__file__).parent.parent.parent / ".services"
"""Where `fetch.sh` puts the servers."""

NOBODY = 65534
_START_SECONDS = 120.0
_STOP_SECONDS = 30.0


class ServerFailed(Exception):
    """A server did not start; the message ends with the last lines of its log."""


class Server(ABC):
    """One server with its data in a folder of its own. It can be stopped, killed and started again on the same port.

    Started in a session of its own, so that everything it starts ends with it. As root it runs as nobody, because
    Elasticsearch and PostgreSQL refuse to run as root.
    """

    name: str
    _stops_at = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that was started; what it starts itself is in the session of the same number."""
        assert self._process is not None
        return self._process.pid

    @property
    @abstractmethod
    def url(self) -> str:
        """The address as a setting of Huiying names it."""

    @abstractmethod
    def _prepare(self) -> None:
        """Write configuration and empty data, once."""

    @abstractmethod
    def _command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """What starts it, and what its environment has beside ours."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it can be worked with; asked again and again."""

    def start(self) -> Self:
        """Start it and return once it answers. Raises `ServerFailed`."""
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            self._prepare()
            self._hand_over()
        command, environment = self._command()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | environment,
                cwd=self.folder,
                start_new_session=True,
                **_as_nobody(),
            )
        self._wait()
        return self

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(self._stops_at)

    def kill(self) -> None:
        """End it with everything it has started, without warning.

        Also what opened a session of its own, as PostgreSQL's back ends do: left alone, one may still answer the
        client that it has, although the server is gone.
        """
        runs = self._process is not None and self._process.poll() is None
        started = psutil.Process(self.pid).children(recursive=True) if runs else []
        self._end(signal.SIGKILL)
        for process in started:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        if not in_time(lambda: all(map(_ended, started)), _STOP_SECONDS):
            raise ServerFailed(f"{self.name}: some of what it started runs on: {started}")

    def run(self, *command: str | Path, environment: Mapping[str, str] | None = None, stdin: bytes = b"") -> None:
        """Run one of the server's own tools, as the user that it runs as."""
        self._hand_over()
        done = subprocess.run(
            [str(part) for part in command],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | (environment or {}),
            cwd=self.folder,
            check=False,
            **_as_nobody(),
        )
        if done.returncode:
            raise ServerFailed(f"{self.name}: {command[0]} ended with {done.returncode}\n{done.stdout.decode()}")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if kind is None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            if self._answers():
                return
            time.sleep(0.1)
        self.kill()
        last = self.log.read_text("utf-8", "replace").splitlines()[-40:]
        raise ServerFailed("\n".join([f"{self.name} did not start; the end of {self.log}:", *last]))

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if how is not signal.SIGKILL and _signal_session(process, how):
            in_time(lambda: process.poll() is not None and not _signal_session(process, 0), _STOP_SECONDS)
        _signal_session(process, signal.SIGKILL)
        process.wait()

    def _hand_over(self) -> None:
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def free_port() -> int:
    """A port of loopback that nobody listens on now.

    Of those that the system gives to nobody who connects (Linux: from 32768 on), so that none is taken in the seconds
    until a server binds it.
    """
    chance = random.SystemRandom()
    while True:
        with socket.socket() as probe:
            port = chance.randrange(15_000, 32_000)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def java_home() -> str:
    """The Java that is on the path."""
    java = shutil.which("java")
    if java is None:
        raise ServerFailed("Java is missing: install openjdk-17-jre-headless (make setup-test does where apt may)")
    return str(Path(java).resolve().parent.parent)


def fetched(pattern: str) -> Path:
    """A server that `fetch.sh` has put there."""
    found = sorted(FETCHED.glob(pattern))
    if not found:
        raise ServerFailed(f"{FETCHED / pattern} is missing: run make setup-test")
    return found[-1]


def in_time(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether this comes true before so many seconds are over."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class _User(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


def _as_nobody() -> _User:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _signal_session(process: subprocess.Popen[bytes], number: int) -> bool:
    """Signal everything that was started with it; False where nothing of it is left. Signal 0 only asks."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return False
    return True
