"""Runs the roles of the office as child processes: starts them, again when they fall, and stops them together."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger()

SUPERVISED = "--supervised"
_STOP_SECONDS = 20.0
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """One child: its name in the log and the arguments of `huiying` that start it."""

    name: str
    arguments: tuple[str, ...]


@dataclass(slots=True)
class _Child:
    role: Role
    process: subprocess.Popen[bytes]
    started: float
    falls: int = 0
    start_again_at: float | None = field(default=None)


class Supervisor:
    """Keeps the children running until it is told to stop.

    A child that falls is started again after a pause that grows to 10 s while it keeps falling. Children watch
    their standard input and stop by themselves when the supervisor is gone, even after kill -9.
    """

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = roles

    def run(self, stop: threading.Event) -> None:
        """Start every role and stay until `stop` is set; then stop them all."""
        children = [_start(role) for role in self._roles]
        try:
            while not stop.wait(0.2):
                for child in children:
                    _look_after(child)
        finally:
            _stop_all(children)


def _start(role: Role) -> _Child:
    command = [sys.executable, "-m", "console", *role.arguments, SUPERVISED]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own program, our own arguments
    log.info("role started", role=role.name, pid=process.pid)
    return _Child(role=role, process=process, started=time.monotonic())


def _look_after(child: _Child) -> None:
    now = time.monotonic()
    if child.start_again_at is not None:
        if now >= child.start_again_at:
            again = _start(child.role)
            child.process, child.started, child.start_again_at = again.process, again.started, None
        return
    code = child.process.poll()
    if code is None:
        return
    child.falls = 1 if now - child.started > _STEADY_SECONDS else child.falls + 1
    pause = min(_LONGEST_PAUSE, 0.2 * 2 ** (child.falls - 1))
    child.start_again_at = now + pause
    log.error("role fell and will be started again", role=child.role.name, exit_code=code, pause_seconds=pause)


def _stop_all(children: Sequence[_Child]) -> None:
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.1, deadline - time.monotonic()))
        if child.process.poll() is None:
            log.error("role did not stop in time and was killed", role=child.role.name)
            child.process.kill()
            child.process.wait()
        if child.process.stdin:
            child.process.stdin.close()


def stop_on_signals(*, supervised: bool) -> threading.Event:
    """An event that is set at SIGTERM, SIGINT, or when the supervisor that started this process is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if supervised:
        threading.Thread(target=_watch_supervisor, args=(stop,), daemon=True).start()
    return stop


def _watch_supervisor(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()
