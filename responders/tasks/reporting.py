"""Finding 核查处置情况反馈: a bureau writes what it found and did, its head signs, and it is reported upward."""

from huiying.clock import Clock
from huiying.failures import NotAllowed, Stale
from huiying.finding import Finding, FindingKind, FindingWords, UpwardReport
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.proceeding import Proceeding
from huiying.register.register import Register, Transaction
from huiying.task import Task
from responders.proceedings.proceeding import complete_step, proceeding_id
from responders.rereading import reread_when_stale
from responders.tasks.keeping import keep_task, task_of

FIND = "find"
"""The step of a matter that the lead's first signed finding completes."""

FIRST_FINDING = "first-finding"
"""The inward clock that any signed finding stops."""


class Reporting:
    """What a bureau reports. A signed finding is never changed: what is new is a further one."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def write(self, task_id: str, kind: FindingKind, words: FindingWords, *, by: Person) -> Finding:
        """Write a finding, or write the unsigned one of its kind anew; the task is begun with it."""
        return reread_when_stale(lambda: self._write(task_id, kind, words, by))

    def sign(self, finding_id: str, *, by: Person, seen: int | None = None) -> Finding:
        """签字 by the head of the bureau, under the words they read (`seen`): it counts from now on."""
        return reread_when_stale(lambda: self._sign(finding_id, by, seen))

    def report(self, finding_id: str, *, to: str, how: str, by: Person) -> Finding:
        """首报、续报、终报: record to whom and how a signed finding was reported upward."""
        return reread_when_stale(lambda: self._report(finding_id, to, how, by))

    def _write(self, task_id: str, kind: FindingKind, words: FindingWords, by: Person) -> Finding:
        with self._register.transaction() as tx:
            task = task_of(tx, task_id)
            signed = must_may(by, Action.WRITE_FINDING, self._clock.now(), bureaus=(task.bureau,))
            task.must_be_in_hand("填写反馈")
            findings = tx.findings.of_task(task_id)
            _must_be_its_turn(kind, findings)
            begun = task if task.begun_by else task.begun(signed)
            what = f"{task.bureau}填写{kind.label}，待单位负责人签字"
            keep_task(tx, begun, what, who=signed.name, at=signed.at)
            unsigned = next((each for each in findings if each.signed is None), None)
            if unsigned:
                changed = unsigned.rewritten(kind, words, signed)
                return tx.findings.save(changed, unsigned.version)
            return self._add(tx, task, kind, words, signed, number=len(findings) + 1)

    def _sign(self, finding_id: str, by: Person, seen: int | None) -> Finding:
        with self._register.transaction() as tx:
            finding, task = _with_task(tx, finding_id)
            head = must_may(by, Action.SIGN_FINDING, self._clock.now(), bureaus=(finding.bureau,))
            task.must_be_in_hand("签反馈")
            if seen is not None and seen < finding.version and finding.signed is None:
                raise NotAllowed(f"你打开之后，{finding.written.name}改过这份{finding.kind.label}，请看过再签")
            signed = tx.findings.save(finding.signed_by(head), finding.version)
            what = f"{task.bureau}{finding.kind.label}：{finding.facts}（{head.name}签字）"
            keep_task(tx, task.step_done(FIRST_FINDING, head.at), what, who=head.name, at=head.at)
            _complete_find(tx, task, head)
            return signed

    def _report(self, finding_id: str, to: str, how: str, by: Person) -> Finding:
        with self._register.transaction() as tx:
            finding, task = _with_task(tx, finding_id)
            signed = must_may(by, Action.REPORT_UPWARD, self._clock.now(), bureaus=(finding.bureau,))
            report = UpwardReport(to=to.strip(), how=how.strip(), at=signed.at, by=signed)
            saved = tx.findings.save(finding.reported_to(report), finding.version)
            what = f"{finding.kind.report}已报{report.to}（{report.how}）"
            keep_task(tx, task, what, who=signed.name, at=signed.at)
            return saved

    def _add(
        self, tx: Transaction, task: Task, kind: FindingKind, words: FindingWords, by: Signed, *, number: int
    ) -> Finding:
        finding = Finding(
            id=f"{task.id}:{number:03d}",
            task=task.id,
            concern=task.concern,
            bureau=task.bureau,
            kind=kind,
            facts=words.facts,
            measures=words.measures,
            next_steps=words.next_steps,
            responsible=words.responsible,
            written=by,
        )
        if not tx.findings.insert(finding):
            raise Stale(f"finding {finding.id} was just written by somebody else")
        return finding


def _must_be_its_turn(kind: FindingKind, findings: list[Finding]) -> None:
    signed = [each for each in findings if each.signed]
    if any(each.kind is FindingKind.FINAL for each in signed):
        raise NotAllowed("办结反馈已签字，不能再写反馈；有新情况请联系舆情值班员")
    if kind is FindingKind.FIRST and signed:
        raise NotAllowed("初报已签字；有新情况请写续报，办完了写办结")
    if kind is FindingKind.FURTHER and not signed:
        raise NotAllowed("还没有签过字的初报；请先写初报")


def _with_task(tx: Transaction, finding_id: str) -> tuple[Finding, Task]:
    finding = tx.findings.get(finding_id)
    if finding is None:
        raise NotAllowed(f"没有反馈 {finding_id}")
    return finding, task_of(tx, finding.task)


def _complete_find(tx: Transaction, task: Task, head: Signed) -> None:
    """The lead's first signed finding; an older matter has no proceeding, and one may not have come so far yet."""
    proceeding = tx.proceedings.get(proceeding_id(task.alert, task.procedure))
    if task.leads and proceeding and _is_open(proceeding):
        complete_step(tx, proceeding.id, FIND, by=head)


def catch_up(tx: Transaction, proceeding: Proceeding) -> Proceeding:
    """A bureau may report before the matter is appraised: its signed finding counts once there is room for it."""
    leading = {task.id for task in tx.tasks.of_alerts([proceeding.episode]).get(proceeding.episode, []) if task.leads}
    signed = [each.signed for each in tx.findings.of_concern(proceeding.concern) if each.task in leading]
    heads = sorted((head for head in signed if head), key=lambda head: head.at)
    return complete_step(tx, proceeding.id, FIND, by=heads[0]) if heads and _is_open(proceeding) else proceeding


def _is_open(proceeding: Proceeding) -> bool:
    return any(step.id == FIND for step in proceeding.open_steps)
