"""A concern 舆情事项: one matter in the world, seen through its posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from huiying.failures import NotAllowed
from huiying.post import SourceKind, Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """One matter: what it is called, since when, how many posts, whose it is.

    `number` is the office's own running number, such as 2026-1187. `votes` sums, per bureau, the posts'
    scores for it as lead; `lead` is the winner, frozen once a task was opened for it (`lead_frozen`).
    `posts` counts every post, near-duplicates included; `distinct_posts` leaves near-duplicates out.
    `episode` counts bursts: after a dormancy a new burst is a new episode with its own alert.
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
    version: int = 0

    @property
    def episode_id(self) -> str:
        """The id of the present episode; also the id of its alert."""
        return f"{self.id}:{self.episode}"

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
