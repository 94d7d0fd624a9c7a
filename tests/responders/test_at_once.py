"""Several processes at the same work at the same moment: each thing is done once, and nobody waits for ever."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from huiying.failures import NotAllowed, Unavailable
from huiying.messages import AlertRaised, ConcernChanged, Message, TaskOpened, TaskOverdue
from huiying.stage import Stage
from huiying.task import TaskState
from responders.alerting import Alerting
from responders.tasking import Tasking
from tests.builders import person
from tests.responders.office import SmallOffice

MANY = [f"concern-{number}" for number in range(1, 31)]


def at_once(*works: Callable[[], object]) -> None:
    """All of these, begun at the same moment, each tried again where the register asks for that, as the loop does."""
    ready = threading.Barrier(len(works))

    def play(work: Callable[[], object]) -> None:
        ready.wait(20)
        for _ in range(5):
            try:
                work()
            except Unavailable:
                continue
            return
        raise AssertionError("was asked to try again five times")

    with ThreadPoolExecutor(len(works)) as threads:
        list(threads.map(play, works))


def handing(stage: Stage, messages: Sequence[Message], turn: int) -> Callable[[], object]:
    """Hand a stage these messages, beginning at another one each time."""
    return lambda: stage([*messages[turn:], *messages[:turn]])


def kinds_told(office: SmallOffice) -> dict[str, int]:
    told = office.told()
    return {
        kind.topic: sum(isinstance(message, kind) for message in told)
        for kind in (AlertRaised, TaskOpened, TaskOverdue)
    }


def test_many_who_alert_task_and_tick_at_once_double_nothing(office: SmallOffice) -> None:
    for concern in MANY:
        office.burst(concern, posts=8)
    changes = [ConcernChanged(concern=concern, concern_version=1) for concern in MANY]
    at_once(
        *(handing(Alerting(office.register, office.rules.heat, office.clock), changes, turn) for turn in range(4))
    )
    assert kinds_told(office) == {"alert-raised": 30, "task-opened": 0, "task-overdue": 0}

    raised = [message for message in office.told() if isinstance(message, AlertRaised)]
    at_once(*(handing(Tasking(office.register, office.rules, office.clock), raised, turn) for turn in range(4)))
    assert kinds_told(office) == {"alert-raised": 30, "task-opened": 30, "task-overdue": 0}

    now = office.wait(hours=49)
    at_once(*(partial(office.timers(holder).tick, now) for holder in ("one", "two", "three")))
    assert kinds_told(office) == {"alert-raised": 30, "task-opened": 30, "task-overdue": 30}
    assert all(len(office.tasks(concern)) == 1 for concern in MANY)
    overdue = [line for concern in MANY for line in office.log_of(concern) if "的任务已超时" in line]
    assert len(overdue) == 30


def test_a_person_and_the_system_who_open_the_same_task_at_once_open_one(office: SmallOffice) -> None:
    for concern in MANY:
        office.burst(concern, posts=8)
    office.alert(*MANY)
    raised = [message for message in office.told() if isinstance(message, AlertRaised)]
    tasking = Tasking(office.register, office.rules, office.clock)

    def assign(bureau: str) -> None:
        for concern in reversed(MANY):
            try:
                office.assigning.assign_lead(concern, bureau, by=person("高远"))
            except NotAllowed:
                continue

    at_once(lambda: tasking(raised), lambda: assign("水务局"), lambda: assign("房产局"))
    for concern in MANY:
        sent = [task for task in office.tasks(concern) if task.state is TaskState.SENT]
        with office.register.reading() as tx:
            found = tx.concerns.find(concern)
        assert found is not None
        assert [task.bureau for task in sent] == [found.lead]
        assert found.lead_frozen
