"""A small office for the responders' tests: a real register, the shipped rules, and a clock that stands."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from huiying.alert import Alert
from huiying.bureau import Bureau
from huiying.clock import SetClock
from huiying.concern import Concern, QuarterHour
from huiying.leasing import Lease
from huiying.messages import ConcernChanged, Message, open_envelope
from huiying.policy.policy import Policy
from huiying.post import SourceKind, Tone
from huiying.proceeding import Proceeding
from huiying.register.register import Register
from huiying.stage import Done
from huiying.task import Task
from responders.alerting import Alerting
from responders.beginning import Beginning
from responders.handling import Handling
from responders.proceedings.appraising import Appraising
from responders.shift.registering import Registering
from responders.tasking import Tasking
from responders.tasks.assigning import Assigning
from responders.tasks.deciding import Deciding
from responders.tasks.desk import Desk
from responders.tasks.instructing import Instructing
from responders.tasks.reporting import Reporting
from responders.tasks.supervising import Supervising
from responders.ticking import Tick
from responders.timers import Timers
from tests.builders import NOON, make_concern
from tests.registered import shipped_understanding
from tests.shipped import shipped_policy

BUREAUS = (
    *(
        Bureau(id=short, name=f"市{short}")
        for short in ("水务局", "房产局", "卫生局", "环保局", "教育局", "城管局", "建委")
    ),
    Bureau(id="国土局", name="市国土局", name_today="市自然资源局", valid_to=date(2013, 12, 31)),
)
"""A small directory; the last bureau is no more."""


def small_policy(**changes: Any) -> Policy:
    """The shipped policy with this directory and no source, or some of it changed."""
    return replace(shipped_policy(), **({"bureaus": BUREAUS, "sources": ()} | changes))


class SmallOffice:
    """Concerns go in; what stands in the queue and on the desks, and what was told, comes out."""

    def __init__(self, register_url: str, rules: Policy | None = None) -> None:
        self.clock = SetClock(NOON)
        self.rules = rules or small_policy()
        self.register = Register(register_url, self.clock)

    @cached_property
    def alerting(self) -> Alerting:
        """The stage under test."""
        return Alerting(self.register, self.rules.heat, self.clock)

    @cached_property
    def tasking(self) -> Tasking:
        """The stage under test."""
        return Tasking(self.register, self.rules, self.clock)

    @property
    def handling(self) -> Handling:
        """What a press officer does with alerts."""
        return Handling(self.register, self.clock)

    @property
    def assigning(self) -> Assigning:
        """What a press officer does with leads and tasks."""
        return Assigning(self.register, self.rules, self.clock)

    @property
    def appraising(self) -> Appraising:
        """What persons decide about a matter that runs."""
        return Appraising(self.register, self.rules, self.clock)

    @property
    def desk(self) -> Desk:
        """What a bureau does with its tasks."""
        return Desk(self.register, self.clock)

    @property
    def deciding(self) -> Deciding:
        """What the office answers to bureaus."""
        return Deciding(self.register, self.assigning, self.rules, self.clock)

    @property
    def reporting(self) -> Reporting:
        """What a bureau reports."""
        return Reporting(self.register, self.clock)

    @property
    def supervising(self) -> Supervising:
        """催办 and 督办."""
        return Supervising(self.register, self.rules.tasks, self.clock)

    @property
    def instructing(self) -> Instructing:
        """批示件."""
        return Instructing(self.register, self.clock)

    @property
    def registering(self) -> Registering:
        """What a press officer registers by hand."""
        return Registering(self.register, self.rules, self.clock, shipped_understanding())

    def timers(self, holder: str = "one", also: Sequence[Tick] = ()) -> Timers:
        """The timers of one process."""
        return Timers(self.register, self.rules, Lease(self.register, "timers", holder), self.clock, also)

    def wait(self, **time: float) -> datetime:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(**time))
        return self.clock.now()

    def burst(self, id: str = "concern-1", *, posts: int, kinds: int = 1, **changes: Any) -> Concern:
        """So many more posts about one concern, all in the present quarter of an hour."""
        now = self.clock.now()
        with self.register.transaction() as tx:
            before = tx.concerns.find(id)
            blank = before or make_concern(
                id, posts=0, distinct_posts=0, found_at=now, first_post_at=now, episode_began_at=now
            )
            values: dict[str, Any] = {
                "posts": blank.posts + posts,
                "distinct_posts": blank.distinct_posts + posts,
                "sources": dict.fromkeys(list(SourceKind)[:kinds], 1),
                "tones": {Tone.NEGATIVE: blank.posts + posts},
                "last_post_at": now,
            }
            grown = replace(blank, **(values | changes))
            saved = tx.concerns.save(grown, before.version) if before else tx.concerns.insert(grown)
            starts_at = now - timedelta(minutes=now.minute % 15, seconds=now.second)
            quarter = QuarterHour(starts_at=starts_at, posts=posts, tones={Tone.NEGATIVE: posts})
            tx.concerns.add_quarter_hours([(id, quarter)])
        return saved

    def count_duty(self, duty: int, posts: Mapping[datetime, int]) -> None:
        """So many posts about a duty in the hours that begin then."""
        with self.register.transaction() as tx:
            tx.duty_hours.add({(duty, hour): count for hour, count in posts.items()})

    def change(self, id: str, **changes: Any) -> Concern:
        """Change a concern otherwise."""
        with self.register.transaction() as tx:
            concern = tx.concerns.find(id)
            assert concern is not None
            return tx.concerns.save(replace(concern, **changes), concern.version)

    def alert(self, *ids: str, times: int = 1) -> None:
        """Hand the alerting stage the changes of these concerns, each so many times."""
        batch = [ConcernChanged(concern=id, concern_version=1) for id in ids or ("concern-1",)] * times
        assert list(self.alerting(batch)) == [Done()] * len(batch)

    def task(self, times: int = 1) -> None:
        """Hand the tasking stage everything that was told so far, so many times."""
        batch = [message for message in self.told() if isinstance(message, self.tasking.reads)] * times
        assert list(self.tasking(batch)) == [Done()] * len(batch)

    def begin(self, times: int = 1) -> None:
        """Hand the beginning stage everything that was told so far, so many times."""
        stage = Beginning(self.register, self.rules, self.clock)
        batch = [message for message in self.told() if isinstance(message, stage.reads)] * times
        assert list(stage(batch)) == [Done()] * len(batch)

    def proceeding(self, id: str = "concern-1:1:opinion-response") -> Proceeding:
        """The proceeding of this id."""
        with self.register.reading() as tx:
            found = tx.proceedings.get(id)
        assert found is not None
        return found

    def told(self) -> list[Message]:
        """Every message written so far, in order."""
        with self.register.transaction() as tx:
            tx.outbox.number(10_000)
            return [open_envelope(change.envelope) for change in tx.outbox.tail(0, 10_000)]

    def the_alert(self, id: str = "concern-1:1") -> Alert:
        """The alert of this id."""
        with self.register.reading() as tx:
            found = tx.alerts.get(id)
        assert found is not None
        return found

    def queue(self) -> list[Alert]:
        """The open alerts as the queue shows them."""
        with self.register.reading() as tx:
            return tx.alerts.queue()

    def tasks(self, concern: str = "concern-1") -> list[Task]:
        """Every task about a concern."""
        with self.register.reading() as tx:
            return tx.tasks.of_concern(concern)

    def log_of(self, concern: str = "concern-1") -> list[str]:
        """The matter's own log, newest first."""
        with self.register.reading() as tx:
            return [f"{doing.who}：{doing.what}" for doing in tx.concerns.doings(concern)]
