"""Runs the roles of the office as child processes: starts them, again when they fall, and stops them together.

Children are forked from one server process that has already imported the heavy libraries, so that five roles cost
the imports of one and a role that fell is back within a second.
"""

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.process import BaseProcess

import structlog

log = structlog.get_logger()

_PRELOADED = ["console.wiring", "console.app", "consumers.stages", "uvicorn"]
"""Imported once, before forking. Not Scrapy: a reactor must not be shared between processes."""

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
    process: ForkServerProcess
    started: float
    falls: int = 0
    start_again_at: float | None = None


class Supervisor:
    """Keeps the children running until it is told to stop.

    A child that falls is started again after a pause that grows to 10 s while it keeps falling. Children stop by
    themselves when the supervisor is gone, even after kill -9. Where `outdated` says that what the children read at
    their start has changed, they are started again one after the other.
    """

    def __init__(self, roles: Sequence[Role], outdated: Callable[[], bool] = lambda: False) -> None:
        self._roles = roles
        self._outdated = outdated
        self._context = prepared_context()

    def run(self, stop: threading.Event) -> None:
        """Start every role and stay until `stop` is set; then stop them all."""
        children = [self._start(role) for role in self._roles]
        try:
            while not stop.wait(0.2):
                for child in children:
                    self._look_after(child)
                if self._outdated():
                    self._renew(children, stop)
        finally:
            _stop_all([child.process for child in children])

    def _start(self, role: Role) -> _Child:
        process = self._context.Process(target=play, args=(role.arguments,), name=role.name)
        process.start()
        log.info("role started", role=role.name, pid=process.pid)
        return _Child(role=role, process=process, started=time.monotonic())

    def _renew(self, children: Sequence[_Child], stop: threading.Event) -> None:
        log.info("starting every role again, one after the other")
        for child in children:
            if stop.is_set():
                return
            _stop_all([child.process])
            again = self._start(child.role)
            child.process, child.started, child.falls, child.start_again_at = again.process, again.started, 0, None

    def _look_after(self, child: _Child) -> None:
        now = time.monotonic()
        if child.start_again_at is not None:
            if now >= child.start_again_at:
                again = self._start(child.role)
                child.process, child.started, child.start_again_at = again.process, again.started, None
            return
        if child.process.is_alive():
            return
        child.falls = 1 if now - child.started > _STEADY_SECONDS else child.falls + 1
        pause = min(_LONGEST_PAUSE, 0.2 * 2 ** (child.falls - 1))
        child.start_again_at = now + pause
        code = child.process.exitcode
        log.error("role fell and will be started again", role=child.role.name, exit_code=code, pause_seconds=pause)


def prepared_context() -> ForkServerContext:
    """Where children are forked from: a process that has imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def play(arguments: Sequence[str]) -> None:
    """What a child does: the command line, with these arguments. Ends the process with its exit code."""
    from console.cli import huiying  # noqa: PLC0415 - the command line imports this module

    huiying(args=list(arguments), prog_name="huiying")


def _stop_all(processes: Sequence[ForkServerProcess]) -> None:
    for process in processes:
        if process.is_alive():
            process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for process in processes:
        process.join(max(0.1, deadline - time.monotonic()))
        if process.is_alive():
            log.error("role did not stop in time and was killed", role=process.name)
            process.kill()
            process.join()


def stop_on_signals() -> threading.Event:
    """An event that is set at SIGTERM, at SIGINT, or when the supervisor that started this process is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        threading.Thread(target=_stop_after, args=(supervisor, stop), daemon=True, name="watch-supervisor").start()
    return stop


def _stop_after(supervisor: BaseProcess, stop: threading.Event) -> None:
    supervisor.join()
    stop.set()
