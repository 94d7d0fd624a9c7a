"""办理: how far a matter has come by its procedure, as the page of its concern shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.acting import visiting
from console.clocks import ClockView
from console.evaluations import evaluation_lines
from console.office import ConsoleOffice
from console.preview import ChainStep
from console.proceeding_clocks import clocks_not_started, view_proceeding_clock
from console.rendering import may
from huiying.concern import Concern
from huiying.determination import EventLevelRecord
from huiying.evaluation import Adoption, Promises
from huiying.level import EventLevel, OpinionLevel
from huiying.procedure import Start, Step
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.running_clocks import why_not_binding
from huiying.step_form import FormField
from responders.proceedings.appraising import APPRAISE
from responders.proceedings.evaluating import EVALUATE
from responders.proceedings.proceeding import proceeding_id
from responders.proceedings.stepping import done_by_hand, may_do
from responders.rules import PROCEDURE

_CHAIN = (
    ("反馈", ("find",)),
    ("回应稿", ("draft",)),
    ("公开审查", ("countersign", "review", "sign")),
    ("发布", ("publish",)),
)
"""The links after 交办: what each is called, and the steps that make it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One thing that may be chosen in a form."""

    value: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepLine:
    """One step: `shape` is d done, c now, w waiting, n not called for."""

    title: str
    who: str
    shape: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLine:
    """One record of the event level."""

    level: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepForm:
    """A step to be done by hand: what it asks, and what it may come to."""

    step: str
    title: str
    who: str
    fields: tuple[FormField, ...]
    units: Mapping[str, str]
    outcomes: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class HandlingView:
    """The whole block. What is empty is not offered: each form stands only where its move is possible."""

    id: str
    title: str
    version: str
    chain: tuple[ChainStep, ...]
    appraised: str
    steps: tuple[StepLine, ...]
    outward: tuple[ClockView, ...]
    inward: tuple[ClockView, ...]
    outcomes: tuple[Choice, ...]
    opinion: str
    opinion_levels: tuple[Choice, ...]
    event: str
    events: tuple[EventLine, ...]
    event_levels: tuple[Choice, ...]
    occurred: str
    to_record: tuple[Choice, ...]
    to_interrupt: tuple[Choice, ...]
    standing: tuple[Choice, ...]
    evaluation: tuple[str, ...]
    promises: tuple[Choice, ...]
    adoptions: tuple[Choice, ...]
    archive_terms: tuple[Choice, ...]
    forms: tuple[StepForm, ...]
    closed: str


def view_handling(tx: Transaction, episode: str, office: ConsoleOffice, concern: str) -> HandlingView | None:
    """How the office answers in an episode; None where it has not begun."""
    found = tx.proceedings.get(proceeding_id(episode, PROCEDURE))
    if found is None or found.concern != concern:
        return None
    return _view(found, office.clock.now(), view_step_forms(tx, office, found))


def view_further(tx: Transaction, concern: Concern, office: ConsoleOffice) -> tuple[HandlingView, ...]:
    """What further procedures run in the present episode of a matter, or ran."""
    now = office.clock.now()
    return tuple(_view(each, now, view_step_forms(tx, office, each)) for each in _further(tx, concern))


def further_to_begin(tx: Transaction, concern: Concern, office: ConsoleOffice) -> tuple[Choice, ...]:
    """The procedures that the matter could have besides; nothing for whoever may begin none."""
    begun = {each.procedure.id for each in _further(tx, concern)} | {PROCEDURE}
    others = (each for each in office.policy.procedures.values() if each.id not in begun)
    return _choices((each.id, each.title) for each in others) if may("appraise") else ()


def view_step_forms(tx: Transaction, office: ConsoleOffice, proceeding: Proceeding) -> tuple[StepForm, ...]:
    """The steps of a proceeding that whoever asks may do now by filling in their form."""
    visit, concern = visiting.get(), tx.concerns.find(proceeding.concern)
    return tuple(
        StepForm(
            step=step.id,
            title=step.title,
            who=step.who,
            fields=step.form,
            units=office.bureau_names,
            outcomes=_choices((each.id, each.title) for each in step.outcomes),
        )
        for step in proceeding.open_steps
        if visit and done_by_hand(proceeding, step) and may_do(concern, step, visit.person)
    )


def _further(tx: Transaction, concern: Concern) -> list[Proceeding]:
    every = tx.proceedings.of_concern(concern.id)
    return [each for each in every if each.episode == concern.episode_id and each.procedure.id != PROCEDURE]


def _view(proceeding: Proceeding, now: datetime, forms: tuple[StepForm, ...]) -> HandlingView:
    clocks = [(clock, view_proceeding_clock(proceeding, clock, now)) for clock in proceeding.clocks]
    is_open = proceeding.closed_at is None
    ready = {step.id for step in proceeding.open_steps}
    appraise, occurred = proceeding.done_as(APPRAISE), proceeding.moments.get(Start.OCCURRED)
    return HandlingView(
        id=proceeding.id,
        title=proceeding.procedure.title,
        version=proceeding.procedure.version,
        chain=tuple(_link(proceeding, name, steps, now) for name, steps in _CHAIN),
        appraised=f"{wording.when(appraise.by.at, now)} {_outcome(proceeding, appraise.outcome)}" if appraise else "",
        steps=tuple(_line(proceeding, step, now) for step in proceeding.procedure.steps),
        outward=(*(view for clock, view in clocks if clock.outward), *clocks_not_started(proceeding)),
        inward=tuple(view for clock, view in clocks if not clock.outward),
        outcomes=_outcomes(proceeding) if is_open and (appraise or APPRAISE in ready) else (),
        opinion=_opinion(proceeding, now),
        opinion_levels=_choices((level.value, level.label) for level in OpinionLevel) if is_open else (),
        event=proceeding.event_level.label if proceeding.event_level else "未认定",
        events=tuple(_event_line(record, now) for record in reversed(proceeding.event_levels)),
        event_levels=_event_choices(proceeding) if is_open else (),
        occurred=f"事发 {wording.when(occurred, now)}" if occurred else "",
        to_record=_to_record(proceeding),
        to_interrupt=_to_interrupt(proceeding),
        standing=_standing(proceeding),
        evaluation=evaluation_lines(proceeding.evaluation, now) if proceeding.evaluation else (),
        promises=_choices((each.value, each.label) for each in Promises) if EVALUATE in ready else (),
        adoptions=_choices((each.value, each.label) for each in Adoption) if EVALUATE in ready else (),
        archive_terms=_choices((each.id, each.title) for each in proceeding.procedure.archive_terms)
        if proceeding.procedure.steps[-1].id in ready
        else (),
        forms=forms,
        closed=_closed(proceeding, now),
    )


def _link(proceeding: Proceeding, name: str, steps: tuple[str, ...], now: datetime) -> ChainStep:
    known = [step for step in proceeding.procedure.steps if step.id in steps]
    done = [each for step in known if (each := proceeding.done_as(step.id))]
    if known and len(done) == len(known):
        return ChainStep(name=name, shape="d", lines=(f"{wording.when(done[-1].by.at, now)} {done[-1].by.name}",))
    if all(proceeding.rules_out(step) for step in known):
        return ChainStep(name=name, shape="w", lines=("不需要",))
    ready = {step.id for step in proceeding.open_steps}
    shape = "c" if ready & set(steps) else "w"
    latest = f"已过{proceeding.step(done[-1].step).title}" if done else ("在办" if shape == "c" else "未到")
    return ChainStep(name=name, shape=shape, lines=(latest,))


def _line(proceeding: Proceeding, step: Step, now: datetime) -> StepLine:
    done = proceeding.done_as(step.id)
    if done:
        words = f"{wording.when(done.by.at, now)} {done.by.name}"
        words += f"：{_outcome(proceeding, done.outcome)}" if done.outcome else ""
        words += f"，会商 {'、'.join(done.participants)}" if done.participants else ""
        words += f"（{done.reasons}）" if done.reasons else ""
        words += "".join(f"　{title}：{said}" for title, said in step.filled_in(done.filled))
        return StepLine(title=step.title, who=step.who, shape="d", words=words)
    if proceeding.rules_out(step):
        return StepLine(title=step.title, who=step.who, shape="n", words="按研判的去向不需要")
    if step in proceeding.open_steps:
        again = any(each.step == step.id for each in proceeding.reopened)
        return StepLine(title=step.title, who=step.who, shape="c", words="须重办" if again else "可以办")
    missing = "、".join(each.title for each in proceeding.missing_before(step))
    return StepLine(title=step.title, who=step.who, shape="w", words=f"先办：{missing}" if missing else "待研判")


def _outcome(proceeding: Proceeding, outcome: str | None) -> str:
    titles = {each.id: each.title for step in proceeding.procedure.steps for each in step.outcomes}
    return titles.get(outcome or "", "")


def _outcomes(proceeding: Proceeding) -> tuple[Choice, ...]:
    return _choices((each.id, each.title) for each in proceeding.step(APPRAISE).outcomes)


def _opinion(proceeding: Proceeding, now: datetime) -> str:
    if not proceeding.opinion_levels:
        return "未定"
    last = proceeding.opinion_levels[-1]
    return f"{last.level.label}（{last.by.name} {wording.when(last.by.at, now)} 定）"


def _event_choices(proceeding: Proceeding) -> tuple[Choice, ...]:
    levels = [(level.value, level.label) for level in EventLevel]
    withdrawn = [("withdrawn", "认定已撤销")] if proceeding.event_level else []
    return _choices([*levels, *withdrawn])


def _event_line(record: EventLevelRecord, now: datetime) -> EventLine:
    determined = f"{record.authority} {wording.when(record.determined_at, now)} 认定，{record.basis}"
    return EventLine(
        level=record.level.label if record.level else "认定已撤销",
        words=f"{determined}；{record.by.name} {wording.when(record.by.at, now)} 记录",
    )


def _to_record(proceeding: Proceeding) -> tuple[Choice, ...]:
    """Outward clocks that a person says are met."""
    if proceeding.closed_at:
        return ()
    rules = [rule for rule in proceeding.procedure.clocks if rule.outward and rule.ends_when]
    open_ones = [rule for rule in rules if why_not_binding(proceeding, rule.step) is None]
    return _choices((rule.step, rule.ends_when or rule.title) for rule in open_ones)


def _to_interrupt(proceeding: Proceeding) -> tuple[Choice, ...]:
    """The grounds on which a running clock may be stopped, each with its clause; empty where the rules name none."""
    still = {each.clock for each in proceeding.interruptions if each.ended is None}
    rules = [rule for rule in proceeding.procedure.clocks if rule.interruptions and rule.step not in still]
    return _choices(
        (f"{rule.step}/{ground.id}", f"{rule.title}：{ground.title}（{ground.effect.label}，{ground.basis}）")
        for rule in rules
        if proceeding.closed_at is None and why_not_binding(proceeding, rule.step) is None
        for ground in rule.interruptions
    )


def _standing(proceeding: Proceeding) -> tuple[Choice, ...]:
    """The clocks that stand still now, and on which ground."""
    if proceeding.closed_at:
        return ()
    standing = [each for each in proceeding.interruptions if each.ended is None]
    rules = {rule.step: rule for rule in proceeding.procedure.clocks}
    grounds = {(step, each.id): each.title for step, rule in rules.items() for each in rule.interruptions}
    return _choices(
        (each.clock, f"{rules[each.clock].title}：{grounds[each.clock, each.ground]}") for each in standing
    )


def _closed(proceeding: Proceeding, now: datetime) -> str:
    if proceeding.closed_at is None:
        return ""
    if proceeding.joined:
        return f"{wording.when(proceeding.closed_at, now)} 并入事项{proceeding.joined}"
    terms = {term.id: term.title for term in proceeding.procedure.archive_terms}
    term = terms.get(proceeding.archive_term or "", "")
    return f"{wording.when(proceeding.closed_at, now)} 归档" + (f"，保管期限{term}" if term else "")


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, words=words) for value, words in pairs)
