"""A post 帖文/报道: one piece of public speech from one source, and what was judged of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self


class SourceKind(StrEnum):
    """What sort of place a post comes from; breadth of sources is counted in these."""

    NEWS = "news"
    FORUM = "forum"
    SOCIAL = "social"
    HOTLINE = "hotline"
    MAILBOX = "mailbox"
    HOTLIST = "hotlist"
    OFFICIAL = "official"


ADDRESSED_TO_THE_OFFICE = frozenset({SourceKind.HOTLINE, SourceKind.MAILBOX})
"""Kinds whose every post is relevant by definition: somebody wrote to the city."""


class Tone(StrEnum):
    """The attitude towards the matter. Never a measure of risk (DESIGN section 6)."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"

    @property
    def label(self) -> str:
        """What people call it."""
        return {Tone.NEGATIVE: "负面", Tone.NEUTRAL: "中性", Tone.POSITIVE: "正面"}[self]


class Kind(StrEnum):
    """What the speaker wants (诉求类别)."""

    ENQUIRY = "咨询"
    HELP = "求助"
    COMPLAINT = "投诉"
    REPORT = "举报"
    SUGGESTION = "建议"
    PRAISE = "表扬"


class Fate(StrEnum):
    """What became of a post; every post that passed intake has exactly one."""

    GATHERED = "gathered"
    TRIAGE = "triage"
    NEAR_DUPLICATE = "near-duplicate"
    IRRELEVANT = "irrelevant"
    HISTORY = "history"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True, slots=True)
class RawPost:
    """What a door brings in, before intake: unmasked, so it never leaves the process that read it.

    `key` is the source's own key (its URL, its order number); `published` is what the source says
    about time, already read into an aware moment, or None where it says nothing.
    """

    source: str
    source_kind: SourceKind
    key: str | None = None
    url: str | None = None
    title: str = ""
    text: str = ""
    published: datetime | None = None
    author: str | None = None
    engagement: int = 0
    first_crawl: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One piece of public speech, masked. A changed text of the same id is a new revision."""

    id: str
    revision: int
    source: str
    source_kind: SourceKind
    url: str | None
    title: str
    text: str
    published_at: datetime | None
    collected_at: datetime
    author_hash: str | None
    original_sha256: str
    engagement: int = 0
    history: bool = False
    secrecy_marks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.revision < 1:
            raise ValueError(f"post {self.id} has revision {self.revision}; revisions start at 1")

    @property
    def at(self) -> datetime:
        """When it was said, as far as is known: its own time, else when it was collected."""
        return self.published_at or self.collected_at

    @property
    def whole_text(self) -> str:
        """Title and text as one string, the title not repeated where the text begins with it."""
        if not self.title or self.text.startswith(self.title):
            return self.text
        return f"{self.title}\n{self.text}"

    def without_words(self) -> Self:
        """The same post with its words taken out, for a post that may not be kept (quarantine)."""
        return replace(self, title="", text="", url=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class ToneScores:
    """Calibrated probabilities of the three tones; they add up to 1."""

    negative: float
    neutral: float
    positive: float

    @property
    def tone(self) -> Tone:
        """The most probable tone."""
        return max(Tone, key=lambda tone: getattr(self, tone.value))


@dataclass(frozen=True, kw_only=True, slots=True)
class BureauMatch:
    """A bureau that may answer for a post, with the probability that it is the lead."""

    bureau: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyMatch:
    """A duty of the notice that a post touches, with its probability."""

    number: int
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Assessment:
    """What was judged of one post, and by which version of the model and the rules.

    `relevance`, `attention` and all scores are 0..1; `urgency` is 0 none, 1 ordinary, 2 affects many,
    3 danger to life now; `lead` is None where no bureau is sure enough (abstention);
    `fingerprint` is a 64-bit SimHash, equal or nearly equal for near-duplicates.
    """

    relevant: bool
    relevance: float
    tone_scores: ToneScores
    attention: float
    lead: str | None
    bureaus: tuple[BureauMatch, ...]
    duties: tuple[DutyMatch, ...]
    kind: Kind
    urgency: int
    fingerprint: int
    model: str

    @property
    def tone(self) -> Tone:
        """The most probable tone."""
        return self.tone_scores.tone

    def __post_init__(self) -> None:
        if not 0 <= self.urgency <= 3:
            raise ValueError(f"urgency {self.urgency} is outside 0..3")


@dataclass(frozen=True, kw_only=True, slots=True)
class Because:
    """Why a judgement came out as it did: the words that decided, each with its weight in the score."""

    tone: tuple[tuple[str, float], ...]
    lead: tuple[tuple[str, float], ...]
    duties: Mapping[int, tuple[tuple[str, float], ...]]
    relevance: tuple[tuple[str, float], ...]
    urgency: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchivedPost:
    """A post as the archive holds it: with what was judged of it."""

    post: Post
    assessment: Assessment
