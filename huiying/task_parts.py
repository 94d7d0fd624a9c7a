"""What happens to a task on a bureau's desk, each as its own small record: who asked, who decided, when and why."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.clock import moment_words
from huiying.failures import NotAllowed
from huiying.person import Signed


class Part(StrEnum):
    """A bureau's part in a matter: of the open tasks of one episode exactly one leads."""

    LEAD = "lead"
    CO_HANDLER = "co-handler"

    @property
    def label(self) -> str:
        """The office's word."""
        return "牵头" if self is Part.LEAD else "协办"


class ClosedAs(StrEnum):
    """How a task ended."""

    DONE = "done"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    JOINED = "joined"

    @property
    def label(self) -> str:
        """The office's word."""
        return _ENDINGS[self]


_ENDINGS = {
    ClosedAs.DONE: "办结",
    ClosedAs.WITHDRAWN: "撤回",
    ClosedAs.RETURNED: "退回改派",
    ClosedAs.JOINED: "并案",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing done to a task: the version it led to, who did it, what, in words."""

    version: int
    at: datetime
    who: str
    what: str

    @property
    def words(self) -> str:
        """As it is told to somebody who came second."""
        return f"{moment_words(self.at)} {self.who}：{self.what}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What the office answered to something a bureau asked for."""

    accepted: bool
    reason: str
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnRequest:
    """申请退回: the bureau says that the matter is not its own. Until it is decided the bureau goes on (首接负责)."""

    reason: str
    asked: Signed
    decision: Decision | None = None

    def decided(self, decision: Decision) -> Self:
        """The request with the office's answer; it is answered once."""
        if self.decision:
            raise NotAllowed(_decided_already("退回申请", self.decision))
        return replace(self, decision=decision)


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """申请延期 of one inward clock, asked before it ran out. Outward clocks are never extended."""

    step: str
    title: str
    until: datetime
    reason: str
    asked: Signed
    decision: Decision | None = None

    def must_fit(self, due_at: datetime | None, outward: datetime | None) -> None:
        """`NotAllowed` unless it is asked in time, for more time, within the outward deadline, with a reason."""
        if due_at is None:
            raise NotAllowed(f"“{self.title}”没有小时数，无须延期")
        if self.asked.at > due_at:
            raise NotAllowed(f"“{self.title}”已于{moment_words(due_at)}到期，延期须在到期前申请")
        if self.until <= due_at:
            raise NotAllowed(f"“{self.title}”现在的时限是{moment_words(due_at)}，延期须晚于它")
        if outward and self.until > outward:
            raise NotAllowed(f"对内时限不能晚于对外时限{moment_words(outward)}，对外时限不能延期")
        if not self.reason.strip():
            raise NotAllowed("申请延期须写明理由")

    def decided(self, decision: Decision) -> Self:
        """The request with the office's answer; it is answered once."""
        if self.decision:
            raise NotAllowed(_decided_already("延期申请", self.decision))
        return replace(self, decision=decision)


@dataclass(frozen=True, kw_only=True, slots=True)
class HandDown:
    """二级转办: a bureau passes its work, or a part of it, to a unit below it, and gets an answer."""

    number: int
    unit: str
    contact: str
    what: str
    due_at: datetime
    by: Signed
    answer: str = ""
    answered: Signed | None = None

    def must_fit(self, own: datetime | None) -> None:
        """`NotAllowed` unless it says what to whom, by a moment to come that is not after the bureau's `own`."""
        if not self.unit.strip() or not self.what.strip():
            raise NotAllowed("转办须写明下属单位（街道）和要办的事")
        if self.due_at <= self.by.at:
            raise NotAllowed(f"转办时限{moment_words(self.due_at)}已经过去，请写一个将来的时刻")
        if own and self.due_at > own:
            raise NotAllowed(f"转办时限不能晚于本单位的时限{moment_words(own)}")

    def answered_with(self, answer: str, by: Signed) -> Self:
        """What the unit reported back, written down by the bureau."""
        if self.answered:
            raise NotAllowed(f"{self.unit}的答复已由{self.answered.name}于{moment_words(self.answered.at)}登记")
        if not answer.strip():
            raise NotAllowed(f"请写明{self.unit}答复了什么")
        return replace(self, answer=answer.strip(), answered=by)


@dataclass(frozen=True, kw_only=True, slots=True)
class Urging:
    """催办: somebody of the office asked, by hand, where the work stands."""

    words: str
    by: Signed


def _decided_already(what: str, decision: Decision) -> str:
    answer = "同意" if decision.accepted else "不同意"
    return f"{what}已由{decision.by.name}于{moment_words(decision.by.at)}答复：{answer}"
