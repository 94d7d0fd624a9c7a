"""A personal request 个人信息请求: what somebody asks about their personal data, and what the office answered.

Rights and duties: 个人信息保护法 第二十七条、第四十四至五十条; 网络数据安全管理条例 第二十三条.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
from huiying.person import Signed


class Right(StrEnum):
    """What is asked for."""

    OBJECT = "object"
    DELETE = "delete"
    CORRECT = "correct"
    ACCESS = "access"
    EXPLAIN = "explain"

    @property
    def label(self) -> str:
        """In words of the public."""
        return _RIGHTS[self][0]

    @property
    def basis(self) -> str:
        """The article that gives it."""
        return f"个人信息保护法{_RIGHTS[self][1]}"

    @property
    def is_about_a_post(self) -> bool:
        """Whether it needs the link of a post."""
        return self is not Right.EXPLAIN

    @property
    def needs_identity(self) -> bool:
        """Whether something is handed over, and so whether the office must ask first who asks."""
        return self is Right.ACCESS


_RIGHTS = {
    Right.OBJECT: ("拒绝处理我公开的个人信息", "第二十七条"),
    Right.DELETE: ("删除", "第四十七条"),
    Right.CORRECT: ("更正、补充", "第四十六条"),
    Right.ACCESS: ("查阅、复制", "第四十五条"),
    Right.EXPLAIN: ("解释说明处理规则", "第四十八条"),
}


class Outcome(StrEnum):
    """What became of a request."""

    DELETED = "deleted"
    MASKED = "masked"
    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_OURS = "not-ours"

    @property
    def label(self) -> str:
        """The office's word."""
        return _OUTCOMES[self]

    @property
    def touches_posts(self) -> bool:
        """Whether something is done to posts of the archive."""
        return self in (Outcome.DELETED, Outcome.MASKED)


_OUTCOMES = {
    Outcome.DELETED: "已删除",
    Outcome.MASKED: "已进一步遮蔽",
    Outcome.ANSWERED: "已答复",
    Outcome.REFUSED: "不予办理，理由如下",
    Outcome.NOT_OURS: "不属本单位处理的个人信息",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """What the asker wrote. It is kept apart from the request and leaves the register before it.

    `reply` is how they want to be answered; empty where the receipt is enough for them.
    """

    link: str
    reasons: str
    reply: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The office's answer; `words` are for whoever has the receipt, `posts` are what was deleted or masked."""

    outcome: Outcome
    words: str
    by: Signed
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalRequest:
    """One request without a word of its asker. `term` tells how its deadline was counted."""

    id: str
    right: Right
    asked_at: datetime
    due_at: datetime
    term: str
    version: int = 1
    answer: Answer | None = None

    def answered(self, answer: Answer) -> Self:
        """With its one answer; `NotAllowed` where it has one."""
        if self.answer is not None:
            said = self.answer
            raise NotAllowed(f"请求 {self.id} 已由{said.by.name}答复：{said.outcome.label}；要改的请另行联系请求人")
        return replace(self, answer=answer)
