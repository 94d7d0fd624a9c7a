"""Supervising: 催办, a word by hand to a bureau, and 督办, a numbered paper with a deadline that must be answered."""

from datetime import datetime, timedelta

from huiying.clock import BEIJING, Clock, moment_words
from huiying.failures import NotAllowed
from huiying.permission import Action, must_may
from huiying.person import Person
from huiying.policy.tasks import TaskRules
from huiying.register.register import Register, Transaction
from huiying.supervision import Supervision
from huiying.task import Task, TaskState
from huiying.task_parts import Urging
from responders.rereading import reread_when_stale
from responders.tasks.keeping import keep_task, task_as_seen, task_of


class Supervising:
    """What officers, supervisors and leaders ask of a bureau that is slow."""

    def __init__(self, register: Register, rules: TaskRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def urge(self, task_id: str, *, words: str, by: Person, seen: int | None = None) -> Task:
        """催办 by hand."""
        return reread_when_stale(lambda: self._urge(task_id, words.strip() or "请抓紧办理并反馈", by, seen))

    def supervise(self, task_id: str, *, asked: str, due_at: datetime | None = None, by: Person) -> Supervision:
        """督办: a numbered paper that asks for an answer by a moment; unsaid, within the office's own hours."""
        return reread_when_stale(lambda: self._supervise(task_id, asked.strip(), due_at, by))

    def answer(self, supervision_id: str, *, answer: str, by: Person) -> Supervision:
        """What the bureau reports on a 督办."""
        return reread_when_stale(lambda: self._answer(supervision_id, answer, by))

    def _urge(self, task_id: str, words: str, by: Person, seen: int | None) -> Task:
        with self._register.transaction() as tx:
            signed = must_may(by, Action.SUPERVISE, self._clock.now())
            task = task_as_seen(tx, task_id, seen).urged(Urging(words=words, by=signed))
            return keep_task(tx, task, f"催办{task.bureau}：{words}", who=signed.name, at=signed.at)

    def _supervise(self, task_id: str, asked: str, due_at: datetime | None, by: Person) -> Supervision:
        with self._register.transaction() as tx:
            signed = must_may(by, Action.SUPERVISE, self._clock.now())
            task = task_of(tx, task_id)
            if task.state is not TaskState.SENT:
                raise NotAllowed(f"{task.bureau}的这件任务不在办理中，不能督办；可查看任务的去向")
            supervision = Supervision(
                id=tx.supervisions.next_id(signed.at.astimezone(BEIJING).year),
                task=task.id,
                concern=task.concern,
                bureau=task.bureau,
                asked=asked,
                due_at=due_at or signed.at + timedelta(hours=self._rules.supervision_hours),
                by=signed,
            )
            kept = tx.supervisions.insert(supervision)
            what = f"{kept.id}督办{task.bureau}，{moment_words(kept.due_at)}前答复：{asked}"
            keep_task(tx, task, what, who=signed.name, at=signed.at)
            return kept

    def _answer(self, supervision_id: str, answer: str, by: Person) -> Supervision:
        with self._register.transaction() as tx:
            supervision = _supervision(tx, supervision_id)
            signed = must_may(by, Action.WRITE_FINDING, self._clock.now(), bureaus=(supervision.bureau,))
            answered = supervision.answered_with(answer, signed)
            saved = tx.supervisions.save(answered, supervision.version)
            what = f"{supervision.bureau}答复{supervision.id}：{saved.answer}"
            keep_task(tx, task_of(tx, supervision.task), what, who=signed.name, at=signed.at)
            return saved


def _supervision(tx: Transaction, id: str) -> Supervision:
    found = tx.supervisions.get(id)
    if found is None:
        raise NotAllowed(f"没有督办件 {id}")
    return found
