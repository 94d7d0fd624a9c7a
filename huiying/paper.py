"""The four papers of a red alert: 快报, 交办单, 首次回应口径 and 通知名单, ready to sign within three minutes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec


class PaperKind(StrEnum):
    """Which paper."""

    FLASH = "flash"
    ASSIGNMENT = "assignment"
    HOLDING = "holding"
    CALLS = "calls"

    @property
    def label(self) -> str:
        """What it is called."""
        return _LABELS[self]


_LABELS = {
    PaperKind.FLASH: "快报",
    PaperKind.ASSIGNMENT: "交办单",
    PaperKind.HOLDING: "首次回应口径",
    PaperKind.CALLS: "通知名单",
}

BLANK = "＿＿＿＿＿＿"
"""Where a person writes by hand what is not known yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One labelled part of a paper; several paragraphs where `text` has several lines."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CallLine:
    """One post that must be told, with who holds it and who stands in; an unknown name or number is empty."""

    unit: str
    post: str
    name: str
    phone: str
    stand_in: str
    stand_in_phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """One paper as it was ready at one moment; a version is never changed, a later state makes another.

    `basis` is what it was made from, in words: where that is the same, no new version is made.
    """

    concern: str
    episode: str
    kind: PaperKind
    number: int
    title: str
    made_at: datetime
    basis: str
    lines: tuple[Line, ...] = ()
    links: tuple[Line, ...] = ()
    calls: tuple[CallLine, ...] = ()

    @property
    def key(self) -> str:
        """What exactly this version is called where somebody signs for having read it."""
        return f"{self.kind.value}/{self.episode}/{self.number}"

    @property
    def sha256(self) -> str:
        """Of everything that stands on it."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()
