"""An office that tells people: a roster of five, the channels that a test names, and what became of the notices."""

from collections.abc import Callable, Sequence
from typing import Any

from huiying.alert import Alert
from huiying.leasing import Lease
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised, Message
from huiying.notice import CONSOLE, Notice, NoticeState
from huiying.person import Role
from huiying.policy.channels import Audience, Channel, ChannelRules
from huiying.policy.roster import Member, Roster, read_roster
from huiying.stage import Done
from responders.notices.posting import Courier
from responders.notices.sending import LEASE, Messenger, Sender
from responders.notifying import Notifying
from tests.builders import make_alert, make_concern
from tests.responders.office import SmallOffice, small_policy
from tests.shipped import SHIPPED_OFFICE

PEOPLE = (
    Member(id="li-jing", roles=(Role.OFFICER,), addresses={"mail": "li@example.gov.cn", "sms": "13800000001"}),
    Member(id="wang-head", roles=(Role.BUREAU_HEAD,), bureau="水务局", addresses={"mail": "wang@example.gov.cn"}),
    Member(id="zhao-head", roles=(Role.BUREAU_HEAD,), bureau="城管局", addresses={"mail": "zhao@example.gov.cn"}),
    Member(id="chen-leader", roles=(Role.LEADER,), addresses={"mail": "chen@example.gov.cn"}),
    Member(id="sun-checks", roles=(Role.CHECKER,)),
)
EVERYBODY = Audience(roles=tuple(Role))


def channel(name: str = "webhook", **changes: Any) -> Channel:
    """A channel in use to a group of everybody, without digest or quiet hours."""
    values: dict[str, Any] = {
        "name": name,
        "title": name,
        "enabled": True,
        "url_from": f"NOTICE_{name.upper()}_URL",
        "group": True,
        "to": EVERYBODY,
        "digest_minutes": 0,
    }
    return Channel(**(values | changes))


def roster(people: Sequence[Member] = PEOPLE, **changes: Any) -> Roster:
    """The shipped roster with other people."""
    shipped = read_roster(SHIPPED_OFFICE)
    values: dict[str, Any] = {"persons": tuple(people), "alerts": shipped.alerts, "ladder": shipped.ladder}
    return Roster(**(values | changes))


class TellingOffice(SmallOffice):
    """A small office whose notices are written, sent and looked at step by step."""

    def __init__(self, register_url: str, *channels: Channel, people: Roster | None = None, **rules: Any) -> None:
        told = ChannelRules(channels=channels, **rules)
        super().__init__(register_url, small_policy(channels=told, roster=people or roster()))
        self.urls: dict[str, str] = {}

    def notify(self, *more: Message, times: int = 1) -> None:
        """Hand the notifying stage everything that was told so far, so many times."""
        stage = Notifying(self.register, self.rules, self.clock)
        batch = [message for message in [*self.told(), *more] if isinstance(message, stage.reads)] * times
        assert list(stage(batch)) == [Done()] * len(batch)

    def sender(self, messenger: Callable[[], Messenger] = Courier, *, holder: str = "one") -> Sender:
        """What sends, in a process of its own."""
        return Sender(
            self.register,
            self.rules,
            Lease(self.register, LEASE, holder),
            self.clock,
            console="http://huiying.example.gov.cn",
            url_of=lambda channel: self.urls.get(channel.name),
            messenger=messenger,
        )

    def raise_alert(self, level: Level, id: str = "concern-1:1", **changes: Any) -> Alert:
        """An alert of this level about a concern that is there, told."""
        now = self.clock.now()
        concern = id.partition(":")[0]
        with self.register.transaction() as tx:
            if tx.concerns.find(concern) is None:
                tx.concerns.insert(make_concern(concern))
            alert = make_alert(id, level=level, raised_at=now, level_since=now, changed_at=now, **changes)
            assert tx.alerts.insert(alert)
            tx.outbox.add([AlertRaised(alert=id, concern=concern, source=None, level=level.value)])
        return alert

    def change_alert(self, change: Callable[[Alert], Alert], id: str = "concern-1:1") -> Alert:
        """Change an alert, and tell of it."""
        with self.register.transaction() as tx:
            alert = tx.alerts.get(id)
            assert alert is not None
            saved = tx.alerts.save(change(alert), alert.version)
            what = AlertChanged(alert=id, concern=saved.concern, source=None, level=saved.level.value, what="变更")
            tx.outbox.add([what])
        return saved

    def set_level(self, level: Level) -> Alert:
        """Let the alert's level rise or fall."""
        now = self.clock.now()
        return self.change_alert(
            lambda alert: alert.measured(level=level, heat=1, reasons=alert.reasons, title=alert.title, now=now)
        )

    def notices(self, channel: str = CONSOLE) -> list[Notice]:
        """Every notice of a channel, by person and occasion."""
        with self.register.reading() as tx:
            found = tx.notices.newest([channel], list(NoticeState), limit=1000)
        return sorted(found, key=lambda notice: (notice.person, notice.occasion))

    def told_people(self, channel: str = CONSOLE) -> list[tuple[str, str]]:
        """Who was or is to be told by a channel, and of what."""
        return [(notice.person, notice.occasion) for notice in self.notices(channel)]

    def states(self, channel: str = "webhook") -> list[tuple[NoticeState, str]]:
        """Where the notices of a channel stand, and what is said of them."""
        return [(notice.state, notice.said) for notice in self.notices(channel)]
