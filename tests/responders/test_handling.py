"""Handling: acknowledge, silence, close; each told, each logged, each once."""

from datetime import datetime, timedelta

import pytest

from huiying.alert import AlertState
from huiying.correction import Judgement
from huiying.failures import NotAllowed
from huiying.messages import AlertChanged
from tests.builders import NOON, person
from tests.responders.office import SmallOffice


@pytest.fixture
def alerted(office: SmallOffice) -> SmallOffice:
    office.burst(posts=8)
    office.alert()
    return office


def test_whoever_acknowledges_first_owns_the_alert(alerted: SmallOffice) -> None:
    alert = alerted.handling.acknowledge("concern-1:1", by=person("高远"))

    assert (alert.state, alert.owner) == (AlertState.ACKNOWLEDGED, "高远")
    with pytest.raises(NotAllowed, match="已由高远知悉"):
        alerted.handling.acknowledge("concern-1:1", by=person("林秋"))
    assert [message.what for message in alerted.told() if isinstance(message, AlertChanged)] == ["高远知悉"]
    assert alerted.log_of()[0] == "高远：高远知悉"


def test_a_silenced_alert_leaves_the_loud_queue_and_comes_back_by_itself(alerted: SmallOffice) -> None:
    until = NOON + timedelta(hours=2)
    alerted.handling.silence("concern-1:1", until=until, reason="已电话核实，下午答复", by=person("高远"))

    with alerted.register.reading() as tx:
        assert tx.alerts.queue(silenced=False) == []
        assert len(tx.alerts.queue(silenced=True)) == 1
        assert sum(tx.alerts.counts().values()) == 0
    alerted.wait(hours=2)
    with alerted.register.reading() as tx:
        assert len(tx.alerts.queue(silenced=False)) == 1
    assert alerted.log_of()[0] == "高远：静默至5月30日14:00：已电话核实，下午答复"


@pytest.mark.parametrize(
    ("until", "reason", "complaint"),
    [(NOON, "有原因", "须在此刻之后"), (NOON + timedelta(hours=1), "  ", "须写明原因")],
)
def test_silence_needs_an_end_and_a_reason(
    alerted: SmallOffice, until: datetime, reason: str, complaint: str
) -> None:
    before = alerted.the_alert()
    with pytest.raises(NotAllowed, match=complaint):
        alerted.handling.silence("concern-1:1", until=until, reason=reason, by=person("高远"))
    assert alerted.the_alert() == before


def test_a_closed_alert_takes_no_further_move(alerted: SmallOffice) -> None:
    alerted.handling.close("concern-1:1", reason="非预警", by=person("高远"))

    with pytest.raises(NotAllowed, match="已关闭（非预警）"):
        alerted.handling.acknowledge("concern-1:1", by=person("林秋"))
    with pytest.raises(NotAllowed, match="已关闭（非预警）"):
        alerted.handling.close("concern-1:1", reason="非预警", by=person("林秋"))


def test_closing_needs_a_reason(alerted: SmallOffice) -> None:
    with pytest.raises(NotAllowed, match="须写明原因"):
        alerted.handling.close("concern-1:1", reason="", by=person("高远"))


def test_an_alert_that_is_not_there_is_named(office: SmallOffice) -> None:
    with pytest.raises(NotAllowed, match="没有预警 a-9"):
        office.handling.acknowledge("a-9", by=person("高远"))


def test_an_alert_closed_as_false_is_kept_as_a_correction(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    level = office.the_alert().level
    closed = office.handling.dismiss("concern-1:1", reason="旧闻重发", by=person("高远"))
    assert closed.close_reason == "误报：旧闻重发"
    with office.register.reading() as tx:
        [correction] = tx.corrections.said_of_concern("concern-1")
    assert correction.judgement is Judgement.ALERT
    assert (correction.judged, correction.said) == (("concern-1:1", level.value), ("误报",))
    with pytest.raises(NotAllowed, match="已关闭"):
        office.handling.dismiss("concern-1:1", reason="旧闻重发", by=person("林知夏"))
    with office.register.reading() as tx:
        assert len(tx.corrections.said_of_concern("concern-1")) == 1


def test_an_alert_that_is_merely_done_with_is_no_correction(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.handling.close("concern-1:1", reason="已答复", by=person("高远"))
    with office.register.reading() as tx:
        assert tx.corrections.said_of_concern("concern-1") == []
