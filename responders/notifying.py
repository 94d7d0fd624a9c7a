"""Notifying: who is to be told of what, by which channel and when, as rows in the register.

The rows of an occasion are one transaction; their ids come from their content, so that a message handled twice tells
nobody twice. Sending is another part (`responders/notices/sending.py`): this stage waits for no channel. On the
console's own page a notice has arrived as soon as its row is there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from huiying.clock import Clock
from huiying.messages import AlertChanged, AlertRaised, ClarificationChanged, Message, ProceedingChanged
from huiying.notice import CONSOLE, GROUP, About, Notice, NoticeState, notice_id
from huiying.policy.channels import Channel, ChannelRules
from huiying.policy.roster import Member, Roster
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome
from responders.notices.need import records_of
from responders.notices.occasions import TASK_MESSAGES, Occasion, occasions_of
from responders.rereading import reread_when_stale


class NoticeRules(Protocol):
    """The part of the office's policy that notices need."""

    @property
    def channels(self) -> ChannelRules:
        """By what people are told."""
        ...

    @property
    def roster(self) -> Roster:
        """Who is told."""
        ...


class Notifying:
    """The stage between what happens and the people who must know of it."""

    name = "notifying"
    reads: tuple[type[Message], ...] = (
        AlertRaised,
        AlertChanged,
        *TASK_MESSAGES,
        ProceedingChanged,
        ClarificationChanged,
    )

    def __init__(self, register: Register, rules: NoticeRules, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Write the notices that the records of the batch call for, and stop those that are over."""
        with self._register.reading() as asking:
            # Most changes tell nobody anything: only what must be written waits for the writers' turn.
            needed = bool(self._new(asking, batch) or self._over(asking, batch))
        if needed:
            reread_when_stale(lambda: self._write(batch))
        return [Done() for _ in batch]

    def _write(self, batch: Sequence[Message]) -> None:
        with self._register.transaction() as tx:
            for notice in self._new(tx, batch):
                tx.notices.insert(notice)
            for notice, stopped in self._over(tx, batch):
                tx.notices.save(stopped, notice.version)

    def _new(self, tx: Transaction, batch: Sequence[Message]) -> list[Notice]:
        now = self._clock.now()
        occasions = occasions_of(tx, batch, self._rules.roster)
        return [notice for occasion in occasions for notice in self._notices(occasion, now)]

    def _notices(self, occasion: Occasion, now: datetime) -> Iterable[Notice]:
        told = self._rules.roster.reached(occasion.roles, occasion.bureaus, now)
        for member in told:
            yield replace(make_notice(occasion, CONSOLE, member.id, now), state=NoticeState.SENT, sent_at=now)
        for channel in self._rules.channels.enabled:
            if channel.carries(occasion.about, occasion.level):
                at = channel.send_at(occasion.level, now)
                yield from (make_notice(occasion, channel.name, id, now, at) for id in _listeners(channel, told))

    def _over(self, tx: Transaction, batch: Sequence[Message]) -> list[tuple[Notice, Notice]]:
        """Waiting notices of the batch's records that nobody needs any more, as they were and stopped."""
        waiting = [
            *tx.notices.pending(About.ALERT, {m.alert for m in batch if isinstance(m, AlertRaised | AlertChanged)}),
            *tx.notices.pending(About.TASK, {m.task for m in batch if isinstance(m, TASK_MESSAGES)}),
            *tx.notices.pending(
                About.CLARIFICATION, {m.clarification for m in batch if isinstance(m, ClarificationChanged)}
            ),
        ]
        alerts = tx.alerts.many(notice.alert for notice in waiting if notice.alert)
        records = records_of(tx, waiting, alerts=alerts)
        reasons = ((notice, records.why_over(notice)) for notice in waiting)
        return [(notice, notice.stopped(why=why)) for notice, why in reasons if why]


def make_notice(occasion: Occasion, channel: str, person: str, now: datetime, at: datetime | None = None) -> Notice:
    """The row that tells one person of an occasion by one channel."""
    return Notice(
        id=notice_id(occasion.about, occasion.subject, occasion.name, channel, person),
        about=occasion.about,
        subject=occasion.subject,
        occasion=occasion.name,
        alert=occasion.alert,
        concern=occasion.concern,
        person=person,
        channel=channel,
        level=occasion.level,
        made_at=now,
        send_at=at or now,
    )


def _listeners(channel: Channel, told: Sequence[Member]) -> list[str]:
    listening = [member for member in told if _listens(channel, member)]
    if channel.group:
        return [GROUP] if listening else []
    return [member.id for member in listening if channel.name in member.addresses]


def _listens(channel: Channel, member: Member) -> bool:
    to = channel.to
    return member.id in to.persons or (
        bool(set(to.roles) & set(member.roles)) and (not to.bureaus or member.bureau in to.bureaus)
    )
