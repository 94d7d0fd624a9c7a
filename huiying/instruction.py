"""An instruction 批示件: what a leader ordered or a public answer promised, tracked until it is done."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.clock import moment_words
from huiying.failures import NotAllowed
from huiying.person import Signed


class InstructionSource(StrEnum):
    """Where it comes from."""

    LEADER = "leader"
    PROMISE = "promise"

    @property
    def label(self) -> str:
        """The office's word."""
        return "领导批示" if self is InstructionSource.LEADER else "对外承诺"


@dataclass(frozen=True, kw_only=True, slots=True)
class Instruction:
    """Who must do what by when about a concern; its id is its number, such as 批2026-0088.

    A promise names the published text and the sentence in which it was made.
    """

    id: str
    concern: str
    source: InstructionSource
    from_whom: str
    text: str
    bureau: str
    what: str
    due_at: datetime
    by: Signed
    clarification: str | None = None
    sentence: int | None = None
    outcome: str = ""
    done: Signed | None = None
    version: int = 0

    def __post_init__(self) -> None:
        blanks = (
            ("来自谁", self.from_whom),
            ("批示内容", self.text),
            ("要办的事", self.what),
            ("承办单位", self.bureau),
        )
        if missing := [name for name, words in blanks if not words.strip()]:
            raise NotAllowed(f"批示件须写明：{'、'.join(missing)}")
        if self.due_at <= self.by.at:
            raise NotAllowed(f"办理时限{moment_words(self.due_at)}已经过去，请写一个将来的时刻")

    def finished(self, outcome: str, by: Signed) -> Self:
        """落实情况: what came of it."""
        if self.done:
            raise NotAllowed(f"{self.id}已由{self.done.name}于{moment_words(self.done.at)}报告落实：{self.outcome}")
        if not outcome.strip():
            raise NotAllowed(f"请写明{self.id}的落实情况")
        return replace(self, outcome=outcome.strip(), done=by)
