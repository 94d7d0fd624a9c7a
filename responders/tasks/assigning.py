"""Assigning: a person names the lead bureau (明确责任单位), or sends a task that waits (交办).

Each move is one register transaction with its message and its line in the matter's log. What is not possible any
more, because somebody else was first, is said in words (`NotAllowed`).
"""

from huiying.clock import Clock
from huiying.concern import Concern
from huiying.correction import Correction, Judgement
from huiying.failures import NotAllowed
from huiying.messages import AlertChanged, ConcernChanged
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.procedure import Regime
from huiying.register.register import Register, Transaction
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs, Part
from responders.rereading import reread_when_stale
from responders.rules import OfficeRules
from responders.tasks.keeping import keep_task, must_exist, task_of
from responders.tasks.opening import Opening


class Assigning:
    """What a press officer does with leads and tasks."""

    def __init__(self, register: Register, rules: OfficeRules, clock: Clock, regime: Regime = Regime.CURRENT) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock
        self._opening = Opening(rules, regime)

    def assign_lead(self, concern_id: str, bureau: str, *, by: Person) -> Task:
        """Name the lead of a concern: its task is opened and sent at once, a waiting one of that bureau is sent.

        A waiting task of another bureau is closed. `NotAllowed` where the concern is merged, there is no such bureau,
        or another one has been sent its task already.
        """
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        must_exist(self._rules.bureaus, bureau, signed.at)
        return reread_when_stale(lambda: self._assign(concern_id, bureau, signed))

    def correct_lead(self, concern_id: str, bureau: str, *, reason: str, by: Person) -> Concern:
        """更正牵头单位: the matter is another bureau's. Whoever was sent its task is relieved of it, for this reason.

        Where there is no alert yet no task is opened: the lead only stands for when there is one. `NotAllowed` where
        the concern is merged, the bureau leads already, or has closed its task of this episode.
        """
        if not reason.strip():
            raise NotAllowed("更正牵头单位须写明原因")
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        must_exist(self._rules.bureaus, bureau, signed.at)
        return reread_when_stale(lambda: self._correct(concern_id, bureau, reason.strip(), signed))

    def send_task(self, task_id: str, *, by: Person) -> Task:
        """交办: send a waiting task. `NotAllowed` where it was sent or closed meanwhile."""
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        return reread_when_stale(lambda: self._send_waiting(task_id, signed))

    def withdraw_task(self, task_id: str, *, reason: str, by: Person) -> Task:
        """撤回 a task, for a stated reason; the bureau owes nothing more."""
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        return reread_when_stale(lambda: self._withdraw_one(task_id, reason, signed))

    def pass_lead(self, tx: Transaction, task: Task, bureau: str, reason: str, by: Signed) -> Task:
        """改派: a returned task is closed, and the other bureau's is opened with the same outward clocks."""
        must_exist(self._rules.bureaus, bureau, by.at)
        concern = _present(tx, task.concern)
        tasks = _of_episode(tx, concern)
        _refuse_closed(tasks, bureau)
        self._freeze(tx, concern, bureau, by, reason)
        self._close(tx, task, f"退回改派{bureau}：{reason}", by, ClosedAs.RETURNED)
        self._tell_queue(tx, concern, bureau)
        helping = next((each for each in tasks if each.bureau == bureau and each.id != task.id), None)
        if helping:
            return self._leading(tx, helping, by)
        return self._opening.open_sent(tx, self._opening.in_place_of(tx, task, concern, bureau, now=by.at), by=by)

    def _assign(self, concern_id: str, bureau: str, by: Signed) -> Task:
        with self._register.transaction() as tx:
            concern = _present(tx, concern_id)
            tasks = _of_episode(tx, concern)
            _refuse_second_lead(tasks, bureau)
            for other in tasks:
                if other.bureau != bureau and other.state is TaskState.WAITING:
                    self._close(tx, other, f"牵头单位明确为{bureau}", by)
            if concern.lead != bureau or not concern.lead_frozen:
                self._freeze(tx, concern, bureau, by)
            tx.concerns.add_doing(concern.id, by.name, f"明确责任单位：{bureau}")
            self._tell_queue(tx, concern, bureau)
            return self._hand_over(tx, concern, bureau, by)

    def _correct(self, concern_id: str, bureau: str, reason: str, by: Signed) -> Concern:
        with self._register.transaction() as tx:
            concern = _present(tx, concern_id)
            if concern.lead == bureau and concern.lead_frozen:
                raise NotAllowed(f"牵头单位已经是{bureau}")
            tasks = _of_episode(tx, concern)
            saved = self._freeze(tx, concern, bureau, by, reason)
            tx.concerns.add_doing(
                concern.id, by.name, f"更正牵头单位：{concern.lead or '待明确'}→{bureau}（{reason}）"
            )
            for other in tasks:
                if other.leads and other.bureau != bureau and other.state is not TaskState.CLOSED:
                    self._close(tx, other, f"牵头单位更正为{bureau}：{reason}", by)
            if tx.alerts.get(concern.episode_id):
                _refuse_closed(tasks, bureau)
                self._tell_queue(tx, saved, bureau)
                self._hand_over(tx, saved, bureau, by)
            else:
                tx.outbox.add([ConcernChanged(concern=saved.id, concern_version=saved.version)])
            return saved

    def _freeze(self, tx: Transaction, concern: Concern, bureau: str, by: Signed, note: str = "") -> Concern:
        """Let a person's word on the lead stand, and keep it as a correction where it differs from the posts'."""
        saved = tx.concerns.save(concern.assigned_to(bureau), concern.version)
        if concern.lead != bureau:
            said_before = [
                one for one in tx.corrections.said_of_concern(concern.id) if one.judgement is Judgement.LEAD
            ]
            voted = (concern.lead,) if concern.lead else ()
            correction = Correction(
                judgement=Judgement.LEAD,
                concern=concern.id,
                judged=said_before[-1].judged if said_before else voted,
                said=(bureau,),
                who=by.name,
                at=by.at,
                note=note,
            )
            tx.corrections.add(correction)
        return saved

    def _hand_over(self, tx: Transaction, concern: Concern, bureau: str, by: Signed) -> Task:
        """The bureau's task for this episode: sent where it waits, opened and sent where there is none."""
        existing = next((task for task in _of_episode(tx, concern) if task.bureau == bureau), None)
        if existing is None:
            return self._opening.open_sent(tx, self._opening.make(tx, concern, bureau, waits=None, now=by.at), by=by)
        if existing.state is TaskState.WAITING:
            return self._send(tx, existing, by)
        return self._leading(tx, existing, by)

    def _leading(self, tx: Transaction, task: Task, by: Signed) -> Task:
        if task.leads:
            return task
        leading = task.moved_to(task.concern, task.alert, Part.LEAD)
        return keep_task(tx, leading, f"{task.bureau}由协办改为牵头", who=by.name, at=by.at)

    def _tell_queue(self, tx: Transaction, concern: Concern, bureau: str) -> None:
        alert = tx.alerts.get(concern.episode_id)
        if alert is None:
            return
        what = f"明确责任单位：{bureau}"
        tx.outbox.add(
            [AlertChanged(alert=alert.id, concern=alert.concern, source=None, level=alert.level.value, what=what)]
        )

    def _send_waiting(self, task_id: str, by: Signed) -> Task:
        with self._register.transaction() as tx:
            return self._send(tx, task_of(tx, task_id), by)

    def _withdraw_one(self, task_id: str, reason: str, by: Signed) -> Task:
        with self._register.transaction() as tx:
            return self._close(tx, task_of(tx, task_id), reason, by)

    def _send(self, tx: Transaction, task: Task, by: Signed) -> Task:
        must_exist(self._rules.bureaus, task.bureau, by.at)
        return self._opening.send(tx, task, f"交办{task.bureau}", by=by)

    def _close(
        self, tx: Transaction, task: Task, reason: str, by: Signed, how: ClosedAs = ClosedAs.WITHDRAWN
    ) -> Task:
        closed = task.closed(reason=reason, now=by.at, how=how)
        return keep_task(tx, closed, f"{task.bureau}的任务{how.label}：{closed.close_reason}", who=by.name, at=by.at)


def _of_episode(tx: Transaction, concern: Concern) -> list[Task]:
    return [task for task in tx.tasks.of_concern(concern.id) if task.alert == concern.episode_id]


def _refuse_second_lead(tasks: list[Task], bureau: str) -> None:
    for task in tasks:
        if task.leads and task.bureau != bureau and task.state is TaskState.SENT:
            raise NotAllowed(f"本事项已由{task.sent_by}交办{task.bureau}；先关闭那件任务，再明确为{bureau}")
    _refuse_closed(tasks, bureau)


def _refuse_closed(tasks: list[Task], bureau: str) -> None:
    for task in tasks:
        if task.bureau == bureau and task.state is TaskState.CLOSED:
            raise NotAllowed(f"{bureau}的任务已关闭（{task.close_reason}），本轮不能再次交办")


def _present(tx: Transaction, concern_id: str) -> Concern:
    concern = tx.concerns.find(concern_id)
    if concern is None:
        raise NotAllowed(f"没有舆情事项 {concern_id}")
    if concern.merged_into:
        winner = tx.concerns.resolve(concern_id)
        number = winner.number if winner else concern.merged_into
        raise NotAllowed(f"事项 {concern.number} 已并入 {number}，请在那里明确责任单位")
    return concern
