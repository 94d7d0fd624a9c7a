"""Reviewing: people check, review and sign a text, each at their seat; nobody can stand in for two, or for the rules.

Each move is one register transaction with its record, its message and its line in the matter's log. What is not
possible is said in words (`NotAllowed`), and then nothing was changed.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from huiying.clarification import Clarification, ClarificationState, Text
from huiying.clock import Clock
from huiying.failures import NotAllowed
from huiying.gate import Conclusion, Means, Seat
from huiying.permission import Action, must_may
from huiying.person import Person, Signed
from huiying.policy.review import ReviewRules
from huiying.register.register import Register, Transaction
from huiying.review import Call, Expedition, GateRecord, Review, Standing
from responders.answers.answer import clarification_of, tell
from responders.answers.decision import Decision, lets_pass
from responders.answers.gates import (
    GateOffice,
    must_not_be_an_author,
    newest_text,
    open_review,
    send_back,
    settle_steps,
)
from responders.answers.turns import must_be_their_turn, seat_of
from responders.answers.unclassified import must_be_unclassified
from responders.rereading import reread_when_stale


@dataclass(frozen=True, kw_only=True, slots=True)
class Elsewhere:
    """A word given elsewhere, which somebody takes down: by telephone to a number, or on a paper that lies there."""

    means: Means
    given_at: datetime
    reference: str


class Reviewing:
    """What people do at the three gates."""

    def __init__(self, register: Register, rules: GateOffice, clock: Clock) -> None:
        self._register = register
        self._rules = rules
        self._clock = clock

    def decide(self, decision: Decision, *, by: Person) -> GateRecord:
        """Say at one's seat what becomes of the text; also signs afterwards what one agreed to by telephone."""
        signed = must_may(by, decision.gate.action, self._clock.now())
        return reread_when_stale(lambda: self._decide(decision, signed, Means.SIGNED, None))

    def take_down(self, decision: Decision, elsewhere: Elsewhere, *, giver: Person, by: Person) -> GateRecord:
        """电话同意登记、纸质审批补录: write down what somebody who may decide said elsewhere.

        By telephone one can only agree, and it counts until the term to sign has run out. Whoever wrote any version
        of the text takes nothing down.
        """
        now = self._clock.now()
        entered = must_may(by, Action.KEEP_DUTY_LOG, now)
        signed = must_may(giver, decision.gate.action, now)
        _must_be_told(decision, elsewhere, now, entered, signed)
        call = Call(entered=entered, given_at=elsewhere.given_at, reference=elsewhere.reference.strip())
        return reread_when_stale(lambda: self._decide(decision, signed, elsewhere.means, call))

    def revoke(self, decision: Decision, *, by: Person) -> GateRecord:
        """撤回意见: take back what one said, while the text is not public."""
        signed = must_may(by, decision.gate.action, self._clock.now())
        return reread_when_stale(lambda: self._revoke(decision, signed))

    def expedite(self, clarification_id: str, *, reasons: str, by: Person) -> Review:
        """加急: all gates get the text at once, each with its shorter clock. None is left out."""
        signed = must_may(by, Action.SIGN, self._clock.now())
        if not reasons.strip():
            raise NotAllowed("加急须写明理由")
        must_be_unclassified(reasons)
        return reread_when_stale(lambda: self._expedite(clarification_id, signed, reasons.strip()))

    @property
    def rules(self) -> ReviewRules:
        """Who sits where, and the clocks, for those who show it."""
        return self._rules.review

    def _decide(self, decision: Decision, signed: Signed, means: Means, call: Call | None) -> GateRecord:
        must_be_unclassified(*decision.words, call.reference if call else "")
        with self._register.transaction() as tx:
            clarification, text, standing = self._in_hand(tx, decision, signed.at)
            must_not_be_an_author(tx, clarification.id, signed, *((call.entered,) if call else ()))
            seat = seat_of(standing.review, decision)
            must_be_their_turn(standing, seat, signed, decision)
            record = GateRecord(
                clarification=clarification.id,
                text=text.number,
                sha256=text.sha256,
                gate=decision.gate,
                seat=decision.seat,
                by=signed,
                conclusion=decision.conclusion,
                passed=lets_pass(decision, text),
                remarks=decision.remarks.strip(),
                release=decision.release,
                means=means,
                call=call,
                confirm_by=self._term(means, signed.at),
            )
            return _write_down(tx, clarification, standing, seat, record)

    def _revoke(self, decision: Decision, signed: Signed) -> GateRecord:
        must_be_unclassified(*decision.words)
        if not decision.remarks.strip():
            raise NotAllowed("撤回意见须写明理由")
        with self._register.transaction() as tx:
            clarification, text, standing = self._in_hand(tx, decision, signed.at)
            seat = seat_of(standing.review, decision)
            last = standing.last(seat)
            if last is None or last.by.person != signed.person or last.conclusion is Conclusion.REVOKED:
                raise NotAllowed(f"{signed.name}在“{seat.title}”没有可以撤回的意见")
            if any(
                each.publication.sha256 == text.sha256 for each in tx.publications.of_clarification(clarification.id)
            ):
                raise NotAllowed("这一稿已经发布，不能再撤回意见；请撤下或发布更正")
            plain = replace(last, id=0, release=None, means=Means.SIGNED, call=None, confirm_by=None, passed=False)
            record = replace(plain, by=signed, conclusion=Conclusion.REVOKED, remarks=decision.remarks.strip())
            return _write_down(tx, clarification, standing, seat, record)

    def _expedite(self, clarification_id: str, signed: Signed, reasons: str) -> Review:
        with self._register.transaction() as tx:
            tx.reviews.hold(clarification_id)
            clarification = clarification_of(tx, clarification_id)
            must_not_be_an_author(tx, clarification_id, signed)
            review = open_review(tx, self._rules.review, clarification, signed.at).review
            if review.expedition:
                raise NotAllowed(f"已由{review.expedition.by.name}批准加急")
            clocks = self._rules.review.clocks(signed.at, expedited=True)
            hurried = replace(review, expedition=Expedition(by=signed, reasons=reasons), clocks=clocks)
            saved = tx.reviews.save(hurried, review.version)
            tell(tx, clarification, signed.name, f"批准加急审查（{reasons}）：三关同时送达，一关不少")
            return saved

    def _in_hand(self, tx: Transaction, decision: Decision, now: datetime) -> tuple[Clarification, Text, Standing]:
        tx.reviews.hold(decision.clarification)
        clarification = clarification_of(tx, decision.clarification)
        if clarification.state is ClarificationState.DRAFTING:
            raise NotAllowed("文稿在起草人手里（起草中或已退回修改），再送审后才能办")
        text = newest_text(tx, decision.clarification)
        if text.sha256 != decision.sha256:
            raise NotAllowed(f"文稿已改为第 {text.number} 版，看过的那一稿作废；请看新稿再办")
        return clarification, text, open_review(tx, self._rules.review, clarification, now)

    def _term(self, means: Means, now: datetime) -> datetime | None:
        hours = self._rules.review.sign_afterwards_hours
        return now + timedelta(hours=hours) if means is Means.TELEPHONE else None


def _must_be_told(decision: Decision, elsewhere: Elsewhere, now: datetime, entered: Signed, giver: Signed) -> None:
    if elsewhere.means is Means.SIGNED:
        raise NotAllowed("本人签署由本人办，不能代为登记")
    if elsewhere.means is Means.TELEPHONE and decision.conclusion not in (Conclusion.AGREED, Conclusion.PARTLY):
        raise NotAllowed("电话只能登记同意；退回、不予公开由本人办")
    if entered.person == giver.person:
        raise NotAllowed(f"{giver.name}不能登记自己的同意，请本人签署")
    if elsewhere.given_at > now:
        raise NotAllowed("同意的时间在此刻之后，请核对")
    if not elsewhere.reference.strip():
        raise NotAllowed("须写明通话号码（电话同意）或纸质件存放处（纸质审批）")


def _write_down(
    tx: Transaction, clarification: Clarification, standing: Standing, seat: Seat, record: GateRecord
) -> GateRecord:
    kept = tx.reviews.add_record(record)
    after = replace(standing, records=(*standing.records, kept))
    tell(tx, clarification, kept.by.name, decided_words(seat, kept))
    if kept.conclusion is Conclusion.RETURNED:
        send_back(tx, clarification, by=kept.by, reasons=kept.remarks)
    else:
        settle_steps(tx, clarification, after, kept.by)
    return kept


def decided_words(seat: Seat, record: GateRecord) -> str:
    """What was said at a seat about which text, how, and with which remarks."""
    how = (
        ""
        if record.means is Means.SIGNED
        else f"（{record.means.label}，{record.call.entered.name}登记）"
        if record.call
        else ""
    )
    why = f"：{record.remarks}" if record.remarks else ""
    said = record.conclusion.called(seat.gate)
    return f"第 {record.text} 版{seat.gate.label}“{seat.title}”{said}{how}{why}"
