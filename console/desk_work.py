"""The middle and right of the desk: the task in hand with its clocks, its findings, what was handed on, its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.clocks import ClockView, view_task_clock
from console.draft_lines import DraftLine, view_drafts
from console.office import ConsoleOffice
from console.proceedings import StepForm, view_step_forms
from console.scans import ScansView, view_scans
from console.strips import StateView
from huiying.clarification import ClarificationKind
from huiying.finding import Finding, FindingKind
from huiying.permission import Action, role_for
from huiying.person import Person
from huiying.register.register import Transaction
from huiying.scan import About
from huiying.supervision import Supervision
from huiying.task import DueClock, Task
from huiying.task_parts import HandDown

_NAMES = ("facts", "measures", "next_steps", "responsible")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportView:
    """A finding that was written. `lines` are its parts, each with its heading."""

    id: str
    version: int
    label: str
    report: str
    lines: tuple[tuple[str, str], ...]
    written: str
    signed: str
    reported: tuple[str, ...]
    scans: ScansView


@dataclass(frozen=True, kw_only=True, slots=True)
class FormView:
    """The finding form: which kinds may be written now, the chosen one, and what stands in the fields."""

    kinds: tuple[tuple[str, str], ...]
    chosen: str
    words: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DownView:
    """A part handed down."""

    number: int
    unit: str
    contact: str
    what: str
    due: str
    late: bool
    answer: str
    answered: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedView:
    """A 督办 with its answer, if any."""

    id: str
    asked: str
    due: str
    who: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HelperView:
    """Another bureau in the same matter, and how far its own task has come."""

    bureau: str
    part: str
    state: StateView


@dataclass(frozen=True, kw_only=True, slots=True)
class SignatureView:
    """One link of the chain by which a finding comes to count: `shape` is d done, c now, w waiting."""

    who: str
    words: str
    shape: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkView:
    """The task in hand."""

    task: str
    version: int
    concern: str
    bureau: str
    number: str
    concern_number: str
    title: str
    level: str
    level_words: str
    part: str
    designated: bool
    asked: str
    asked_as_of: str
    helpers: tuple[HelperView, ...]
    handler: str
    signed_in: str
    begun: str
    returnable: str
    waiting: tuple[str, ...]
    clocks: tuple[ClockView, ...]
    extendable: tuple[tuple[str, str], ...]
    form: FormView | None
    unsigned: ReportView | None
    reports: tuple[ReportView, ...]
    may_sign: bool
    signatures: tuple[SignatureView, ...]
    drafts: tuple[DraftLine, ...]
    kinds: tuple[tuple[str, str], ...]
    down: tuple[DownView, ...]
    supervisions: tuple[AskedView, ...]
    log: tuple[tuple[str, str, str], ...]
    closed: str
    steps: tuple[tuple[str, str, tuple[StepForm, ...]], ...]


def view_work(tx: Transaction, office: ConsoleOffice, task: Task, by: Person) -> WorkView:
    """One task for the people of its bureau."""
    now = office.clock.now()
    concern = tx.concerns.find(task.concern)
    alert = tx.alerts.get(task.alert)
    findings = tx.findings.of_task(task.id)
    unsigned = next((finding for finding in findings if finding.signed is None), None)
    may_add = role_for(by, Action.WRITE_FINDING, bureaus=(task.bureau,)) is not None
    scans = view_scans(tx, office, About.FINDING, {finding.id: may_add for finding in findings})
    return WorkView(
        task=task.id,
        version=task.version,
        concern=task.concern,
        bureau=task.bureau,
        number=task_number(tx, task),
        concern_number=concern.number if concern else "",
        title=task.title,
        level=alert.level.value if alert else "none",
        level_words=alert.level.label if alert else "",
        part=task.part.label,
        designated=task.designated,
        asked=task.asked,
        asked_as_of=wording.when(task.asked_at, now) if task.asked_at else "",
        helpers=_helpers(tx, office, task),
        handler=task.handler or "",
        signed_in=f"{wording.when(task.signed_in_by.at, now)} 已签收" if task.signed_in_by else "",
        begun=f"{wording.when(task.begun_by.at, now)} 开始办理" if task.begun_by else "",
        returnable=_returnable(task, now),
        waiting=_waiting(task, now),
        clocks=tuple(view_task_clock(task, clock, now) for clock in _shown(task)),
        extendable=_extendable(task, now),
        form=_form(findings, unsigned) if task.signed_in_by and task.closed_at is None else None,
        unsigned=_report(unsigned, scans[unsigned.id], now) if unsigned else None,
        reports=tuple(_report(finding, scans[finding.id], now) for finding in reversed(findings) if finding.signed),
        may_sign=role_for(by, Action.SIGN_FINDING, bureaus=(task.bureau,)) is not None,
        signatures=_signatures(task, unsigned, findings, now),
        drafts=view_drafts(tx, concern, office) if concern else (),
        kinds=tuple((kind.value, kind.label) for kind in ClarificationKind),
        down=tuple(_down(part, now) for part in task.handed_down),
        supervisions=tuple(_asked(each, now) for each in tx.supervisions.of_tasks([task.id]).get(task.id, [])),
        log=tuple((wording.when(change.at, now), change.who, change.what) for change in reversed(task.changes[-12:])),
        closed=f"{task.closed_as.label if task.closed_as else '已关闭'}：{task.close_reason}"
        if task.closed_at
        else "",
        steps=_steps(tx, office, task),
    )


def _steps(tx: Transaction, office: ConsoleOffice, task: Task) -> tuple[tuple[str, str, tuple[StepForm, ...]], ...]:
    """The forms of the matter's procedures that whoever asks may fill in now, by proceeding with its title."""
    of_episode = [each for each in tx.proceedings.of_concern(task.concern) if each.episode == task.alert]
    found = ((each, view_step_forms(tx, office, each)) for each in of_episode)
    return tuple((each.id, each.procedure.title, forms) for each, forms in found if forms)


def task_number(tx: Transaction, task: Task) -> str:
    """The task's number on papers: the matter's, and which of its tasks it is."""
    concern = tx.concerns.find(task.concern)
    place = [each.id for each in tx.tasks.of_concern(task.concern)].index(task.id) + 1
    return f"{concern.number if concern else task.concern}-{place:02d}"


def _shown(task: Task) -> Sequence[DueClock]:
    """What binds this bureau, done or not, the inward clocks before the outward ones."""
    bound = [clock for clock in task.clocks if clock in task.owed or clock.step in task.done]
    return sorted(bound, key=lambda clock: clock.outward)


def _returnable(task: Task, now: datetime) -> str:
    until = task.return_clock.due_at if task.return_clock else None
    if task.designated or task.asked_to_return or task.closed_at or until is None or now > until:
        return ""
    return f"退回限 {wording.when(until, now)} 前"


def _waiting(task: Task, now: datetime) -> tuple[str, ...]:
    returned, extended = task.asked_to_return, task.asked_to_extend
    lines = []
    if returned:
        lines.append(
            f"{wording.when(returned.asked.at, now)} 申请退回（{returned.reason}），等值班员答复；其间仍由本单位办理"
        )
    if extended:
        until = wording.when(extended.until, now)
        lines.append(f"申请“{extended.title}”延至 {until}（{extended.reason}），等答复；其间按原时限")
    lines += [f"{wording.when(each.by.at, now)} {each.by.name}催办：{each.words}" for each in task.urgings[-2:]]
    return tuple(lines)


def _extendable(task: Task, now: datetime) -> tuple[tuple[str, str], ...]:
    if task.signed_in_by is None or task.asked_to_extend or task.closed_at:
        return ()
    return tuple(
        (clock.step, f"{clock.title}（现为 {wording.when(clock.due_at, now)}）")
        for clock in task.owed
        if not clock.outward and clock.due_at and clock.due_at >= now
    )


def _form(findings: Sequence[Finding], unsigned: Finding | None) -> FormView | None:
    signed = [finding for finding in findings if finding.signed]
    if any(finding.kind is FindingKind.FINAL for finding in signed):
        return None
    kinds = (FindingKind.FURTHER, FindingKind.FINAL) if signed else (FindingKind.FIRST, FindingKind.FINAL)
    words = {name: str(getattr(unsigned, name)) if unsigned else "" for name in _NAMES}
    chosen = unsigned.kind.value if unsigned else kinds[0].value
    return FormView(kinds=tuple((kind.value, kind.label) for kind in kinds), chosen=chosen, words=words)


def _report(finding: Finding, scans: ScansView, now: datetime) -> ReportView:
    signed = finding.signed
    return ReportView(
        id=finding.id,
        version=finding.version,
        label=finding.kind.label,
        report=finding.kind.report,
        lines=(
            ("事实", finding.facts),
            ("措施", finding.measures),
            ("下一步", finding.next_steps),
            ("责任人", finding.responsible),
        ),
        written=f"{finding.written.name} {wording.when(finding.written.at, now)}",
        signed=f"{signed.name} {wording.when(signed.at, now)}" if signed else "",
        reported=tuple(
            f"{finding.kind.report}报{each.to}（{each.how}，{wording.when(each.at, now)}）"
            for each in finding.reported
        ),
        scans=scans,
    )


def _signatures(
    task: Task, unsigned: Finding | None, findings: Sequence[Finding], now: datetime
) -> tuple[SignatureView, ...]:
    """Who wrote, who signs, and to whom it was reported."""
    if unsigned is None:
        return (
            SignatureView(who=task.handler or "经办人", words="经办，填写中", shape="c"),
            SignatureView(who="单位负责人", words="送签后签", shape="w"),
            SignatureView(who="首报、续报、终报", words="签字后登记", shape="w"),
        )
    again = "" if unsigned.version == 0 else "，改过"
    written = f"经办，{wording.when(unsigned.written.at, now)} 填写{again}"
    reported = [each for finding in findings for each in finding.reported]
    last = f"上次报{reported[-1].to} {wording.when(reported[-1].at, now)}" if reported else "签字后登记"
    return (
        SignatureView(who=unsigned.written.name, words=written, shape="d"),
        SignatureView(who="单位负责人", words="待签", shape="c"),
        SignatureView(who=unsigned.kind.report, words=last, shape="w"),
    )


def _helpers(tx: Transaction, office: ConsoleOffice, task: Task) -> tuple[HelperView, ...]:
    """The other bureaus of the matter with the state of their tasks; of one that has none yet, that."""
    matter = [each for each in tx.tasks.of_concern(task.concern) if each.alert == task.alert]
    others = [each for each in matter if each.bureau != task.bureau]
    found = (HelperView(bureau=office.bureau(one.bureau), part=one.part.label, state=_state(one)) for one in others)
    missing = [short for short in task.co_handlers if short not in {each.bureau for each in others}]
    none = StateView(words="未交办", shape="ghost")
    return (*found, *(HelperView(bureau=office.bureau(short), part="协办", state=none) for short in missing))


def _state(task: Task) -> StateView:
    if task.closed_at:
        return StateView(words=task.closed_as.label if task.closed_as else "已关闭", shape="ok")
    if task.sent_at is None:
        return StateView(words="未交办", shape="ghost")
    if task.asked_to_return:
        return StateView(words="申请退回", shape="warn")
    if task.signed_in_by is None:
        return StateView(words="待签收")
    return StateView(words="办理中" if task.begun_by else "已签收", shape="ok")


def _down(part: HandDown, now: datetime) -> DownView:
    return DownView(
        number=part.number,
        unit=part.unit,
        contact=part.contact,
        what=part.what,
        due=wording.remaining(part.due_at, now) if not part.answered else "",
        late=part.answered is None and part.due_at < now,
        answer=part.answer,
        answered=f"{wording.when(part.answered.at, now)} {part.answered.name}登记" if part.answered else "",
    )


def _asked(supervision: Supervision, now: datetime) -> AskedView:
    return AskedView(
        id=supervision.id,
        asked=supervision.asked,
        due=wording.when(supervision.due_at, now),
        who=supervision.by.name,
        answer=supervision.answer,
    )
