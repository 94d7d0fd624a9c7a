"""A task 交办任务: one bureau's obligation, with clocks, and every move that is legal for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.clock import moment_words
from huiying.failures import NotAllowed
from huiying.person import Signed
from huiying.procedure import Start
from huiying.task_parts import Change, ClosedAs, Decision, Extension, HandDown, Part, ReturnRequest, Urging

_OF_HELPERS = ("sign-in", "first-finding")
"""The steps whose clocks bind a co-handler too."""


class TaskState(StrEnum):
    """Where a task stands."""

    WAITING = "waiting"
    SENT = "sent"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class DueClock:
    """One clock of a procedure, running: start + length = due, with its legal basis.

    `due_at` is None where the regime sets no number (2014: “及时”). `outward` clocks (对外) bind the
    publication and are never moved; inward ones (对内) are the office's own. `mark` is the certainty of
    the basis (P/O/N/M/U, see `docs/glossary.md`); U is shown as 本单位自定. `started_by` is the moment of the
    matter that started it; None where it is counted back from another clock.
    """

    step: str
    title: str
    starts_at: datetime
    due_at: datetime | None
    calculation: str
    basis: str
    mark: str
    outward: bool
    provisional: bool = False
    started_by: Start | None = None


def extended(clock: DueClock, request: Extension) -> DueClock:
    """An inward clock with an extension that the office agreed to; as it was where it did not, or it ends later."""
    decision = request.decision
    if decision is None or not decision.accepted or clock.due_at is None or clock.due_at >= request.until:
        return clock
    words = f"{clock.calculation}；经{decision.by.name}同意延至{moment_words(request.until)}"
    return replace(clock, due_at=request.until, calculation=words)


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What one bureau must do about one episode of a concern, under one procedure.

    `done` tells when the step of a clock was done. `return_clock` bounds 申请退回; it obliges nobody. `asked_at` is
    the moment of the counts in `asked`. `changes` is the task's own log: whoever comes second is told from it.
    """

    id: str
    concern: str
    alert: str
    procedure: str
    procedure_version: str
    bureau: str
    co_handlers: tuple[str, ...]
    title: str
    asked: str
    asked_at: datetime | None = None
    clocks: tuple[DueClock, ...]
    return_clock: DueClock | None = None
    done: Mapping[str, datetime] = field(default_factory=dict)
    part: Part = Part.LEAD
    designated: bool = False
    state: TaskState
    waits_because: str | None = None
    opened_at: datetime
    sent_at: datetime | None = None
    sent_by: str | None = None
    signed_in_by: Signed | None = None
    begun_by: Signed | None = None
    handler: str | None = None
    returns: tuple[ReturnRequest, ...] = ()
    extensions: tuple[Extension, ...] = ()
    handed_down: tuple[HandDown, ...] = ()
    urgings: tuple[Urging, ...] = ()
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    close_reason: str | None = None
    changes: tuple[Change, ...] = ()
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The nearest outward deadline that still runs, None where no clock has a number."""
        return min((clock.due_at for clock in self.running if clock.outward and clock.due_at), default=None)

    @property
    def running(self) -> tuple[DueClock, ...]:
        """The clocks whose step is not done."""
        return tuple(clock for clock in self.clocks if clock.step not in self.done)

    @property
    def owed(self) -> tuple[DueClock, ...]:
        """The running clocks that this bureau must meet: the draft and the answer are the lead's."""
        return self.running if self.leads else tuple(clock for clock in self.running if clock.step in _OF_HELPERS)

    @property
    def leads(self) -> bool:
        """Whether the bureau answers for the whole matter."""
        return self.part is Part.LEAD

    @property
    def asked_to_return(self) -> ReturnRequest | None:
        """The request to return it that waits for an answer."""
        return next((each for each in self.returns if each.decision is None), None)

    @property
    def asked_to_extend(self) -> Extension | None:
        """The request for more time that waits for an answer."""
        return next((each for each in self.extensions if each.decision is None), None)

    def sent(self, *, by: str, now: datetime) -> Self:
        """交办: hand it to the bureau."""
        if self.state is TaskState.SENT:
            raise NotAllowed(f"这件任务已由{self.sent_by}交办{self.bureau}，无须再发")
        self._must_not_be_closed("再交办")
        return replace(self, state=TaskState.SENT, sent_at=now, sent_by=by, waits_because=None)

    def closed(self, *, reason: str, now: datetime, how: ClosedAs = ClosedAs.WITHDRAWN) -> Self:
        """Close it for a stated reason."""
        self._must_not_be_closed("再关闭")
        if not reason.strip():
            raise NotAllowed("关闭任务须写明原因")
        return replace(self, state=TaskState.CLOSED, closed_at=now, closed_as=how, close_reason=reason.strip())

    def designate(self) -> Self:
        """指定承办: from now on it cannot be returned."""
        self._must_not_be_closed("指定承办")
        if self.designated:
            raise NotAllowed(f"这件任务已指定{self.bureau}承办")
        if self.asked_to_return:
            raise NotAllowed(f"{self.bureau}已申请退回，请先答复退回申请")
        return replace(self, designated=True)

    def signed_in(self, by: Signed) -> Self:
        """签收: the bureau has it; whoever signs is its handler."""
        self._must_be_sent("签收")
        if self.signed_in_by:
            raise NotAllowed(f"{self.signed_in_by.name}已于{moment_words(self.signed_in_by.at)}签收，无须再签")
        return replace(self, signed_in_by=by, handler=by.name).step_done("sign-in", by.at)

    def begun(self, by: Signed) -> Self:
        """The bureau works on it."""
        self.must_be_in_hand("开始办理")
        if self.begun_by:
            raise NotAllowed(f"{self.begun_by.name}已于{moment_words(self.begun_by.at)}开始办理")
        return replace(self, begun_by=by)

    def handed_over(self, to: str) -> Self:
        """移交: another person of the same bureau goes on with it."""
        self.must_be_in_hand("移交经办人")
        if not to.strip():
            raise NotAllowed("请写明移交给本单位的哪一位")
        if to.strip() == self.handler:
            raise NotAllowed(f"经办人已经是{self.handler}")
        return replace(self, handler=to.strip())

    def return_asked(self, request: ReturnRequest) -> Self:
        """申请退回, within its own clock; a designated task cannot be returned."""
        self._must_be_sent("申请退回")
        if self.designated:
            raise NotAllowed(f"这件任务是指定{self.bureau}承办的，不能退回；确有困难可申请延期，或联系舆情值班员")
        if self.asked_to_return:
            raise NotAllowed(f"{self.asked_to_return.asked.name}已申请退回，正等舆情值班员答复")
        until = self.return_clock.due_at if self.return_clock else None
        if until and request.asked.at > until:
            raise NotAllowed(
                f"申请退回的时限是{moment_words(until)}，已过；请先办理（首接负责），涉及其他单位的可请舆情值班员协调协办"
            )
        if not request.reason.strip():
            raise NotAllowed("申请退回须写明理由")
        return replace(self, returns=(*self.returns, replace(request, reason=request.reason.strip())))

    def return_decided(self, decision: Decision) -> Self:
        """The office's answer to the request to return it."""
        self._must_be_sent("答复退回申请")
        if not self.returns:
            raise NotAllowed(f"{self.bureau}没有申请退回这件任务")
        return replace(self, returns=(*self.returns[:-1], self.returns[-1].decided(decision)))

    def extension_asked(self, request: Extension) -> Self:
        """申请延期 of an inward clock, before it has run out and never beyond the outward deadline."""
        self.must_be_in_hand("申请延期")
        if self.asked_to_extend:
            raise NotAllowed(f"{self.asked_to_extend.asked.name}已申请延期“{self.asked_to_extend.title}”，正等答复")
        clock = self._inward(request.step)
        outward = min((each.due_at for each in self.clocks if each.outward and each.due_at), default=None)
        asked = replace(request, title=clock.title)
        asked.must_fit(clock.due_at, outward)
        return replace(self, extensions=(*self.extensions, asked))

    def extension_decided(self, decision: Decision) -> Self:
        """The office's answer; where it agrees, that one inward clock moves, and says why."""
        self._must_be_sent("答复延期申请")
        if not self.extensions:
            raise NotAllowed(f"{self.bureau}没有申请延期")
        request = self.extensions[-1].decided(decision)
        decided = replace(self, extensions=(*self.extensions[:-1], request))
        if not decision.accepted:
            return decided
        clocks = tuple(
            extended(clock, request) if clock.step == request.step and not clock.outward else clock
            for clock in self.clocks
        )
        return replace(decided, clocks=clocks)

    def passed_down(self, part: HandDown) -> Self:
        """二级转办, with a deadline that is not later than the task's own."""
        self.must_be_in_hand("转办")
        part.must_fit(max((clock.due_at for clock in self.running if clock.due_at), default=None))
        return replace(self, handed_down=(*self.handed_down, replace(part, number=len(self.handed_down) + 1)))

    def answered_from_below(self, number: int, answer: str, by: Signed) -> Self:
        """The answer of the unit that a part was handed down to."""
        self.must_be_in_hand("登记下属单位答复")
        if not any(part.number == number for part in self.handed_down):
            raise NotAllowed(f"这件任务没有第 {number} 次转办")
        parts = (part.answered_with(answer, by) if part.number == number else part for part in self.handed_down)
        return replace(self, handed_down=tuple(parts))

    def urged(self, urging: Urging) -> Self:
        """催办."""
        self._must_be_sent("催办")
        return replace(self, urgings=(*self.urgings, urging))

    def step_done(self, step: str, at: datetime) -> Self:
        """The clock of this step stands; the first time counts."""
        return self if step in self.done else replace(self, done={**self.done, step: at})

    def moved_to(self, concern: str, episode: str, part: Part) -> Self:
        """Under the concern that its own went up in; outward clocks stay as they are."""
        return replace(self, concern=concern, alert=episode, part=part)

    def changed(self, what: str, *, who: str, at: datetime) -> Self:
        """With a line in its own log, at the version that the next save gives it."""
        return replace(self, changes=(*self.changes, Change(version=self.version + 1, at=at, who=who, what=what)))

    def changes_since(self, version: int) -> tuple[Change, ...]:
        """What was done to it after somebody read this version."""
        return tuple(change for change in self.changes if change.version > version)

    def must_be_in_hand(self, what: str) -> None:
        """`NotAllowed` unless the bureau has signed for it and it is open."""
        self._must_be_sent(what)
        if self.signed_in_by is None:
            raise NotAllowed(f"这件任务还没有签收，请先签收再{what}")

    def _must_be_sent(self, what: str) -> None:
        if self.state is TaskState.WAITING:
            raise NotAllowed(f"这件任务还没有交办{self.bureau}，不能{what}")
        self._must_not_be_closed(what)

    def _must_not_be_closed(self, what: str) -> None:
        if self.state is TaskState.CLOSED:
            raise NotAllowed(f"这件任务已关闭（{self.close_reason}），不能{what}")

    def _inward(self, step: str) -> DueClock:
        clock = next((each for each in self.clocks if each.step == step), None)
        if clock is None:
            raise NotAllowed(f"这件任务没有“{step}”这个时限")
        if clock.outward:
            raise NotAllowed(f"“{clock.title}”是对外时限，不能延期；可以申请延期的是本单位的对内时限")
        if step in self.done:
            raise NotAllowed(f"“{clock.title}”已于{moment_words(self.done[step])}办完，无须延期")
        return clock
