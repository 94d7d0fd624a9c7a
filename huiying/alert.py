"""An alert 舆情预警: a concern, or a source in trouble, that needs a press officer now."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
from huiying.level import Level


class AlertState(StrEnum):
    """Where an alert stands. Silence is not a state: it ends by itself (`Alert.silenced_until`)."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One part of the heat, in words a press officer can check.

    `points` is what it adds to the heat; `value` the measured number it rests on.
    """

    part: str
    text: str
    value: float
    points: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """How an alert stood before the eyes of whoever acts: its level and what people did, not what was measured."""

    state: AlertState
    level: Level
    silenced_until: datetime | None = None
    owner: str | None = None

    def __str__(self) -> str:
        """As a page carries it."""
        until = self.silenced_until.isoformat() if self.silenced_until else ""
        return "|".join((self.state.value, self.level.value, until, self.owner or ""))

    @classmethod
    def read(cls, text: str) -> Self:
        """What a page carried; `NotAllowed` where it is no such thing."""
        try:
            state, level, until, owner = text.split("|", 3)
            silenced = datetime.fromisoformat(until) if until else None
            return cls(state=AlertState(state), level=Level(level), silenced_until=silenced, owner=owner or None)
        except ValueError:
            raise NotAllowed("这个页面太旧，请刷新后再办") from None

    def changes_to(self, present: "Stand") -> str:
        """What is different now, in words; empty where nothing is."""
        said = []
        if present.level is not self.level:
            way = "升" if present.level.rank > self.level.rank else "降"
            said.append(f"级别由{self.level.label}{way}为{present.level.label}")
        if present.owner != self.owner:
            said.append(f"已由{present.owner}认领" if present.owner else "不再有人认领")
        if present.silenced_until != self.silenced_until:
            said.append("静默期限已改" if present.silenced_until else "静默已取消")
        return "，".join(said)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """One alert per episode of a concern, or per spell of trouble with a source.

    Exactly one of `concern` and `source` is set. The level rises at once and falls with hysteresis.
    `acknowledged_level` is the level it had when somebody acknowledged it; `spell` counts how often it was opened.
    """

    id: str
    concern: str | None = None
    source: str | None = None
    title: str
    level: Level
    heat: float
    reasons: tuple[Reason, ...]
    raised_at: datetime
    level_since: datetime
    changed_at: datetime
    state: AlertState = AlertState.NEW
    owner: str | None = None
    silenced_until: datetime | None = None
    silence_reason: str | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    acknowledged_level: Level | None = None
    spell: int = 1
    version: int = 0

    def __post_init__(self) -> None:
        if (self.concern is None) == (self.source is None):
            raise ValueError(f"alert {self.id} must be about a concern or about a source, and not both")

    def is_silenced(self, now: datetime) -> bool:
        """Whether it is to stay quiet at this moment."""
        return self.silenced_until is not None and now < self.silenced_until

    @property
    def stand(self) -> Stand:
        """What a person sees of it before they act."""
        return Stand(state=self.state, level=self.level, silenced_until=self.silenced_until, owner=self.owner)

    @property
    def needs_acknowledging(self) -> bool:
        """Whether nobody has acknowledged it at the level it has now: until then people are told of it."""
        if self.state is not AlertState.ACKNOWLEDGED:
            return self.state is AlertState.NEW
        return self.acknowledged_level is not None and self.level.rank > self.acknowledged_level.rank

    def acknowledged(self, *, by: str, now: datetime) -> Self:
        """知悉: a person has seen it; every later notice of it stops, unless it rises above its present level."""
        self._must_be_open("acknowledged")
        return replace(
            self,
            state=AlertState.ACKNOWLEDGED,
            acknowledged_level=self.level,
            owner=self.owner or by,
            changed_at=now,
        )

    def silenced(self, *, until: datetime, reason: str, now: datetime) -> Self:
        """静默 until a stated moment, for a stated reason."""
        self._must_be_open("silenced")
        if until <= now:
            raise NotAllowed(f"alert {self.id} can only be silenced until a moment in the future")
        if not reason.strip():
            raise NotAllowed(f"alert {self.id} can only be silenced with a reason")
        return replace(self, silenced_until=until, silence_reason=reason.strip(), changed_at=now)

    def closed(self, *, reason: str, now: datetime) -> Self:
        """Close it for a stated reason."""
        self._must_be_open("closed")
        if not reason.strip():
            raise NotAllowed(f"alert {self.id} can only be closed with a reason")
        return replace(self, state=AlertState.CLOSED, closed_at=now, close_reason=reason.strip(), changed_at=now)

    def measured(self, *, level: Level, heat: float, reasons: tuple[Reason, ...], title: str, now: datetime) -> Self:
        """The same alert after its concern was measured again; `level_since` moves only with the level."""
        self._must_be_open("measured")
        since = self.level_since if level is self.level else now
        return replace(self, level=level, heat=heat, reasons=reasons, title=title, level_since=since, changed_at=now)

    def reopened(self, *, level: Level, heat: float, reasons: tuple[Reason, ...], title: str, now: datetime) -> Self:
        """Put a closed alert back into the queue as new: only where it has risen above the level it was closed at."""
        if self.state is not AlertState.CLOSED:
            raise NotAllowed(f"alert {self.id} is open; only a closed alert can be reopened")
        if level.rank <= self.level.rank:
            raise NotAllowed(f"alert {self.id} was closed at {self.level} and stays closed at {level}")
        return replace(
            self,
            state=AlertState.NEW,
            level=level,
            heat=heat,
            reasons=reasons,
            title=title,
            level_since=now,
            changed_at=now,
            owner=None,
            silenced_until=None,
            silence_reason=None,
            closed_at=None,
            close_reason=None,
            acknowledged_level=None,
            spell=self.spell + 1,
        )

    def _must_be_open(self, move: str) -> None:
        if self.state is AlertState.CLOSED:
            raise NotAllowed(f"alert {self.id} is closed; only an open alert can be {move}")
