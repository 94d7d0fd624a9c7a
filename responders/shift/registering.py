"""Registering 手工登记: a matter that came by another door than a post becomes a concern, with its alert, by hand.

Leaders' orders, what the cyberspace office hands on, calls, screenshots and media enquiries (POLICY section 12,
item 16). Concern, alert and proceeding are begun in one transaction; the gatherer finds the words among its members
and lets later posts about the same join.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.alert import Alert, Reason
from huiying.clock import BEIJING, Clock
from huiying.concern import Concern, Registration
from huiying.failures import NotAllowed
from huiying.masking import mask
from huiying.media_enquiry import MediaEnquiry
from huiying.messages import AlertRaised, ConcernChanged
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.procedure import Regime
from huiying.register.members import Member
from huiying.register.register import Register, Transaction
from responders.proceedings.appraising import with_occurrence
from responders.proceedings.counting import recount
from responders.proceedings.proceeding import begin, complete_step
from responders.rules import PROCEDURE, OfficeRules
from responders.shift.written import Enquiry, Written, checked, must_bear_no_secrecy_mark

_SAME_TITLE = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True, slots=True)
class Understanding:
    """What the words of a matter say: how it will be known again, and whether they speak of danger to life."""

    member: Member
    keywords: tuple[str, ...]
    dangerous: bool


Understand = Callable[[str, str, str, datetime], Understanding]
"""Of a concern's id, its title, its text and when it was known."""


class AlreadyRegistered(NotAllowed):
    """A concern of this title stands already; `concern` is its id."""

    def __init__(self, existing: Concern) -> None:
        super().__init__(f"24小时内已有同名事项 {existing.number}“{existing.title}”，没有重复登记；请在那里补充")
        self.concern = existing.id


class Registering:
    """What an officer registers by hand."""

    def __init__(
        self,
        register: Register,
        rules: OfficeRules,
        clock: Clock,
        understand: Understand,
        regime: Regime = Regime.CURRENT,
    ) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock
        self._understand = understand
        self._regime = regime

    def register(self, written: Written, *, by: Person) -> Concern:
        """The concern begun from these words, with its alert. `NotAllowed` says which part of them cannot be.

        Raises `AlreadyRegistered` where a concern of the same title was registered or found within 24 hours.
        """
        now = self._clock.now()
        signed = must_may(by, Action.REGISTER_CONCERN, now)
        clean = checked(written, now)
        id = _id(clean)
        understood = self._understand(id, clean.title, f"{clean.what}\n{clean.where}", clean.known_at)
        with self._register.transaction() as tx:
            # First, as the gatherer does: who changes members waits here, and two who register the same find it so.
            tx.concerns.members.note_change()
            _must_be_new(tx, clean.title, now)
            concern = self._insert(tx, id, clean, understood, signed)
            self._raise_alert(tx, concern, now)
            self._begin_proceeding(tx, concern, clean, signed)
            if clean.enquiry:
                tx.duty_log.add_enquiry(_enquiry(concern, clean.enquiry, clean.known_at, signed))
            return concern

    def answer_enquiry(self, enquiry_id: str, answer: str, *, by: Person) -> MediaEnquiry:
        """Record what a medium was told. `NotAllowed` where it was answered already."""
        signed = must_may(by, Action.REGISTER_CONCERN, self._clock.now())
        must_bear_no_secrecy_mark(answer)
        with self._register.transaction() as tx:
            enquiry = tx.duty_log.enquiry(enquiry_id)
            if enquiry is None:
                raise NotAllowed(f"没有媒体采访函 {enquiry_id}")
            saved = tx.duty_log.save_enquiry(enquiry.answered_with(mask(answer), signed), enquiry.version)
            tx.concerns.add_doing(saved.concern, signed.name, f"答复{saved.medium}采访函")
            return saved

    def _insert(
        self, tx: Transaction, id: str, written: Written, understood: Understanding, signed: Signed
    ) -> Concern:
        number = tx.concerns.next_number(signed.at.astimezone(BEIJING).year)
        begun = Concern(
            id=id,
            number=number,
            title=written.title,
            keywords=understood.keywords,
            first_post_at=written.known_at,
            last_post_at=written.known_at,
            found_at=written.known_at,
            episode_began_at=written.known_at,
            registered=_registration(written, understood, signed),
        )
        if written.lead:
            begun = replace(begun.assigned_to(written.lead), lead_certainty=1.0)
        concern = tx.concerns.insert(begun)
        tx.concerns.members.add([understood.member])
        tx.outbox.add([ConcernChanged(concern=concern.id, concern_version=concern.version)])
        tx.concerns.add_doing(concern.id, signed.name, f"手工登记（{written.origin.label}）：{written.reason}")
        return concern

    def _raise_alert(self, tx: Transaction, concern: Concern, now: datetime) -> None:
        assert concern.registered is not None  # it was just registered
        level = concern.registered.level
        alert = Alert(
            id=concern.episode_id,
            concern=concern.id,
            title=concern.title,
            level=level,
            heat=0.0,
            reasons=(by_hand(concern.registered),),
            raised_at=now,
            level_since=now,
            changed_at=now,
        )
        tx.alerts.insert(alert)
        tx.outbox.add([AlertRaised(alert=alert.id, concern=concern.id, source=None, level=level.value)])
        tx.concerns.add_doing(concern.id, concern.registered.by.name, f"发出{level.label}")

    def _begin_proceeding(self, tx: Transaction, concern: Concern, written: Written, signed: Signed) -> None:
        procedure = self._rules.procedures[PROCEDURE]
        begun = begin(tx, procedure, concern, now=signed.at, regime=self._regime, alert_level=written.level)
        if written.occurred_at:
            known = with_occurrence(begun, written.occurred_at, f"手工登记（{written.origin.label}）", signed)
            begun = tx.proceedings.save(known, begun.version)
        for step in ("discover", "gather"):
            begun = complete_step(tx, begun.id, step, by=signed)
        recount(tx, begun, self._rules, by=signed)


def by_hand(registered: Registration) -> Reason:
    """Why the alert stands at its level: because a person set it, in words."""
    text = f"{registered.by.name}手工登记（{registered.origin.label}，{registered.from_whom}）：{registered.reason}"
    return Reason(part="by-hand", text=text, value=registered.level.rank, points=0.0)


def _id(written: Written) -> str:
    words = f"registered:{written.origin}:{written.title}:{written.known_at.isoformat()}"
    return hashlib.sha256(words.encode()).hexdigest()[:20]


def _must_be_new(tx: Transaction, title: str, now: datetime) -> None:
    for concern in tx.concerns.titled(title):
        since = concern.registered.by.at if concern.registered else concern.found_at
        if concern.title == title and now - since <= _SAME_TITLE:
            raise AlreadyRegistered(concern)


def _registration(written: Written, understood: Understanding, signed: Signed) -> Registration:
    return Registration(
        origin=written.origin,
        what=written.what,
        where=written.where,
        from_whom=written.from_whom,
        known_at=written.known_at,
        occurred_at=written.occurred_at,
        level=written.level,
        reason=written.reason,
        dangerous=understood.dangerous,
        by=signed,
    )


def _enquiry(concern: Concern, asked: Enquiry, received_at: datetime, signed: Signed) -> MediaEnquiry:
    return MediaEnquiry(
        id=f"{concern.id}:enquiry",
        concern=concern.id,
        medium=asked.medium,
        contact=asked.contact,
        question=asked.question,
        received_at=received_at,
        due_at=asked.due_at,
        by=signed,
    )
