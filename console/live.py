"""The live stream: every browser sees the register's changes by their numbers and can resume from any of them.

One tailer per process reads the outbox; browsers wait for it and never ask the database themselves, except to
catch up. A console process needs nothing from the others: the change number means the same in all of them.
"""

import asyncio
import contextlib
import json
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from console.acting import Visiting
from console.admitting import present_at, signed_in
from console.office import ConsoleOffice
from console.seeing import seen_among
from huiying.clock import Clock
from huiying.entrance import Visit
from huiying.failures import Rejected, Unavailable
from huiying.messages import (
    AlertChanged,
    AlertRaised,
    ClarificationChanged,
    ConcernChanged,
    Message,
    NewerVersion,
    ProceedingChanged,
    TaskChanged,
    TaskEscalated,
    TaskOpened,
    TaskOverdue,
    open_envelope,
)
from huiying.permission import sees_all
from huiying.register.outbox import Change
from huiying.register.register import Register

log = structlog.get_logger()

HEARTBEAT_SECONDS = 15.0
POLL_SECONDS = 0.1
_AWAY_SECONDS = 1.0
_KEPT = 2_000
_PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One change as the browser gets it."""

    number: int
    text: str
    concern: str | None


class Tailer:
    """Follows the outbox for all browsers of this process, in a thread, off the event loop."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._recent: deque[Told] = deque(maxlen=_KEPT)
        self._newest = 0
        self._news = asyncio.Condition()
        self._closed = threading.Event()

    async def follow(self) -> None:
        """Read what is new until `close`; while the register is away, wait and try again."""
        self._newest = await self._newest_number()
        await self._wake()
        while not self._closed.is_set():
            try:
                changes = await asyncio.to_thread(self._read, self._newest)
            except Unavailable as away:
                log.warning("live stream waits for the register", reason=str(away))
                await asyncio.sleep(_AWAY_SECONDS)
                continue
            if changes:
                self._recent.extend(tell(changes))
                self._newest = changes[-1].number
                await self._wake()
            if len(changes) < _PAGE:
                await asyncio.sleep(POLL_SECONDS)
        await self._wake()

    def close(self) -> None:
        """Let every stream end within a moment, so that a server can stop. May be called from any thread."""
        self._closed.set()

    @property
    def closed(self) -> bool:
        """Whether streams are to end."""
        return self._closed.is_set()

    async def after(self, number: int, patience: float) -> tuple[Sequence[Told], int]:
        """What came after this number, waiting up to `patience` seconds, and the number reached."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience), self._news:
                await self._news.wait_for(lambda: self._newest > number or self.closed)
        if self._newest <= number:
            return (), number
        if number >= self._covered_from():
            return [told for told in self._recent if told.number > number], self._newest
        missed = await asyncio.to_thread(self._read, number)
        return tell(missed), missed[-1].number if missed else self._newest

    async def out_of_reach(self, number: int) -> bool:
        """Whether a browser here has missed more than the outbox still holds, or comes from another register."""
        oldest, newest = await asyncio.to_thread(self._bounds)
        return number > newest or (oldest is not None and number < oldest - 1)

    async def present(self) -> int:
        """The newest number there is."""
        return await self._newest_number()

    def _covered_from(self) -> int:
        # With nothing kept yet, everything up to where the tailer began has to be read from the outbox.
        return self._recent[0].number - 1 if self._recent else self._newest

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _newest_number(self) -> int:
        while True:
            try:
                return (await asyncio.to_thread(self._bounds))[1]
            except Unavailable:
                await asyncio.sleep(_AWAY_SECONDS)

    def _read(self, after: int) -> Sequence[Change]:
        with self._register.reading() as tx:
            return tx.outbox.tail(after, _PAGE)

    def _bounds(self) -> tuple[int | None, int]:
        with self._register.reading() as tx:
            return tx.outbox.oldest(), tx.outbox.newest()


def tell(changes: Sequence[Change]) -> list[Told]:
    """The changes that a browser can show; of several changes of one concern in a row only the last."""
    shown: dict[str, Told] = {}
    for change in changes:
        facts = _facts(change)
        if facts is None:
            continue
        coalesced = facts["topic"] == ConcernChanged.topic
        place = change.envelope.key if coalesced else f"#{change.number}"
        shown.pop(place, None)
        shown[place] = Told(
            number=change.number,
            text=json.dumps(facts | {"number": change.number}, ensure_ascii=False),
            concern=facts.get("concern"),
        )
    return list(shown.values())


def _facts(change: Change) -> dict[str, str | None] | None:
    try:
        message = open_envelope(change.envelope)
    except (Rejected, NewerVersion) as unreadable:
        log.warning("change not shown live", number=change.number, reason=str(unreadable))
        return None
    return _seen(message)


def _seen(message: Message) -> dict[str, str | None] | None:
    match message:
        case AlertRaised() | AlertChanged():
            return {
                "topic": message.topic,
                "alert": message.alert,
                "concern": message.concern,
                "source": message.source,
                "level": message.level,
            }
        case TaskOpened() | TaskChanged() | TaskOverdue() | TaskEscalated():
            return {
                "topic": message.topic,
                "task": message.task,
                "concern": message.concern,
                "bureau": message.bureau,
            }
        case ProceedingChanged():
            return {"topic": message.topic, "proceeding": message.proceeding, "concern": message.concern}
        case ClarificationChanged():
            return {
                "topic": message.topic,
                "clarification": message.clarification,
                "concern": message.concern,
                "bureau": message.bureau,
            }
        case ConcernChanged():
            return {"topic": message.topic, "concern": message.concern}
        case _:
            return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Listener:
    """Whose browser listens: what is told to them, and whether they are still signed in."""

    register: Register
    visit: Visit
    present: Callable[[], Visit | None]

    def may_hear(self, told: Sequence[Told]) -> Sequence[Told]:
        """Those of the changes that are of matters which this person may see."""
        if sees_all(self.visit.person):
            return told
        with self.register.reading() as tx:
            seen = seen_among(tx, [one.concern for one in told], self.visit.person)
        return [one for one in told if one.concern in seen]

    def is_gone(self) -> bool:
        """Whether the session is over, or the person has become another: other roles, another unit."""
        now = self.present()
        return now is None or now.person != self.visit.person


def live_routes(tailer: Tailer, office: ConsoleOffice, notices: Callable[[], Sequence[str]]) -> APIRouter:
    """`GET /live`: the stream of changes as server-sent events."""
    routes = APIRouter()

    @routes.get(
        "/live", summary="实时变更流", response_class=StreamingResponse, tags=["实时"], dependencies=signed_in()
    )
    async def live(request: Request, visit: Visiting, after: int | None = None) -> StreamingResponse:
        """按变更号推送的服务器事件流。断线重连时用 Last-Event-ID（或参数 after）从断点续传。"""
        resume = request.headers.get("last-event-id", "")
        start = int(resume) if resume.isdecimal() and len(resume) < 19 else after
        listener = Listener(
            register=office.register, visit=visit, present=lambda: present_at(request, office.entrance)
        )
        return StreamingResponse(
            _stream(tailer, lambda: _pulse(office.clock, notices()), listener, start),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    return routes


async def _stream(
    tailer: Tailer, pulse: Callable[[], str], listener: Listener, start: int | None
) -> AsyncIterator[str]:
    number = await tailer.present() if start is None else start
    yield "retry: 2000\n"
    yield pulse()
    # Where the register is away the stream ends; the browser says so and comes back by itself.
    with contextlib.suppress(Unavailable):
        if await tailer.out_of_reach(number):
            number = await tailer.present()
            yield f"id: {number}\nevent: behind\ndata: {{}}\n\n"
        async for text in _from(tailer, pulse, listener, number):
            yield text


async def _from(tailer: Tailer, pulse: Callable[[], str], listener: Listener, number: int) -> AsyncIterator[str]:
    time = asyncio.get_running_loop().time
    next_beat = time() + HEARTBEAT_SECONDS
    while not tailer.closed:
        told, number = await tailer.after(number, max(0.0, next_beat - time()))
        for one in await asyncio.to_thread(listener.may_hear, told) if told else ():
            yield f"id: {one.number}\nevent: change\ndata: {one.text}\n\n"
        if time() >= next_beat:
            if await asyncio.to_thread(listener.is_gone):
                yield "event: ended\ndata: {}\n\n"
                return
            next_beat = time() + HEARTBEAT_SECONDS
            yield pulse()


def _pulse(clock: Clock, notices: Sequence[str]) -> str:
    # The comment keeps proxies awake; the event tells how fresh the page is, what time it is here and what is away.
    facts = {"now": clock.now().timestamp(), "notices": list(notices)}
    return f": 心跳\nevent: pulse\ndata: {json.dumps(facts, ensure_ascii=False)}\n\n"
