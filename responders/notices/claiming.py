"""Claiming: which notices go out now, decided in the transaction that marks them as being sent.

The alerts they are about are held still for that transaction. So an acknowledgment either comes first and stops them,
or comes after the claim, and then what is in hand may still go out, once. What came of it is another transaction; if
it never comes, the claim lapses and the notice is sent again: rather twice than never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.notice import Notice
from huiying.policy.channels import Channel
from huiying.register.register import Transaction
from responders.notices.lines import Line, facts_of, line_of
from responders.notices.need import Records, records_of

CLAIM_SECONDS = 60.0
"""After so long without a word a claimed notice is free again."""

LINES = 12
"""As many notices travel in one message; a group robot takes 2048 bytes."""

_NO_WORD = "上一次发送没有留下结果，可能已经送到"


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """What goes to one person by one channel in one message: its notices, and a line for all that say the same."""

    channel: Channel
    person: str
    notices: tuple[Notice, ...]
    lines: tuple[Line, ...]

    @property
    def subject(self) -> str:
        """What stands above it where a channel has a place for that."""
        more = f"　等 {len(self.lines)} 条" if len(self.lines) > 1 else ""
        return self.lines[0].head + more

    @property
    def text(self) -> str:
        """All its lines."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Whether the channel took a message, and if not, why, in words without any secret."""

    arrived: bool
    words: str = ""


def claim(tx: Transaction, channel: Channel, tries: int, address: str, now: datetime) -> Parcel | None:
    """The next message of a channel, its notices claimed; what is over, too early or tried too often is put away."""
    due = tx.notices.due(channel.name, now)
    alerts = tx.alerts.held(notice.subject for notice in due)
    records = records_of(tx, due, alerts=alerts)
    ready = []
    for notice in due:
        if away := _put_away(notice, records, channel, tries, now):
            tx.notices.save(away, notice.version)
        else:
            ready.append(notice)
    if not ready:
        return None
    chosen = [notice for notice in ready if notice.person == ready[0].person][:LINES]
    until = now + timedelta(seconds=CLAIM_SECONDS)
    claimed = tuple(tx.notices.save(notice.claimed(until=until), notice.version) for notice in chosen)
    tx.notices.begin_attempts(claimed, now)
    facts = facts_of(tx, claimed)
    # An alert that rose while its first notice waited would else be told twice in one message.
    lines = tuple(dict.fromkeys(line_of(notice, facts, address, now) for notice in claimed))
    return Parcel(channel=channel, person=chosen[0].person, notices=claimed, lines=lines)


def settle(tx: Transaction, parcel: Parcel, receipt: Receipt, waits: Sequence[int], now: datetime) -> None:
    """Write down what came of a message; a notice that somebody else took up meanwhile is theirs."""
    for notice in parcel.notices:
        tx.notices.end_attempt(notice, now, arrived=receipt.arrived, words=receipt.words)
        present = tx.notices.get(notice.id)
        if present is not None and present.version == notice.version:
            tx.notices.save(_after(notice, parcel.channel, receipt, waits, now), notice.version)


def _put_away(notice: Notice, records: Records, channel: Channel, tries: int, now: datetime) -> Notice | None:
    if why := records.why_over(notice):
        return notice.stopped(why=why)
    if until := records.silent_until(notice, now):
        return notice.put_off(until=until, why="预警静默中")
    if notice.attempts >= tries:
        return notice.failed(why=_NO_WORD)
    later = channel.not_before(notice.level, now)
    return notice.put_off(until=later, why="静默时段") if later > now else None


def _after(notice: Notice, channel: Channel, receipt: Receipt, waits: Sequence[int], now: datetime) -> Notice:
    if receipt.arrived:
        return notice.sent(now=now)
    if notice.attempts > len(waits):
        return notice.failed(why=receipt.words)
    again = now + timedelta(seconds=waits[notice.attempts - 1])
    return notice.put_off(until=channel.not_before(notice.level, again), why=receipt.words)
