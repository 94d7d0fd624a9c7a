"""Random legal and illegal moves by random people never break what must hold of tasks."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from consumers.correcting import Correcting
from huiying.failures import NotAllowed
from huiying.finding import FindingKind, FindingWords
from huiying.messages import Message, TaskChanged, TaskOpened, open_envelope
from huiying.person import Person, Role
from huiying.policy.gathering import GatheringRules
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs
from tests.builders import person
from tests.responders.office import SmallOffice

UNITS = ("水务局", "房产局", "卫生局")
PEOPLE = (
    *(person(f"经办{unit}", Role.HANDLER, bureau=unit) for unit in UNITS),
    *(person(f"负责人{unit}", Role.BUREAU_HEAD, bureau=unit) for unit in UNITS),
    person("高远"),
    person("赵市长", Role.LEADER),
    person("审计员", Role.AUDITOR),
)
WORDS = FindingWords(facts="水黄", measures="冲洗", next_steps="复检", responsible="邹平川")
Move = Callable[[SmallOffice, Task, Person, str], object]

MOVES: dict[str, Move] = {
    "sign in": lambda office, task, by, _: office.desk.sign_in(task.id, by=by),
    "begin": lambda office, task, by, _: office.desk.begin(task.id, by=by),
    "hand over": lambda office, task, by, unit: office.desk.hand_over(task.id, to=f"另一位{unit}", by=by),
    "ask to return": lambda office, task, by, _: office.desk.ask_return(task.id, reason="不归我局", by=by),
    "accept return": lambda office, task, by, unit: office.deciding.accept_return(task.id, bureau=unit, by=by),
    "refuse return": lambda office, task, by, _: office.deciding.refuse_return(task.id, reason="应由你局办", by=by),
    "designate": lambda office, task, by, _: office.deciding.designate(task.id, by=by),
    "ask to extend": lambda office, task, by, _: office.desk.ask_extension(
        task.id, step="draft", until=later(office, task), reason="开挖", by=by
    ),
    "extend outward": lambda office, task, by, _: office.desk.ask_extension(
        task.id, step="respond", until=later(office, task), reason="开挖", by=by
    ),
    "grant extension": lambda office, task, by, _: office.deciding.grant_extension(task.id, by=by),
    "refuse extension": lambda office, task, by, _: office.deciding.refuse_extension(task.id, reason="来得及", by=by),
    "hand down": lambda office, task, by, _: office.desk.hand_down(
        task.id, unit="街道", contact="", what="核实", due_at=office.clock.now() + timedelta(hours=1), by=by
    ),
    "answer from below": lambda office, task, by, _: office.desk.record_answer(task.id, 1, answer="已核实", by=by),
    "write": lambda office, task, by, _: office.reporting.write(task.id, FindingKind.FIRST, WORDS, by=by),
    "write the last": lambda office, task, by, _: office.reporting.write(task.id, FindingKind.FINAL, WORDS, by=by),
    "sign": lambda office, task, by, _: office.reporting.sign(newest_finding(office, task), by=by),
    "finish": lambda office, task, by, _: office.deciding.finish_task(task.id, by=by),
    "withdraw": lambda office, task, by, _: office.assigning.withdraw_task(task.id, reason="重复", by=by),
    "send": lambda office, task, by, _: office.assigning.send_task(task.id, by=by),
    "urge": lambda office, task, by, _: office.supervising.urge(task.id, words="", by=by),
    "supervise": lambda office, task, by, _: office.supervising.supervise(task.id, asked="进展", by=by),
    "assign": lambda office, task, by, unit: office.assigning.assign_lead(task.concern, unit, by=by),
    "correct": lambda office, task, by, unit: office.assigning.correct_lead(
        task.concern, unit, reason="应由其办理", by=by
    ),
}


def later(office: SmallOffice, task: Task) -> Any:
    due_at = next(clock.due_at for clock in task.clocks if clock.step == "draft")
    return (due_at or office.clock.now()) + timedelta(minutes=30)


def newest_finding(office: SmallOffice, task: Task) -> str:
    with office.register.reading() as tx:
        return next((finding.id for finding in reversed(tx.findings.of_task(task.id))), "none")


class LifeOfTasks(RuleBasedStateMachine):
    """One matter of a shared office; a second one is merged into it at some moment."""

    office: SmallOffice
    numbers = count(1)

    @initialize()
    def begin(self) -> None:
        number = next(self.numbers)
        self.concern, self.other = f"concern-{number}-a", f"concern-{number}-b"
        self.outward: dict[str, object] = {}
        self.seen = self._news()[0]
        for id, lead, helpers in ((self.concern, "水务局", ("房产局",)), (self.other, "卫生局", ())):
            self.office.burst(id, posts=8, number=id, lead=lead, co_handlers=helpers)
            self.office.alert(id)
            self.office.assigning.assign_lead(id, lead, by=person("高远"))
        self.merged = False

    @rule(
        who=st.sampled_from(PEOPLE), move=st.sampled_from(sorted(MOVES)), unit=st.sampled_from(UNITS), data=st.data()
    )
    def somebody_does_something(self, who: Person, move: str, unit: str, data: st.DataObject) -> None:
        self.tried(who, move, unit, data.draw(st.sampled_from(self.tasks())))

    @rule(move=st.sampled_from(sorted(MOVES)), unit=st.sampled_from(UNITS), data=st.data())
    def somebody_of_its_own_bureau_does_something(self, move: str, unit: str, data: st.DataObject) -> None:
        task = data.draw(st.sampled_from(self.tasks()))
        own = [each for each in PEOPLE if each.bureau in (task.bureau, None)]
        self.tried(data.draw(st.sampled_from(own)), move, unit, task)

    @rule(data=st.data())
    def the_work_is_done_in_order(self, data: st.DataObject) -> None:
        task = data.draw(st.sampled_from(self.tasks()))
        handler, head = (
            next(each for each in PEOPLE if each.name == f"{role}{task.bureau}") for role in ("经办", "负责人")
        )
        for who, move in ((handler, "sign in"), (handler, "write the last"), (head, "sign"), (PEOPLE[6], "finish")):
            self.tried(who, move, "水务局", self.again(task))

    @rule(minutes=st.integers(1, 400))
    def time_passes(self, minutes: int) -> None:
        self.office.timers().escalate(self.office.wait(minutes=minutes))

    @rule()
    def the_matters_are_merged(self) -> None:
        if not self.merged:
            Correcting(self.office.register, GatheringRules(), self.office.clock).merge(
                self.other, self.concern, by=person("高远")
            )
            self.merged = True

    @invariant()
    def one_bureau_leads_each_episode(self) -> None:
        for episode in {task.alert for task in self.tasks()}:
            leads = [t for t in self.tasks() if t.alert == episode and t.leads and t.state is not TaskState.CLOSED]
            assert len(leads) <= 1

    @invariant()
    def no_outward_deadline_ever_moves(self) -> None:
        for task in self.tasks():
            outward = [(clock.step, clock.due_at) for clock in task.clocks if clock.outward]
            assert self.outward.setdefault(task.id, outward) == outward
            last = max(clock.due_at for clock in task.clocks if clock.outward and clock.due_at)
            assert all(clock.due_at and clock.due_at <= last for clock in task.clocks)

    @invariant()
    def what_is_done_has_a_signed_final_finding_and_nothing_open(self) -> None:
        for task in self.tasks():
            if task.closed_as is ClosedAs.DONE:
                with self.office.register.reading() as tx:
                    findings = tx.findings.of_task(task.id)
                assert any(each.kind is FindingKind.FINAL and each.signed for each in findings)
                assert all(part.answered for part in task.handed_down)
                assert not task.asked_to_return

    def tried(self, who: Person, move: str, unit: str, task: Task) -> None:
        """Allowed moves are told and written down; refused ones leave everything as it was."""
        before, (numbered, _), lines = self.tasks(), self._news(), self._lines()
        try:
            MOVES[move](self.office, task, who, unit)
        except NotAllowed:
            assert (self.tasks(), self._news()[0], self._lines()) == (before, numbered, lines)
            return
        told = self._news(since=numbered)[1]
        if self.tasks() != before:
            assert any(isinstance(message, TaskChanged | TaskOpened) for message in told)
            assert self._lines() > lines

    def tasks(self) -> list[Task]:
        return [*self.office.tasks(self.concern), *self.office.tasks(self.other)]

    def again(self, task: Task) -> Task:
        return next(each for each in self.tasks() if each.id == task.id)

    def _lines(self) -> int:
        with self.office.register.reading() as tx:
            return sum(len(tx.concerns.doings(id, limit=10_000)) for id in (self.concern, self.other))

    def _news(self, since: int | None = None) -> tuple[int, list[Message]]:
        with self.office.register.transaction() as tx:
            tx.outbox.number(10_000)
            newest = tx.outbox.newest()
            changes = tx.outbox.tail(newest if since is None else since, 10_000)
            return newest, [open_envelope(change.envelope) for change in changes]


def test_random_moves_by_random_people_never_break_a_task(office: SmallOffice) -> None:
    class HereAndNow(LifeOfTasks):
        pass

    HereAndNow.office = office
    run_state_machine_as_test(
        HereAndNow,
        settings=settings(
            max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
