"""What the queue's address asks for: one of its views, narrowed by filters, so many rows; and the bar that offers
it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request

from console.acting import who_asks
from console.office import ConsoleOffice
from console.wording import level_in_list
from huiying.level import Level
from huiying.permission import Action, able
from huiying.register.alerts import QueueCounts
from huiying.register.queue_filter import Door, QueueFilter, Stage
from huiying.register.register import Transaction

ROWS, MOST_ROWS = 100, 500
_LONGEST_TITLE = 100
_MINE, _NOBODY = "mine", "nobody"
_NO_COLLEAGUE = "\0"
"""A name that nobody has."""
_STAGES = {Stage.UNCLAIMED: "待认领", Stage.CLAIMED: "已认领", Stage.SENT: "已交办", Stage.LATE: "已超时"}
_DOORS = {Door.POSTS: "帖文", Door.BY_HAND: "手工登记", Door.SOURCES: "信源故障"}


Value = TypeVar("Value", bound=StrEnum)


class View(StrEnum):
    """A part of the queue that has a name of its own."""

    OPEN = "open"
    MINE = "mine"
    UNCLAIMED = "unclaimed"
    UNASSIGNED = "unassigned"
    SOURCES = "sources"
    SILENCED = "silenced"

    @property
    def label(self) -> str:
        """What it is called."""
        return _VIEWS[self]

    def counted(self, found: QueueCounts) -> int:
        """How many rows it has."""
        return {
            View.OPEN: found.open,
            View.MINE: found.owned,
            View.UNCLAIMED: found.unclaimed,
            View.UNASSIGNED: found.without_lead,
            View.SOURCES: found.about_sources,
            View.SILENCED: found.silenced,
        }[self]

    def filter(self) -> QueueFilter:
        """What lets its rows through."""
        return {
            View.OPEN: QueueFilter(silenced=False),
            View.MINE: QueueFilter(silenced=False, owner=who_asks()),
            View.UNCLAIMED: QueueFilter(silenced=False, stage=Stage.UNCLAIMED),
            View.UNASSIGNED: QueueFilter(silenced=False, without_lead=True),
            View.SOURCES: QueueFilter(silenced=False, door=Door.SOURCES),
            View.SILENCED: QueueFilter(silenced=True),
        }[self]


_VIEWS = {
    View.OPEN: "在办",
    View.MINE: "我的",
    View.UNCLAIMED: "待认领",
    View.UNASSIGNED: "待明确单位",
    View.SOURCES: "信源",
    View.SILENCED: "已静默",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The queue's address, read: what is unknown in it counts as not asked for."""

    view: View = View.OPEN
    levels: tuple[Level, ...] = ()
    bureau: str = ""
    owner: str = ""
    stage: Stage | None = None
    door: Door | None = None
    title: str = ""
    rows: int = ROWS

    @property
    def filters(self) -> list[tuple[str, str]]:
        """The filters as they stand in an address."""
        pairs = [("level", level.value) for level in self.levels]
        pairs += [("bureau", self.bureau), ("owner", self.owner), ("stage", self.stage or "")]
        pairs += [("door", self.door or ""), ("title", self.title)]
        return [(name, value) for name, value in pairs if value]

    @property
    def narrows(self) -> bool:
        """Whether not every new alert would stand in the list."""
        return bool(self.filters) or self.view is not View.OPEN

    @property
    def query(self) -> str:
        """View and filters in an address."""
        return urlencode([("view", self.view.value), *self.filters])

    def address(self, view: View) -> str:
        """Where another view with the same filters stands."""
        query = urlencode([*([] if view is View.OPEN else [("view", view.value)]), *self.filters])
        return f"/queue?{query}" if query else "/queue"


def _asked(request: Request) -> Asked:
    query = request.query_params
    rows = query.get("rows", "")
    return Asked(
        view=_one_of(View, query.get("view", "")) or View.OPEN,
        levels=tuple(level for level in Level if level.value in query.getlist("level")),
        bureau=query.get("bureau", ""),
        owner=query.get("owner", ""),
        stage=_one_of(Stage, query.get("stage", "")),
        door=_one_of(Door, query.get("door", "")),
        title=query.get("title", "").strip()[:_LONGEST_TITLE],
        rows=min(MOST_ROWS, max(ROWS, int(rows))) if rows.isdecimal() and len(rows) < 6 else ROWS,
    )


AskedFor = Annotated[Asked, Depends(_asked)]
"""A route's parameter: what the queue's address asks for."""


def _one_of(kind: type[Value], text: str) -> Value | None:
    return next((value for value in kind if value.value == text), None)


def colleagues(tx: Transaction) -> list[tuple[str, str]]:
    """Who takes alerts, by account and name: people of the office in service, and nobody else."""
    return [
        (account.id, account.name)
        for account in tx.accounts.all()
        if account.disabled_at is None and able(account.person, Action.HANDLE_ALERTS)
    ]


def filter_of(tx: Transaction, asked: Asked) -> QueueFilter:
    """The filters as the register is asked. An owner who is no colleague in service owns nothing."""
    owner = who_asks() if asked.owner == _MINE else dict(colleagues(tx)).get(asked.owner)
    return QueueFilter(
        levels=frozenset(asked.levels),
        bureau=asked.bureau or None,
        owner=None if asked.owner in ("", _NOBODY) else owner or _NO_COLLEAGUE,
        unowned=asked.owner == _NOBODY,
        stage=asked.stage,
        door=asked.door,
        title=asked.title,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One value of a filter."""

    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterBar:
    """What may be narrowed, and what is."""

    view: str
    levels: tuple[Choice, ...]
    bureaus: tuple[Choice, ...]
    owners: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    doors: tuple[Choice, ...]
    title: str
    clear: str

    @property
    def words(self) -> str:
        """The filters in use, in words; empty where there is none."""
        lists = (self.levels, self.bureaus, self.owners, self.stages, self.doors)
        said = ["、".join(each.words for each in choices if each.chosen) for choices in lists]
        said.append(f"标题含“{self.title}”" if self.title else "")
        return "，".join(words for words in said if words)


def view_filters(tx: Transaction, office: ConsoleOffice, asked: Asked) -> FilterBar:
    """The bar for an address."""
    people = colleagues(tx)
    levels = [(level.value, level_in_list(level)) for level in Level]
    owners = [(_MINE, "我认领的"), (_NOBODY, "没有人认领"), *people]
    if asked.owner and asked.owner not in dict(owners):
        owners.append((asked.owner, f"“{asked.owner}”（不是在岗的值班人员）"))
    return FilterBar(
        view="" if asked.view is View.OPEN else asked.view.value,
        levels=_choices(levels, [each.value for each in asked.levels]),
        bureaus=_choices([(bureau.id, bureau.name) for bureau in office.policy.bureaus], [asked.bureau]),
        owners=_choices(owners, [asked.owner]),
        stages=_choices([(stage.value, words) for stage, words in _STAGES.items()], [asked.stage or ""]),
        doors=_choices([(door.value, words) for door, words in _DOORS.items()], [asked.door or ""]),
        title=asked.title,
        clear="/queue" if asked.view is View.OPEN else f"/queue?view={asked.view.value}",
    )


def _choices(values: Sequence[tuple[str, str]], chosen: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, words=words, chosen=value in chosen) for value, words in values)
