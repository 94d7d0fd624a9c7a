"""A correction 更正: what a person of the office says in place of a judgement. It labels a post, never its author."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from huiying.post import ArchivedPost, Assessment, BureauMatch, DutyMatch, Kind, Tone, ToneScores


class Judgement(StrEnum):
    """Which judgement a person corrected. The first four can be said of a post, the others only of a concern.

    The last two are suggestions, which count for nothing until a person answers them.
    """

    TONE = "tone"
    LEAD = "lead"
    DUTIES = "duties"
    KIND = "kind"
    ALERT = "alert"
    MERGED = "merged"
    SPLIT = "split"
    FIRST_ANSWER = "first-answer"
    COLLECTION_POINT = "collection-point"

    @property
    def label(self) -> str:
        """What people call it."""
        return _LABELS[self]


_LABELS = {
    Judgement.TONE: "语气",
    Judgement.LEAD: "牵头单位",
    Judgement.DUTIES: "职责事项",
    Judgement.KIND: "诉求类别",
    Judgement.ALERT: "预警",
    Judgement.MERGED: "并入",
    Judgement.SPLIT: "拆分",
    Judgement.FIRST_ANSWER: "重点回应",
    Judgement.COLLECTION_POINT: "收集重点",
}

OF_POSTS = (Judgement.TONE, Judgement.LEAD, Judgement.DUTIES, Judgement.KIND)
"""What can be corrected of one post."""

SUGGESTIONS = (Judgement.FIRST_ANSWER, Judgement.COLLECTION_POINT)
"""What is only suggested of a concern: a person confirms or denies each category by itself."""

_OF_CONCERNS = (Judgement.LEAD, Judgement.ALERT, Judgement.MERGED, Judgement.SPLIT, *SUGGESTIONS)


class Answer(StrEnum):
    """What a person says to a suggestion."""

    CONFIRMED = "confirmed"
    DENIED = "denied"

    @property
    def label(self) -> str:
        """What people call it."""
        return "确认" if self is Answer.CONFIRMED else "不是"


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """One correction, never changed: a later one of the same judgement of the same post stands in its place.

    `judged` is what stood before any person spoke, `said` what the person said. Both are lists of words: one tone,
    one bureau or none, any number of duties, one kind; of a concern the alert's id and level, the concern it belongs
    to, or the posts that belong elsewhere. Of a suggestion `judged` is the category's id and `said` an `Answer` with
    that id, so that each category has an answer of its own. `model` is the version that judged; None where rules did
    (votes, heat, likeness, signs).
    """

    judgement: Judgement
    post: str | None = None
    concern: str | None = None
    judged: tuple[str, ...]
    said: tuple[str, ...]
    model: str | None = None
    who: str
    at: datetime
    note: str = ""

    def __post_init__(self) -> None:
        if (self.post is None) == (self.concern is None):
            raise ValueError("a correction is about a post or about a concern, and not about both")
        if self.judgement not in (OF_POSTS if self.post else _OF_CONCERNS):
            raise ValueError(f"{self.judgement} cannot be corrected of a {'post' if self.post else 'concern'}")
        if not _makes_sense(self.judgement, self.said):
            raise ValueError(f"{self.said} is no {self.judgement}")

    @property
    def changed(self) -> bool:
        """Whether the person said something else than was judged; else the judgement was confirmed."""
        if self.judgement in SUGGESTIONS:
            return self.said[0] == Answer.DENIED
        return self.said != self.judged


def _makes_sense(judgement: Judgement, said: tuple[str, ...]) -> bool:
    match judgement:
        case Judgement.TONE:
            return len(said) == 1 and said[0] in set(Tone)
        case Judgement.KIND:
            return len(said) == 1 and said[0] in set(Kind)
        case Judgement.DUTIES:
            return all(number.isdecimal() for number in said)
        case Judgement.SPLIT:
            return bool(said)
        case Judgement.FIRST_ANSWER | Judgement.COLLECTION_POINT:
            return len(said) == 2 and said[0] in set(Answer) and bool(said[1])
        case _:
            return len(said) == 1


def judged_of(assessment: Assessment, judgement: Judgement) -> tuple[str, ...]:
    """What an assessment says of a post, in the words of a correction."""
    match judgement:
        case Judgement.TONE:
            return (assessment.tone.value,)
        case Judgement.LEAD:
            return (assessment.lead,) if assessment.lead else ()
        case Judgement.DUTIES:
            return tuple(str(number) for number in sorted(duty.number for duty in assessment.duties))
        case Judgement.KIND:
            return (assessment.kind.value,)
    raise ValueError(f"{judgement} is not judged of a post")


def as_corrected(archived: ArchivedPost, standing: Mapping[Judgement, Correction]) -> ArchivedPost:
    """The post as it counts: what a person said is certain, everything else as it was judged."""
    assessment = archived.assessment
    for judgement, correction in standing.items():
        assessment = _with(assessment, judgement, correction.said)
    return replace(archived, assessment=assessment)


def _with(assessment: Assessment, judgement: Judgement, said: tuple[str, ...]) -> Assessment:
    match judgement:
        case Judgement.TONE:
            scores = {tone.value: float(tone == said[0]) for tone in Tone}
            return replace(assessment, tone_scores=ToneScores(**scores))
        case Judgement.LEAD:
            return replace(assessment, lead=said[0], bureaus=(BureauMatch(bureau=said[0], score=1.0),))
        case Judgement.DUTIES:
            return replace(assessment, duties=tuple(DutyMatch(number=int(number), score=1.0) for number in said))
        case Judgement.KIND:
            return replace(assessment, kind=Kind(said[0]))
    return assessment


def standing_answers(said: Iterable[Correction]) -> dict[tuple[Judgement, str], Correction]:
    """What stands of the answers to a concern's suggestions, by category; `said` comes the newest first."""
    standing: dict[tuple[Judgement, str], Correction] = {}
    for one in said:
        if one.judgement in SUGGESTIONS:
            standing.setdefault((one.judgement, one.said[1]), one)
    return standing


def said_in_words(judgement: Judgement, said: tuple[str, ...]) -> str:
    """What was said or judged, in words for people: 负面, 第8项, 水务局; 待明确 or 无 where it was nothing."""
    if judgement is Judgement.TONE:
        return Tone(said[0]).label
    if judgement is Judgement.DUTIES:
        return "、".join(f"第{number}项" for number in said) or "无"
    return said[0] if said else "待明确"
