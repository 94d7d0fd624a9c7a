"""The queue in the register: its order, its filters, and who loses a race."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.alert import Alert, AlertState
from huiying.clock import SetClock
from huiying.concern import Origin, Registration
from huiying.failures import Stale
from huiying.level import Level
from huiying.person import Signed
from huiying.register.queue_filter import Door, QueueFilter, Stage
from huiying.register.register import Register
from huiying.task import TaskState
from tests.builders import NOON, make_alert, make_concern, make_task


@pytest.fixture
def register(register_url: str) -> Iterator[Register]:
    opened = Register(register_url, SetClock(NOON))
    yield opened
    opened.close()


def raise_all(register: Register, *raised: Alert) -> None:
    with register.transaction() as tx:
        assert all(tx.alerts.insert(alert) for alert in raised)


def test_an_alert_comes_back_as_it_was_written(register: Register) -> None:
    alert = make_alert(silenced_until=NOON + timedelta(hours=1), silence_reason="已核实", owner="高远")
    raise_all(register, alert)

    with register.reading() as tx:
        assert tx.alerts.get(alert.id) == alert
        assert tx.alerts.get("nobody-knows-it") is None


def test_an_alert_is_raised_once(register: Register) -> None:
    raise_all(register, make_alert())

    with register.transaction() as tx:
        assert not tx.alerts.insert(make_alert(title="又一次"))
    with register.reading() as tx:
        assert [alert.title for alert in tx.alerts.queue()] == [make_alert().title]


def test_of_two_who_save_the_same_version_the_second_is_stale(register: Register) -> None:
    alert = make_alert()
    raise_all(register, alert)
    with register.transaction() as tx:
        saved = tx.alerts.save(alert.acknowledged(by="高远", now=NOON), alert.version)

    with pytest.raises(Stale, match="no longer at version 0"), register.transaction() as tx:
        tx.alerts.save(alert.acknowledged(by="林秋", now=NOON), alert.version)
    assert saved.version == 1
    with register.reading() as tx:
        assert tx.alerts.get(alert.id) == saved


def test_the_queue_shows_the_highest_level_first_and_then_the_oldest(register: Register) -> None:
    later = NOON + timedelta(hours=1)
    raise_all(
        register,
        make_alert("a:1", level=Level.BLUE),
        make_alert("b:1", level=Level.RED, raised_at=later),
        make_alert("c:1", level=Level.RED, raised_at=NOON),
        make_alert("d:1", level=Level.RED, state=AlertState.CLOSED),
    )

    with register.reading() as tx:
        assert [alert.id for alert in tx.alerts.queue()] == ["c:1", "b:1", "a:1"]
        assert [alert.id for alert in tx.alerts.queue(limit=1)] == ["c:1"]
        assert [alert.id for alert in tx.alerts.queue(level=Level.BLUE)] == ["a:1"]
        assert [alert.id for alert in tx.alerts.queue(states=[AlertState.CLOSED])] == ["d:1"]
        assert [alert.id for alert in tx.alerts.open_alerts()] == ["c:1", "a:1", "b:1"]


def test_the_queue_of_one_bureau_follows_the_lead_of_the_concern(register: Register) -> None:
    with register.transaction() as tx:
        tx.concerns.insert(make_concern("a-1"))
        tx.concerns.insert(make_concern("b-2", lead="房产局"))
    raise_all(register, make_alert("a-1:1"), make_alert("b-2:1"), make_alert("source:x", source="forum"))

    with register.reading() as tx:
        assert [alert.id for alert in tx.alerts.queue(bureau="房产局")] == ["b-2:1"]
        assert [alert.id for alert in tx.alerts.queue(about_sources=True)] == ["source:x"]
        assert len(tx.alerts.queue(about_sources=False)) == 2


def test_silence_ends_by_itself(register: Register) -> None:
    raise_all(
        register,
        make_alert("a:1", silenced_until=NOON + timedelta(minutes=1)),
        make_alert("b:1", silenced_until=NOON),
        make_alert("c:1"),
    )

    with register.reading() as tx:
        assert {alert.id for alert in tx.alerts.queue(silenced=False)} == {"b:1", "c:1"}
        assert {alert.id for alert in tx.alerts.queue(silenced=True)} == {"a:1"}
        assert tx.alerts.counts()[Level.YELLOW] == 2
        assert tx.alerts.counts()[Level.RED] == 0
        assert tx.alerts.counts_by_state()[AlertState.NEW] == 3


def test_the_alerts_of_many_concerns_come_in_one_question_newest_first(register: Register) -> None:
    first = make_alert("a:1")
    second = replace(first, id="a:2", raised_at=first.raised_at + timedelta(days=9))
    raise_all(register, first, second, make_alert("b:1"))

    with register.reading() as tx:
        found = tx.alerts.for_concerns(["a", "b", "c"])
        assert {concern: [alert.id for alert in alerts] for concern, alerts in found.items()} == {
            "a": ["a:2", "a:1"],
            "b": ["b:1"],
        }
        assert tx.alerts.for_concern("c") == []


def test_the_queue_is_narrowed_by_every_filter_and_counted_so(register: Register) -> None:
    by = Signed(person="p1", name="高远", role=None, at=NOON)
    registration = Registration(
        origin=Origin.LEADER,
        what="市领导批示",
        where="",
        from_whom="市政府办公室",
        known_at=NOON,
        occurred_at=None,
        level=Level.RED,
        reason="批示",
        dangerous=False,
        by=by,
    )
    with register.transaction() as tx:
        tx.concerns.insert(make_concern("a", number="1", title="路面塌陷100%封闭"))
        tx.concerns.insert(make_concern("b", number="2", title='所谓"停水"', lead="房产局", registered=registration))
        tx.concerns.insert(make_concern("c", number="3", title="培训机构闭店", lead=None))
        tx.tasks.insert(make_task("t", alert="b:1", concern="b", state=TaskState.SENT))
    taken = {"state": AlertState.ACKNOWLEDGED, "owner": '高"远'}
    raise_all(
        register,
        make_alert("a:1", level=Level.RED),
        make_alert("b:1", **taken),
        make_alert("c:1", silenced_until=NOON + timedelta(minutes=1)),
        make_alert("source:x", source="forum", title="论坛无新帖"),
    )

    def through(**what: Any) -> set[str]:
        with register.reading() as tx:
            return {alert.id for alert in tx.alerts.narrowed(QueueFilter(**what))}

    assert through() == {"a:1", "b:1", "c:1", "source:x"}
    assert through(levels=frozenset({Level.RED})) == {"a:1"}
    assert through(bureau="房产局") == {"b:1"}
    assert through(owner='高"远') == {"b:1"}
    assert through(owner="高") == set()
    assert through(unowned=True, silenced=False) == {"a:1", "source:x"}
    assert through(stage=Stage.SENT) == {"b:1"}
    assert through(door=Door.BY_HAND) == {"b:1"}
    assert through(door=Door.POSTS) == {"a:1", "c:1"}
    assert through(door=Door.SOURCES) == {"source:x"}
    assert through(title="100%") == {"a:1"}
    assert through(title='"停水"') == {"b:1"}
    assert through(title="无新帖") == {"source:x"}
    assert through(without_lead=True) == {"c:1"}
    with register.reading() as tx:
        counts = tx.alerts.queue_counts(QueueFilter(door=Door.BY_HAND), owner='高"远')
        among_two = tx.alerts.narrowed(QueueFilter(silenced=False), among_these=["a:1", "c:1"])
    assert (counts.open, counts.unclaimed, counts.owned) == (1, 0, 1)
    assert [alert.id for alert in among_two] == ["a:1"]
