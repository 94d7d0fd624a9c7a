"""A concern 舆情事项: one matter in the world, seen through its posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.person import Signed
from huiying.post import SourceKind, Tone


class Origin(StrEnum):
    """By which door a matter came that a person registered 手工登记."""

    LEADER = "leader"
    CYBERSPACE_OFFICE = "cyberspace-office"
    CALL = "call"
    SCREENSHOT = "screenshot"
    MEDIA_ENQUIRY = "media-enquiry"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The office's word."""
        return _ORIGIN_LABELS[self]


_ORIGIN_LABELS = {
    Origin.LEADER: "领导交办",
    Origin.CYBERSPACE_OFFICE: "网信转办",
    Origin.CALL: "来电",
    Origin.SCREENSHOT: "截图",
    Origin.MEDIA_ENQUIRY: "媒体采访函",
    Origin.OTHER: "其他",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """What a person wrote down when they registered a matter; personal data is masked in every part of it.

    `from_whom` is a unit or a channel, never a citizen. `level` is what the person set: while the alert is open no
    measurement lets it fall below. `dangerous` says that its words speak of danger to life.
    """

    origin: Origin
    what: str
    where: str
    from_whom: str
    known_at: datetime
    occurred_at: datetime | None
    level: Level
    reason: str
    dangerous: bool
    by: Signed


DANGER = 3
"""The urgency of words that speak of danger to life now."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """One matter: what it is called, since when, how many posts, whose it is.

    `number` is the office's own running number, such as 2026-1187. `votes` sums, per bureau, the posts'
    scores for it as lead; `lead` is the winner, frozen once a task was opened for it (`lead_frozen`).
    `posts` counts every post, near-duplicates included; `distinct_posts` leaves near-duplicates out.
    `episode` counts bursts: after a dormancy a new burst is a new episode with its own alert. A concern that a person
    registered has their words in `registered`, and keeps the title they gave it.
    """

    id: str
    number: str
    title: str
    keywords: tuple[str, ...]
    first_post_at: datetime
    found_at: datetime
    last_post_at: datetime
    episode: int = 1
    episode_began_at: datetime
    lead: str | None = None
    lead_certainty: float = 0.0
    lead_frozen: bool = False
    co_handlers: tuple[str, ...] = ()
    votes: Mapping[str, float] = field(default_factory=dict)
    duties: Mapping[int, float] = field(default_factory=dict)
    posts: int = 0
    distinct_posts: int = 0
    tones: Mapping[Tone, int] = field(default_factory=dict)
    sources: Mapping[SourceKind, int] = field(default_factory=dict)
    urgencies: Mapping[int, int] = field(default_factory=dict)
    attention: float = 0.0
    engagement: int = 0
    title_post: str | None = None
    merged_into: str | None = None
    registered: Registration | None = None
    version: int = 0

    @property
    def episode_id(self) -> str:
        """The id of the present episode; also the id of its alert."""
        return f"{self.id}:{self.episode}"

    @property
    def endangers_life(self) -> bool:
        """Whether anybody spoke of danger to life: then 110, 119 or 120 is called before anything else."""
        return bool(self.urgencies.get(DANGER)) or bool(self.registered and self.registered.dangerous)

    def assigned_to(self, bureau: str) -> Self:
        """Freeze the lead: from now on posts no longer vote on it."""
        if self.merged_into:
            raise NotAllowed(f"concern {self.id} was merged into {self.merged_into}; assign that one instead")
        return replace(self, lead=bureau, lead_frozen=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarterHour:
    """Posts of one concern in one quarter of an hour, by tone; the unit of its chart and of its growth."""

    starts_at: datetime
    posts: int
    tones: Mapping[Tone, int]
