"""A proceeding 办理: one run of a procedure for one episode of a concern, by the version it began with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
from huiying.person import Signed
from huiying.procedure import Procedure, Regime, Start, Step
from huiying.task import DueClock


class EventLevel(StrEnum):
    """事件级别: determined by the competent authority and recorded by a person; the software never sets it."""

    EXTRAORDINARY = "extraordinary"
    MAJOR = "major"
    CONSIDERABLE = "considerable"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        """The word of the law (突发事件应对法)."""
        return _EVENT_LABELS[self]

    @property
    def starts_major_clocks(self) -> bool:
        """Whether 国办发〔2016〕61号 and 80号 call for 5 h and 24 h."""
        return self in (EventLevel.EXTRAORDINARY, EventLevel.MAJOR)


_EVENT_LABELS = {
    EventLevel.EXTRAORDINARY: "特别重大",
    EventLevel.MAJOR: "重大",
    EventLevel.CONSIDERABLE: "较大",
    EventLevel.ORDINARY: "一般",
}


class OpinionLevel(StrEnum):
    """舆情等级: the office's own human grade of the public's concern, beside heat and event level."""

    MAJOR = "major"
    CONSIDERABLE = "considerable"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        """The office's word."""
        return _OPINION_LABELS[self]


_OPINION_LABELS = {OpinionLevel.MAJOR: "重大", OpinionLevel.CONSIDERABLE: "较大", OpinionLevel.ORDINARY: "一般"}


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDone:
    """A step that was done: by whom, with which outcome, for which reasons."""

    step: str
    by: Signed
    outcome: str | None = None
    reasons: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLevelRecord:
    """What a person recorded about the event level: who determined it, on what basis, when."""

    level: EventLevel
    authority: str
    basis: str
    determined_at: datetime
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Proceeding:
    """The whole procedure it runs by is kept in it: a changed configuration leaves a running matter alone."""

    id: str
    concern: str
    episode: str
    procedure: Procedure
    regime: Regime
    began_at: datetime
    moments: Mapping[Start, datetime]
    done: tuple[StepDone, ...] = ()
    event_levels: tuple[EventLevelRecord, ...] = ()
    opinion_level: OpinionLevel | None = None
    clocks: tuple[DueClock, ...] = field(default=())
    closed_at: datetime | None = None
    version: int = 0

    def step(self, step_id: str) -> Step:
        """The step of this id; `NotAllowed` where the procedure has none."""
        found = next((step for step in self.procedure.steps if step.id == step_id), None)
        if found is None:
            raise NotAllowed(f"{self.procedure.title}没有环节“{step_id}”")
        return found

    def done_as(self, step_id: str) -> StepDone | None:
        """How a step was done the last time; None where it was not."""
        return next((done for done in reversed(self.done) if done.step == step_id), None)

    @property
    def outcomes(self) -> frozenset[str]:
        """What the steps that decide have decided so far; of several decisions of one step the last counts."""
        last = {done.step: done.outcome for done in self.done}
        return frozenset(outcome for outcome in last.values() if outcome)

    def calls_for(self, step: Step) -> bool:
        """Whether this step is to be done, by what was decided so far."""
        return not step.only_for or bool(self.outcomes & set(step.only_for))

    def missing_before(self, step: Step) -> tuple[Step, ...]:
        """The steps that must be done first and were not."""
        before = (self.step(each) for each in step.after)
        return tuple(each for each in before if self._outstanding(each))

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """What can be done next."""
        return tuple(
            step
            for step in self.procedure.steps
            if self.done_as(step.id) is None and self.calls_for(step) and not self.missing_before(step)
        )

    def completed(self, step_id: str, *, by: Signed, outcome: str | None = None, reasons: str = "") -> Self:
        """The proceeding with one step more done; `NotAllowed` says what must be done first, or what is missing."""
        step = self.step(step_id)
        self._must_be_possible(step)
        self._must_be_an_outcome(step, outcome, reasons)
        done = StepDone(step=step_id, by=by, outcome=outcome, reasons=reasons.strip())
        last = step_id == self.procedure.steps[-1].id
        return replace(self, done=(*self.done, done), closed_at=by.at if last else None)

    def _outstanding(self, step: Step) -> bool:
        if self.done_as(step.id) is not None:
            return False
        return self.calls_for(step) or any(self._outstanding(self.step(each)) for each in step.after)

    def _must_be_possible(self, step: Step) -> None:
        if self.closed_at:
            raise NotAllowed(f"事项已归档，不能再办“{step.title}”")
        if done := self.done_as(step.id):
            raise NotAllowed(f"“{step.title}”已由{done.by.name}办过")
        if missing := self.missing_before(step):
            raise NotAllowed(f"“{step.title}”之前还要先办：{'、'.join(each.title for each in missing)}")
        if not self.calls_for(step):
            raise NotAllowed(f"按研判的去向，不需要办“{step.title}”")

    def _must_be_an_outcome(self, step: Step, outcome: str | None, reasons: str) -> None:
        known = {each.id: each for each in step.outcomes}
        if outcome is None and not known:
            return
        if outcome not in known:
            allowed = "、".join(each.title for each in step.outcomes) or "没有去向可选"
            raise NotAllowed(f"“{step.title}”的去向应为以下之一：{allowed}")
        if known[outcome].reasoned and not reasons.strip():
            raise NotAllowed(f"去向“{known[outcome].title}”须写明理由")
