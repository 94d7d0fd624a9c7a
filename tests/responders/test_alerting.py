"""Alerting: one alert per episode, raised once, moved between levels, closed by people."""

from dataclasses import replace
from datetime import timedelta

from huiying.alert import AlertState
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised
from tests.builders import person
from tests.responders.office import SmallOffice


def test_a_burst_raises_one_alert_and_tells_of_it_once(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert(times=3)
    office.alert()

    [alert] = office.queue()
    assert (alert.id, alert.concern, alert.level) == ("concern-1:1", "concern-1", Level.YELLOW)
    assert office.told() == [AlertRaised(alert="concern-1:1", concern="concern-1", source=None, level="yellow")]
    assert office.log_of() == ["系统：发出黄色提示：累计8条；近1小时8条；1小时8条，此前24小时没有"]


def test_a_duty_that_is_spoken_of_more_than_on_the_days_before_is_a_reason(office: SmallOffice) -> None:
    now = office.clock.now()
    office.count_duty(8, {now - timedelta(days=day): 2 for day in range(1, 6)} | {now: 20})
    office.burst(posts=8, duties={8: 7.0})
    office.alert()

    texts = [reason.text for reason in office.the_alert().reasons]
    assert "第8项职责近24小时20条，为此前4天日均的10.0倍" in texts


def test_a_duty_of_which_too_few_days_are_on_record_is_no_reason(office: SmallOffice) -> None:
    now = office.clock.now()
    office.count_duty(8, {now - timedelta(days=1): 1, now: 20})
    office.burst(posts=8, duties={8: 7.0})
    office.alert()

    assert not [reason for reason in office.the_alert().reasons if reason.part == "duty_growth"]


def test_a_quiet_concern_raises_nothing(office: SmallOffice) -> None:
    office.burst(posts=2)
    office.alert()

    assert office.queue() == []
    assert office.told() == []


def test_a_message_about_a_concern_that_is_not_there_changes_nothing(office: SmallOffice) -> None:
    office.alert("nobody-knows-it")

    assert office.queue() == []


def test_one_batch_raises_the_alerts_of_many_concerns_highest_level_first(office: SmallOffice) -> None:
    office.burst("small-1", posts=8, number="2014-1")
    office.burst("great-2", posts=40, kinds=3, number="2014-2")
    office.burst("quiet-3", posts=1, number="2014-3")
    office.alert("small-1", "great-2", "quiet-3", "small-1")

    assert [alert.concern for alert in office.queue()] == ["great-2", "small-1"]


def test_the_level_rises_at_once_and_falls_only_after_a_while(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.wait(minutes=1)
    office.burst(posts=32, kinds=3)
    office.alert()
    assert office.the_alert().level is Level.RED

    office.wait(minutes=20)
    office.alert()
    assert office.the_alert().level is Level.RED

    office.wait(hours=3)
    office.alert()
    fallen = office.the_alert()
    assert fallen.level is Level.YELLOW
    assert fallen.level_since == office.clock.now()
    assert [message.what for message in office.told() if isinstance(message, AlertChanged)] == [
        "黄色提示变为红色提示",
        "红色提示变为黄色提示",
    ]


def test_heat_alone_is_told_at_most_once_a_minute(office: SmallOffice) -> None:
    office.burst(posts=9)
    office.alert()
    raised = office.the_alert()
    office.wait(seconds=30)
    office.burst(posts=4)
    office.alert()
    assert office.the_alert() == raised

    office.wait(seconds=30)
    office.alert()
    assert office.the_alert().heat > raised.heat
    assert len(office.told()) == 2


def test_a_new_title_is_told_at_once(office: SmallOffice) -> None:
    office.burst(posts=9)
    office.alert()
    office.change("concern-1", title="向阳路停水")
    office.alert()

    assert office.the_alert().title == "向阳路停水"


def test_an_alert_that_a_person_closed_stays_closed_at_its_level(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.handling.close("concern-1:1", reason="非预警", by=person("高远"))
    office.wait(minutes=2)
    office.burst(posts=1)
    office.alert()

    assert office.queue() == []
    assert office.the_alert().close_reason == "非预警"


def test_a_closed_alert_comes_back_as_new_when_it_rises_above_the_level_it_was_closed_at(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.handling.acknowledge("concern-1:1", by=person("高远"))
    office.handling.close("concern-1:1", reason="非预警", by=person("高远"))
    office.wait(minutes=2)
    office.burst(posts=32, kinds=3)
    office.alert()

    [alert] = office.queue()
    assert (alert.state, alert.level, alert.owner) == (AlertState.NEW, Level.RED, None)
    assert "关闭后升为红色提示，重新列入" in office.log_of()[0]


def test_a_new_episode_has_an_alert_of_its_own_and_closes_the_old_one(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    now = office.wait(days=9)
    office.burst(posts=8, episode=2, episode_began_at=now)
    office.alert()

    assert [alert.id for alert in office.queue()] == ["concern-1:2"]
    assert office.the_alert("concern-1:1").close_reason == "已转入新一轮预警"


def test_the_alert_of_a_concern_that_was_merged_away_is_closed(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.change("concern-1", merged_into="concern-2")
    office.alert(times=2)

    assert office.queue() == []
    assert office.the_alert().close_reason == "事项已并入另一舆情事项"
    assert len(office.told()) == 2


def test_acknowledging_survives_a_new_measurement(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.handling.acknowledge("concern-1:1", by=person("高远"))
    office.wait(minutes=2)
    office.burst(posts=40, kinds=3)
    office.alert()

    assert office.the_alert().state is AlertState.ACKNOWLEDGED
    assert office.the_alert().owner == "高远"


def test_a_stage_that_loses_the_race_reads_again(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    seen = office.the_alert()
    with office.register.transaction() as tx:
        tx.alerts.save(replace(seen, owner="高远"), seen.version)
    office.wait(minutes=2)
    office.burst(posts=40, kinds=3)
    office.alert()

    assert office.the_alert().owner == "高远"
    assert office.the_alert().level is Level.RED
