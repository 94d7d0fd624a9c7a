"""Evaluating and filing 评估、归档: what is judged is the answer, whether it came in time, answered, and was kept.

The clocks' part is computed from the proceeding; the tones before and after are counted for context and judge nobody
(POLICY 12.12). Filing closes the proceeding: from then on it never changes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from huiying.clock import Clock
from huiying.concern import QuarterHour
from huiying.evaluation import Adoption, Evaluation, Promises, Timeliness
from huiying.failures import NotAllowed
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.post import Tone
from huiying.procedure import Condition
from huiying.proceeding import Proceeding
from huiying.register.register import Register, Transaction
from huiying.running_clocks import met_at, rule_of
from huiying.task import TaskState
from responders.proceedings.proceeding import keep, proceeding_of
from responders.rereading import reread_when_stale

EVALUATE = "evaluate"
"""The step in which the answer is judged."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """What a person says of an answer; each note is needed where not all is well."""

    questions_answered: bool
    questions_note: str = ""
    promises: Promises
    promises_note: str = ""
    adoption: Adoption
    adoption_note: str = ""


class Evaluating:
    """How a matter ends."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def evaluate(self, proceeding: str, judged: Judged, *, by: Person) -> Proceeding:
        """评估: the step is done with what was computed and what the person found."""
        signed = must_may(by, Action.EVALUATE, self._clock.now())
        _must_be_explained(judged)
        return reread_when_stale(lambda: self._evaluate(proceeding, judged, signed))

    def file(self, proceeding: str, archive_term: str, *, by: Person) -> Proceeding:
        """归档 for an archive term 保管期限 of the procedure. `NotAllowed` while a task is open."""
        signed = must_may(by, Action.FILE, self._clock.now())
        return reread_when_stale(lambda: self._file(proceeding, archive_term, signed))

    def _evaluate(self, id: str, judged: Judged, signed: Signed) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            done = present.completed(EVALUATE, by=signed)
            evaluation = _evaluation(tx, present, judged, signed)
            after = replace(done, evaluation=evaluation)
            return keep(tx, present, after, _ended_words(after, EVALUATE), signed.name)

    def _file(self, id: str, archive_term: str, signed: Signed) -> Proceeding:
        with self._register.transaction() as tx:
            present = proceeding_of(tx, id)
            terms = {term.id: term.title for term in present.procedure.archive_terms}
            if archive_term not in terms:
                raise NotAllowed(f"保管期限应为以下之一：{'、'.join(terms.values())}")
            if bureaus := _still_open(tx, present):
                raise NotAllowed(f"还有任务没有办结：{'、'.join(bureaus)}；先办结或关闭任务，再归档")
            last = present.procedure.steps[-1].id
            after = replace(present.completed(last, by=signed), archive_term=archive_term)
            return keep(tx, present, after, _ended_words(after, last), signed.name)


def how_it_ended(proceeding: Proceeding, step: str) -> str:
    """What a last step came to: how the answer was judged, for how long the matter is kept; empty for others."""
    if step == EVALUATE and proceeding.evaluation:
        return _summary(proceeding.evaluation)
    terms = {term.id: term.title for term in proceeding.procedure.archive_terms}
    is_last = step == proceeding.procedure.steps[-1].id
    return f"保管期限{terms[proceeding.archive_term]}" if is_last and proceeding.archive_term else ""


def timeliness(proceeding: Proceeding) -> tuple[Timeliness, ...]:
    """Each outward clock that bound this matter: when it was due, when it was met."""
    return tuple(
        Timeliness(
            clock=clock.step,
            title=clock.title,
            due_at=clock.due_at,
            met_at=met_at(proceeding, clock.step),
            in_time=_in_time(clock.due_at, met_at(proceeding, clock.step)),
        )
        for clock in proceeding.clocks
        if clock.outward and _bound(proceeding, clock.step)
    )


def _ended_words(proceeding: Proceeding, step: str) -> str:
    return f"办完“{proceeding.step(step).title}”：{how_it_ended(proceeding, step)}"


def _in_time(due_at: datetime | None, met: datetime | None) -> bool | None:
    if due_at is None:
        return None
    return met is not None and met <= due_at


def _bound(proceeding: Proceeding, clock: str) -> bool:
    rule = rule_of(proceeding, clock)
    if rule.when is Condition.MAJOR and not (proceeding.event_level and proceeding.event_level.starts_major_clocks):
        return False
    return not (rule.ends_with and proceeding.rules_out(proceeding.step(rule.ends_with)))


def _evaluation(tx: Transaction, proceeding: Proceeding, judged: Judged, signed: Signed) -> Evaluation:
    answered = min((each.met_at for each in timeliness(proceeding) if each.met_at), default=signed.at)
    quarters = tx.concerns.quarter_hours(proceeding.concern, datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
    return Evaluation(
        timeliness=timeliness(proceeding),
        questions_answered=judged.questions_answered,
        questions_note=judged.questions_note.strip(),
        promises=judged.promises,
        promises_note=judged.promises_note.strip(),
        adoption=judged.adoption,
        adoption_note=judged.adoption_note.strip(),
        tone_before=_tones(quarter for quarter in quarters if quarter.starts_at < answered),
        tone_after=_tones(quarter for quarter in quarters if quarter.starts_at >= answered),
        by=signed,
    )


def _tones(quarters: Iterable[QuarterHour]) -> Mapping[Tone, int]:
    counted = dict.fromkeys(Tone, 0)
    for quarter in quarters:
        for tone, count in quarter.tones.items():
            counted[tone] += count
    return counted


def _summary(evaluation: Evaluation) -> str:
    words = {True: "按时", False: "未按时", None: "没有法定小时数"}
    parts = [f"{each.title}{words[each.in_time]}" for each in evaluation.timeliness]
    parts.append("关切已逐项回答" if evaluation.questions_answered else "还有关切没有回答")
    return "，".join([*parts, evaluation.promises.label, evaluation.adoption.label])


def _must_be_explained(judged: Judged) -> None:
    if not judged.questions_answered and not judged.questions_note.strip():
        raise NotAllowed("有关切没有回答的，请写明是哪一项、为什么")
    if judged.promises in (Promises.RUNNING, Promises.BROKEN) and not judged.promises_note.strip():
        raise NotAllowed(f"“{judged.promises.label}”的，请写明是哪一项承诺、办到哪一步")
    if judged.adoption is Adoption.PUBLIC and not judged.adoption_note.strip():
        raise NotAllowed("采纳情况已公开的，请写明公开的链接或载体")


def _still_open(tx: Transaction, proceeding: Proceeding) -> list[str]:
    return [
        task.bureau
        for task in tx.tasks.of_concern(proceeding.concern)
        if (task.alert, task.procedure) == (proceeding.episode, proceeding.procedure.id)
        and task.state is not TaskState.CLOSED
    ]
