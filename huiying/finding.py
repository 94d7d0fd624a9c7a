"""A finding 核查处置情况反馈: the bureau's internal answer, signed by its head; a clarification rests on it."""

from dataclasses import dataclass
from enum import StrEnum

from huiying.person import Signed


class FindingKind(StrEnum):
    """The first, a further, or the last finding of a task."""

    FIRST = "first"
    FURTHER = "further"
    FINAL = "final"

    @property
    def label(self) -> str:
        """The office's word."""
        return _LABELS[self]


_LABELS = {FindingKind.FIRST: "初报", FindingKind.FURTHER: "续报", FindingKind.FINAL: "办结"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a bureau found and did. It counts, and may be evidence, once its head has signed it."""

    id: str
    task: str
    concern: str
    bureau: str
    kind: FindingKind
    facts: str
    measures: str
    next_steps: str
    responsible: str
    written: Signed
    signed: Signed | None = None
    version: int = 0
