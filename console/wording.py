"""How moments, spans, levels and kinds are said on a screen: Chinese, Beijing time, short."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from huiying.clock import BEIJING
from huiying.level import Level
from huiying.person import Person, Role
from huiying.post import Fate, SourceKind, Tone
from huiying.task import TaskState

_WEEKDAYS = "一二三四五六日"

SOURCE_KINDS = {
    SourceKind.NEWS: "新闻网站",
    SourceKind.FORUM: "论坛",
    SourceKind.SOCIAL: "社交媒体",
    SourceKind.HOTLINE: "12345工单",
    SourceKind.MAILBOX: "信箱",
    SourceKind.HOTLIST: "热榜",
    SourceKind.OFFICIAL: "政务网站",
}
"""What a kind of source is called."""

TONES = {tone: tone.label for tone in Tone}
"""What a tone is called."""

FATES = {
    Fate.GATHERED: "已归入事项",
    Fate.TRIAGE: "待明确单位",
    Fate.NEAR_DUPLICATE: "同文",
    Fate.IRRELEVANT: "与本市无关",
    Fate.HISTORY: "历史",
    Fate.QUARANTINED: "隔离",
}
"""What a post's fate is called."""

TASK_STATES = {TaskState.WAITING: "待交办", TaskState.SENT: "已交办", TaskState.CLOSED: "已办结"}
"""What a task's state is called."""


NO_BUREAU = "待明确"
"""How an address names what no bureau answers for yet."""


def beijing(moment: datetime) -> datetime:
    """The moment on a Beijing clock."""
    return moment.astimezone(BEIJING)


def beginning_of_day(now: datetime) -> datetime:
    """The last midnight in Beijing."""
    return beijing(now).replace(hour=0, minute=0, second=0, microsecond=0)


def end_of_day(now: datetime) -> datetime:
    """The coming midnight in Beijing."""
    return beginning_of_day(now) + timedelta(days=1)


def hours_minutes(span: timedelta) -> str:
    """A span as hours and minutes, 43:44; seconds are dropped."""
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def remaining(due_at: datetime, now: datetime) -> str:
    """剩 6:08 before a deadline, 超 0:12 after it."""
    return f"剩 {hours_minutes(due_at - now)}" if due_at >= now else f"超 {hours_minutes(now - due_at)}"


def age(since: datetime, now: datetime) -> str:
    """How long something has lasted: 25分, 4时16分, 1天17时."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return f"{days}天{hours}时" if hours else f"{days}天"
    if hours:
        return f"{hours}时{minutes % 60:02d}分"
    return f"{minutes}分"


def time_of_day(moment: datetime) -> str:
    """02:14."""
    return f"{beijing(moment):%H:%M}"


def time_with_seconds(moment: datetime) -> str:
    """02:14:06."""
    return f"{beijing(moment):%H:%M:%S}"


def when(moment: datetime, now: datetime) -> str:
    """A moment as short as it stays clear: 08:10 today, 22日08:10 near by, 2025年7月22日 long ago."""
    local, today = beijing(moment), beijing(now)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs(local - today) < timedelta(days=25):
        return f"{local.day}日{local:%H:%M}"
    if local.year == today.year:
        return f"{local.month}月{local.day}日{local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日"


def exact(moment: datetime) -> str:
    """The whole moment, for the hover: 2026-11-22 02:14:06."""
    return f"{beijing(moment):%Y-%m-%d %H:%M:%S}"


def day(moment: datetime) -> str:
    """11月22日 周日."""
    local = beijing(moment)
    return f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]}"


def level_in_list(level: Level) -> str:
    """The level's words in a narrow column: 红色提示 in full, the others by colour."""
    return level.label if level is Level.RED else level.label[:2]


def width(words: str) -> int:
    """How much room words take, in half-width columns."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in words)


def person(name: str | None) -> str:
    """A name in a list: two characters get a full-width space (高　远), nobody is a dash."""
    if not name:
        return "—"
    return f"{name[0]}　{name[1]}" if len(name) == 2 else name


def hours(span: timedelta) -> str:
    """The length of a clock: 48小时, 30分钟, 10日."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 60:
        return f"{minutes}分钟"
    if minutes % 60:
        return f"{minutes / 60:.1f}小时"
    return f"{minutes // 60}小时" if minutes <= 72 * 60 else f"{minutes / 1440:g}日"


REASON_PARTS = {
    "volume": "数量",
    "pace": "速度",
    "growth": "增速",
    "breadth": "信源",
    "attention": "关注",
    "engagement": "互动",
    "urgency": "紧急",
    "duty": "事由",
    "tone": "语气",
    "silence": "无新帖",
    "failure": "采集",
    "layout": "版式",
    "by-hand": "登记",
}
"""What a part of the heat is called; a part not named here is shown by its own name."""


def reason_part(part: str) -> str:
    """The short name of a part of the heat."""
    return REASON_PARTS.get(part, part)


def alert_words(value: Sequence[str]) -> str:
    """An alert in the words of a correction: its level (红色提示), or what a person says of it (误报)."""
    return Level(value[1]).label if len(value) > 1 else value[0]


def roles(person: Person) -> str:
    """What somebody is in the office, and of which unit."""
    words = "、".join(role.label for role in Role if role in person.roles) or "没有角色"
    return f"{words}（{person.bureau}）" if person.bureau else words


def first_role(person: Person) -> str:
    """Somebody's first role, where there is room for one."""
    return next((role.label for role in Role if role in person.roles), "没有角色")
