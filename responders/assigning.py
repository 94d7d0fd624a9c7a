"""Assigning: a person names the lead bureau (明确责任单位), or sends a task that waits (交办).

Each move is one register transaction with its message and its line in the matter's log. What is not possible any
more, because somebody else was first, is said in words (`NotAllowed`).
"""

from huiying.clock import Clock
from huiying.concern import Concern
from huiying.correction import Correction, Judgement
from huiying.failures import NotAllowed
from huiying.messages import AlertChanged, ConcernChanged, TaskChanged
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.procedure import Regime
from huiying.register.register import Register, Transaction
from huiying.task import Task, TaskState
from responders.beginning import task_sent
from responders.opening import OfficeRules, make_task, open_task, task_id
from responders.rereading import reread_when_stale


class Assigning:
    """What a press officer does with leads and tasks."""

    def __init__(self, register: Register, rules: OfficeRules, clock: Clock, regime: Regime = Regime.CURRENT) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock
        self._regime = regime

    def assign_lead(self, concern_id: str, bureau: str, *, by: Person) -> Task:
        """Name the lead of a concern: its task is opened and sent at once, a waiting one of that bureau is sent.

        A waiting task of another bureau is closed. `NotAllowed` where the concern is merged, or another bureau
        has been sent its task already.
        """
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        return reread_when_stale(lambda: self._assign(concern_id, bureau, signed))

    def correct_lead(self, concern_id: str, bureau: str, *, reason: str, by: Person) -> Concern:
        """更正牵头单位: the matter is another bureau's. Whoever was sent its task is relieved of it, for this reason.

        Where there is no alert yet no task is opened: the lead only stands for when there is one. `NotAllowed` where
        the concern is merged, the bureau leads already, or has closed its task of this episode.
        """
        if not reason.strip():
            raise NotAllowed("更正牵头单位须写明原因")
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        return reread_when_stale(lambda: self._correct(concern_id, bureau, reason.strip(), signed))

    def send_task(self, task_id: str, *, by: Person) -> Task:
        """交办: send a waiting task. `NotAllowed` where it was sent or closed meanwhile."""
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        return reread_when_stale(lambda: self._send_waiting(task_id, signed))

    def close_task(self, task_id: str, *, reason: str, by: Person) -> Task:
        """办结 or withdraw a task, for a stated reason."""
        signed = must_may(by, Action.ASSIGN, self._clock.now())
        return reread_when_stale(lambda: self._close_one(task_id, reason, signed.name))

    def _assign(self, concern_id: str, bureau: str, signed: Signed) -> Task:
        by = signed.name
        with self._register.transaction() as tx:
            concern = _present(tx, concern_id)
            tasks = [task for task in tx.tasks.of_concern(concern.id) if task.alert == concern.episode_id]
            _refuse_second_lead(tasks, bureau)
            for other in tasks:
                if other.bureau != bureau and other.state is TaskState.WAITING:
                    self._close(tx, other, f"牵头单位明确为{bureau}", by)
            if concern.lead != bureau or not concern.lead_frozen:
                self._freeze(tx, concern, bureau, by)
            tx.concerns.add_doing(concern.id, by, f"明确责任单位：{bureau}")
            self._tell_queue(tx, concern, bureau)
            return self._hand_over(tx, concern, bureau, signed)

    def _correct(self, concern_id: str, bureau: str, reason: str, signed: Signed) -> Concern:
        by = signed.name
        with self._register.transaction() as tx:
            concern = _present(tx, concern_id)
            if concern.lead == bureau and concern.lead_frozen:
                raise NotAllowed(f"牵头单位已经是{bureau}")
            tasks = [task for task in tx.tasks.of_concern(concern.id) if task.alert == concern.episode_id]
            saved = self._freeze(tx, concern, bureau, by, reason)
            tx.concerns.add_doing(concern.id, by, f"更正牵头单位：{concern.lead or '待明确'}→{bureau}（{reason}）")
            for other in tasks:
                if other.bureau != bureau and other.state is not TaskState.CLOSED:
                    self._close(tx, other, f"牵头单位更正为{bureau}：{reason}", by)
            if tx.alerts.get(concern.episode_id):
                _refuse_closed(tasks, bureau)
                self._tell_queue(tx, saved, bureau)
                self._hand_over(tx, saved, bureau, signed)
            else:
                tx.outbox.add([ConcernChanged(concern=saved.id, concern_version=saved.version)])
            return saved

    def _freeze(self, tx: Transaction, concern: Concern, bureau: str, by: str, note: str = "") -> Concern:
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
                who=by,
                at=self._clock.now(),
                note=note,
            )
            tx.corrections.add(correction)
        return saved

    def _hand_over(self, tx: Transaction, concern: Concern, bureau: str, signed: Signed) -> Task:
        task = self._task_of(tx, concern, bureau, signed.name)
        if task.state is TaskState.WAITING:
            return self._send(tx, task, signed)
        task_sent(tx, self._rules, task, by=signed, regime=self._regime)
        return task

    def _task_of(self, tx: Transaction, concern: Concern, bureau: str, by: str) -> Task:
        """The bureau's task for this episode, opened and sent now where there is none."""
        existing = tx.tasks.get(task_id(concern, bureau))
        if existing:
            return existing
        task = make_task(self._rules, concern, bureau, by=by, waits=None, now=self._clock.now(), regime=self._regime)
        open_task(tx, task, by=by)
        return task

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
            return self._send(tx, _task(tx, task_id), by)

    def _close_one(self, task_id: str, reason: str, by: str) -> Task:
        with self._register.transaction() as tx:
            return self._close(tx, _task(tx, task_id), reason, by)

    def _send(self, tx: Transaction, task: Task, by: Signed) -> Task:
        if task.state is TaskState.SENT:
            raise NotAllowed(f"这件任务已由{task.sent_by}交办{task.bureau}，无须再发")
        if task.state is TaskState.CLOSED:
            raise NotAllowed(f"这件任务已关闭（{task.close_reason}），不能再交办")
        sent = tx.tasks.save(task.sent(by=by.name, now=self._clock.now()), task.version)
        _tell(tx, sent, f"交办{sent.bureau}", by.name)
        task_sent(tx, self._rules, sent, by=by, regime=self._regime)
        return sent

    def _close(self, tx: Transaction, task: Task, reason: str, by: str) -> Task:
        if task.state is TaskState.CLOSED:
            raise NotAllowed(f"这件任务已关闭（{task.close_reason}）")
        if not reason.strip():
            raise NotAllowed("关闭任务须写明原因")
        closed = tx.tasks.save(task.closed(reason=reason, now=self._clock.now()), task.version)
        _tell(tx, closed, f"{closed.bureau}的任务关闭：{closed.close_reason}", by)
        return closed


def _refuse_second_lead(tasks: list[Task], bureau: str) -> None:
    for task in tasks:
        if task.bureau != bureau and task.state is TaskState.SENT:
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


def _task(tx: Transaction, task_id: str) -> Task:
    task = tx.tasks.get(task_id)
    if task is None:
        raise NotAllowed(f"没有任务 {task_id}")
    return task


def _tell(tx: Transaction, task: Task, what: str, by: str) -> None:
    message = TaskChanged(task=task.id, concern=task.concern, bureau=task.bureau, state=task.state.value, what=what)
    tx.outbox.add([message])
    tx.concerns.add_doing(task.concern, by, what)
