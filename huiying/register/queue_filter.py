"""What the queue is narrowed to, as questions to the tables of the chain."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, Text, and_, exists, or_, type_coerce

from huiying.alert import AlertState
from huiying.level import Level
from huiying.register.schema.chain import alerts, concerns, tasks
from huiying.task import TaskState


class Stage(StrEnum):
    """How far an alert has come."""

    UNCLAIMED = "unclaimed"
    CLAIMED = "claimed"
    SENT = "sent"
    LATE = "late"


class Door(StrEnum):
    """By which door an alert came in."""

    POSTS = "posts"
    BY_HAND = "by-hand"
    SOURCES = "sources"


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """What must be true of an alert to stand in the list; what is left alone filters nothing.

    `owner` is the name of a person of the office. `title` is looked for in a matter's title, and in what a source's
    trouble says.
    """

    levels: frozenset[Level] = frozenset()
    bureau: str | None = None
    owner: str | None = None
    unowned: bool = False
    stage: Stage | None = None
    door: Door | None = None
    title: str = ""
    without_lead: bool = False
    silenced: bool | None = None

    def conditions(self, now: datetime) -> list[ColumnElement[bool]]:
        """The same in SQL, over alerts with their concerns beside them (an outer join)."""
        found: list[ColumnElement[bool]] = []
        if self.levels:
            found.append(alerts.c.level_rank.in_([level.rank for level in self.levels]))
        if self.bureau:
            found.append(concerns.c.lead == self.bureau)
        if self.owner:
            found.append(owned_by(self.owner))
        if self.unowned:
            found.append(_says(alerts.c.body, '"owner":null'))
        if self.stage:
            found.append(_stage(self.stage, now))
        if self.door:
            found.append(_door(self.door))
        if self.title:
            found.append(_titled(self.title))
        if self.without_lead:
            found.append(lacks_lead())
        if self.silenced is not None:
            found.append(is_silenced(now) if self.silenced else ~is_silenced(now))
        return found


def is_silenced(now: datetime) -> ColumnElement[bool]:
    """Whether an alert is silent; spelled so that its negation is true, not unknown, where there is no silence."""
    return ~or_(alerts.c.silenced_until.is_(None), alerts.c.silenced_until <= now)


def lacks_lead() -> ColumnElement[bool]:
    """Whether it is yet to be said which bureau answers."""
    return and_(alerts.c.concern.is_not(None), concerns.c.lead.is_(None))


def owned_by(name: str) -> ColumnElement[bool]:
    """Whether this person of the office took it."""
    return _says(alerts.c.body, f'"owner":{_quoted(name)}')


def _stage(stage: Stage, now: datetime) -> ColumnElement[bool]:
    if stage is Stage.UNCLAIMED:
        return alerts.c.state == AlertState.NEW.value
    if stage is Stage.CLAIMED:
        return alerts.c.state == AlertState.ACKNOWLEDGED.value
    if stage is Stage.SENT:
        return exists().where(tasks.c.alert == alerts.c.id, tasks.c.state == TaskState.SENT.value)
    late = (tasks.c.state != TaskState.CLOSED.value, tasks.c.due_at < now)
    return exists().where(tasks.c.alert == alerts.c.id, *late)


def _door(door: Door) -> ColumnElement[bool]:
    if door is Door.SOURCES:
        return alerts.c.source.is_not(None)
    by_hand = _says(concerns.c.body, '"registered":{')
    return and_(alerts.c.concern.is_not(None), by_hand if door is Door.BY_HAND else ~by_hand)


def _titled(words: str) -> ColumnElement[bool]:
    trouble = type_coerce(alerts.c.body, Text).icontains(_quoted(words)[1:-1], autoescape=True)
    return or_(
        concerns.c.title.icontains(words, autoescape=True),
        and_(alerts.c.source.is_not(None), trouble),
    )


def _says(body: ColumnElement[object], text: str) -> ColumnElement[bool]:
    # Quotation marks inside a JSON string are escaped, so that a key with its value is found nowhere else.
    return type_coerce(body, Text).contains(text, autoescape=True)


def _quoted(words: str) -> str:
    return msgspec.json.encode(words).decode()
