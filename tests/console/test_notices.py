"""通知: everybody sees what is for them; what went out by the channels stands there with tries and reasons."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from console.app import create_app
from console.checking import check_everything
from console.status import office_status
from console.wiring import Office
from huiying.leasing import Lease
from huiying.level import Level
from huiying.messages import AlertRaised
from huiying.person import Person, Role
from huiying.policy.channels import Audience, Channel, ChannelRules
from huiying.policy.roster import Roster, read_roster
from huiying.settings import read_settings
from responders.notices.posting import Courier
from responders.notices.sending import LEASE, Sender
from responders.notifying import Notifying
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night
from tests.responders.channel_servers import ChannelServer
from tests.shipped import SHIPPED_OFFICE


class Rules:
    """The shipped roster, with a webhook that is in use and one that is not."""

    def __init__(self) -> None:
        to = Audience(roles=(Role.OFFICER,))
        values: dict[str, Any] = {"to": to, "group": True, "digest_minutes": 0}
        self.channels = ChannelRules(
            channels=(
                Channel(name="hook", title="值班钩子", url_from="NOTICE_HOOK", enabled=True, **values),
                Channel(name="wecom", title="企业微信群", url_from="NOTICE_WECOM", **values),
            )
        )
        self.roster: Roster = read_roster(SHIPPED_OFFICE)


class ToldNight:
    """A night on which a red alert about a matter is told by the console and a webhook."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.rules = Rules()
        night.channels = self.rules.channels
        self.client = Client(create_app(night.console()))

    def raise_alert(self, title: str = "泉水街道自来水发黄") -> None:
        alert = self.night.matter("c-1", title)
        told = AlertRaised(alert=alert.id, concern=alert.concern, source=None, level=alert.level.value)
        stage = Notifying(self.night.register, self.rules, self.night.clock)
        list(stage([told]))

    def send(self, url: str | None, tries: int = 1) -> None:
        for _ in range(tries):
            sender = Sender(
                self.night.register,
                self.rules,
                Lease(self.night.register, LEASE, "one"),
                self.night.clock,
                console="http://127.0.0.1",
                url_of=lambda _: url,
                messenger=Courier,
            )
            sender.send_due()
            self.night.clock.set(self.night.clock.now() + timedelta(hours=1))  # type: ignore[attr-defined]


@pytest.fixture
def told(night: Night) -> ToldNight:
    return ToldNight(night)


def test_everybody_sees_what_is_for_them_by_level_number_and_deadline_and_never_its_title(told: ToldNight) -> None:
    told.raise_alert()
    page = told.client.get("/notices").text
    main = page[page.index('id="notices"') :]
    assert "提示 " in main
    assert "/concerns/c-1" in main
    assert "自来水" not in main
    other = Client(create_app(told.night.console()), person("高远"))
    assert "没有给你的通知" in other.get("/notices").text


def test_a_channel_shows_what_went_out_and_what_did_not_with_the_reason(told: ToldNight) -> None:
    told.raise_alert()
    told.send(None, tries=2)
    page = told.client.get("/notices", params={"view": "channels"}).text
    assert "没有设渠道地址（NOTICE_HOOK），或读不到" in page
    for words in ("值班钩子", "启用", "企业微信群", "停用", "全群"):
        assert words in page
    told.send(None, tries=3)
    # Hours went by: the first session has ended.
    again = Client(create_app(told.night.console()))
    failed = again.get("/notices", params={"view": "failed"}).text
    assert '<span class="st bad">未能发出</span>' in failed
    assert "没有未能发出的通知" not in failed


def test_a_channel_is_tried_by_a_button_and_the_result_stands_below(told: ToldNight) -> None:
    answer = told.client.post("/notices/try", data={"channel": "hook"})
    assert "试发通知已交给值班钩子" in answer.text
    with ChannelServer() as server:
        told.send(f"json://{server.place}/hook")
    assert str(server.requests[0].json["message"]).startswith("试发通知　22日02:14　http://127.0.0.1/notices")
    assert '<span class="st ok">已发出</span>' in told.client.get("/notices", params={"view": "channels"}).text


def test_a_channel_that_is_off_and_a_person_who_may_not_are_refused_in_words(told: ToldNight) -> None:
    off = told.client.post("/notices/try", data={"channel": "wecom"})
    assert (off.status_code, "渠道 wecom 没有启用，不能试发。启用的有：值班钩子" in off.text) == (409, True)
    leader = Person(id="chen", name="陈远", roles=frozenset({Role.LEADER}))
    refused = Client(create_app(told.night.console()), leader).post("/notices/try", data={"channel": "hook"})
    assert (refused.status_code, "陈远（分管领导）不能试发通知" in refused.text) == (403, True)
    assert "还没有对外发过通知" in told.client.get("/notices", params={"view": "channels"}).text


def test_an_alert_that_rose_after_it_was_acknowledged_can_be_acknowledged_again(night: Night) -> None:
    night.matter("c-1", "泉水街道自来水发黄")
    client = Client(create_app(night.console()))
    with night.register.transaction() as tx:
        alert = tx.alerts.get("c-1:1")
        assert alert is not None
        low = tx.alerts.save(
            alert.measured(level=Level.BLUE, heat=1, reasons=(), title="事", now=night.clock.now()), alert.version
        )
    night.handling.acknowledge(low.id, by=person())
    assert "/queue/claim/c-1" not in client.get("/queue/preview/c-1:1").text
    with night.register.transaction() as tx:
        alert = tx.alerts.get("c-1:1")
        assert alert is not None
        risen = alert.measured(level=Level.RED, heat=90, reasons=(), title="事", now=night.clock.now())
        tx.alerts.save(risen, alert.version)
    assert "/queue/claim/c-1" in client.get("/queue/preview/c-1:1").text
    assert client.post("/queue/claim/c-1:1").status_code == 200
    assert client.post("/queue/claim/c-1:1").status_code == 409


def test_status_counts_notices_and_check_says_which_channel_lacks_its_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    shutil.copytree(SHIPPED_OFFICE, config)
    file = config / "channels.yaml"
    text = file.read_text("utf-8")
    for name in ("wecom", "mail"):
        text = text.replace(f"  - name: {name}\n", f"  - name: {name}\n    enabled: true\n")
    file.write_text(text, "utf-8")
    monkeypatch.setenv("NOTICE_MAIL_URL", "mailtos://h:very-secret@smtp.example.gov.cn?to={address}")
    office = Office(read_settings({}, tmp_path / "var"), config)
    checked = check_everything(office)
    wecom, mail = (finding for finding in checked if finding.what.startswith("通知渠道"))
    assert (wecom.ok, mail.ok) == (False, True)
    assert "缺地址：请设环境变量或放好文件 NOTICE_WECOM_URL" in wecom.found
    assert "officer 在 roster.yaml 里没有这个渠道的地址" in mail.found
    assert "very-secret" not in repr(checked)
    assert office_status(office)["notices"] == {"channels": {}, "overdue_seconds": 0.0}
    office.close()


def test_metrics_count_notices_by_channel_and_state(told: ToldNight) -> None:
    told.raise_alert()
    metrics = told.client.get("/metrics").text
    assert 'huiying_notices{channel="hook",state="waiting"} 1.0' in metrics
    assert "huiying_notices_overdue_seconds" in metrics
