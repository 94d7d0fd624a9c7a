"""What a change of the configuration would do, looked at before it is saved; nothing is kept of it."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from console import wording
from console.office import ConsoleOffice
from huiying.failures import NotAllowed
from huiying.policy.folder import copy_with
from huiying.policy.policy import Policy
from huiying.policy.workdays import read_workdays
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.task import DueClock
from huiying.workdays import WorkdayCalendar
from responders.proceedings.counting import as_counted

log = structlog.get_logger()

_AT_MOST = 5
_SECONDS = 60.0
_MOST_PROCEEDINGS = 2_000
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenPost:
    """A post that a source would give, masked; or, with `error` alone, what went wrong on the way."""

    title: str = ""
    text: str = ""
    url: str = ""
    published_at: datetime | None = None
    error: str = ""

    @property
    def when(self) -> str:
        """In Beijing time."""
        return wording.exact(self.published_at) if self.published_at else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedClock:
    """A running clock that would end at another moment. Of the matter only its number is told."""

    number: str
    clock: str
    was: str
    becomes: str


def taken_by(config: Path, file: str, text: str, source: str) -> list[TakenPost]:
    """The first posts that a source would give if its file read so.

    A process of its own crawls: the console has no reactor, and a page that never ends ends with the process.
    """
    if not _one_at_a_time.acquire(blocking=False):
        raise NotAllowed("正在试取另一个信源，请过一会再试")
    try:
        with tempfile.TemporaryDirectory(prefix="huiying-preview-") as scratch:
            changed = copy_with(config, Path(scratch) / "config", file, text)
            return [_post(line) for line in _crawled(changed, source)]
    finally:
        _one_at_a_time.release()


def _crawled(config: Path, source: str) -> Iterator[bytes]:
    command = [sys.executable, "-m", "console.source_preview", str(config), source, str(_AT_MOST)]
    try:
        ended = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - this program; no shell
    except subprocess.TimeoutExpired:
        raise NotAllowed(f"{_SECONDS:g} 秒内没有取完。网站可能很慢，或“两次请求之间至少几秒”太长") from None
    if ended.returncode:
        log.error("a source could not be tried", source=source, said=ended.stderr.decode("utf-8", "replace")[-2000:])
        raise NotAllowed("程序出错，详情见日志。可以在服务器上用 huiying check --source 再试")
    yield from ended.stdout.splitlines()


def _post(line: bytes) -> TakenPost:
    return msgspec.json.decode(line, type=TakenPost)


def moved_clocks(office: ConsoleOffice, policy: Policy) -> list[MovedClock]:
    """Which clocks of open matters another calendar would let end otherwise, beside that of the disk."""
    present = read_workdays(office.config)
    with office.register.reading() as tx:
        found = tx.proceedings.listed(is_open=True, limit=_MOST_PROCEEDINGS)
        return [moved for one in found for moved in _moved(tx, office, one, (present, policy.calendar))]


def _moved(
    tx: Transaction, office: ConsoleOffice, proceeding: Proceeding, calendars: tuple[WorkdayCalendar, WorkdayCalendar]
) -> Iterator[MovedClock]:
    before, after = (_clocks(tx, office.policy, proceeding, calendar) for calendar in calendars)
    changed = [step for step, clock in after.items() if step in before and before[step].due_at != clock.due_at]
    if not changed:
        return
    concern = tx.concerns.find(proceeding.concern)
    for step in changed:
        yield MovedClock(
            number=concern.number if concern else proceeding.concern,
            clock=after[step].title,
            was=_moment(before[step]),
            becomes=_moment(after[step]),
        )


def _clocks(
    tx: Transaction, policy: Policy, proceeding: Proceeding, calendar: WorkdayCalendar
) -> Mapping[str, DueClock]:
    counted = as_counted(tx, proceeding, replace(policy, calendar=calendar))
    return {clock.step: clock for clock in counted.clocks}


def _moment(clock: DueClock) -> str:
    return wording.exact(clock.due_at) if clock.due_at else "不计时"
