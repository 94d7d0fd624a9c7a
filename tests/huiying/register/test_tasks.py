"""The desks in the register: order by deadline, what is overdue, and timers that fire once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from huiying.clock import SetClock
from huiying.failures import Stale
from huiying.register.register import Register
from huiying.register.tasks import OVERDUE, Workload
from huiying.task import Task, TaskState
from tests.builders import NOON, make_clock, make_task


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    opened = Register(register_url, SetClock(NOON))
    yield opened
    opened.close()


def due(id: str, at: datetime | None, state: TaskState = TaskState.SENT, bureau: str = "水务局") -> Task:
    return make_task(
        id, alert=f"{id}:1", clocks=(make_clock(due_at=at),), state=state, waits_because=None, bureau=bureau
    )


def open_all(register: Register, *opened: Task) -> None:
    with register.transaction() as tx:
        assert all(tx.tasks.insert(task) for task in opened)


def test_a_task_comes_back_as_it_was_written_and_is_opened_once(register: Register) -> None:
    task = make_task()
    open_all(register, task)

    with register.transaction() as tx:
        assert not tx.tasks.insert(task)
        assert tx.tasks.get(task.id) == task
        assert tx.tasks.get("nobody-knows-it") is None


def test_of_two_who_save_the_same_version_the_second_is_stale(register: Register) -> None:
    task = make_task()
    open_all(register, task)
    with register.transaction() as tx:
        tx.tasks.save(task.sent(by="高远", now=NOON), task.version)

    with pytest.raises(Stale, match="no longer at version 0"), register.transaction() as tx:
        tx.tasks.save(task.sent(by="林秋", now=NOON), task.version)
    with register.reading() as tx:
        assert [each.sent_by for each in tx.tasks.of_bureau("水务局")] == ["高远"]


def test_a_desk_shows_the_nearest_deadline_first_and_those_without_one_last(register: Register) -> None:
    open_all(
        register,
        due("without", None),
        due("later", NOON + timedelta(hours=9)),
        due("sooner", NOON + timedelta(hours=1)),
        due("waiting", NOON, TaskState.WAITING),
        due("elsewhere", NOON, bureau="房产局"),
    )

    with register.reading() as tx:
        assert [task.id for task in tx.tasks.of_bureau("水务局", TaskState.SENT)] == ["sooner", "later", "without"]
        assert [task.id for task in tx.tasks.of_bureau("水务局", limit=1)] == ["waiting"]
        assert len(tx.tasks.of_bureau(None)) == 5


def test_overdue_is_what_is_open_past_its_deadline(register: Register) -> None:
    open_all(
        register,
        due("late", NOON - timedelta(hours=1)),
        due("later", NOON - timedelta(hours=2), TaskState.WAITING),
        due("done", NOON - timedelta(hours=3), TaskState.CLOSED),
        due("in-time", NOON + timedelta(hours=1)),
        due("promptly", None),
    )

    with register.transaction() as tx:
        assert [task.id for task in tx.tasks.overdue(NOON)] == ["later", "late"]
        assert tx.tasks.fire_once(OVERDUE, "later", NOON - timedelta(hours=2))
        assert not tx.tasks.fire_once(OVERDUE, "later", NOON - timedelta(hours=2))
        assert [task.id for task in tx.tasks.overdue_untold(NOON)] == ["late"]
        assert tx.tasks.counts_by_bureau(NOON) == {"水务局": Workload(waiting=1, sent=3, closed=1, overdue=2)}


def test_a_timer_that_falls_due_at_another_moment_is_another_timer(register: Register) -> None:
    with register.transaction() as tx:
        assert tx.tasks.fire_once(OVERDUE, "t", NOON)
        assert tx.tasks.fire_once(OVERDUE, "t", NOON + timedelta(hours=1))


def test_the_tasks_of_many_concerns_and_alerts_come_in_one_question(register: Register) -> None:
    open_all(register, make_task("t-1", concern="a", alert="a:1"), make_task("t-2", concern="b", alert="b:1"))

    with register.reading() as tx:
        assert {c: [task.id for task in found] for c, found in tx.tasks.of_concerns(["a", "b", "c"]).items()} == {
            "a": ["t-1"],
            "b": ["t-2"],
        }
        assert list(tx.tasks.of_alerts(["b:1"])) == ["b:1"]
        assert [task.id for task in tx.tasks.of_concern("a")] == ["t-1"]
