"""Evaluation 评估: whether an answer came in time, answered what was asked, and was kept.

The government's answer is judged, never the public: the tone before and after is context only (POLICY 12.12).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from huiying.person import Signed
from huiying.post import Tone


class Promises(StrEnum):
    """Whether what the answer promised was kept."""

    NONE = "none"
    KEPT = "kept"
    RUNNING = "running"
    BROKEN = "broken"

    @property
    def label(self) -> str:
        """The office's words."""
        return _PROMISE_LABELS[self]


_PROMISE_LABELS = {
    Promises.NONE: "没有承诺",
    Promises.KEPT: "承诺已兑现",
    Promises.RUNNING: "承诺在办，继续跟踪",
    Promises.BROKEN: "承诺未兑现",
}


class Adoption(StrEnum):
    """采纳情况: whether it was made public which suggestions were adopted (国办发〔2016〕80号)."""

    NONE = "none"
    PUBLIC = "public"
    NOT_PUBLIC = "not-public"

    @property
    def label(self) -> str:
        """The office's words."""
        return _ADOPTION_LABELS[self]


_ADOPTION_LABELS = {
    Adoption.NONE: "没有建设性意见建议",
    Adoption.PUBLIC: "采纳情况已公开",
    Adoption.NOT_PUBLIC: "采纳情况尚未公开",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeliness:
    """One clock at its end: when it was due, when it was met; `in_time` None where it had no number."""

    clock: str
    title: str
    due_at: datetime | None
    met_at: datetime | None
    in_time: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """What a person found about the answer; the clocks' part is computed, the tones are counted."""

    timeliness: tuple[Timeliness, ...]
    questions_answered: bool
    questions_note: str
    promises: Promises
    promises_note: str
    adoption: Adoption
    adoption_note: str
    tone_before: Mapping[Tone, int]
    tone_after: Mapping[Tone, int]
    by: Signed
