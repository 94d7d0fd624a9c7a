"""When concerns merge their tasks go along: one lead stays, deadlines stay, and the logs say so."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from consumers.correcting import Correcting
from huiying.clock import SetClock
from huiying.failures import NotAllowed
from huiying.messages import TaskChanged, open_envelope
from huiying.policy.gathering import GatheringRules
from huiying.policy.procedures import read_procedures
from huiying.procedure import Procedure, Regime
from huiying.register.register import Register
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs, Part
from responders.proceedings.counting import recount
from responders.proceedings.proceeding import begin, mark_steps, proceeding_of
from tests.builders import NOON, make_clock, make_concern, make_signed, make_task, person
from tests.responders.office import small_policy
from tests.steps import write_step

SHIPPED_OFFICE = Path(__file__).parents[2] / "config"


@cache
def procedure() -> Procedure:
    """Read once for all tests."""
    return read_procedures(SHIPPED_OFFICE)["opinion-response"]


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    opened = Register(register_url, SetClock(NOON))
    with opened.transaction() as tx:
        for number in ("1", "2"):
            tx.concerns.insert(make_concern(f"c-{number}", number=f"2014-{number}"))
    yield opened
    opened.close()


def add(register: Register, concern: str, bureau: str, **changes: Any) -> Task:
    values: dict[str, Any] = {"state": TaskState.SENT, "waits_because": None}
    task = make_task(
        f"{concern}:1:{bureau}", concern=concern, alert=f"{concern}:1", bureau=bureau, **(values | changes)
    )
    with register.transaction() as tx:
        assert tx.tasks.insert(task)
    return task


def merged(register: Register) -> dict[str, Task]:
    """c-2 goes up in c-1; the tasks there, by id."""
    Correcting(register, GatheringRules(), SetClock(NOON)).merge("c-2", "c-1", by=person("高远"))
    with register.reading() as tx:
        return {task.id: task for task in tx.tasks.of_concern("c-1")}


def test_of_two_leads_the_winners_stays_and_the_other_helps_with_its_own_deadline(register: Register) -> None:
    add(register, "c-1", "水务局")
    earlier = make_clock(due_at=NOON + timedelta(hours=7))
    add(register, "c-2", "房产局", clocks=(earlier,))
    tasks = merged(register)

    assert {task.bureau: task.part for task in tasks.values()} == {"水务局": Part.LEAD, "房产局": Part.CO_HANDLER}
    helping = tasks["c-2:1:房产局"]
    assert (helping.alert, helping.due_at) == ("c-1:1", earlier.due_at)
    with register.transaction() as tx:
        lines = [doing.what for doing in tx.concerns.doings("c-1")]
        tx.outbox.number(100)
        told = [open_envelope(change.envelope) for change in tx.outbox.tail(0, 100)]
    assert "事项2014-2并入，仍由水务局牵头，房产局由牵头改为协办（对外时限不变）" in lines
    assert [message.bureau for message in told if isinstance(message, TaskChanged)] == ["房产局"]


def test_a_winner_without_a_lead_is_led_by_the_losers(register: Register) -> None:
    add(register, "c-2", "房产局")
    tasks = merged(register)
    assert [(task.bureau, task.part, task.alert) for task in tasks.values()] == [("房产局", Part.LEAD, "c-1:1")]
    with register.reading() as tx:
        concern = tx.concerns.find("c-1")
    assert concern
    assert (concern.lead, concern.lead_frozen) == ("房产局", True)


def test_a_bureau_has_one_task_and_a_waiting_second_lead_is_never_sent(register: Register) -> None:
    add(register, "c-1", "水务局")
    add(register, "c-2", "水务局", part=Part.CO_HANDLER)
    add(register, "c-2", "房产局", state=TaskState.WAITING, waits_because="不确定")
    tasks = merged(register)
    closed = [task for task in tasks.values() if task.state is TaskState.CLOSED]
    assert {(task.bureau, task.closed_as) for task in closed} == {
        ("水务局", ClosedAs.JOINED),
        ("房产局", ClosedAs.JOINED),
    }


def test_what_was_closed_goes_along_as_it_is(register: Register) -> None:
    add(register, "c-1", "水务局")
    old = add(register, "c-2", "房产局", state=TaskState.CLOSED, closed_at=NOON, close_reason="办结")
    after = merged(register)[old.id]
    assert (after.part, after.alert, after.state, after.close_reason) == (
        Part.LEAD,
        "c-2:1",
        TaskState.CLOSED,
        "办结",
    )


def begun(register: Register, concern: str, *, sent: bool) -> str:
    """The proceeding of a concern, discovered and gathered, and assigned where its task was sent; its id."""
    steps = ("discover", "gather", "designate", "assign") if sent else ("discover", "gather")
    with register.transaction() as tx:
        found = tx.concerns.find(concern)
        assert found
        id = begin(tx, procedure(), found, now=NOON, regime=Regime.CURRENT).id
        mark_steps(tx, id, *steps, by=make_signed())
        recount(tx, proceeding_of(tx, id), small_policy(), by=make_signed())
    return id


def test_the_losers_proceeding_ends_and_its_outward_clock_still_binds_the_winner(register: Register) -> None:
    add(register, "c-2", "房产局")
    won, lost = begun(register, "c-1", sent=False), begun(register, "c-2", sent=True)
    merged(register)
    with register.reading() as tx:
        ended, goes_on = proceeding_of(tx, lost), proceeding_of(tx, won)
        late = tx.proceedings.late_untold(NOON + timedelta(days=3), limit=10)
        lines = [doing.what for doing in tx.concerns.doings("c-2")]
    assert (ended.closed_at, ended.joined, ended.open_steps) == (NOON, "2014-1", ())
    assert "办理并入事项2014-1（对外时限不变）" in lines
    assert [done.step for done in goes_on.done] == ["discover", "gather", "designate", "assign"]
    assert {(clock.proceeding, clock.clock) for clock in late} == {(won, "respond"), (lost, "respond")}
    with pytest.raises(NotAllowed, match="已并入2014-1"), register.transaction() as tx:
        write_step(tx, lost, "appraise", by=make_signed(), outcome="watch")
