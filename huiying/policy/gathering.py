"""Reads `config/gathering.yaml`: how near is near enough, how much is remembered, when a bureau is the lead."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from huiying.policy.reading import OfficeModel, read_office_file


class Nearness(OfficeModel):
    """How like a concern a post must be to join it, and how fast likeness fades.

    It joins from `threshold` on; of a likeness to a concern whose newest member lies `fading_days` away, half counts.
    """

    threshold: float = Field(gt=0, lt=1)
    fading_days: float = Field(gt=0)

    @property
    def floor(self) -> float:
        """A similarity below this counts as none."""
        return self.threshold / 2


class GroupingRules(OfficeModel):
    """The numbers of the single pass (`consumers/grouping/`), the office's own; how the defaults were tuned stands in
    `docs/models/gathering.md`.

    A post joins the concern whose `nearest` members (of a small concern: half of them) it resembles most on average,
    if that is enough: `news` says how much for a post with a headline, `usual` for any other.
    A member is forgotten `window_days` after the newest post, or when its concern has `members` others: the
    `anchors` oldest stay, so that a long concern does not drift away from its matter, and the newest. Of more than
    `most_members` in all, the oldest that nobody joined go first.
    A near-duplicate differs in at most `duplicate_bits` of 64 from a member that it resembles by
    `duplicate_similarity`; a few changed words flip more bits of a short text, so one that resembles a member by
    `repeated_similarity` is one too. Between posts that name different places `other_place` of the similarity counts,
    between those that name the same one `same_place` times as much.
    """

    usual: Nearness = Nearness(threshold=0.24, fading_days=1000.0)
    news: Nearness = Nearness(threshold=0.1, fading_days=1.0)
    nearest: int = Field(default=3, ge=1)
    members: int = Field(default=16, ge=2)
    anchors: int = Field(default=6, ge=1)
    most_members: int = Field(default=30_000, ge=100)
    window_days: float = Field(default=180.0, gt=0)
    duplicate_bits: int = Field(default=3, ge=0, le=3)
    duplicate_similarity: float = Field(default=0.6, gt=0, le=1)
    repeated_similarity: float = Field(default=0.8, gt=0, le=1)
    other_place: float = Field(default=0.75, ge=0, le=1)
    same_place: float = Field(default=1.5, ge=1, le=2)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.anchors >= self.members:
            raise ValueError("anchors 应小于 members：要给新的代表帖文留位置")
        if self.most_members < self.members:
            raise ValueError("most_members 不应小于 members")
        return self


class LeadRules(OfficeModel):
    """How the posts of a concern vote on which bureau answers.

    A post whose lead is sure has `sure_vote` times the say of one that only names candidates. The winner is the lead
    when the mean say for it reaches `certainty`; others with `co_handler_share` of its say are co-handlers.
    """

    sure_vote: float = Field(default=3.0, ge=1)
    certainty: float = Field(default=0.34, gt=0, le=1)
    co_handler_share: float = Field(default=0.3, gt=0, le=1)
    most_co_handlers: int = Field(default=3, ge=0)


class GatheringRules(OfficeModel):
    """Everything that the gatherer is told by the office."""

    dormancy_hours: float = Field(default=168.0, gt=0)
    grouping: GroupingRules = GroupingRules()
    lead: LeadRules = LeadRules()


def read_gathering(config_dir: Path) -> GatheringRules:
    """The office's rules for gathering."""
    return read_office_file(config_dir / "gathering.yaml", GatheringRules)
