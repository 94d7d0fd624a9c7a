"""Deciding: what the office answers to a bureau's requests, and when a task is 办结."""

from collections.abc import Callable

from huiying.clock import Clock, moment_words
from huiying.failures import NotAllowed
from huiying.finding import FindingKind
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.register.register import Register, Transaction
from huiying.task import Task
from huiying.task_parts import ClosedAs, Decision
from responders.proceedings.counting import recount_for_lead
from responders.proceedings.proceeding import proceeding_id
from responders.rereading import reread_when_stale
from responders.rules import ClockRules
from responders.tasks.assigning import Assigning
from responders.tasks.keeping import keep_task, task_as_seen

_BUREAU_STEPS = ("find", "draft", "publish")
"""The steps of a matter that are the lead bureau's: its task is not 办结 while one of them is open."""


class Deciding:
    """Returns, extensions, designation and 办结: what the officer (for extensions also the leader) decides."""

    def __init__(self, register: Register, assigning: Assigning, rules: ClockRules, clock: Clock) -> None:
        self._register = register
        self._assigning = assigning
        self._rules = rules
        self._clock = clock

    def accept_return(self, task_id: str, *, bureau: str, by: Person, seen: int | None = None) -> Task:
        """同意退回，改派: the task is closed with the bureau's reason, another bureau's opens; it comes back.

        A co-handler's task is closed alone where `bureau` is empty.
        """

        def accept(tx: Transaction, task: Task, signed: Signed) -> Task:
            decision = Decision(accepted=True, reason="", by=signed)
            decided = task.return_decided(decision)
            reason = decided.returns[-1].reason
            what = f"同意{task.bureau}退回：{reason}"
            agreed = keep_task(tx, decided, what, who=signed.name, at=signed.at)
            if not agreed.leads:
                return _released(tx, agreed, reason, signed)
            if not bureau or bureau == task.bureau:
                raise NotAllowed(f"请选定改派给哪个单位（不能仍是{task.bureau}）")
            return self._assigning.pass_lead(tx, agreed, bureau, reason, signed)

        return self._decide(task_id, Action.DECIDE_RETURN, by, seen, accept)

    def refuse_return(self, task_id: str, *, reason: str, by: Person, seen: int | None = None) -> Task:
        """不同意退回, with the reason; the bureau goes on."""

        def refuse(tx: Transaction, task: Task, signed: Signed) -> Task:
            decision = Decision(accepted=False, reason=_stated(reason, "不同意退回"), by=signed)
            what = f"不同意{task.bureau}退回：{decision.reason}"
            return keep_task(tx, task.return_decided(decision), what, who=signed.name, at=signed.at)

        return self._decide(task_id, Action.DECIDE_RETURN, by, seen, refuse)

    def grant_extension(self, task_id: str, *, by: Person, seen: int | None = None) -> Task:
        """同意延期: that one inward clock moves; no outward clock ever does."""

        def grant(tx: Transaction, task: Task, signed: Signed) -> Task:
            decided = task.extension_decided(Decision(accepted=True, reason="", by=signed))
            request = decided.extensions[-1]
            what = f"同意{task.bureau}“{request.title}”延至{moment_words(request.until)}（对外时限不变）"
            granted = keep_task(tx, decided, what, who=signed.name, at=signed.at)
            recount_for_lead(tx, proceeding_id(task.alert, task.procedure), self._rules, why=what, by=signed)
            return granted

        return self._decide(task_id, Action.DECIDE_EXTENSION, by, seen, grant)

    def refuse_extension(self, task_id: str, *, reason: str, by: Person, seen: int | None = None) -> Task:
        """不同意延期, with the reason."""

        def refuse(tx: Transaction, task: Task, signed: Signed) -> Task:
            decision = Decision(accepted=False, reason=_stated(reason, "不同意延期"), by=signed)
            what = f"不同意{task.bureau}延期：{decision.reason}"
            return keep_task(tx, task.extension_decided(decision), what, who=signed.name, at=signed.at)

        return self._decide(task_id, Action.DECIDE_EXTENSION, by, seen, refuse)

    def designate(self, task_id: str, *, by: Person, seen: int | None = None) -> Task:
        """指定承办: the task cannot be returned any more."""

        def designate(tx: Transaction, task: Task, signed: Signed) -> Task:
            return keep_task(tx, task.designate(), f"指定{task.bureau}承办，不得退回", who=signed.name, at=signed.at)

        return self._decide(task_id, Action.ASSIGN, by, seen, designate)

    def finish_task(self, task_id: str, *, by: Person, seen: int | None = None) -> Task:
        """办结: only with a signed final finding and nothing of the bureau's work left open."""

        def finish(tx: Transaction, task: Task, signed: Signed) -> Task:
            final = _final_finding(tx, task)
            _must_have_nothing_open(tx, task)
            closed = task.closed(reason=f"办结反馈由{final.name}签字", now=signed.at, how=ClosedAs.DONE)
            return keep_task(tx, closed, f"{task.bureau}的任务办结", who=signed.name, at=signed.at)

        return self._decide(task_id, Action.ASSIGN, by, seen, finish)

    def _decide(
        self,
        task_id: str,
        action: Action,
        by: Person,
        seen: int | None,
        decide: Callable[[Transaction, Task, Signed], Task],
    ) -> Task:
        signed = must_may(by, action, self._clock.now())

        def once() -> Task:
            with self._register.transaction() as tx:
                return decide(tx, task_as_seen(tx, task_id, seen), signed)

        return reread_when_stale(once)


def _stated(reason: str, what: str) -> str:
    if not reason.strip():
        raise NotAllowed(f"{what}须写明理由")
    return reason.strip()


def _released(tx: Transaction, task: Task, reason: str, signed: Signed) -> Task:
    closed = task.closed(reason=f"退回：{reason}", now=signed.at, how=ClosedAs.RETURNED)
    return keep_task(tx, closed, f"{task.bureau}不再协办：{reason}", who=signed.name, at=signed.at)


def _final_finding(tx: Transaction, task: Task) -> Signed:
    finals = [each.signed for each in tx.findings.of_task(task.id) if each.kind is FindingKind.FINAL and each.signed]
    if not finals:
        raise NotAllowed(f"{task.bureau}还没有经负责人签字的办结反馈，不能办结；不再需要办理的可以撤回并写明原因")
    return finals[-1]


def _must_have_nothing_open(tx: Transaction, task: Task) -> None:
    task.must_be_in_hand("办结")
    waiting = [part.unit for part in task.handed_down if not part.answered]
    asked = [name for name, one in (("退回", task.asked_to_return), ("延期", task.asked_to_extend)) if one]
    if waiting:
        raise NotAllowed(f"{'、'.join(waiting)}还没有答复，登记答复后才能办结")
    if asked:
        raise NotAllowed(f"{task.bureau}申请的{'、'.join(asked)}还没有答复，请先答复再办结")
    proceeding = tx.proceedings.get(proceeding_id(task.alert, task.procedure))
    if not task.leads or proceeding is None:
        return
    steps = [step for step in proceeding.procedure.steps if step.id in _BUREAU_STEPS]
    undone = [step.title for step in steps if proceeding.calls_for(step) and proceeding.done_as(step.id) is None]
    if undone:
        raise NotAllowed(f"{task.bureau}还有没办完的环节：{'、'.join(undone)}，不能办结")
