"""Silence is an alert: a source in trouble stands in the queue until it recovers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.alert import Alert, AlertState
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised
from huiying.post import SourceKind
from huiying.source import Source, SourceHealth
from tests.builders import NOON, person
from tests.responders.office import SmallOffice, small_policy

FORUM = Source(
    name="forum",
    title="市民论坛",
    kind=SourceKind.FORUM,
    spider="listing",
    url="http://forum.example/",
    enabled=True,
    quiet_after_minutes=120,
)
WELL = SourceHealth(source="forum", last_success_at=NOON, last_new_post_at=NOON)


@pytest.fixture
def office(register_url: str) -> Iterator[SmallOffice]:
    small = SmallOffice(register_url, small_policy(sources=(FORUM,)))
    yield small
    small.register.close()


def fares(office: SmallOffice, **changes: Any) -> list[Alert]:
    with office.register.transaction() as tx:
        tx.sources.save_health(replace(WELL, **changes))
    office.timers().tick(office.clock.now())
    return office.queue()


def test_a_source_that_fares_well_is_no_alert(office: SmallOffice) -> None:
    assert fares(office) == []


def test_a_source_without_new_posts_for_longer_than_its_own_limit_is_an_alert(office: SmallOffice) -> None:
    office.wait(minutes=119)
    assert fares(office) == []

    office.wait(minutes=1)
    [alert] = fares(office)
    assert (alert.source, alert.concern, alert.level) == ("forum", None, Level.BLUE)
    assert alert.title == "信源“市民论坛”没有新帖"
    assert alert.reasons[0].text == "自2014年5月30日12:00起没有新帖，超过设定的120分钟"


def test_a_source_that_fails_again_and_again_is_an_alert_once(office: SmallOffice) -> None:
    failing = {"failures_in_a_row": 3, "last_error": "连接超时"}
    [alert] = fares(office, **failing)
    fares(office, **{**failing, "failures_in_a_row": 4})

    assert (alert.title, alert.level) == ("信源“市民论坛”采集失败", Level.YELLOW)
    assert "连续3次采集失败" in alert.reasons[0].text
    assert "连接超时" in alert.reasons[0].text
    assert [type(message) for message in office.told()] == [AlertRaised]


def test_the_alert_closes_itself_when_the_source_recovers(office: SmallOffice) -> None:
    office.wait(hours=3)
    [alert] = fares(office)
    assert fares(office, last_new_post_at=office.clock.now()) == []

    closed = office.the_alert(alert.id)
    assert (closed.state, closed.close_reason) == (AlertState.CLOSED, "信源已恢复或已停用")
    assert [type(message) for message in office.told()] == [AlertRaised, AlertChanged]


def test_a_person_may_close_it_and_the_same_spell_does_not_bring_it_back(office: SmallOffice) -> None:
    office.wait(hours=3)
    [alert] = fares(office)
    office.handling.close(alert.id, reason="对方维护，已知", by=person("高远"))

    assert fares(office) == []


def test_the_next_spell_of_silence_is_a_new_alert(office: SmallOffice) -> None:
    office.wait(hours=3)
    [first] = fares(office)
    again = office.clock.now()
    fares(office, last_new_post_at=again)
    office.wait(hours=3)
    [second] = fares(office, last_new_post_at=again)

    assert second.id != first.id


def test_a_source_that_is_switched_off_is_no_alert(register_url: str) -> None:
    office = SmallOffice(register_url, small_policy(sources=(replace(FORUM, enabled=False),)))
    office.wait(days=9)

    assert fares(office, failures_in_a_row=9) == []
    office.register.close()


def test_an_alert_about_a_source_opens_no_task(office: SmallOffice) -> None:
    office.clock.set(NOON + timedelta(hours=3))
    fares(office)
    office.task()

    with office.register.reading() as tx:
        assert tx.tasks.of_bureau(None) == []
