"""The desk 部门工作台: what the people of a bureau do with the tasks they were sent.

Every move takes `seen`, the version of the task that the person had before them: where somebody else changed it
since, the move is refused and says who did what and when. Only the task's own bureau may act.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from huiying.clock import Clock, moment_words
from huiying.failures import NotAllowed
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.register.register import Register, Transaction
from huiying.task import Task
from huiying.task_parts import Extension, HandDown, ReturnRequest
from responders.proceedings.proceeding import meet_clock, proceeding_id
from responders.rereading import reread_when_stale
from responders.tasks.clocks import SIGN_IN
from responders.tasks.keeping import keep_task, task_as_seen, task_of

Move = Callable[[Task, Signed], tuple[Task, str]]
"""A task before and who acts, to the task after and what was done, in words."""


class Desk:
    """What a bureau does: each move is one register transaction with its message and its lines in the logs."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def sign_in(self, task_id: str, *, by: Person, seen: int | None = None) -> Task:
        """签收."""
        return self._move(task_id, Action.SIGN_IN_TASK, by, seen, _signed_in)

    def sign_in_all(self, task_ids: Iterable[str], *, by: Person) -> list[Task]:
        """全选签收: all of these in one transaction, or none of them."""
        wanted = list(dict.fromkeys(task_ids))
        if not wanted:
            raise NotAllowed("还没有选定要签收的任务")
        return reread_when_stale(lambda: self._sign_in_all(wanted, by))

    def begin(self, task_id: str, *, by: Person, seen: int | None = None) -> Task:
        """开始办理."""
        return self._move(
            task_id, Action.HANDLE_TASK, by, seen, lambda task, signed: (task.begun(signed), f"{task.bureau}开始办理")
        )

    def hand_over(self, task_id: str, *, to: str, by: Person, seen: int | None = None) -> Task:
        """移交 to another person of the same bureau."""
        return self._move(
            task_id,
            Action.HANDLE_TASK,
            by,
            seen,
            lambda task, _: (task.handed_over(to), f"{task.bureau}的经办人由{task.handler}移交{to.strip()}"),
        )

    def ask_return(self, task_id: str, *, reason: str, by: Person, seen: int | None = None) -> Task:
        """申请退回. Until the office decides, the bureau goes on with it (首接负责)."""

        def ask(task: Task, signed: Signed) -> tuple[Task, str]:
            request = ReturnRequest(reason=reason, asked=signed)
            return task.return_asked(request), f"{task.bureau}申请退回：{reason.strip()}"

        return self._move(task_id, Action.RETURN_TASK, by, seen, ask)

    def ask_extension(
        self, task_id: str, *, step: str, until: datetime, reason: str, by: Person, seen: int | None = None
    ) -> Task:
        """申请延期 of one inward clock; outward clocks are never extended."""

        def ask(task: Task, signed: Signed) -> tuple[Task, str]:
            request = Extension(step=step, title="", until=until, reason=reason.strip(), asked=signed)
            asked = task.extension_asked(request)
            title = asked.extensions[-1].title
            return asked, f"{task.bureau}申请“{title}”延至{moment_words(until)}：{reason.strip()}"

        return self._move(task_id, Action.ASK_EXTENSION, by, seen, ask)

    def hand_down(  # noqa: PLR0913 - a paper has this many blanks
        self,
        task_id: str,
        *,
        unit: str,
        contact: str,
        what: str,
        due_at: datetime,
        by: Person,
        seen: int | None = None,
    ) -> Task:
        """二级转办 to a unit below the bureau or a sub-district."""

        def pass_down(task: Task, signed: Signed) -> tuple[Task, str]:
            part = HandDown(
                number=0,
                unit=unit.strip(),
                contact=contact.strip(),
                what=what.strip(),
                due_at=due_at,
                by=signed,
            )
            return task.passed_down(
                part
            ), f"{task.bureau}转{part.unit}办理，{moment_words(due_at)}前答复：{part.what}"

        return self._move(task_id, Action.HAND_DOWN, by, seen, pass_down)

    def record_answer(self, task_id: str, number: int, *, answer: str, by: Person, seen: int | None = None) -> Task:
        """Write down what the unit below reported back."""

        def record(task: Task, signed: Signed) -> tuple[Task, str]:
            answered = task.answered_from_below(number, answer, signed)
            return answered, f"{answered.handed_down[number - 1].unit}答复{task.bureau}：{answer.strip()}"

        return self._move(task_id, Action.HAND_DOWN, by, seen, record)

    def _sign_in_all(self, task_ids: Sequence[str], by: Person) -> list[Task]:
        with self._register.transaction() as tx:
            return [self._moved(tx, id, Action.SIGN_IN_TASK, by, None, _signed_in) for id in task_ids]

    def _move(self, task_id: str, action: Action, by: Person, seen: int | None, move: Move) -> Task:
        def once() -> Task:
            with self._register.transaction() as tx:
                return self._moved(tx, task_id, action, by, seen, move)

        return reread_when_stale(once)

    def _moved(self, tx: Transaction, task_id: str, action: Action, by: Person, seen: int | None, move: Move) -> Task:
        signed = must_may(by, action, self._clock.now(), bureaus=(task_of(tx, task_id).bureau,))
        moved, what = move(task_as_seen(tx, task_id, seen), signed)
        kept = keep_task(tx, moved, what, who=signed.name, at=signed.at)
        if action is Action.SIGN_IN_TASK:
            _meet_clock(tx, kept, signed)
        return kept


def _meet_clock(tx: Transaction, task: Task, signed: Signed) -> None:
    proceeding = tx.proceedings.get(proceeding_id(task.alert, task.procedure))
    if task.leads and proceeding and not proceeding.closed_at:
        meet_clock(tx, proceeding.id, SIGN_IN, note=f"{task.bureau}签收", by=signed)


def _signed_in(task: Task, signed: Signed) -> tuple[Task, str]:
    return task.signed_in(signed), f"{task.bureau}签收"
