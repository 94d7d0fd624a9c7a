"""What of the configuration can be changed by form: a definition per section, from which its pages are made.

A new section, or a new part of one, is a row here. Whatever is not here is changed in its file.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from console import wording
from console.office import ConsoleOffice
from huiying.level import Level
from huiying.notice import About
from huiying.person import Role
from huiying.policy.editing import Path, entries_of

Choice = tuple[str, str]
"""What stands in the file, and what people read."""


class Kind(Enum):
    """How a part is asked for."""

    TEXT = auto()
    SECRET_PLACE = auto()
    NUMBER = auto()
    TICK = auto()
    CHOICE = auto()
    CHOICES = auto()
    PAIRS = auto()
    DATES = auto()
    HOURS = auto()
    DAY = auto()


def _none(_office: ConsoleOffice) -> Sequence[Choice]:
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One thing that a form asks. `default` is what holds where the file says nothing."""

    path: Path
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    default: Any = None
    required: bool = False
    choices: Callable[[ConsoleOffice], Sequence[Choice]] = _none

    @property
    def name(self) -> str:
        """What its field is called."""
        return ".".join(self.path)


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Some of the parts of one file: the entries of a list (`key`), or values here and there (no `key`).

    An entry is known by its first part, which is never changed. `shown` are the parts that the list shows of it.
    """

    id: str
    title: str
    thing: str
    file: str
    note: str
    parts: tuple[Part, ...]
    key: str = ""
    shown: tuple[str, ...] = ()
    removable: bool = True

    @property
    def called(self) -> Part:
        """By which an entry is known."""
        return self.parts[0]


def section_of(id: str) -> Section | None:
    """The section of this name."""
    return next((section for section in SECTIONS if section.id == id), None)


def _roles(_office: ConsoleOffice) -> Sequence[Choice]:
    return [(role.value, role.label) for role in Role]


def _levels(_office: ConsoleOffice) -> Sequence[Choice]:
    return [(level.value, level.label) for level in Level]


def _abouts(_office: ConsoleOffice) -> Sequence[Choice]:
    return [(about.value, about.label) for about in About if about is not About.TRIAL]


def _source_kinds(_office: ConsoleOffice) -> Sequence[Choice]:
    return [(kind.value, words) for kind, words in wording.SOURCE_KINDS.items()]


def _spiders(_office: ConsoleOffice) -> Sequence[Choice]:
    return [("listing", "栏目页加文章"), ("feed", "RSS 或 Atom 订阅"), ("api", "JSON 接口")]


def _bureaus(office: ConsoleOffice) -> Sequence[Choice]:
    return [("", "本办公室"), *((bureau.id, bureau.name) for bureau in office.policy.bureaus)]


def _people(office: ConsoleOffice) -> Sequence[Choice]:
    with office.register.reading() as tx:
        names = {account.id: account.name for account in tx.accounts.all()}
    ids = [str(entry.get("id")) for entry in entries_of(office.configuring.text("roster.yaml"), "persons")]
    return [(id, names.get(id, id)) for id in ids]


def _stand_ins(office: ConsoleOffice) -> Sequence[Choice]:
    return [("", "没有"), *_people(office)]


_DAYS = (("mon", "一"), ("tue", "二"), ("wed", "三"), ("thu", "四"), ("fri", "五"), ("sat", "六"), ("sun", "日"))

SOURCES = Section(
    id="sources",
    title="信源",
    thing="信源",
    file="sources.yaml",
    key="sources",
    note="帖文和报道从哪里来。只取公开内容；看会怎样时真的去取几篇，不入库",
    shown=("kind", "url", "every_minutes", "enabled"),
    removable=False,
    parts=(
        Part(path=("name",), label="名称", required=True, hint="帖文、统计都用它，定了就不再改"),
        Part(path=("title",), label="全称", hint="显示用；省略则同名称"),
        Part(
            path=("enabled",), label="启用", kind=Kind.TICK, default=False, hint="不启用就是暂停：不再取，已有的都在"
        ),
        Part(path=("url",), label="地址", required=True, hint="栏目页、订阅或接口的完整网址"),
        Part(path=("kind",), label="类别", kind=Kind.CHOICE, choices=_source_kinds, required=True),
        Part(path=("spider",), label="取法", kind=Kind.CHOICE, choices=_spiders, required=True),
        Part(path=("every_minutes",), label="每隔几分钟看一次", kind=Kind.NUMBER, default=10),
        Part(path=("quiet_after_minutes",), label="多少分钟没有新帖就提示", kind=Kind.NUMBER, default=1440),
        Part(path=("delay_seconds",), label="两次请求之间至少几秒", kind=Kind.NUMBER, default=1.0),
        Part(path=("max_posts",), label="一次最多取几篇", kind=Kind.NUMBER, default=200),
        Part(path=("recheck_minutes",), label="隔多少分钟再看有无改动", kind=Kind.NUMBER, default=360),
        Part(path=("link_pattern",), label="文章地址的正则表达式", hint="栏目页；省略则自动判断"),
        Part(
            path=("selectors",), label="CSS 选择器", kind=Kind.PAIRS, hint="栏目页，每行一个：title、text、time、next"
        ),
        Part(path=("fields",), label="JSON 里的位置", kind=Kind.PAIRS, hint="接口，每行一个，如 posts: data.list"),
        Part(path=("encoding",), label="网页编码", hint="一般不用写"),
        Part(path=("history_on_first_crawl",), label="第一次取到的算历史，不预警", kind=Kind.TICK, default=True),
        Part(path=("robots",), label="遵守 robots.txt", kind=Kind.TICK, default=True, hint="只有本单位的网站可以不"),
        Part(path=("local",), label="在内网", kind=Kind.TICK, default=False, hint="允许访问本机和内网地址"),
    ),
)

PERSONS = Section(
    id="persons",
    title="值班表：人员",
    thing="人员",
    file="roster.yaml",
    key="persons",
    note="通知发给谁。这里没有的人收不到通知，控制台照样能看",
    shown=("roles", "bureau", "stand_in", "away"),
    parts=(
        Part(path=("id",), label="账号", required=True, hint="用户页上的账号"),
        Part(path=("roles",), label="角色", kind=Kind.CHOICES, choices=_roles, required=True),
        Part(
            path=("bureau",),
            label="单位",
            kind=Kind.CHOICE,
            choices=_bureaus,
            hint="部门经办、单位负责人只收本单位的",
        ),
        Part(path=("stand_in",), label="B角", kind=Kind.CHOICE, choices=_stand_ins, hint="本人不在时改告诉谁"),
        Part(path=("away",), label="不在的日子", kind=Kind.DATES, hint="每行一段：2026-10-01 至 2026-10-08"),
        Part(path=("addresses",), label="通知地址", kind=Kind.PAIRS, hint="每行一个，渠道名: 地址，如 mail: zhang@…"),
    ),
)

SHIFTS = Section(
    id="shifts",
    title="值班表：班次",
    thing="班次",
    file="roster.yaml",
    key="shifts",
    note="列入任何一班的人，只在当班时收通知；不列入的随时收。跨零点的班算开始那一天的",
    shown=("days", "hours", "persons"),
    parts=(
        Part(path=("name",), label="班次", required=True),
        Part(
            path=("days",),
            label="星期",
            kind=Kind.CHOICES,
            choices=lambda _: _DAYS,
            default=[day for day, _ in _DAYS],
            required=True,
        ),
        Part(path=("hours",), label="起止", kind=Kind.HOURS, required=True),
        Part(path=("persons",), label="当班的人", kind=Kind.CHOICES, choices=_people, required=True),
    ),
)

ALERTED = Section(
    id="alerted",
    title="值班表：各级预警告诉谁",
    thing="各级预警告诉谁",
    file="roster.yaml",
    note="按角色；谁在班、谁替谁由人员和班次决定",
    parts=tuple(
        Part(path=("alerts", level.value), label=level.label, kind=Kind.CHOICES, choices=_roles, default=[])
        for level in Level
    ),
)

CHANNELS = Section(
    id="channels",
    title="通知渠道",
    thing="渠道",
    file="channels.yaml",
    key="channels",
    note="除控制台以外用什么告诉人。发出去的只有编号、级别、时限、链接。口令不在这里，只写它放在哪个环境变量",
    shown=("title", "url_from", "group", "enabled"),
    parts=(
        Part(path=("name",), label="名称", required=True, hint="小写字母，定了就不再改"),
        Part(path=("title",), label="显示的名称", required=True),
        Part(path=("enabled",), label="启用", kind=Kind.TICK, default=False),
        Part(
            path=("url_from",),
            label="地址放在哪里",
            kind=Kind.SECRET_PLACE,
            required=True,
            hint="环境变量名或文件的绝对路径；地址本身含口令，不要写在这里",
        ),
        Part(path=("group",), label="是一个群", kind=Kind.TICK, default=False, hint="每件事只发一次"),
        Part(path=("to", "roles"), label="给哪些角色", kind=Kind.CHOICES, choices=_roles),
        Part(path=("to", "persons"), label="另给哪些人", kind=Kind.CHOICES, choices=_people),
        Part(
            path=("about",),
            label="发哪些",
            kind=Kind.CHOICES,
            choices=_abouts,
            default=["alert", "task"],
            required=True,
        ),
        Part(
            path=("levels",),
            label="哪些级别",
            kind=Kind.CHOICES,
            choices=_levels,
            default=["red", "orange", "yellow"],
            required=True,
        ),
        Part(path=("quiet",), label="静默时段", kind=Kind.HOURS, hint="红色照发；不填则没有"),
        Part(path=("digest_minutes",), label="每隔几分钟汇总", kind=Kind.NUMBER, default=30, hint="0 为立即发"),
    ),
)


def _days(id: str, title: str, thing: str, key: str) -> Section:
    return Section(
        id=id,
        title=title,
        thing=thing,
        file="workdays.yaml",
        key=key,
        note="底本是国务院办公厅每年公布的安排；这里写它错的、漏的，或本地另有规定的日子。保存前会列出要动的时限",
        shown=("reason",),
        parts=(
            Part(path=("day",), label="日期", kind=Kind.DAY, required=True),
            Part(path=("reason",), label="依据", required=True, hint="会显示在时限的计算过程里"),
        ),
    )


WORKING = _days("working", "工作日历：调休上班", "调休上班日", "working")
FREE = _days("free", "工作日历：放假", "放假日", "free")


def _number(path: str, label: str, hint: str = "") -> Part:
    return Part(path=tuple(path.split(".")), label=label, kind=Kind.NUMBER, hint=hint, required=True)


ACCESS = Section(
    id="access",
    title="登录规则",
    thing="登录规则",
    file="access.yaml",
    note="全部为本单位自定。单点登录、停用密码在 access.yaml 里改：改错了谁也进不来",
    parts=(
        _number("password.shortest", "密码最少的字符数", "8—64"),
        _number("wait.after_failures", "第几次失败起要等", "3—20"),
        _number("wait.first_seconds", "第一次等几秒", "以后每失败一次加倍"),
        _number("wait.longest_minutes", "最久等几分钟"),
        _number("session.idle_minutes", "多少分钟没有动作即退出", "5—1440"),
        _number("session.longest_hours", "最长几小时须重新登录", "1—72"),
        _number("token.longest_days", "程序口令最长几天", "1—730"),
    ),
)

SECTIONS = (SOURCES, PERSONS, SHIFTS, ALERTED, CHANNELS, WORKING, FREE, ACCESS)
"""Everything that can be changed by form, in the order of the page."""
