"""Keeping the duty log 值班日志: what happened, who was telephoned, and how a shift hands over.

Each move is one register transaction; where it is about a matter, it also stands in that matter's own log. The same
line twice (two clicks) is one line.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from huiying.alert import Alert
from huiying.clock import Clock
from huiying.duty_log import Handover, LogEntry, OpenMatter, PhoneNotice
from huiying.failures import NotAllowed
from huiying.masking import mask
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.register.register import Register, Transaction
from responders.shift.written import must_bear_no_secrecy_mark

_FAST_CLOCK = timedelta(minutes=5)
_MATTERS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call as somebody noted it down: whom of which unit, at which number, and what was said."""

    unit: str
    whom: str
    number: str
    said: str
    answered: bool
    at: datetime
    concern: str | None = None
    emergency: bool = False


class DutyLogging:
    """What an officer writes down on a shift."""

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def note(self, what: str, *, at: datetime, by: Person, concern: str | None = None) -> LogEntry:
        """Write a line about a moment that has passed."""
        signed = must_may(by, Action.KEEP_DUTY_LOG, self._clock.now())
        words = self._readable(what, "请写明做了什么、发生了什么", at)
        entry = LogEntry(id=_id("entry", signed, at, words), at=at, what=words, concern=concern, by=signed)
        with self._register.transaction() as tx:
            _must_exist(tx, concern)
            if tx.duty_log.add_entry(entry) and concern:
                tx.concerns.add_doing(concern, signed.name, f"值班日志：{words}")
        return entry

    def record_call(self, call: Call, *, by: Person) -> PhoneNotice:
        """Record a telephone notice, answered or not."""
        signed = must_may(by, Action.KEEP_DUTY_LOG, self._clock.now())
        if not call.unit.strip() or not call.number.strip():
            raise NotAllowed("请写明打给哪个单位、哪个号码")
        if call.answered and not call.said.strip():
            raise NotAllowed("接通的电话请写明说了什么；没有接通的请选“未接通”")
        said = self._readable(call.said or "未接通", "", call.at)
        notice = PhoneNotice(
            id=_id("call", signed, call.at, f"{call.unit}{call.number}{said}"),
            at=call.at,
            unit=call.unit.strip(),
            whom=call.whom.strip(),
            number=call.number.strip(),
            said=said,
            answered=call.answered,
            emergency=call.emergency,
            concern=call.concern,
            by=signed,
        )
        with self._register.transaction() as tx:
            _must_exist(tx, call.concern)
            if tx.duty_log.add_notice(notice) and notice.concern:
                tx.concerns.add_doing(notice.concern, signed.name, _call_words(notice))
        return notice

    def hand_over(self, incoming: str, watch: str, *, by: Person) -> Handover:
        """交班: what is open now, as it stands, and what to watch; it waits for the incoming officer."""
        now = self._clock.now()
        signed = must_may(by, Action.KEEP_DUTY_LOG, now)
        if not incoming.strip():
            raise NotAllowed("请写明交给谁")
        if incoming.strip() == by.name:
            raise NotAllowed("交班人和接班人不能是同一人")
        words = self._readable(watch, "请写明接班后要留意什么；没有的写“无”", now)
        with self._register.transaction() as tx:
            matters = tuple(_open_matter(tx, alert) for alert in tx.alerts.queue(limit=_MATTERS))
            handover = Handover(
                id=_id("handover", signed, now, words),
                outgoing=signed,
                incoming=incoming.strip(),
                matters=tuple(matter for matter in matters if matter),
                watch=words,
            )
            tx.duty_log.add_handover(handover)
        return handover

    def confirm(self, handover_id: str, *, by: Person) -> Handover:
        """接班: the incoming officer has read it. `NotAllowed` where it is confirmed, or their own."""
        signed = must_may(by, Action.KEEP_DUTY_LOG, self._clock.now())
        with self._register.transaction() as tx:
            handover = tx.duty_log.handover(handover_id)
            if handover is None:
                raise NotAllowed(f"没有交接记录 {handover_id}")
            return tx.duty_log.save_handover(handover.confirmed_by(signed), handover.version)

    def _readable(self, words: str, missing: str, at: datetime) -> str:
        if not words.strip():
            raise NotAllowed(missing)
        if at > self._clock.now() + _FAST_CLOCK:
            raise NotAllowed("时刻在此刻之后，请核对：日志只记已经发生的")
        must_bear_no_secrecy_mark(words)
        return mask(words.strip())


def _must_exist(tx: Transaction, concern: str | None) -> None:
    if concern and tx.concerns.find(concern) is None:
        raise NotAllowed(f"没有舆情事项 {concern}")


def _open_matter(tx: Transaction, alert: Alert) -> OpenMatter | None:
    concern = tx.concerns.find(alert.concern) if alert.concern else None
    if concern is None:
        return None
    state = "已认领" if alert.owner else "待认领"
    return OpenMatter(
        concern=concern.id,
        number=concern.number,
        title=concern.title,
        level=alert.level.value,
        state=f"{state}，{concern.lead or '牵头待明确'}",
    )


def _call_words(notice: PhoneNotice) -> str:
    how = f"：{notice.said}" if notice.answered else "，未接通"
    return f"电话通知{notice.unit}{notice.whom}（{notice.number}）{how}"


def _id(kind: str, signed: Signed, at: datetime, words: str) -> str:
    # To the minute: who clicks twice, or sends a form anew, means the same line.
    minute = at.replace(second=0, microsecond=0).isoformat()
    return hashlib.sha256(f"{kind}:{signed.person}:{minute}:{words}".encode()).hexdigest()[:20]
