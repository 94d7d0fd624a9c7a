"""The respond role whole: relay, every stage and what stands beside them, over a real bus."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from huiying.bus.sqlite import SqliteBus
from huiying.leasing import Lease
from huiying.loop import Loop, TooManyBugs
from huiying.messages import ConcernChanged, Message
from huiying.relay import Relay
from huiying.stage import Outcome
from huiying.task import TaskState
from responders.notices.posting import Courier
from responders.notices.sending import LEASE, Sender
from responders.role import RespondRole, Standing
from responders.stages import RESPONDER_STAGES, responder_stages
from tests.responders.office import SmallOffice


def wait_for(ready: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not ready() and time.monotonic() < deadline:
        time.sleep(0.05)
    return ready()


def test_a_changed_concern_becomes_a_task_on_a_desk(office: SmallOffice, tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    stages = responder_stages(office.register, office.rules, office.clock, lambda _: {})
    loops = [Loop(stage, bus, office.register) for stage in stages]
    role = RespondRole(Relay(office.register, bus, holder="one"), loops, standing(office))
    stop = threading.Event()
    running = threading.Thread(target=role.run, args=(stop,))
    running.start()
    try:
        concern = office.burst(posts=8)
        with office.register.transaction() as tx:
            tx.outbox.add([ConcernChanged(concern=concern.id, concern_version=concern.version)])
        assert wait_for(lambda: bool(office.tasks()))
    finally:
        stop.set()
        running.join(timeout=20)
        bus.close()

    assert not running.is_alive()
    assert [task.state for task in office.tasks()] == [TaskState.SENT]
    assert [stage.name for stage in stages] == list(RESPONDER_STAGES)


def standing(office: SmallOffice) -> dict[str, Standing]:
    """What stands beside the stages."""
    return {"timers": office.timers(), "sender": sender(office)}


def sender(office: SmallOffice) -> Sender:
    return Sender(
        office.register,
        office.rules,
        Lease(office.register, LEASE, "one"),
        office.clock,
        console="http://127.0.0.1",
        url_of=lambda _: None,
        messenger=Courier,
    )


class _Broken:
    """A stage with a bug that every message meets."""

    name = "broken"
    reads: tuple[type[Message], ...] = (ConcernChanged,)

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        raise ZeroDivisionError(len(batch))


def test_a_broken_part_stops_the_whole_role_and_says_why(office: SmallOffice, tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    loop = Loop(_Broken(), bus, office.register)
    role = RespondRole(Relay(office.register, bus, holder="one"), [loop], standing(office))
    with office.register.transaction() as tx:
        tx.outbox.add([ConcernChanged(concern=f"c-{number}", concern_version=1) for number in range(60)])

    with pytest.raises(TooManyBugs):
        role.run(threading.Event())
    bus.close()
