"""One invented night of an office for the console's tests: matters, posts, alerts and tasks in real stores.

Everything is written through the register's own methods and the responders' own moves. All matters are made up.
"""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from console.insight import Insight
from console.office import ConsoleOffice
from console.public.office import PublicOffice
from consumers.correcting import Correcting
from huiying.alert import Alert, Reason
from huiying.archive.sqlite import SqliteArchive
from huiying.bureau import Bureau
from huiying.bus.sqlite import SqliteBus
from huiying.clock import Clock, SetClock
from huiying.concern import QuarterHour
from huiying.level import Level
from huiying.messages import AlertChanged, AlertRaised, Message
from huiying.policy.channels import ChannelRules
from huiying.policy.gathering import GatheringRules
from huiying.policy.policy import Policy
from huiying.policy.public import PublicContact
from huiying.post import Fate, Kind, SourceKind, Tone
from huiying.register.fates import PostFate
from huiying.register.register import Register
from huiying.source import Source, SourceHealth
from huiying.task import Task
from responders.moves import Moves
from responders.personal.receiving import Receiving
from tests.builders import make_archived, make_assessment, make_clock, make_concern, make_task, person
from tests.registered import shipped_understanding
from tests.registers import empty_register
from tests.shipped import shipped_policy

NOW = datetime(2026, 11, 21, 18, 14, 6, tzinfo=UTC)
"""02:14:06 on 22 November in Beijing."""

TOKEN = "a-token-long-enough-for-tests"


class NoFile:
    """An archive whose file cannot be opened."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        def ask(*words: Any, **named: Any) -> object:
            return getattr(SqliteArchive(Path("/dev/null/archive.db")), name)(*words, **named)

        return ask


class Night(Moves):
    """The office of this night: its stores, its clock, what its people may do, and short ways to add to it."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        clock = clock or SetClock(NOW)
        super().__init__(
            register=Register(empty_register(folder), clock),
            archive=SqliteArchive(folder / "archive.db"),
            policy=shipped_rules(),
            clock=clock,
            data=folder,
            understand=shipped_understanding(),
        )
        self.bus = SqliteBus(folder / "bus.db")
        self.channels = self.policy.channels

    @property
    def bureaus(self) -> Sequence[Bureau]:
        """Who answers."""
        return self.policy.bureaus

    @property
    def correcting(self) -> Correcting:
        """What people correct."""
        return self.console().correcting

    def console(self, **changes: Any) -> ConsoleOffice:
        """What the console is given of this office; a part of it, of its policy or of its insight may be another."""
        parts: dict[str, Any] = {
            "register": self.register,
            "archive": self.archive,
            "clock": self.clock,
            "data": self.data,
            "understand": self.understand,
            "bus": lambda: self.bus,
            "insight": Insight(**_taken(changes, Insight)),
            "policy": replace(self.policy, **{"channels": self.channels} | _taken(changes, Policy)),
        }
        return ConsoleOffice(**(parts | changes))

    def public(self, **changes: Any) -> PublicOffice:
        """What the public page is given of this office."""
        contact = PublicContact(unit="信息公开科", address="中山区人民广场1号", telephone="0411-00000000")
        parts: dict[str, Any] = {
            "register": self.register,
            "receiving": Receiving(self.register, self.policy, self.clock),
            "rules": self.policy.public.model_copy(update={"contact": contact}),
            "retention": self.policy.retention,
            "sources": [source for source in SOURCES if source.enabled],
            "model_helps": False,
            "articles": None,
            "clock": self.clock,
        }
        return PublicOffice(**(parts | changes))

    def close(self) -> None:
        """Give the stores back."""
        self.bus.close()
        self.archive.close()
        self.register.close()

    def relay(self) -> int:
        """Give what the outbox holds its change numbers; the newest one."""
        with self.register.transaction() as tx:
            numbers = [change.number for change in tx.outbox.number(10_000)]
            tx.outbox.mark_sent(numbers)
            return tx.outbox.newest()

    def tell(self, *messages: Message) -> int:
        """Put messages in the outbox and number them at once; the newest change number."""
        with self.register.transaction() as tx:
            tx.outbox.add(messages)
        return self.relay()

    def ago(self, minutes: float) -> datetime:
        """A moment before now."""
        return self.clock.now() - timedelta(minutes=minutes)

    def matter(
        self,
        key: str,
        title: str,
        *,
        level: Level = Level.YELLOW,
        minutes: float = 60,
        lead: str | None = "水务局",
        posts: int = 12,
        why: tuple[str, ...] = ("近1小时12条",),
        shape: tuple[int, ...] = (1, 2, 4, 8, 6, 3),
        tell: bool = False,
        **changes: Any,
    ) -> Alert:
        """A concern with its quarter hours and its alert."""
        began = self.ago(minutes)
        with self.register.transaction() as tx:
            number = tx.concerns.next_number(2026)
        concern = make_concern(
            key,
            number=number,
            title=title,
            keywords=("自来水", "发黄"),
            first_post_at=began - timedelta(minutes=30),
            found_at=began - timedelta(minutes=6),
            last_post_at=self.ago(2),
            episode_began_at=began,
            lead=lead,
            votes={lead: 5.0} if lead else {"教育局": 2.0, "工商局": 1.5, "体育局": 1.0},
            posts=posts,
            distinct_posts=max(1, posts * 2 // 5),
            tones={Tone.NEGATIVE: posts * 6 // 10, Tone.NEUTRAL: posts * 3 // 10, Tone.POSITIVE: posts // 10},
            sources={SourceKind.HOTLINE: posts // 2, SourceKind.FORUM: posts // 3, SourceKind.NEWS: 1},
            **changes,
        )
        alert = Alert(
            id=concern.episode_id,
            concern=key,
            title=title,
            level=level,
            heat=20.0 * level.rank,
            reasons=tuple(
                Reason(part=part, text=text, value=1, points=30.0 - 5 * place)
                for place, (part, text) in enumerate(zip(("growth", "breadth", "duty"), why, strict=False))
            ),
            raised_at=began,
            level_since=began,
            changed_at=began,
        )
        quarter = (concern.found_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(minutes=15)
        first = datetime(1970, 1, 1, tzinfo=UTC) + quarter * timedelta(minutes=15)
        quarters = [
            (key, QuarterHour(starts_at=first + timedelta(minutes=15 * place), posts=n, tones={Tone.NEGATIVE: n}))
            for place, n in enumerate(shape)
            if n and first + timedelta(minutes=15 * place) <= self.clock.now()
        ]
        with self.register.transaction() as tx:
            tx.concerns.insert(concern)
            tx.concerns.add_quarter_hours(quarters)
            tx.alerts.insert(alert)
            message = AlertRaised(alert=alert.id, concern=key, source=None, level=level.value)
            tx.outbox.add([message])
        if tell:
            self.relay()
        return alert

    def post(self, key: str, concern: str, text: str, *, minutes: float = 20, **changes: Any) -> None:
        """A post of a concern, in the archive with its fate."""
        kind = changes.pop("kind", Kind.COMPLAINT)
        archived = make_archived(
            key,
            text=text,
            assessment=make_assessment(kind=kind),
            published_at=self.ago(minutes),
            collected_at=self.ago(minutes - 1),
            **changes,
        )
        self.archive.store([archived])
        fate = PostFate(
            id=key,
            revision=1,
            fate=Fate.GATHERED,
            concern=concern,
            source=archived.post.source,
            source_kind=archived.post.source_kind,
            tone=Tone.NEGATIVE,
            at=archived.post.at,
            collected_at=archived.post.collected_at,
        )
        with self.register.transaction() as tx:
            tx.posts.add_fates([fate])

    def task(
        self,
        alert: Alert,
        bureau: str,
        *,
        hours_gone: float = 5,
        wait: str | None = "把握度 62%，请确认后交办",
        **changes: Any,
    ) -> Task:
        """A task of an alert, waiting where `wait` says why, else sent."""
        starts = self.ago(60 * hours_gone)
        outward = make_clock(
            step="respond",
            title="回应社会关切",
            starts_at=starts,
            due_at=starts + timedelta(hours=48),
            calculation="发现 + 48 小时",
        )
        inward = make_clock(
            step="reply",
            title="报回应稿",
            starts_at=starts,
            due_at=starts + timedelta(hours=6),
            calculation="交办 + 6 小时",
            basis="本市舆情回应办法",
            mark="U",
            outward=False,
        )
        task = make_task(
            f"{alert.id}:opinion-response:{bureau}",
            concern=alert.concern,
            alert=alert.id,
            bureau=bureau,
            title=alert.title,
            asked="查清原因，说明处置和恢复时间，起草情况通报",
            clocks=(outward, inward),
            opened_at=starts,
            waits_because=wait,
            **changes,
        )
        with self.register.transaction() as tx:
            tx.tasks.insert(task)
        if wait:
            return task
        self.at(60 * hours_gone - 8)
        sent = self.assigning.send_task(task.id, by=person("高远"))
        self.at(0)
        return sent

    def at(self, minutes_ago: float) -> None:
        """Move the hands of this night's clock to so long before its end; a running clock stays as it is."""
        if isinstance(self.clock, SetClock):
            self.clock.set(NOW - timedelta(minutes=minutes_ago))

    def source_in_trouble(self) -> Alert:
        """A forum whose interface refuses, standing in the queue."""
        raised = self.ago(41)
        alert = Alert(
            id="source:forum:1",
            source="forum",
            title="本地论坛 41 分钟无新帖",
            level=Level.ORANGE,
            heat=60,
            reasons=(
                Reason(part="silence", text="平时每分钟3条；01:33起接口拒绝；期间可能漏报", value=41, points=60),
            ),
            raised_at=raised,
            level_since=raised,
            changed_at=raised,
        )
        health = SourceHealth(
            source="forum",
            last_run_at=self.ago(1),
            last_success_at=self.ago(42),
            last_new_post_at=self.ago(41),
            last_error="HTTP 403，对方拒绝访问",
            last_error_at=self.ago(1),
            failures_in_a_row=8,
            posts=5120,
            first_crawl_done=True,
        )
        well = SourceHealth(
            source="news",
            last_run_at=self.ago(4),
            last_success_at=self.ago(4),
            last_new_post_at=self.ago(9),
            posts=312,
            first_crawl_done=True,
        )
        with self.register.transaction() as tx:
            tx.alerts.insert(alert)
            tx.sources.save_health(health)
            tx.sources.save_health(well)
        return alert

    def change(self, alert: Alert, what: str = "级别") -> int:
        """Tell that an alert changed."""
        return self.tell(
            AlertChanged(alert=alert.id, concern=alert.concern, source=None, level=alert.level.value, what=what)
        )


SOURCES = (
    Source(
        name="forum",
        title="本地论坛",
        kind=SourceKind.FORUM,
        spider="listing",
        url="https://forum.example/latest",
        enabled=True,
        quiet_after_minutes=30,
    ),
    Source(
        name="news",
        title="市政府要闻",
        kind=SourceKind.NEWS,
        spider="feed",
        url="https://news.example/feed",
        enabled=True,
    ),
    Source(name="hotlist", title="热榜", kind=SourceKind.HOTLIST, spider="api", url="https://hot.example/api"),
)


@cache
def shipped_rules() -> Policy:
    """The shipped policy with this night's sources, no channel in use, and the rules of gathering as they come."""
    return replace(shipped_policy(), sources=SOURCES, channels=ChannelRules(), gathering=GatheringRules())


def _taken(changes: dict[str, Any], of: type[Insight] | type[Policy]) -> dict[str, Any]:
    """The changes of parts that this has and the console's office has not, taken out of the others."""
    names = {part.name for part in fields(of)} - {part.name for part in fields(ConsoleOffice)}
    return {name: changes.pop(name) for name in names & changes.keys()}


def busy_night(night: Night) -> None:
    """A night like that of the screens: twelve rows of every level and state."""
    water = night.matter(
        "c-water",
        "泉水街道一带自来水发黄、有异味",
        level=Level.RED,
        minutes=256,
        posts=486,
        why=("1小时212条，为均值9倍", "6类信源", "涉饮用水"),
        shape=(6, 9, 14, 38, 52, 64, 58, 44, 30, 22, 16, 12, 14, 22, 26, 20, 14),
        co_handlers=("卫生局", "环保局"),
        lead_frozen=True,
    )
    night.at(250)
    night.handling.acknowledge(water.id, by=person("林知夏"))
    night.at(0)
    night.task(water, "水务局", hours_gone=4.27, wait=None)
    night.post(
        "p1",
        "c-water",
        "泉水K1区12号楼〔单元门牌〕，九点多开始放出来的水发黄，有铁锈味，能不能给孩子冲奶？请回电〔电话〕。",
        minutes=278,
        kind=Kind.HELP,
    )
    night.post(
        "p2",
        "c-water",
        "听说是水源地被污染了才发黄，超市的水都快抢空了，有没有人出来说一句？",
        minutes=110,
        source="forum",
        source_kind=SourceKind.FORUM,
    )
    night.post(
        "p3",
        "c-water",
        "建议以后抢修停水、换向提前两小时发短信。〔姓名〕",
        minutes=67,
        source="news",
        source_kind=SourceKind.NEWS,
        kind=Kind.SUGGESTION,
    )
    smoke = night.matter(
        "c-smoke",
        "长兴岛一化工装置区冒黑烟，居民问是否有毒",
        level=Level.RED,
        minutes=25,
        lead="安监局",
        posts=138,
        why=("24分钟138条", "有现场视频", "事件级别未认定"),
        shape=(60, 78),
    )
    night.task(smoke, "安监局", hours_gone=0.4)
    heat = night.matter(
        "c-heat",
        "供热首周多小区温度不达标、报修无人接",
        level=Level.ORANGE,
        minutes=2460,
        lead="建委",
        posts=743,
        why=("中央媒体1篇", "12345同诉求96件，3日内未降"),
        shape=(9,) * 160,
    )
    night.handling.acknowledge(heat.id, by=person("高远"))
    night.task(heat, "建委", hours_gone=41.9, wait=None)
    night.matter(
        "c-exam",
        "网传“明年中考取消体育加试”",
        level=Level.ORANGE,
        minutes=1680,
        lead="教育局",
        posts=318,
        why=("4个信源同文转发61次", "未见官方文件"),
        shape=(9, 8, 7) * 37,
    )
    night.source_in_trouble()
    train = night.matter(
        "c-train",
        "202路轻轨末班提前、站内无公告",
        minutes=2760,
        lead="交通局",
        posts=214,
        why=("3日214条", "已答复但未公布，原公告链接失效"),
        shape=(4, 3, 2, 1) * 46,
    )
    night.handling.acknowledge(train.id, by=person("高远"))
    night.task(train, "交通局", hours_gone=46.7, wait=None)
    noise = night.matter(
        "c-noise",
        "旅顺南路夜间施工噪声持续",
        minutes=1145,
        lead="建委",
        posts=97,
        why=("12345工单38件", "同一路段连续3夜"),
        shape=(1, 2, 4) * 26,
    )
    night.handling.acknowledge(noise.id, by=person("林知夏"))
    night.task(noise, "建委", hours_gone=19, wait=None)
    night.matter(
        "c-school",
        "一连锁培训机构闭店，家长问退费",
        minutes=228,
        lead=None,
        posts=71,
        why=("4个门店同日", "论坛与12345共71条"),
        shape=(1, 3, 9, 14, 16, 8, 6, 4, 3, 3, 2, 2),
    )
    fund = night.matter(
        "c-fund",
        "公积金异地提取材料说法不一",
        level=Level.BLUE,
        minutes=1330,
        lead="住房公积金中心",
        posts=41,
        why=("咨询类32件", "3个窗口答复不同"),
        shape=(1, 0, 2) * 30,
    )
    night.handling.acknowledge(fund.id, by=person("林知夏"))
    night.task(fund, "住房公积金中心", hours_gone=22)
    night.matter(
        "c-parking",
        "星海广场停车收费标准在哪查",
        level=Level.BLUE,
        minutes=571,
        lead="发展改革委",
        posts=33,
        why=("咨询类27件", "公开链接可打开但已过期"),
        shape=(2, 1, 1) * 13,
    )
    shop = night.matter(
        "c-shop",
        "社区药店医保码刷不上",
        level=Level.BLUE,
        minutes=362,
        lead="人社局",
        posts=22,
        why=("同诉求19件，集中在中山区",),
        shape=(1, 1, 2, 3) * 6,
    )
    night.handling.acknowledge(shop.id, by=person("林知夏"))
    dark = night.matter("c-dark", "黄河路路灯成片不亮", level=Level.BLUE, minutes=600, lead="城管局", posts=9)
    night.handling.silence(
        dark.id, until=night.clock.now() + timedelta(hours=4), reason="抢修已排期", by=person("高远")
    )
    night.relay()
