"""What a notice says: level, number, deadline and link. Never a title, a name or a word of the matter (工作秘密：
保密法第六十四条; POLICY 12.8).

Nothing here is given a title, so that none can slip out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from huiying.clock import BEIJING
from huiying.level import Level
from huiying.notice import About, Notice
from huiying.register.register import Transaction

_WORDS = {
    About.TASK: "交办任务",
    About.PROCEEDING: "办理进度有更新",
    About.CLARIFICATION: "回应稿有更新",
    About.TRIAL: "试发通知",
}
_OVERDUE, _ESCALATED, _WAITING = "任务已超时", "任务催办", "任务待交办"
_GAP = "　"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One notice in one line: `head` may stand as a subject, `link` leads to where one can read more."""

    head: str
    link: str

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.head}{_GAP}{self.link}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """All that a line may be made of."""

    levels: Mapping[str, Level]
    numbers: Mapping[str, str]
    deadlines: Mapping[str, datetime]


def facts_of(tx: Transaction, notices: Sequence[Notice]) -> Facts:
    """Numbers, present levels and nearest outward deadlines of the matters of these notices."""
    alerts = [notice.alert for notice in notices if notice.alert]
    due = {
        alert: min((task.due_at for task in tasks if task.due_at), default=None)
        for alert, tasks in tx.tasks.of_alerts(alerts).items()
    }
    concerns = tx.concerns.get(notice.concern for notice in notices if notice.concern)
    return Facts(
        levels={alert.id: alert.level for alert in tx.alerts.many(alerts).values()},
        numbers={concern.id: concern.number for concern in concerns.values()},
        deadlines={alert: at for alert, at in due.items() if at is not None},
    )


def line_of(notice: Notice, facts: Facts, address: str, now: datetime) -> Line:
    """The line of a notice; `address` is where the console is reached."""
    base = address.rstrip("/")
    if notice.about is About.TRIAL:
        return Line(head=f"{_WORDS[About.TRIAL]}{_GAP}{_moment(notice.made_at, now)}", link=f"{base}/notices")
    level = facts.levels.get(notice.alert or "", notice.level).label
    number = facts.numbers.get(notice.concern or "", "")
    head = f"{level} {number}" if number else f"{level}{_GAP}信源异常"
    if words := _words(notice):
        head = f"{words}{_GAP}{head}"
    if number:
        head += f"{_GAP}{_deadline(facts.deadlines.get(notice.alert or ''), now)}"
    return Line(
        head=head, link=base + (f"/concerns/{quote(notice.concern, safe='')}" if notice.concern else "/sources")
    )


def _words(notice: Notice) -> str:
    """What kind of occasion it is; of an alert the level says it."""
    if notice.about is not About.TASK:
        return _WORDS.get(notice.about, "")
    kind = notice.occasion.partition(":")[0]
    return {"overdue": _OVERDUE, "escalated": _ESCALATED, "waiting": _WAITING}.get(kind, _WORDS[About.TASK])


def _deadline(due_at: datetime | None, now: datetime) -> str:
    return f"对外时限 {_moment(due_at, now)}" if due_at else "对外时限未定"


def _moment(at: datetime, beside: datetime) -> str:
    """A moment in Beijing time, the month only where it is not the present one."""
    local = at.astimezone(BEIJING)
    same = (local.year, local.month) == (beside.astimezone(BEIJING).year, beside.astimezone(BEIJING).month)
    return f"{'' if same else f'{local.month}月'}{local.day}日{local:%H:%M}"
