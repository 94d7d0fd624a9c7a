"""The record of a matter 办理全程记录: who knew, decided, signed and published, when and on what basis, in one order.

Nothing is written for it: it is put together from what the proceeding, its tasks, findings and texts keep, and
from the matter's own log for the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from huiying.clarification import Text
from huiying.concern import Concern
from huiying.finding import Finding
from huiying.gate import Gate
from huiying.person import SYSTEM, Signed
from huiying.procedure import Told
from huiying.proceeding import Proceeding
from huiying.publication import Publication
from huiying.register.concerns import Doing
from huiying.register.register import Transaction
from huiying.review import Standing
from huiying.running_clocks import rule_of
from huiying.task import Task
from responders.answers.drafts.versions import wordings
from responders.answers.reviewing import decided_words
from responders.proceedings.clock_words import dated_words
from responders.proceedings.evaluating import how_it_ended
from responders.scans.keeping import put_words
from responders.tasks.clocks import SIGN_IN

_SAME = timedelta(minutes=1)
_RECORDED = {
    "clocks": re.compile(r"^时限重算|^.+的任务时限随事项重算|^.+办完“[^”]+”$"),
    "steps": re.compile(r"^办完“"),
    "findings": re.compile(r"填写(初报|续报|办结)，待单位负责人签字$|(初报|续报|办结)：.*签字）$"),
    "texts": re.compile(r"第 \d+ 稿$|第 \d+ 稿送审|的依据有变动$|起草(权威发布|情况通报|澄清|解读|答复)$"),
    "gates": re.compile(rf"^第 \d+ 版({'|'.join(gate.label for gate in Gate)}|（.+）放行到)"),
}
"""Lines of the log of which a record of their own tells, with more."""

_FULLER = {
    "discover": re.compile(r"^归为舆情事项|^手工登记"),
    "gather": re.compile(r"^归为舆情事项|^手工登记"),
    "designate": re.compile(r"^明确责任单位|^交办"),
    "assign": re.compile(r"^交办"),
    "find": re.compile(r"^签.+核查处置情况反馈"),
    **{gate.step: re.compile(rf"^第 \d+ 版{gate.label}") for gate in Gate},
    "publish": re.compile(r"^已发布到"),
}
"""The lines that say of a step what was done, by whom, about what."""

_TOLD_AS = (
    (Told.KNOWN, re.compile(r"知悉$|^发出")),
    (Told.DECIDED, re.compile(r"^明确责任单位")),
    (Told.PUBLISHED, re.compile(r"^已发布到")),
)
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the record; `basis` is empty where what was done needs none, `step` where it is no step's own."""

    at: datetime
    told: Told
    who: str
    what: str
    basis: str = ""
    step: str = ""


def timeline(tx: Transaction, concern: Concern) -> list[Entry]:
    """Everything that happened to this matter, the earliest first."""
    kept = [*_found(concern), *_kept(tx, concern)]
    log = [_logged(doing) for doing in reversed([*_every_doing(tx, concern.id)]) if not _is_told(doing, kept)]
    steps = [entry for entry in _steps(tx, concern) if not _is_told_more_fully(entry, [*kept, *log])]
    return sorted([*kept, *steps, *log], key=lambda entry: (entry.at, entry.told is not Told.KNOWN))


def _found(concern: Concern) -> Iterator[Entry]:
    if concern.posts:
        yield Entry(at=concern.first_post_at, told=Told.KNOWN, who="公众", what="最早帖文")
    yield Entry(
        at=concern.found_at,
        told=Told.KNOWN,
        who=SYSTEM.name,
        what=f"归为舆情事项 {concern.number}“{concern.title}”",
        basis=f"现有帖文 {concern.posts} 条",
    )


def _kept(tx: Transaction, concern: Concern) -> Iterator[Entry]:
    for proceeding in tx.proceedings.of_concern(concern.id):
        yield from _of_proceeding(proceeding)
    for task in tx.tasks.of_concern(concern.id):
        yield from _of_task(task)
    for finding in tx.findings.of_concern(concern.id):
        yield from _of_finding(finding)
    for clarification in tx.clarifications.of_concern(concern.id):
        yield from (_of_text(text) for text in wordings(tx.clarifications.texts(clarification.id)))
        for standing in tx.reviews.of_clarification(clarification.id):
            yield from _of_gates(standing)
        for each in tx.publications.of_clarification(clarification.id):
            yield _of_release(each.publication)
    for scan in tx.scans.of_concern(concern.id):
        yield _signed(scan.by, Told.DONE, put_words(scan), f"{scan.kind.label}，校验值 {scan.sha256[:12]}")


def _steps(tx: Transaction, concern: Concern) -> Iterator[Entry]:
    for proceeding in tx.proceedings.of_concern(concern.id):
        for done in proceeding.done:
            step = proceeding.step(done.step)
            outcome = next((each.title for each in step.outcomes if each.id == done.outcome), "")
            what = f"办完“{step.title}”" + (f"：{outcome}" if outcome else "")
            what += f"，会商：{'、'.join(done.participants)}" if done.participants else ""
            filled = [f"{title}：{words}" for title, words in step.filled_in(done.filled)]
            basis = "；".join([done.reasons or how_it_ended(proceeding, done.step), *filled]).strip("；")
            yield replace(_signed(done.by, step.told_as, what, basis), step=done.step)


def _of_proceeding(proceeding: Proceeding) -> Iterator[Entry]:
    for (by, reasons), again in groupby(proceeding.reopened, key=lambda each: (each.by, each.reasons)):
        titles = "、".join(proceeding.step(each.step).title for each in again)
        yield _signed(by, Told.DECIDED, f"须重办“{titles}”", reasons)
    yield from _of_levels(proceeding)
    yield from _of_clocks(proceeding)


def _of_clocks(proceeding: Proceeding) -> Iterator[Entry]:
    changed = {change.clock for change in proceeding.clock_changes}
    for clock in proceeding.clocks:
        if clock.outward and not clock.provisional and clock.step not in changed:
            what = f"{clock.title}时限：{clock.calculation}"
            at = max(clock.starts_at, proceeding.began_at)
            yield Entry(at=at, told=Told.CLOCK, who=SYSTEM.name, what=what, basis=clock.basis)
    bases = {clock.step: f"{clock.calculation}；{clock.basis}" for clock in proceeding.clocks}
    last = {change.clock: change for change in proceeding.clock_changes}
    for change in proceeding.clock_changes:
        what = f"{change.title}时限由{dated_words(change.was)}改为{dated_words(change.became)}"
        if change.was == change.became:
            what = f"{change.title}时限{dated_words(change.became)}确定"
        now = f"；{bases[change.clock]}" if change is last[change.clock] and change.clock in bases else ""
        yield _signed(change.by, Told.CLOCK, what, change.why + now)


def _of_levels(proceeding: Proceeding) -> Iterator[Entry]:
    for grade in proceeding.opinion_levels:
        yield _signed(grade.by, Told.DECIDED, f"舆情等级定为{grade.level.label}", grade.reasons)
    for record in proceeding.event_levels:
        basis = f"{record.authority}{dated_words(record.determined_at)}认定，{record.basis}"
        what = f"记录事件级别：{record.level.label}" if record.level else "记录事件级别认定已撤销"
        yield _signed(record.by, Told.DECIDED, what, basis)
    for change in proceeding.moment_changes:
        what = f"{change.moment.label}时刻登记为{dated_words(change.became)}"
        yield _signed(change.by, Told.DECIDED, what, change.reasons)
    for met in (each for each in proceeding.clocks_met if each.clock != SIGN_IN):
        what = f"登记“{rule_of(proceeding, met.clock).ends_when}”：{dated_words(met.at)}"
        yield _signed(met.by, Told.DONE, what, met.note)


def _of_task(task: Task) -> Iterator[Entry]:
    basis = "；".join(f"{clock.title}：{clock.basis}" for clock in task.clocks if clock.outward)
    if task.sent_at and task.sent_by:
        what = f"交办{task.bureau}" + ("" if task.leads else "（协办）")
        yield Entry(at=task.sent_at, told=Told.DECIDED, who=task.sent_by, what=what, basis=basis)
    if task.signed_in_by:
        yield _signed(task.signed_in_by, Told.DONE, f"{task.bureau}签收", "")


def _of_finding(finding: Finding) -> Iterator[Entry]:
    what = f"{finding.bureau}填核查处置情况反馈（{finding.kind.label}）"
    yield _signed(finding.written, Told.DONE, what, finding.facts)
    if finding.signed:
        yield _signed(finding.signed, Told.SIGNED, f"签{finding.bureau}核查处置情况反馈（{finding.kind.label}）", "")


def _of_text(text: Text) -> Entry:
    what = f"保存{text.kind.label}第 {text.number} 版“{text.title}”"
    return _signed(text.by, Told.DONE, what, f"文稿校验码 {text.sha256[:12]}")


def _of_gates(standing: Standing) -> Iterator[Entry]:
    seats = {(seat.gate, seat.id): seat for gate in Gate for seat in standing.review.seats_of(gate)}
    for record in standing.records:
        what = decided_words(seats[record.gate, record.seat], record)
        yield _signed(record.by, Told.SIGNED, what, f"文稿校验码 {standing.review.sha256[:12]}")


def _of_release(publication: Publication) -> Entry:
    what = f"第 {publication.text} 版（{publication.part.label}）放行到{publication.channel.label}"
    return _signed(publication.by, Told.DECIDED, what, f"文稿校验码 {publication.sha256[:12]}")


def _signed(by: Signed, told: Told, what: str, basis: str) -> Entry:
    duty = "，".join(each for each in (by.bureau, by.role.label if by.role else None) if each)
    return Entry(at=by.at, told=told, who=f"{by.name}（{duty}）" if duty else by.name, what=what, basis=basis)


def _every_doing(tx: Transaction, concern: str) -> Iterator[Doing]:
    before: int | None = None
    while doings := tx.concerns.doings(concern, limit=_AT_ONCE, before=before):
        yield from doings
        before = doings[-1].id


def _is_told(doing: Doing, kept: Sequence[Entry]) -> bool:
    """Whether a line of the log says again what a record says."""
    return any(
        doing.what.startswith(entry.what)
        and entry.who.split("（")[0] == doing.who
        and abs(entry.at - doing.at) <= _SAME
        for entry in kept
    ) or any(_RECORDED[kind].search(doing.what) for kind in _RECORDED)


def _is_told_more_fully(step: Entry, others: Sequence[Entry]) -> bool:
    """Whether what a step stands for has lines of its own, by the same move: nobody reads it twice."""
    fuller = _FULLER.get(step.step)
    return fuller is not None and any(
        fuller.search(entry.what) and abs(entry.at - step.at) <= _SAME for entry in others
    )


def _logged(doing: Doing) -> Entry:
    what, _, basis = doing.what.partition("：")
    told = next((told for told, words in _TOLD_AS if words.search(what)), Told.DONE)
    if not basis or "（" in what:
        return Entry(at=doing.at, told=told, who=doing.who, what=doing.what)
    return Entry(at=doing.at, told=told, who=doing.who, what=what, basis=basis)
