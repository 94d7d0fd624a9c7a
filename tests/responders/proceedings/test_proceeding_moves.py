"""Random people make random moves, legal and illegal: what must hold of a proceeding holds after each of them."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from huiying.evaluation import Adoption, Promises
from huiying.failures import NotAllowed
from huiying.level import EventLevel, OpinionLevel
from huiying.permission import Action, must_may
from huiying.person import Person, Role
from huiying.procedure import Start
from huiying.proceeding import Proceeding
from huiying.task import TaskState
from huiying.workdays import DayChange, WorkdayCalendar
from responders.proceedings.counting import count_anew
from responders.proceedings.evaluating import Evaluating, Judged
from responders.proceedings.grounds import OWN_MOVES
from responders.proceedings.proceeding import complete_step, reopen_steps
from tests.builders import person
from tests.registers import empty_register
from tests.responders.office import SmallOffice, small_policy
from tests.steps import write_step

ID = "concern-1:1:opinion-response"
STEPS = (
    "discover", "gather", "appraise", "designate", "assign", "find", "draft", "countersign", "review", "sign",
    "publish", "follow-up", "evaluate", "file", "no-such-step",
)  # fmt: skip
OUTCOMES = ("public-answer", "individual-answer", "on-site", "transfer", "watch", "no-answer", "no-such-outcome")
PEOPLE = tuple(person(role.label, role, bureau="水务局" if role.within_unit else None) for role in Role)

who = st.sampled_from((PEOPLE[0], PEOPLE[0], *PEOPLE))  # mostly the officer, so that matters get on
words = st.sampled_from(("", " ", "有据可查", "有据可查"))


class RandomHandling(RuleBasedStateMachine):
    """One matter from its alert on. `before` is its proceeding as the last move left it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = SmallOffice(empty_register(Path(self.folder.name)))
        self.office.burst(posts=8)
        self.office.alert()
        self.office.begin()
        self.office.task()
        self.before = self.office.proceeding()
        self.days_off: dict[date, DayChange] = {}

    def teardown(self) -> None:
        """Give the register back."""
        self.office.register.close()
        self.folder.cleanup()

    def attempt(self, move: Callable[[], object], *, may_move_outward: bool = False) -> None:
        """Make a move, or be refused; whatever comes of it is legal."""
        try:
            move()
        except NotAllowed:
            assert self.office.proceeding() == self.before, "a refused move changed something"
        after = self.office.proceeding()
        must_follow(self.before, after, may_move_outward=may_move_outward)
        self.before = after

    @rule(minutes=st.integers(1, 900))
    def wait(self, minutes: int) -> None:
        """Time passes and the timers tick."""
        self.office.wait(minutes=minutes)

        def tick() -> None:
            count_anew(
                self.office.register, small_policy(calendar=WorkdayCalendar(self.days_off)), self.office.clock.now()
            )

        self.attempt(tick)

    @rule(step=st.sampled_from(STEPS), by=who, outcome=st.sampled_from((None, *OUTCOMES)), reasons=words)
    def do_a_step(self, step: str, by: Person, outcome: str | None, reasons: str) -> None:
        """Somebody does a step, in its turn or not."""

        def move() -> None:
            signed = must_may(by, Action.APPRAISE, self.office.clock.now())
            with self.office.register.transaction() as tx:
                around = complete_step if step in OWN_MOVES else write_step
                around(tx, ID, step, by=signed, outcome=outcome, reasons=reasons)

        self.attempt(move)

    @rule(times=st.integers(1, 9), outcome=st.sampled_from(OUTCOMES[:3]))
    def get_on(self, times: int, outcome: str) -> None:
        """The officer does so many steps whose turn it is, and does not file."""
        for _ in range(times):
            turns = [step for step in self.before.open_steps if step.id != "file"]
            for step in turns[-1:]:
                if step.id == "appraise":
                    self.appraise(PEOPLE[0], outcome, "有据可查")
                self.do_a_step(step.id, PEOPLE[0], outcome if step.outcomes else None, "有据可查")

    @rule(by=who, outcome=st.sampled_from(OUTCOMES), reasons=words)
    def appraise(self, by: Person, outcome: str, reasons: str) -> None:
        """Somebody appraises, for the first time or again."""
        self.attempt(lambda: self.office.appraising.appraise(ID, outcome=outcome, reasons=reasons, by=by))

    @rule(outcome=st.sampled_from(("public-answer", "individual-answer", "watch")))
    def decide_again(self, outcome: str) -> None:
        """The officer sends the matter elsewhere than before."""
        self.attempt(lambda: self.office.appraising.appraise(ID, outcome=outcome, reasons="有新情况", by=PEOPLE[0]))

    @rule(by=who, steps=st.sets(st.sampled_from(STEPS[:-1]), min_size=1, max_size=3), reasons=words)
    def reopen(self, by: Person, steps: set[str], reasons: str) -> None:
        """A text was changed."""

        def move() -> None:
            signed = must_may(by, Action.APPRAISE, self.office.clock.now())
            with self.office.register.transaction() as tx:
                reopen_steps(tx, ID, tuple(sorted(steps)), by=signed, reasons=reasons)

        self.attempt(move)

    @rule(by=who, level=st.sampled_from((None, *EventLevel)), basis=words, minutes=st.integers(-60, 600))
    def record_event_level(self, by: Person, level: EventLevel | None, basis: str, minutes: int) -> None:
        """Somebody records what an authority determined."""
        at = self.office.clock.now() - timedelta(minutes=minutes)
        self.attempt(
            lambda: self.office.appraising.record_event_level(
                ID, level, authority="市政府", basis=basis, determined_at=at, by=by
            ),
            may_move_outward=True,
        )

    @rule(by=who, level=st.sampled_from(OpinionLevel), reasons=words)
    def set_opinion_level(self, by: Person, level: OpinionLevel, reasons: str) -> None:
        """The office grades the matter: that never moves an outward clock."""
        self.attempt(lambda: self.office.appraising.set_opinion_level(ID, level, reasons=reasons, by=by))

    @rule(by=who, minutes=st.integers(-60, 3000), reasons=words)
    def correct_occurred(self, by: Person, minutes: int, reasons: str) -> None:
        """Somebody learns when it happened."""
        at = self.office.clock.now() - timedelta(minutes=minutes)
        self.attempt(
            lambda: self.office.appraising.correct_occurred(ID, at, reasons=reasons, by=by), may_move_outward=True
        )

    @rule(by=who, clock=st.sampled_from(("respond", "press-conference", "sign-in")))
    def record_met(self, by: Person, clock: str) -> None:
        """Somebody says that a clock was met."""
        now = self.office.clock.now()
        self.attempt(lambda: self.office.appraising.record_met(ID, clock, at=now, note="", by=by))

    @rule(by=who)
    def close_a_task(self, by: Person) -> None:
        """A task is closed: no outward clock moves."""
        tasks = self.office.tasks()
        self.attempt(lambda: self.office.assigning.withdraw_task(tasks[0].id, reason="办结", by=by))

    @rule(by=who, bureau=st.sampled_from(("水务局", "房产局")))
    def correct_the_lead(self, by: Person, bureau: str) -> None:
        """The matter is another bureau's: no outward clock moves."""
        self.attempt(lambda: self.office.assigning.correct_lead("concern-1", bureau, reason="职责", by=by))

    @rule(day=st.integers(1, 20))
    def change_the_calendar(self, day: int) -> None:
        """A day off is added: hours run on."""
        self.days_off[date(2014, 6, day)] = DayChange(working=False, reason="停工")

    @rule(by=who, term=st.sampled_from(("ten", "permanent", "no-such-term")), note=words)
    def end(self, by: Person, term: str, note: str) -> None:
        """Somebody evaluates, somebody files."""
        judged = Judged(questions_answered=False, questions_note=note, promises=Promises.NONE, adoption=Adoption.NONE)
        evaluating = Evaluating(self.office.register, self.office.clock)
        self.attempt(lambda: evaluating.evaluate(ID, judged, by=by))
        self.attempt(lambda: evaluating.file(ID, term, by=by))

    @invariant()
    def what_is_done_rests_on_what_is_done(self) -> None:
        """No step stands as done while one before it, that is called for, does not."""
        for step in self.before.procedure.steps:
            if self.before.done_as(step.id) and not self.before.rules_out(step):
                assert not self.before.missing_before(step)

    @invariant()
    def only_what_is_called_for_has_open_tasks(self) -> None:
        """After an appraisal that needs no work no task is open."""
        assign = self.before.step("assign")
        if self.before.rules_out(assign):
            assert all(task.state is TaskState.CLOSED for task in self.office.tasks())


def must_follow(before: Proceeding, after: Proceeding, *, may_move_outward: bool) -> None:
    """What holds between a proceeding and the same one after any move."""
    if before.closed_at:
        assert after == before, "a filed proceeding changed"
    for kept in (
        "done",
        "reopened",
        "event_levels",
        "opinion_levels",
        "moment_changes",
        "clock_changes",
        "clocks_met",
    ):
        old = getattr(before, kept)
        assert getattr(after, kept)[: len(old)] == old, f"{kept} was overwritten"
    must_be_in_turn(before, after)
    was, became = due_by_clock(before), due_by_clock(after)
    changed = {each.clock for each in after.clock_changes[len(before.clock_changes) :]}
    moved = {clock for clock in was | became if was.get(clock) != became.get(clock)}
    assert moved <= changed, "a clock moved without a log"
    if not may_move_outward:
        outward = {clock.step for clock in before.clocks if clock.outward}
        assert {clock: was[clock] for clock in outward} == {clock: became.get(clock) for clock in outward}
    assert after.moments[Start.DISCOVERED] == before.moments[Start.DISCOVERED]
    assert became["respond"] == after.moments[Start.DISCOVERED] + timedelta(hours=48)


def must_be_in_turn(before: Proceeding, after: Proceeding) -> None:
    """Every step newly done had its predecessors done, or might be taken ahead of a decision, or needed them not."""
    at = before
    for count, done in enumerate(after.done[len(before.done) :], len(before.done) + 1):
        step = after.step(done.step)
        if at.done_as(step.id) is None:
            assert at.calls_for(step)
            assert not at.missing_before(step)
            for name in step.after:
                decides = bool(at.step(name).outcomes) and step.ahead
                assert at.done_as(name) or decides or not at.calls_for(at.step(name))
        else:
            assert step.outcomes, f"{step.id} was done twice"
        at = replace(after, done=after.done[:count])


def due_by_clock(proceeding: Proceeding) -> dict[str, object]:
    """Every clock's deadline."""
    return {clock.step: clock.due_at for clock in proceeding.clocks}


TestRandomHandling = RandomHandling.TestCase
TestRandomHandling.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
