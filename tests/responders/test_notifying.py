"""Who is told of what, by which channel and when; and what nobody is told any more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from huiying.clarification import Clarification, ClarificationKind, ClarificationState
from huiying.clock import BEIJING
from huiying.level import Level
from huiying.messages import (
    ClarificationChanged,
    ProceedingChanged,
    TaskEscalated,
    TaskOpened,
    TaskOverdue,
)
from huiying.notice import GROUP, NoticeState
from huiying.person import Role
from huiying.policy.channels import Hours
from huiying.policy.roster import Away, Member, Shift
from huiying.procedure import Regime
from huiying.task import TaskState
from responders.proceedings.proceeding import begin
from tests.builders import NOON, make_signed, make_task, person
from tests.responders.telling import EVERYBODY, PEOPLE, TellingOffice, channel, roster
from tests.steps import write_step

Tell = Callable[..., TellingOffice]


def open_task(office: TellingOffice, **changes: Any) -> TaskOpened:
    task = make_task(**changes)
    with office.register.transaction() as tx:
        assert tx.tasks.insert(task)
    return TaskOpened(
        task=task.id, concern=task.concern, alert=task.alert, bureau=task.bureau, state=task.state, due_at=None
    )


def test_an_alert_is_told_once_to_those_whom_its_level_concerns(tell: Tell) -> None:
    office = tell(channel(), channel("mail", group=False))
    office.raise_alert(Level.RED)
    office.notify(times=3)
    office.notify()
    assert office.told_people() == [("chen-leader", "1:red"), ("li-jing", "1:red")]
    assert office.told_people("webhook") == [(GROUP, "1:red")]
    assert office.told_people("mail") == [("chen-leader", "1:red"), ("li-jing", "1:red")]
    assert {notice.state for notice in office.notices()} == {NoticeState.SENT}


def test_a_channel_tells_only_its_own_audience_kinds_and_levels(tell: Tell) -> None:
    office = tell(
        channel("leaders", to=EVERYBODY.model_copy(update={"roles": (Role.LEADER,)})),
        channel("named", to=EVERYBODY.model_copy(update={"roles": (), "persons": ("li-jing",)})),
        channel("red", levels=(Level.RED,)),
        channel("tasks", about=("task",)),
        channel("off", enabled=False),
    )
    office.raise_alert(Level.ORANGE)
    office.notify()
    told = {name: office.told_people(name) for name in ("leaders", "named", "red", "tasks", "off")}
    assert told == {"leaders": [], "named": [(GROUP, "1:orange")], "red": [], "tasks": [], "off": []}


def test_a_rise_is_told_and_a_fall_is_not(tell: Tell) -> None:
    office = tell()
    office.raise_alert(Level.YELLOW)
    office.notify()
    for level in (Level.RED, Level.ORANGE, Level.RED):
        office.set_level(level)
        office.notify()
    assert [occasion for who, occasion in office.told_people() if who == "li-jing"] == ["1:red", "1:yellow"]


def test_an_alert_that_is_opened_again_is_told_again(tell: Tell) -> None:
    office = tell(channel())
    office.raise_alert(Level.YELLOW)
    office.notify()
    office.handling.close("concern-1:1", reason="已处置", by=person())
    office.notify()
    assert office.states() == [(NoticeState.STOPPED, "预警已关闭")]
    office.change_alert(
        lambda alert: alert.reopened(
            level=Level.ORANGE, heat=70, reasons=(), title=alert.title, now=office.clock.now()
        )
    )
    office.notify()
    assert office.told_people("webhook") == [(GROUP, "1:yellow"), (GROUP, "2:orange")]


def test_an_acknowledged_alert_tells_nobody_unless_it_rises_above_that_level(tell: Tell) -> None:
    office = tell(channel(), channel("mail", group=False))
    office.raise_alert(Level.ORANGE)
    office.notify()
    office.handling.acknowledge("concern-1:1", by=person())
    office.notify()
    assert {notice.state for name in ("webhook", "mail") for notice in office.notices(name)} == {NoticeState.STOPPED}
    assert office.states() == [(NoticeState.STOPPED, "李静已知悉")]

    office.set_level(Level.YELLOW)
    office.set_level(Level.ORANGE)
    office.notify()
    assert office.told_people("webhook") == [(GROUP, "1:orange")]

    office.set_level(Level.RED)
    office.notify()
    assert office.told_people("webhook") == [(GROUP, "1:orange"), (GROUP, "1:red")]
    office.handling.acknowledge("concern-1:1", by=person("高远"))
    office.notify()
    assert [state for state, _ in office.states()] == [NoticeState.STOPPED] * 2


def test_a_task_is_told_to_its_own_bureau_although_the_officer_acknowledged_the_alert(tell: Tell) -> None:
    office = tell(channel("mail", group=False))
    office.raise_alert(Level.ORANGE)
    office.handling.acknowledge("concern-1:1", by=person())
    office.notify(open_task(office, state=TaskState.SENT))
    assert office.told_people("mail") == [("wang-head", "sent")]


def test_a_waiting_task_is_told_to_the_officer_and_to_the_bureau_once_it_is_sent(tell: Tell) -> None:
    office = tell(channel())
    office.raise_alert(Level.YELLOW)
    opened = open_task(office)
    office.notify(opened)
    office.assigning.send_task(opened.task, by=person())
    office.notify()
    assert [pair for pair in office.told_people() if ":" not in pair[1]] == [
        ("li-jing", "waiting"),
        ("wang-head", "sent"),
    ]
    said = {notice.occasion: notice.said for notice in office.notices("webhook")}
    assert said == {"1:yellow": "", "waiting": "任务已有新进展", "sent": ""}


def test_whoever_is_late_is_told_with_those_above(tell: Tell) -> None:
    office = tell()
    office.raise_alert(Level.YELLOW)
    opened = open_task(office, state=TaskState.SENT)
    about = {"task": opened.task, "concern": "concern-1", "bureau": "水务局", "step": "respond"}
    office.notify(
        opened,
        TaskOverdue(**about, due_at=NOON),
        TaskEscalated(**about, rung="leader", due_at=NOON),
        TaskEscalated(**about, rung="unheard-of", due_at=NOON),
    )
    late = {(who, occasion.partition(":")[0]) for who, occasion in office.told_people()} - {("li-jing", "1")}
    assert late == {
        ("li-jing", "overdue"),
        ("wang-head", "overdue"),
        ("wang-head", "sent"),
        ("chen-leader", "escalated"),
    }
    office.assigning.withdraw_task(opened.task, reason="办结", by=person())
    office.notify(TaskEscalated(**about, rung="leader", due_at=NOON + timedelta(hours=1)))
    assert len(office.told_people()) == 5


def test_an_officer_is_told_what_is_theirs_to_do_next_and_not_of_every_step(tell: Tell) -> None:
    office = tell(channel())
    office.raise_alert(Level.RED)
    with office.register.transaction() as tx:
        concern = tx.concerns.find("concern-1")
        assert concern is not None
        procedure = office.rules.procedures["opinion-response"]
        begun = begin(tx, procedure, concern, now=NOON, regime=Regime.CURRENT)
        before = ("discover", "gather", "appraise", "designate", "assign", "find", "draft")
        for step in (*before, "countersign", "review", "sign"):
            outcome = "public-answer" if step == "appraise" else None
            write_step(tx, begun.id, step, by=make_signed(), outcome=outcome)
        answer = Clarification(
            id="answer-1",
            concern="concern-1",
            episode="concern-1:1",
            bureau="水务局",
            kind=ClarificationKind.REPLY,
            state=ClarificationState.SUBMITTED,
            opened_at=NOON,
        )
        assert tx.clarifications.insert(answer)
    office.notify(
        ProceedingChanged(proceeding=begun.id, concern="concern-1", what="办完"),
        ProceedingChanged(proceeding=begun.id, concern="concern-1", what="办完"),
        ClarificationChanged(clarification=answer.id, concern="concern-1", bureau="水务局", state="", what="送审"),
    )
    told = [pair for pair in office.told_people() if pair[1] != "1:red"]
    assert told == [("li-jing", "next:publish"), ("sun-checks", "submitted:0")]
    assert office.told_people("webhook") == [(GROUP, "1:red")], "channels carry alerts and tasks unless they say more"


def test_red_and_orange_go_at_once_the_rest_with_the_digest_and_only_red_in_quiet_hours(tell: Tell) -> None:
    quiet = Hours(begin="11:00", end="13:00")  # type: ignore[arg-type] # as it is written
    office = tell(channel(digest_minutes=30), channel("quiet", digest_minutes=30, quiet=quiet))
    office.clock.set(NOON + timedelta(minutes=10))
    for number, level in enumerate((Level.RED, Level.ORANGE, Level.YELLOW), start=1):
        office.raise_alert(level, f"concern-{number}:1")
    office.notify()

    def sent_at(name: str) -> list[str]:
        found = sorted(office.notices(name), key=lambda notice: notice.subject)
        return [f"{notice.send_at.astimezone(BEIJING):%H:%M}" for notice in found]

    assert sent_at("webhook") == ["12:10", "12:10", "12:30"]
    assert sent_at("quiet") == ["12:10", "13:00", "13:00"]


def test_only_who_is_on_duty_is_told_and_the_stand_in_for_who_is_away(tell: Tell) -> None:
    hours = Hours(begin="08:00", end="20:00")  # type: ignore[arg-type] # as it is written
    night = Hours(begin="20:00", end="08:00")  # type: ignore[arg-type] # as it is written
    people = (
        *(replace_member(member, roles=(Role.OFFICER,)) for member in PEOPLE[:2]),
        Member(
            id="a-role", roles=(Role.LEADER,), stand_in="b-role", away=(Away(first=NOON.date(), last=NOON.date()),)
        ),
        Member(id="b-role", roles=(Role.SIGNER,)),
    )
    shifts = (
        Shift(name="白班", hours=hours, persons=("li-jing",)),
        Shift(name="夜班", hours=night, persons=("wang-head",)),
    )
    office = tell(people=roster(people, shifts=shifts))
    office.raise_alert(Level.RED)
    office.notify()
    assert office.told_people() == [("b-role", "1:red"), ("li-jing", "1:red")]
    office.wait(hours=15)
    office.raise_alert(Level.RED, "concern-2:1")
    office.notify()
    assert {notice.person for notice in office.notices() if notice.subject == "concern-2:1"} == {
        "a-role",
        "wang-head",
    }


def replace_member(member: Member, **changes: object) -> Member:
    return member.model_copy(update=changes)


@pytest.mark.parametrize("state", list(NoticeState)[2:])
def test_a_notice_that_is_over_stays_so(tell: Tell, state: NoticeState) -> None:
    office = tell(channel())
    office.raise_alert(Level.RED)
    office.notify()
    [notice] = office.notices("webhook")
    with office.register.transaction() as tx:
        tx.notices.save(replace(notice, state=state, said="从前"), notice.version)
    office.handling.acknowledge("concern-1:1", by=person())
    office.notify()
    assert office.states() == [(state, "从前")]
