"""看效果: the last days replayed by proposed rules beside the present ones, in a process of its own.

One runs at a time in the whole office (the lease `rules-effect`): it takes a core for minutes. How far it is and what
came of it lies in files beside the proposal, so any console process on this machine can show it, and stop it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from console.office import ConsoleOffice
from console.proposing import Desk, Proposal
from huiying.failures import NotAllowed, Unavailable
from huiying.leasing import Lease
from huiying.policy.folder import copy_with

DAYS = (1, 3, 7)
SHOWN = 100
"""Differences of one kind that are shown; all are counted."""

_LEASE = "rules-effect"
_LOOK_SECONDS = 0.3
_SILENT_AFTER_SECONDS = 30.0
_NICE = 10
_KEPT = ("kind", "at", "level", "highest", "short", "duties", "state")
"""What a page shows of an alert or a task of a replay; its title is made of a post's words and is not kept."""
_TOLD = re.compile(r"已回放 (\d+) / (\d+) 条|这段时间有 (\d+) 条")


class Stage(StrEnum):
    """How far a preview is."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """`lacking` is how many posts of the period were taken in then and are no longer in the archive."""

    stage: Stage
    proposal: str
    days: int
    since: datetime
    until: datetime
    seen_at: float
    done: int = 0
    of: int = 0
    lacking: int = 0
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What would change: counts by kind and change, the words changed of, and the first lines of each kind."""

    counts: dict[str, int]
    changed: dict[str, int]
    lines: dict[str, list[dict[str, Any]]]


class Effects:
    """The preview of one visit's proposal."""

    def __init__(self, office: ConsoleOffice, desk: Desk) -> None:
        self._office = office
        self._desk = desk
        self._state = desk.folder / "progress.json"
        self._lines = desk.folder / "lines.jsonl"
        self._notes = desk.folder / "notes.txt"
        self._result = desk.folder / "found.json"
        self._stop = desk.folder / "stop"

    @property
    def progress(self) -> Progress | None:
        """How far it is; None where none was begun."""
        try:
            found = msgspec.json.decode(self._state.read_bytes(), type=Progress)
        except (OSError, msgspec.MsgspecError):
            return None
        if found.stage is Stage.RUNNING and time.time() - found.seen_at > _SILENT_AFTER_SECONDS:
            return replace(found, stage=Stage.FAILED, words="控制台中途重启过，没有算完。请再看一次")
        return found

    @property
    def found(self) -> Found | None:
        """What came of it; None until it is done."""
        try:
            return msgspec.json.decode(self._result.read_bytes(), type=Found)
        except (OSError, msgspec.MsgspecError):
            return None

    def begin(self, days: int) -> None:
        """Begin; `NotAllowed` where nothing is proposed, or somebody else's is running."""
        proposal, present = self._desk.proposal, self.progress
        if not proposal.texts:
            raise NotAllowed("还没有拟改什么，没有效果可看")
        if moved := self._desk.moved():
            raise NotAllowed(f"{'、'.join(moved)} 在您拟改以后被别人改过。请先全部撤回，看过现在的样子再改")
        if present and present.stage is Stage.RUNNING:
            raise NotAllowed("正在算，请等它算完，或先停下")
        lease = Lease(self._office.register, _LEASE, f"{os.getpid()}-{threading.get_ident()}-{time.time_ns()}")
        if not lease.held():
            raise NotAllowed("另有一人正在看效果，一次只算一份。请过几分钟再试")
        until = self._office.clock.now().replace(microsecond=0)
        since = until - timedelta(days=days)
        for old in (self._stop, self._result):
            old.unlink(missing_ok=True)
        begun = Progress(
            stage=Stage.RUNNING,
            proposal=proposal.digest,
            days=days,
            since=since,
            until=until,
            seen_at=time.time(),
        )
        self._say(begun)
        child = self._started(self._configured(proposal), begun)
        threading.Thread(target=self._watch, args=(child, lease, begun), daemon=True, name="rules-effect").start()

    def stop(self) -> None:
        """Whoever watches it sees this."""
        if self._desk.folder.is_dir():
            self._stop.touch()

    def _configured(self, proposal: Proposal) -> Path:
        config = self._desk.folder / "config"
        shutil.rmtree(config, ignore_errors=True)
        (first, text), *rest = proposal.texts.items()
        copy_with(self._office.config, config, first, text)
        for file, other in rest:
            (config / file).write_text(other, "utf-8")
        return config

    def _started(self, config: Path, begun: Progress) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "console", "replay", "--compare", str(config)]
        command += ["--from", begun.since.isoformat(), "--to", begun.until.isoformat()]
        command += ["--config", str(self._office.config), "--data", str(self._office.data)]
        with self._lines.open("wb") as out, self._notes.open("wb") as err:
            return subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL)  # noqa: S603 - this program, its arguments no shell's

    def _watch(self, child: "subprocess.Popen[bytes]", lease: Lease, begun: Progress) -> None:
        now = begun
        with _niced(child):
            while child.poll() is None:
                if self._stop.exists() or not _held(lease):
                    child.send_signal(signal.SIGTERM)
                now = self._read_on(replace(now, seen_at=time.time()))
                self._say(now)
                time.sleep(_LOOK_SECONDS)
        try:
            self._say(self._ended(child.returncode, self._read_on(now)))
        finally:
            lease.release()

    def _read_on(self, progress: Progress) -> Progress:
        done, of = progress.done, progress.of
        for passed, total, all_of_it in _TOLD.findall(self._notes.read_text("utf-8", "replace")):
            done, of = (int(passed), int(total)) if total else (done, int(all_of_it))
        return replace(progress, done=done, of=of)

    def _ended(self, code: int, last: Progress) -> Progress:
        if self._stop.exists():
            return replace(last, stage=Stage.STOPPED, words="已停下，没有算完")
        if code:
            told = self._notes.read_text("utf-8", "replace").strip()[-600:]
            return replace(last, stage=Stage.FAILED, words=told or "没有算完，可能是内存不够")
        found = read_found(self._lines)
        self._lines.unlink()
        self._result.write_bytes(msgspec.json.encode(found))
        return replace(last, stage=Stage.DONE, done=last.of, lacking=self._lacking(last))

    def _lacking(self, last: Progress) -> int:
        with self._office.register.reading() as tx:
            return max(0, tx.posts.count_collected(last.since, last.until) - last.of)

    def _say(self, progress: Progress) -> None:
        if not self._desk.folder.is_dir():
            return  # withdrawn meanwhile
        new = self._state.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(progress))
        new.replace(self._state)


def read_found(lines: Path) -> Found:
    """The differences counted, and the first of each kind, without the words of posts; a line at a time."""
    counts, changed = Counter[str](), Counter[str]()
    shown: dict[str, list[dict[str, Any]]] = {"alert": [], "task": [], "post": []}
    with lines.open("rb") as written:
        for raw in written:
            line = msgspec.json.decode(raw)
            counts[f"{line['kind']}:{line['change']}"] += 1
            changed.update(f"{line['kind']}:{name}" for name in line["changed"])
            if len(shown[line["kind"]]) < SHOWN:
                shown[line["kind"]].append(line | {side: _kept(line[side]) for side in ("present", "proposed")})
    return Found(counts=dict(counts), changed=dict(changed), lines=shown)


def _kept(side: dict[str, Any] | None) -> dict[str, Any] | None:
    if side is None or "posts" not in side:
        return side
    return {name: side[name] for name in _KEPT if name in side} | {"posts": side["posts"][:1]}


def _held(lease: Lease) -> bool:
    try:
        return lease.held()
    except Unavailable:
        return True  # who cannot ask need not stop: what runs writes nothing of the office


@contextmanager
def _niced(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Screens go before previews; the child ends with whoever watches it."""
    with suppress(ProcessLookupError):  # it may have ended already
        os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)
    try:
        yield
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
