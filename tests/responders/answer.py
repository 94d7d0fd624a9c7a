"""An answer that stands before its gates, and the people who may let it pass."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from huiying.clarification import Clarification, ClarificationKind, ClarificationState, Sentence, Text
from huiying.concern import Concern
from huiying.gate import Conclusion, Gate, Means
from huiying.person import Person, Role, Signed
from huiying.policy.review import GateRule, ReviewRules, SeatRule
from huiying.procedure import Regime
from huiying.publication import Channel
from huiying.release_review import Finding, Ground, ReleaseReview
from huiying.review import GateRecord, Standing
from responders.answers.decision import Decision
from responders.answers.gates import text_changed
from responders.answers.publishing import Publishing
from responders.answers.reviewing import Elsewhere, Reviewing
from responders.channels.adapter import Adapter
from responders.channels.website import WebsiteFiles
from responders.proceedings.proceeding import begin, proceeding_id, proceeding_of
from tests.builders import make_concern, person
from tests.responders.office import SmallOffice
from tests.steps import write_step

ANSWER = "answer-1"
PROCEEDING = proceeding_id("concern-1:1", "opinion-response")

OFFICER = person("高远")
DRAFTER = person("沈敬", Role.HANDLER, bureau="水务局")
PUBLICITY = person("宣一", Role.CHECKER, bureau="宣传部")
CYBERSPACE = person("网一", Role.CHECKER, bureau="网信办")
FIRST = person("许慎言", Role.REVIEWER)
SECOND = person("罗静川", Role.REVIEWER)
SIGNER = person("程砚北", Role.SIGNER)
SEATS: Mapping[tuple[Gate, str], Person] = {
    (Gate.CONTENT, "publicity"): PUBLICITY,
    (Gate.CONTENT, "cyberspace"): CYBERSPACE,
    (Gate.RELEASE, "first"): FIRST,
    (Gate.RELEASE, "second"): SECOND,
    (Gate.SIGNATURE, "sign"): SIGNER,
}
"""Who sits where in the shipped chain."""

CLEAR = ReleaseReview(grounds=dict.fromkeys(Ground, Finding.NONE))
"""Nothing was found."""

ONE_SEAT_EACH = ReviewRules(
    basis="本单位自定",
    minimum_people=2,
    sign_afterwards_hours=6,
    **{
        gate.value: GateRule(seats=(SeatRule(id="only", title=gate.label),), hours=4, expedited_minutes=30)
        for gate in Gate
    },
)
"""The shortest chain that a configuration allows."""


def signed(by: Person, office: SmallOffice, role: Role | None = None) -> Signed:
    """A person's name under something now."""
    return Signed(person=by.id, name=by.name, role=role, bureau=by.bureau, at=office.clock.now())


class Answer:
    """One answer in a small office; its procedure has come as far as its draft."""

    def __init__(self, office: SmallOffice, folder: Path, concern: Concern | None = None) -> None:
        self.office = office
        self.folder = folder
        with office.register.transaction() as tx:
            concern = concern or tx.concerns.insert(make_concern())
            procedure = office.rules.procedures["opinion-response"]
            begin(tx, procedure, concern, now=office.clock.now(), regime=Regime.CURRENT)
            officer = signed(OFFICER, office, Role.OFFICER)
            for step in ("discover", "gather", "appraise", "designate", "assign", "find"):
                outcome = "public-answer" if step == "appraise" else None
                write_step(tx, PROCEEDING, step, by=officer, outcome=outcome)
            tx.clarifications.insert(
                Clarification(
                    id=ANSWER,
                    concern="concern-1",
                    episode="concern-1:1",
                    bureau="水务局",
                    kind=ClarificationKind.SITUATION,
                    state=ClarificationState.DRAFTING,
                    opened_at=office.clock.now(),
                )
            )
        self.write("水管已于12时修复。", "给您带来不便，深表歉意。")

    @property
    def reviewing(self) -> Reviewing:
        """What is under test."""
        return Reviewing(self.office.register, self.office.rules, self.office.clock)

    @property
    def publishing(self) -> Publishing:
        """The same, with the website's files."""
        adapters: dict[Channel, Adapter] = {
            Channel.WEBSITE: WebsiteFiles(self.folder, "http://www.example.gov.cn/hygq/")
        }
        return Publishing(self.office.register, self.office.rules, adapters, self.office.clock)

    def write(self, *sentences: str, by: Person = DRAFTER, title: str = "关于水管爆裂的情况通报") -> Text:
        """Save a further version and hand it in."""
        with self.office.register.transaction() as tx:
            text = Text(
                clarification=ANSWER,
                number=len(tx.clarifications.texts(ANSWER)) + 1,
                kind=ClarificationKind.SITUATION,
                title=title,
                sentences=tuple(Sentence(text=each) for each in sentences),
                by=signed(by, self.office, Role.HANDLER),
            )
            tx.clarifications.add_text(text)
            found = tx.clarifications.get(ANSWER)
            assert found is not None
            tx.clarifications.save(
                replace(found, state=ClarificationState.SUBMITTED, texts=text.number), found.version
            )
            if proceeding_of(tx, PROCEEDING).done_as("draft") is None:
                write_step(tx, PROCEEDING, "draft", by=text.by)
            text_changed(tx, ANSWER, by=text.by)
        return text

    @property
    def text(self) -> Text:
        """The newest version."""
        with self.office.register.reading() as tx:
            return tx.clarifications.texts(ANSWER)[-1]

    @property
    def standing(self) -> Standing:
        """How far the newest version has come."""
        with self.office.register.reading() as tx:
            found = tx.reviews.of_text(ANSWER, self.text.sha256)
        assert found is not None
        return found

    def standing_of(self, number: int) -> Standing:
        """How far the version of this number has come."""
        with self.office.register.reading() as tx:
            found = tx.reviews.of_text(ANSWER, tx.clarifications.texts(ANSWER)[number - 1].sha256)
        assert found is not None
        return found

    def decision(self, gate: Gate, seat: str, **changes: Any) -> Decision:
        """Agreeing at a seat to the newest version."""
        values: dict[str, Any] = {
            "clarification": ANSWER,
            "sha256": self.text.sha256,
            "gate": gate,
            "seat": seat,
            "conclusion": Conclusion.AGREED,
            "release": CLEAR if gate is Gate.RELEASE else None,
        }
        return Decision(**(values | changes))

    def agree(self, gate: Gate, seat: str, by: Person | None = None, **changes: Any) -> GateRecord:
        """Agree at a seat, as whoever sits there."""
        return self.reviewing.decide(self.decision(gate, seat, **changes), by=by or SEATS[gate, seat])

    def by_telephone(self, gate: Gate, seat: str, *, giver: Person | None = None, by: Person = OFFICER) -> GateRecord:
        """Take down that whoever sits there agreed by telephone just now."""
        call = Elsewhere(means=Means.TELEPHONE, given_at=self.office.clock.now(), reference="139…")
        decision = self.decision(gate, seat)
        return self.reviewing.take_down(decision, call, giver=giver or SEATS[gate, seat], by=by)

    def pass_gates(self, *but: tuple[Gate, str]) -> None:
        """Everybody agrees at their seat, except at these."""
        for seat in SEATS:
            if seat not in but:
                self.agree(*seat)

    def done(self) -> list[str]:
        """The steps after the draft that are done."""
        with self.office.register.reading() as tx:
            proceeding = proceeding_of(tx, PROCEEDING)
        steps = ("countersign", "review", "sign", "publish", "follow-up")
        return [step for step in steps if proceeding.done_as(step)]
