"""Timers: what is due is told once, levels fall by themselves, one process ticks."""

import threading
import time
from datetime import timedelta

from huiying.level import Level
from huiying.messages import TaskOverdue
from tests.builders import NOON, person
from tests.responders.office import SmallOffice


def overdue_told(office: SmallOffice) -> list[TaskOverdue]:
    return [message for message in office.told() if isinstance(message, TaskOverdue)]


def with_task(office: SmallOffice) -> str:
    office.burst(posts=8)
    office.alert()
    office.task()
    [task] = office.tasks()
    return task.id


def test_a_task_is_told_overdue_once_although_two_processes_tick(office: SmallOffice) -> None:
    id = with_task(office)
    office.timers().tick(office.wait(hours=47))
    assert overdue_told(office) == []

    now = office.wait(hours=1, seconds=1)
    for holder in ("one", "two", "one"):
        office.timers(holder).tick(now)
    assert overdue_told(office) == [
        TaskOverdue(task=id, concern="concern-1", bureau="水务局", step="respond", due_at=NOON + timedelta(hours=48))
    ]
    assert "系统：水务局的任务已超时：对外回应应于6月1日12:00前完成" in office.log_of()


def test_a_task_closed_in_time_is_never_overdue(office: SmallOffice) -> None:
    office.assigning.withdraw_task(with_task(office), reason="办结", by=person("高远"))
    office.timers().tick(office.wait(hours=60))

    assert overdue_told(office) == []


def test_a_level_falls_although_nobody_says_anything_more(office: SmallOffice) -> None:
    office.burst(posts=40, kinds=3)
    office.alert()
    assert office.the_alert().level is Level.RED

    office.timers().tick(office.wait(hours=3))
    assert office.the_alert().level is Level.YELLOW


def test_a_second_tick_at_the_same_moment_changes_nothing(office: SmallOffice) -> None:
    with_task(office)
    now = office.wait(hours=50)
    office.timers().tick(now)
    told, alert = office.told(), office.the_alert()
    office.timers().tick(now)

    assert office.told() == told
    assert office.the_alert() == alert


def test_the_running_timers_tell_what_falls_due_and_stop_when_told(office: SmallOffice) -> None:
    with_task(office)
    office.wait(hours=49)
    stop = threading.Event()
    running = threading.Thread(target=office.timers().run, args=(stop,))
    running.start()
    try:
        deadline = time.monotonic() + 20
        while not overdue_told(office) and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        stop.set()
        running.join(timeout=20)

    assert not running.is_alive()
    assert len(overdue_told(office)) == 1


def test_only_the_holder_of_the_lease_ticks(office: SmallOffice) -> None:
    with_task(office)
    office.wait(hours=49)
    with office.register.transaction() as tx:
        assert tx.leases.take("timers", "another", 600)
    stop = threading.Event()
    running = threading.Thread(target=office.timers().run, args=(stop,))
    running.start()
    time.sleep(2.6)  # longer than a tick
    stop.set()
    running.join(timeout=20)

    assert overdue_told(office) == []
