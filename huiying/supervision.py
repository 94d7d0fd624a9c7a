"""A supervision 督办: the office asks a bureau in writing what became of a task, with a number and a deadline."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from huiying.clock import moment_words
from huiying.failures import NotAllowed
from huiying.person import Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Supervision:
    """One 督办件; its id is its number, such as 督2026-0003."""

    id: str
    task: str
    concern: str
    bureau: str
    asked: str
    due_at: datetime
    by: Signed
    answer: str = ""
    answered: Signed | None = None
    version: int = 0

    def __post_init__(self) -> None:
        if not self.asked.strip():
            raise NotAllowed("督办须写明要求报告什么")
        if self.due_at <= self.by.at:
            raise NotAllowed(f"督办时限{moment_words(self.due_at)}已经过去，请写一个将来的时刻")

    def answered_with(self, answer: str, by: Signed) -> Self:
        """What the bureau reported."""
        if self.answered:
            raise NotAllowed(f"{self.id}已由{self.answered.name}于{moment_words(self.answered.at)}答复")
        if not answer.strip():
            raise NotAllowed(f"请写明对{self.id}的答复")
        return replace(self, answer=answer.strip(), answered=by)
