"""A publication 发布: one text that passed its gates, made public in one place, and the proof that it stood there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from huiying.person import Signed


class Channel(StrEnum):
    """Where a text is made public."""

    WEBSITE = "website"
    MICROBLOG = "microblog"
    GAZETTE = "gazette"
    PRESS = "press"
    CONFERENCE = "conference"
    INTERVIEW = "interview"
    HOTLINE = "hotline"
    WHERE_ASKED = "where-asked"

    @property
    def label(self) -> str:
        """The office's word."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.WEBSITE: "政府网站“回应关切”专栏",
    Channel.MICROBLOG: "政务微博",
    Channel.GAZETTE: "政府公报",
    Channel.PRESS: "报刊、广播、电视",
    Channel.CONFERENCE: "新闻发布会",
    Channel.INTERVIEW: "在线访谈",
    Channel.HOTLINE: "12345 答复",
    Channel.WHERE_ASKED: "原提问处回复",
}


class Part(StrEnum):
    """Which part of a continued publication 持续发布 a text is."""

    FIRST = "first"
    FURTHER = "further"
    FINAL = "final"
    CORRECTION = "correction"

    @property
    def label(self) -> str:
        """The office's word."""
        return {"first": "首报", "further": "续报", "final": "终报", "correction": "更正"}[self.value]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionAnswered:
    """One line of the sheet of questions and answers 问答口径."""

    question: str
    answer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """That this text is to stand in this place, on whose word; it is never changed, and withdrawn by a further row.

    `appointed_at` is when a press conference or an interview takes place.
    """

    id: str
    clarification: str
    concern: str
    text: int
    sha256: str
    title: str
    channel: Channel
    part: Part
    by: Signed
    appointed_at: datetime | None = None
    questions: tuple[QuestionAnswered, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """That a publication was put in its place: what, where, by which link, when; by a machine or by a person.

    `sha256` is of the bytes that a machine put there.
    """

    publication: str
    place: str
    link: str | None
    at: datetime
    by: Signed
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkCheck:
    """What was found under a publication's link; `sha256` is of the page's bytes, which are kept."""

    publication: str
    link: str
    at: datetime
    reached: bool
    what: str
    sha256: str | None = None
    title: str = ""
    holds_text: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Withdrawal:
    """That a publication was taken back, by whom and why."""

    publication: str
    by: Signed
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A publication with everything that is known of it."""

    publication: Publication
    delivery: Delivery | None = None
    last_check: LinkCheck | None = None
    withdrawal: Withdrawal | None = None

    @property
    def at(self) -> datetime | None:
        """When it became public; None while it is on its way."""
        return self.delivery.at if self.delivery else None
