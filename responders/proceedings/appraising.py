"""Appraising 研判: where a matter goes, how grave the office holds it, what the authority determined of the event.

Heat, 舆情等级 and 事件级别 are three different things. Every move is one register transaction with its message, its
line in the matter's log and the clocks counted anew; an earlier record is never overwritten.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from huiying.clock import Clock
from huiying.determination import EventLevelRecord, OpinionLevelRecord
from huiying.failures import NotAllowed
from huiying.level import EventLevel, OpinionLevel
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.procedure import Start
from huiying.proceeding import Proceeding
from huiying.proceeding_log import MomentChange
from huiying.register.register import Register, Transaction
from huiying.running_clocks import meet, rule_of
from huiying.task import TaskState
from responders.proceedings.clock_words import dated_words
from responders.proceedings.counting import moved_words, recounted
from responders.proceedings.following import let_tasks_follow
from responders.proceedings.foreseeing import Foreseen, foresee
from responders.proceedings.proceeding import done_words, keep, proceeding_of
from responders.rereading import reread_when_stale
from responders.rules import ClockRules
from responders.tasks.keeping import keep_task
from responders.tasks.reporting import catch_up

APPRAISE = "appraise"
"""The step by which a person decides where a matter goes."""

Move = Callable[[Proceeding], Proceeding]
"""What is changed in a proceeding."""


class Appraising:
    """What persons decide and record about a matter that runs."""

    def __init__(self, register: Register, rules: ClockRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def appraise(
        self, proceeding: str, *, outcome: str, reasons: str = "", participants: Sequence[str] = (), by: Person
    ) -> Proceeding:
        """研判（会商）: where the matter goes. Done a second time it is a further decision, with reasons.

        Tasks that were sent ahead and are not called for by this outcome are closed with that reason.
        """
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        return reread_when_stale(lambda: self._appraise(proceeding, outcome, reasons, tuple(participants), signed))

    def set_opinion_level(self, proceeding: str, level: OpinionLevel, *, reasons: str, by: Person) -> Proceeding:
        """舆情等级: the office's own grade; inward clocks may be shorter by it."""
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        if not reasons.strip():
            raise NotAllowed("定舆情等级须写明理由")
        record = OpinionLevelRecord(level=level, reasons=reasons.strip(), by=signed)
        what = f"舆情等级定为{level.label}（{record.reasons}）"
        return self._move(
            proceeding, signed, what, lambda each: replace(each, opinion_levels=(*each.opinion_levels, record))
        )

    def record_event_level(
        self,
        proceeding: str,
        level: EventLevel | None,
        *,
        authority: str,
        basis: str,
        determined_at: datetime,
        by: Person,
    ) -> Proceeding:
        """事件级别 as the competent authority determined it; None records that the determination was withdrawn.

        特别重大 and 重大 make the 5 h and 24 h clocks definite (国办发〔2016〕61号、80号).
        """
        signed = must_may(by, Action.RECORD_EVENT_LEVEL, self._clock.now())
        record = EventLevelRecord(
            level=level, authority=authority.strip(), basis=basis.strip(), determined_at=determined_at, by=signed
        )
        _must_be_whole(record)
        return self._move(proceeding, signed, _event_words(record), partial(_recorded, record))

    def foresee(self, proceeding: Proceeding) -> tuple[Foreseen, ...]:
        """What each event level would do to its outward clocks."""
        return foresee(proceeding, self._rules, self._clock.now())

    def correct_occurred(self, proceeding: str, at: datetime, *, reasons: str, by: Person) -> Proceeding:
        """Enter or correct when the event occurred, with a reason; what was written before stays in the log."""
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        if not reasons.strip():
            raise NotAllowed("登记或更正事发时刻须写明理由")
        what = f"事发时刻登记为{dated_words(at)}（{reasons.strip()}）"
        return self._move(proceeding, signed, what, lambda each: with_occurrence(each, at, reasons.strip(), signed))

    def record_met(self, proceeding: str, clock: str, *, at: datetime, note: str, by: Person) -> Proceeding:
        """What a clock asks for was done (a press conference held), where no step of the procedure tells so."""
        signed = must_may(by, Action.APPRAISE, self._clock.now())
        with self._register.reading() as tx:
            rule = rule_of(proceeding_of(tx, proceeding), clock)
        what = f"登记“{rule.ends_when or rule.title}”：{dated_words(at)}" + (
            f"（{note.strip()}）" if note.strip() else ""
        )
        return self._move(proceeding, signed, what, lambda each: meet(each, clock, at=at, note=note, by=signed))

    def _appraise(
        self, id: str, outcome: str, reasons: str, participants: tuple[str, ...], signed: Signed
    ) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            decided = present.decided_again if present.done_as(APPRAISE) else present.completed
            after = decided(APPRAISE, by=signed, outcome=outcome, reasons=reasons, participants=participants)
            uncalled = _uncalled(after)
            if uncalled:
                after = after.reopen(uncalled, by=signed, reasons=_because(after))
                # Tasks before the proceeding, as where one is sent: so neither waits for the other in a circle.
                close_tasks(tx, after, reason=_because(after), by=signed)
            let_tasks_follow(tx, present, after, self._rules.tasks, by=signed)
            return catch_up(tx, keep(tx, present, after, done_words(after, APPRAISE), signed.name))

    def _move(self, id: str, signed: Signed, what: str, move: Move) -> Proceeding:
        return reread_when_stale(lambda: self._move_once(id, signed, what, move))

    def _move_once(self, id: str, signed: Signed, what: str, move: Move) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            present.must_be_open(what)
            after = recounted(tx, move(present), self._rules, why=what, by=signed)
            let_tasks_follow(tx, present, after, self._rules.tasks, by=signed)
            moved = moved_words(after.clock_changes[len(present.clock_changes) :])
            return keep(tx, present, after, f"{what}；时限重算：{moved}" if moved else what, signed.name)


def close_tasks(tx: Transaction, proceeding: Proceeding, *, reason: str, by: Signed) -> None:
    """Close every open task of a proceeding, for a reason that concerns them all."""
    for task in tx.tasks.of_concern(proceeding.concern):
        ours = (task.alert, task.procedure) == (proceeding.episode, proceeding.procedure.id)
        if not ours or task.state is TaskState.CLOSED:
            continue
        closed = task.closed(reason=reason, now=by.at)
        keep_task(tx, closed, f"{task.bureau}的任务撤回：{closed.close_reason}", who=by.name, at=by.at)


def _uncalled(proceeding: Proceeding) -> tuple[str, ...]:
    """The steps that the office may take ahead, and that the appraisal made needless."""
    return tuple(step.id for step in proceeding.procedure.steps if step.ahead and proceeding.rules_out(step))


def _because(proceeding: Proceeding) -> str:
    titles = {outcome.id: outcome.title for step in proceeding.procedure.steps for outcome in step.outcomes}
    return f"研判去向为“{'、'.join(titles[outcome] for outcome in sorted(proceeding.outcomes))}”，不需要交办"


def _must_be_whole(record: EventLevelRecord) -> None:
    if not record.authority or not record.basis:
        raise NotAllowed("事件级别由有权机关认定：请写明认定机关和依据（文号、来电记录等）")
    if record.determined_at > record.by.at:
        raise NotAllowed(f"认定时间{dated_words(record.determined_at)}在此刻之后，请核对")


def _recorded(record: EventLevelRecord, proceeding: Proceeding) -> Proceeding:
    if record.level is None and proceeding.event_level is None:
        raise NotAllowed("没有记录过事件级别，无从撤销")
    return replace(proceeding, event_levels=(*proceeding.event_levels, record))


def _event_words(record: EventLevelRecord) -> str:
    by = f"{record.authority}{dated_words(record.determined_at)}认定，依据：{record.basis}"
    return f"记录事件级别：{record.level.label}（{by}）" if record.level else f"记录事件级别认定已撤销（{by}）"


def with_occurrence(proceeding: Proceeding, at: datetime, reasons: str, by: Signed) -> Proceeding:
    """When the event occurred, as a person entered it; what was written before stays in the log of moments."""
    discovered = proceeding.moments.get(Start.DISCOVERED)
    if at > by.at or (discovered and at > discovered):
        raise NotAllowed(f"事发时刻{dated_words(at)}晚于发现时刻{dated_words(discovered or by.at)}，请核对")
    was = proceeding.moments.get(Start.OCCURRED)
    if was == at:
        raise NotAllowed(f"事发时刻已经是{dated_words(at)}")
    change = MomentChange(moment=Start.OCCURRED, was=was, became=at, by=by, reasons=reasons)
    moments = {**proceeding.moments, Start.OCCURRED: at}
    return replace(proceeding, moments=moments, moment_changes=(*proceeding.moment_changes, change))
