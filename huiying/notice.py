"""A notice 通知: one person, or one group, is to be told of one occasion by one channel.

It never carries a word of the matter: a number, a level, a deadline and a link are all that may leave the office.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
from huiying.level import Level

CONSOLE = "console"
"""The channel that is always there: the console's own page of notices. What is written there has arrived."""

GROUP = "*"
"""Who is told by a channel that speaks to a group: everybody in it, with one message."""


class About(StrEnum):
    """Of what kind of record a notice tells."""

    ALERT = "alert"
    TASK = "task"
    PROCEEDING = "proceeding"
    CLARIFICATION = "clarification"
    TRIAL = "trial"

    @property
    def label(self) -> str:
        """The word on a screen."""
        return _ABOUT_LABELS[self]


_ABOUT_LABELS = {
    About.ALERT: "预警",
    About.TASK: "任务",
    About.PROCEEDING: "办理进度",
    About.CLARIFICATION: "回应稿",
    About.TRIAL: "试发",
}


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def label(self) -> str:
        """The word on a screen."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    NoticeState.WAITING: "待发",
    NoticeState.SENDING: "正在发",
    NoticeState.SENT: "已发出",
    NoticeState.FAILED: "未能发出",
    NoticeState.STOPPED: "不再发",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One occasion for one person by one channel; the four together are its id, so that it exists once.

    `alert` is the alert of the matter, also where the notice is about a task. `claimed_until` is set while somebody
    sends it: afterwards nobody knows whether it went out. `said` is the last failure or why it is no longer sent.
    """

    id: str
    about: About
    subject: str
    occasion: str
    alert: str | None
    concern: str | None
    person: str
    channel: str
    level: Level
    made_at: datetime
    send_at: datetime
    state: NoticeState = NoticeState.WAITING
    attempts: int = 0
    claimed_until: datetime | None = None
    sent_at: datetime | None = None
    said: str = ""
    version: int = 0

    def claimed(self, *, until: datetime) -> Self:
        """Somebody sends it now, and has until then to say what came of it."""
        self._must_be_pending("claimed")
        return replace(self, state=NoticeState.SENDING, claimed_until=until, attempts=self.attempts + 1)

    def sent(self, *, now: datetime) -> Self:
        """The channel has taken it."""
        self._must_be_pending("sent")
        return replace(self, state=NoticeState.SENT, claimed_until=None, sent_at=now, said="")

    def put_off(self, *, until: datetime, why: str) -> Self:
        """Not now, for this reason; due again then."""
        self._must_be_pending("put off")
        return replace(self, state=NoticeState.WAITING, claimed_until=None, send_at=until, said=why)

    def failed(self, *, why: str) -> Self:
        """It was tried as often as it may be; this is why it did not arrive."""
        self._must_be_pending("given up")
        return replace(self, state=NoticeState.FAILED, claimed_until=None, said=why)

    def stopped(self, *, why: str) -> Self:
        """Nobody needs to be told any more, for this reason."""
        self._must_be_pending("stopped")
        return replace(self, state=NoticeState.STOPPED, claimed_until=None, said=why)

    def _must_be_pending(self, move: str) -> None:
        if self.state not in (NoticeState.WAITING, NoticeState.SENDING):
            raise NotAllowed(f"notice {self.id} is {self.state}; only a waiting one can be {move}")


def notice_id(about: About, subject: str, occasion: str, channel: str, person: str) -> str:
    """The key of a notice: what it is about, the occasion, the channel and the person."""
    return f"{about}:{subject}|{occasion}|{channel}|{person}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try to send a notice. Without `ended_at` nobody knows what came of it."""

    notice: str
    number: int
    began_at: datetime
    ended_at: datetime | None = None
    arrived: bool = False
    words: str = ""
