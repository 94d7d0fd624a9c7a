"""Whatever anybody tries in whatever order, nothing is public that did not pass every gate as exactly this text."""

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from huiying.failures import NotAllowed
from huiying.gate import Conclusion, Gate
from huiying.person import Person, Role
from huiying.publication import Channel
from responders.answers.gate_timers import tell_lapsed_consents
from responders.answers.ordering import Order
from tests.builders import person
from tests.registers import empty_register
from tests.responders.answer import ANSWER, CLEAR, DRAFTER, OFFICER, SEATS, Answer
from tests.responders.office import SmallOffice

EVERYTHING = person("万能", *Role, bureau="宣传部")
PEOPLE = st.sampled_from([*SEATS.values(), DRAFTER, OFFICER, EVERYTHING])
PLACES = st.sampled_from(list(SEATS))
WORDS = st.sampled_from(["水管已修复。", "水管已于12时修复。", "水管已于 12时修复。"])


class Gates(RuleBasedStateMachine):
    """Random people at random seats; what the register says afterwards is compared with what was seen to happen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.office = SmallOffice(empty_register(self.folder))
        self.answer = Answer(self.office, self.folder / "site")

    def teardown(self) -> None:
        """Give the files back."""
        self.office.register.close()
        shutil.rmtree(self.folder)

    def attempt(self, move: Callable[[], object]) -> None:
        """A move that may be refused, and then changes nothing."""
        before = self.records()
        try:
            move()
        except NotAllowed:
            assert self.records() == before

    def records(self) -> list[object]:
        """All that was ever said and published."""
        with self.office.register.reading() as tx:
            said = [record for each in tx.reviews.of_clarification(ANSWER) for record in each.records]
            return [*said, *tx.publications.of_clarification(ANSWER)]

    @rule(words=WORDS, by=st.sampled_from([DRAFTER, EVERYTHING]))
    def write(self, words: str, by: Person) -> None:
        """Somebody saves a version, perhaps one that was there before."""
        self.answer.write(words, by=by)

    @rule(missing=st.none() | st.none() | PLACES)
    def agree_as_they_should(self, missing: tuple[Gate, str] | None) -> None:
        """Everybody in turn, but perhaps one: or nothing would ever be published."""
        for place in SEATS:
            if place != missing:
                self.attempt(partial(self.answer.agree, *place, remarks="已核"))

    @rule(place=PLACES, by=PEOPLE, conclusion=st.sampled_from(Conclusion))
    def decide(self, place: tuple[Gate, str], by: Person, conclusion: Conclusion) -> None:
        """Anybody says anything anywhere."""
        self.attempt(lambda: self.answer.agree(*place, by=by, conclusion=conclusion, remarks="理由", release=CLEAR))

    @rule(place=PLACES, giver=PEOPLE, by=PEOPLE)
    def telephone(self, place: tuple[Gate, str], giver: Person, by: Person) -> None:
        """Somebody takes down what somebody said."""
        self.attempt(lambda: self.answer.by_telephone(*place, giver=giver, by=by))

    @rule(place=PLACES)
    def revoke(self, place: tuple[Gate, str]) -> None:
        """Somebody takes their word back."""
        back = self.answer.decision(*place, remarks="撤回")
        self.attempt(lambda: self.answer.reviewing.revoke(back, by=SEATS[place]))

    @rule(by=PEOPLE)
    def expedite(self, by: Person) -> None:
        """Somebody is in a hurry."""
        self.attempt(lambda: self.answer.reviewing.expedite(ANSWER, reasons="急", by=by))

    @rule(hours=st.sampled_from([1, 7]))
    def wait(self, hours: int) -> None:
        """Time passes; consents lapse."""
        tell_lapsed_consents(self.office.register, self.office.wait(hours=hours))

    @rule(by=st.just(OFFICER) | PEOPLE, channel=st.sampled_from([Channel.WEBSITE, Channel.GAZETTE]))
    def publish(self, by: Person, channel: Channel) -> None:
        """Somebody publishes; where that is not refused, every gate of this text must stand at this moment."""
        text, now = self.answer.text, self.office.clock.now()

        def move() -> None:
            self.answer.publishing.publish(ANSWER, Order(channel=channel), by=by)
            with self.office.register.reading() as tx:
                standing = tx.reviews.of_text(ANSWER, text.sha256)
                wrote = {each.by.person for each in tx.clarifications.texts(ANSWER)}
            assert standing is not None
            assert all(standing.passed(gate, now) for gate in Gate)
            assert len(standing.people(now)) >= 2
            assert not standing.people(now) & wrote

        self.attempt(move)

    @invariant()
    def the_steps_follow_the_gates(self) -> None:
        """A step is done only while its gate is passed, unless the text was public already."""
        if "publish" in self.answer.done():
            return
        with self.office.register.reading() as tx:
            standing = tx.reviews.of_text(ANSWER, self.answer.text.sha256)
        now = self.office.clock.now()
        passed = {gate.step for gate in Gate if standing and standing.passed(gate, now)}
        assert set(self.answer.done()) <= passed


def test_no_order_of_moves_publishes_what_did_not_pass() -> None:
    quick = settings(max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Gates, settings=quick)
