"""A proceeding 办理: one run of a procedure for one episode of a concern, by the version it began with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from huiying.determination import EventLevelRecord, OpinionLevelRecord
from huiying.evaluation import Evaluation
from huiying.failures import NotAllowed
from huiying.level import EventLevel, Level, OpinionLevel
from huiying.person import Signed
from huiying.procedure import Procedure, Regime, Start, Step
from huiying.proceeding_log import ClockChange, ClockMet, Interrupted, MomentChange, StepDone, StepReopened
from huiying.task import DueClock


@dataclass(frozen=True, kw_only=True, slots=True)
class Proceeding:
    """The whole procedure it runs by is kept in it: a changed configuration leaves a running matter alone.

    `clocks` are those last counted, by the calendar with the digest `counted_by`; None where something changed since
    (`recount_because`), and the timers count them anew. `alert_level` is the highest that its alert has reached.
    `joined` is the number of the matter in which this one went up: it goes on there, and this proceeding is closed.
    """

    id: str
    concern: str
    episode: str
    procedure: Procedure
    regime: Regime
    began_at: datetime
    moments: Mapping[Start, datetime]
    done: tuple[StepDone, ...] = ()
    reopened: tuple[StepReopened, ...] = ()
    moment_changes: tuple[MomentChange, ...] = ()
    event_levels: tuple[EventLevelRecord, ...] = ()
    opinion_levels: tuple[OpinionLevelRecord, ...] = ()
    alert_level: Level | None = None
    clocks: tuple[DueClock, ...] = ()
    clock_changes: tuple[ClockChange, ...] = ()
    clocks_met: tuple[ClockMet, ...] = ()
    interruptions: tuple[Interrupted, ...] = ()
    counted_by: str | None = None
    recount_because: str = ""
    evaluation: Evaluation | None = None
    archive_term: str | None = None
    closed_at: datetime | None = None
    joined: str | None = None
    version: int = 0

    @property
    def event_level(self) -> EventLevel | None:
        """事件级别 by the last record; None where none was recorded, or the last was withdrawn."""
        return self.event_levels[-1].level if self.event_levels else None

    @property
    def opinion_level(self) -> OpinionLevel | None:
        """舆情等级 as last set."""
        return self.opinion_levels[-1].level if self.opinion_levels else None

    def step(self, step_id: str) -> Step:
        """The step of this id; `NotAllowed` where the procedure has none."""
        for step in self.procedure.steps:
            if step.id == step_id:
                return step
        raise NotAllowed(f"{self.procedure.title}没有环节“{step_id}”")

    def done_as(self, step_id: str) -> StepDone | None:
        """How a step was done the last time; None where it was not, or must be done again."""
        since = max((again.after for again in self.reopened if again.step == step_id), default=0)
        return next((done for done in reversed(self.done[since:]) if done.step == step_id), None)

    @property
    def outcomes(self) -> frozenset[str]:
        """What the steps that decide have decided so far; of several decisions of one step the last counts."""
        last = (self.done_as(step.id) for step in self.procedure.steps if step.outcomes)
        return frozenset(done.outcome for done in last if done and done.outcome)

    def calls_for(self, step: Step) -> bool:
        """Whether this step is to be done, by what was decided so far, or may be taken ahead of the decision."""
        if not step.only_for or self.outcomes & set(step.only_for):
            return True
        return step.ahead and not self._is_decided(step)

    def rules_out(self, step: Step) -> bool:
        """Whether what was decided makes this step needless; False while it is not decided."""
        return self._is_decided(step) and not self.calls_for(step)

    def missing_before(self, step: Step) -> tuple[Step, ...]:
        """The steps that must be done first and were not."""
        missing: list[Step] = []
        for each in (self.step(name) for name in step.after):
            if self._outstanding(each):
                missing += self.missing_before(each) if step.ahead and each.outcomes else [each]
        return tuple(dict.fromkeys(missing))

    @property
    def open_steps(self) -> tuple[Step, ...]:
        """What can be done next; nothing where it is closed."""
        if self.closed_at:
            return ()
        return tuple(
            step
            for step in self.procedure.steps
            if self.done_as(step.id) is None and self.calls_for(step) and not self.missing_before(step)
        )

    def completed(
        self,
        step_id: str,
        *,
        by: Signed,
        outcome: str | None = None,
        reasons: str = "",
        participants: tuple[str, ...] = (),
        filled: Mapping[str, str] | None = None,
    ) -> Self:
        """The proceeding with one step more done; `NotAllowed` says what must be done first, or what is missing."""
        step = self.step(step_id)
        self._must_be_possible(step)
        done = replace(self._done(step, by, outcome, reasons, participants), filled=filled or {})
        moved = self if step.marks is None or step.marks in self.moments else self._marking(step, step.marks, by.at)
        return replace(moved, done=(*self.done, done), closed_at=by.at if step is self.procedure.steps[-1] else None)

    def decided_again(
        self, step_id: str, *, by: Signed, outcome: str, reasons: str, participants: tuple[str, ...] = ()
    ) -> Self:
        """A step that decides, decided otherwise, with reasons; the earlier decision stays on record.

        What was done without steps that are called for now (an evaluation, before an answer) must be done again.
        """
        step = self.step(step_id)
        self.must_be_open(step.title)
        if self.done_as(step_id) is None:
            raise NotAllowed(f"“{step.title}”还没有办过，无从重新决定")
        if not reasons.strip():
            raise NotAllowed(f"重新{step.title}须写明理由")
        decided = replace(self, done=(*self.done, self._done(step, by, outcome, reasons, participants)))
        return decided._without_unfounded(by, reasons)

    def reopen(self, step_ids: tuple[str, ...], *, by: Signed, reasons: str) -> Self:
        """These steps must be done again. One that a later step, which stands, already rests on stays as it is."""
        self.must_be_open("重办环节")
        if not reasons.strip():
            raise NotAllowed("重办环节须写明理由")
        wanted = [step for step in self.procedure.steps if step.id in {self.step(name).id for name in step_ids}]
        standing = {step.id for step in self.procedure.steps if self.done_as(step.id)} - {step.id for step in wanted}
        again = tuple(
            StepReopened(step=step.id, by=by, reasons=reasons.strip(), after=len(self.done))
            for step in wanted
            if self.done_as(step.id) and not standing & self._after(step.id)
        )
        return replace(self, reopened=(*self.reopened, *again))

    def joined_into(self, number: str, *, at: datetime) -> Self:
        """Closed without its last step, because its matter went up in the one of this number."""
        self.must_be_open("并入")
        return replace(self, closed_at=at, joined=number)

    def must_be_open(self, what: str) -> None:
        """`NotAllowed` where the proceeding is filed or went up in another: a closed one never changes."""
        if self.joined:
            raise NotAllowed(f"事项已并入{self.joined}，“{what}”请在那里办")
        if self.closed_at:
            raise NotAllowed(f"事项已归档，不能再办“{what}”")

    def _without_unfounded(self, by: Signed, reasons: str) -> Self:
        for step in self.procedure.steps:
            if self.done_as(step.id) and self.missing_before(step):
                again = StepReopened(step=step.id, by=by, reasons=reasons.strip(), after=len(self.done))
                return replace(self, reopened=(*self.reopened, again))._without_unfounded(by, reasons)
        return self

    def _marking(self, step: Step, moment: Start, at: datetime) -> Self:
        starts = any(moment in (rule.starts_from, rule.otherwise) for rule in self.procedure.clocks)
        marked = replace(self, moments={**self.moments, moment: at})
        return replace(marked, counted_by=None, recount_because=f"办完“{step.title}”") if starts else marked

    def _is_decided(self, step: Step) -> bool:
        deciding = (each for each in self.procedure.steps if {one.id for one in each.outcomes} & set(step.only_for))
        return any(self.done_as(each.id) for each in deciding)

    def _after(self, step_id: str) -> set[str]:
        """The steps that rest on this one, near and far."""
        found: set[str] = set()
        for step in self.procedure.steps:
            if step_id in step.after:
                found |= {step.id} | self._after(step.id)
        return found

    def _outstanding(self, step: Step) -> bool:
        if self.done_as(step.id) is not None:
            return False
        return self.calls_for(step) or any(self._outstanding(self.step(each)) for each in step.after)

    def _must_be_possible(self, step: Step) -> None:
        self.must_be_open(step.title)
        if done := self.done_as(step.id):
            raise NotAllowed(f"“{step.title}”已由{done.by.name}办过")
        if missing := self.missing_before(step):
            raise NotAllowed(f"“{step.title}”之前还要先办：{'、'.join(each.title for each in missing)}")
        if not self.calls_for(step):
            raise NotAllowed(f"按研判的去向，不需要办“{step.title}”")

    def _done(
        self, step: Step, by: Signed, outcome: str | None, reasons: str, participants: tuple[str, ...]
    ) -> StepDone:
        step.must_allow(outcome, reasons)
        names = tuple(name.strip() for name in participants if name.strip())
        return StepDone(step=step.id, by=by, outcome=outcome, reasons=reasons.strip(), participants=names)
