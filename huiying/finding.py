"""A finding 核查处置情况反馈: the bureau's internal answer, signed by its head; a clarification rests on it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
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

    @property
    def report(self) -> str:
        """What it is called when it goes to a superior."""
        return _REPORTS[self]


_LABELS = {FindingKind.FIRST: "初报", FindingKind.FURTHER: "续报", FindingKind.FINAL: "办结"}
_REPORTS = {FindingKind.FIRST: "首报", FindingKind.FURTHER: "续报", FindingKind.FINAL: "终报"}


@dataclass(frozen=True, kw_only=True, slots=True)
class UpwardReport:
    """首报、续报、终报: that a finding was reported to a superior, to whom, how and when."""

    to: str
    how: str
    at: datetime
    by: Signed


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
    reported: tuple[UpwardReport, ...] = ()
    version: int = 0

    def rewritten(self, kind: FindingKind, words: "FindingWords", by: Signed) -> Self:
        """With other words; once it is signed, what changed is a further finding."""
        if self.signed:
            raise NotAllowed(f"这份{self.kind.label}已由{self.signed.name}签字，不能再改；有变化请另写一份续报")
        return replace(
            self,
            kind=kind,
            facts=words.facts,
            measures=words.measures,
            next_steps=words.next_steps,
            responsible=words.responsible,
            written=by,
        )

    def signed_by(self, head: Signed) -> Self:
        """签字 by the bureau's head: from now on it counts, and its words stay."""
        if self.signed:
            raise NotAllowed(f"这份{self.kind.label}已由{self.signed.name}签字")
        return replace(self, signed=head)

    def reported_to(self, report: UpwardReport) -> Self:
        """With a report to a superior; only what is signed goes up."""
        if self.signed is None:
            raise NotAllowed(f"这份{self.kind.label}还没有签字，签字后才能上报")
        if not report.to.strip() or not report.how.strip():
            raise NotAllowed("上报须写明报给谁、怎样报的（电话、书面、系统）")
        return replace(self, reported=(*self.reported, report))


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingWords:
    """What a bureau writes: facts, measures, next steps and who answers for it."""

    facts: str
    measures: str
    next_steps: str
    responsible: str

    def __post_init__(self) -> None:
        blanks = (
            ("事实", self.facts),
            ("措施", self.measures),
            ("下一步", self.next_steps),
            ("责任人", self.responsible),
        )
        if missing := [name for name, words in blanks if not words.strip()]:
            raise NotAllowed(f"还没有写：{'、'.join(missing)}。没查清的写“尚未查清”，没有下一步的写“无”")
