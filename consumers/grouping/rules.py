"""How near is near enough, and how much is remembered: the numbers of the single pass, tuned on `hot_issues`."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupingRules:
    """A post joins the concern whose `nearest` members it resembles most, if that is `threshold` or more.

    A member is forgotten `window_days` after the newest post, or when its concern has `members` others: the
    `anchors` oldest stay, so that a long concern does not drift away from its matter, and the newest.
    A near-duplicate differs in at most `duplicate_bits` of 64 from a member that it resembles by
    `duplicate_similarity`.
    Between posts that lie `fading_days` apart, half the similarity counts.
    """

    threshold: float = 0.14
    nearest: int = 3
    members: int = 12
    anchors: int = 4
    most_members: int = 60_000
    window_days: float = 30.0
    fading_days: float = 365.0
    duplicate_bits: int = 3
    duplicate_similarity: float = 0.6

    def __post_init__(self) -> None:
        if not 0 < self.anchors < self.members:
            raise ValueError(f"{self.anchors} anchors of {self.members} members leave no place for new ones")
        if self.most_members < self.members:
            raise ValueError(f"{self.most_members} members in all are fewer than the {self.members} of one concern")

    @property
    def floor(self) -> float:
        """A similarity below this can bring no post over the threshold."""
        return self.threshold / 4
