"""A media enquiry 媒体采访函: which medium asks what, by when it wants an answer, and what it was answered."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from huiying.failures import NotAllowed
from huiying.person import Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class MediaEnquiry:
    """One question of one medium. `contact` is whom of that medium to answer; `concern` the matter it is about."""

    id: str
    concern: str
    medium: str
    contact: str
    question: str
    received_at: datetime
    due_at: datetime | None
    by: Signed
    answer: str | None = None
    answered: Signed | None = None
    version: int = 0

    def answered_with(self, answer: str, by: Signed) -> Self:
        """What the medium was told, in words that were cleared elsewhere; this only records it."""
        if self.answered:
            raise NotAllowed(f"这件采访函已由{self.answered.name}答复；补充的话另登记一件")
        if not answer.strip():
            raise NotAllowed("请写明答复了什么，或写明为何不答复")
        return replace(self, answer=answer.strip(), answered=by)
