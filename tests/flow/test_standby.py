"""Of each single part a second one stands by; when the first is killed it takes over, within fifteen seconds."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.wiring import Office
from huiying.messages import PostAssessed
from huiying.task import TaskState
from tests.builders import make_assessment, make_post, make_task
from tests.flow.running import Place
from tests.services.server import in_time

TAKE_OVER_SECONDS = 15.0
_START_SECONDS = 60.0
_ROLES = (("respond",), ("consume", "--stage", "gathering"))
_SINGLE = ("gatherer", "relay", "timers", "errands")


@pytest.fixture
def office(register_url: str, tmp_path: Path) -> Iterator[tuple[Place, Office]]:
    """An office with the leases that offices have unless told otherwise."""
    environment = {"HUIYING_SCOPE": "everywhere", "HUIYING_LOG_LEVEL": "error", "HUIYING_REGISTER": register_url}
    place = Place(folder=tmp_path, environment=environment)
    office = place.office()
    yield place, office
    office.close()


def bring(office: Office, post: str) -> Callable[[], bool]:
    """Put a judged post before the gatherer; whether it has its fate."""
    office.bus.publish([PostAssessed(post=make_post(post), assessment=make_assessment())])

    def has_fate() -> bool:
        with office.register.reading() as tx:
            return post in tx.posts.fates([post])

    return has_fate


def let_fall_due(office: Office, task: str) -> Callable[[], bool]:
    """Open a task that is overdue; whether the timers have told so."""
    overdue = make_task(task, alert=f"{task}:1", state=TaskState.SENT, waits_because=None)
    with office.register.transaction() as tx:
        assert tx.tasks.insert(overdue)

    def told() -> bool:
        with office.register.reading() as tx:
            return task not in {each.id for each in tx.tasks.overdue_untold(office.clock.now())}

    return told


def nothing_unsent(office: Office) -> bool:
    """Whether the relay has published everything."""
    with office.register.reading() as tx:
        return not tx.outbox.anything_unsent()


def holders(office: Office) -> dict[str, int]:
    """The process that holds each of the single parts' leases."""
    with office.register.reading() as tx:
        return {each.name: int(each.holder.split("-")[-2]) for each in tx.leases.taken() if each.name in _SINGLE}


@pytest.mark.slow
def test_a_stand_by_takes_over_from_one_that_was_killed(office: tuple[Place, Office]) -> None:
    place, its = office
    first = [place.begin(*role) for role in _ROLES]
    begun = [bring(its, "before"), let_fall_due(its, "task-before")]
    assert in_time(lambda: all(done() for done in begun) and nothing_unsent(its), _START_SECONDS)
    second = [place.begin(*role) for role in _ROLES]
    try:
        assert set(holders(its).values()) == {process.pid for process in first}
        time.sleep(5)  # the second ones have come up and found every lease taken
        for process in first:
            process.send(signal.SIGKILL)
        killed = time.monotonic()
        due = [bring(its, "after"), let_fall_due(its, "task-after")]
        assert in_time(lambda: all(done() for done in due) and nothing_unsent(its), _START_SECONDS)
        assert time.monotonic() - killed <= TAKE_OVER_SECONDS
        assert set(holders(its).values()) == {process.pid for process in second}
    finally:
        for process in [*first, *second]:
            process.end()
