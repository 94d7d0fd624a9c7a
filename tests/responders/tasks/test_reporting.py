"""Findings: a bureau writes, its head signs, the office closes; what was signed stays as it is."""

import pytest

from huiying.failures import NotAllowed
from huiying.finding import Finding, FindingKind, FindingWords
from huiying.permission import Action, must_may
from huiying.person import Role
from huiying.procedure import Regime
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs
from responders.proceedings.proceeding import begin, proceeding_id
from tests.builders import person
from tests.responders.office import SmallOffice
from tests.steps import write_step

SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
HEAD = person("韩立新", Role.BUREAU_HEAD, bureau="水务局")
OTHER_HEAD = person("吴启明", Role.BUREAU_HEAD, bureau="房产局")
OFFICER = person("高远")
FIRST, FURTHER, FINAL = FindingKind.FIRST, FindingKind.FURTHER, FindingKind.FINAL


def words(facts: str = "管网末端水黄") -> FindingWords:
    return FindingWords(facts=facts, measures="冲洗管网", next_steps="4时复检", responsible="邹平川")


def in_hand(office: SmallOffice) -> Task:
    office.burst(posts=8)
    office.alert()
    office.task()
    [task] = office.tasks()
    return office.desk.sign_in(task.id, by=SHEN)


def signed(office: SmallOffice, task: Task, kind: FindingKind = FIRST) -> Finding:
    written = office.reporting.write(task.id, kind, words(), by=SHEN)
    return office.reporting.sign(written.id, by=HEAD)


def test_the_first_signed_finding_stops_its_clock_and_the_task_is_begun(office: SmallOffice) -> None:
    task = in_hand(office)
    now = office.wait(hours=3)
    signed(office, task)
    [after] = office.tasks()

    assert after.done["first-finding"] == now
    assert after.begun_by
    assert after.begun_by.name == "沈敬"
    assert office.log_of()[:2] == ["韩立新：办完“核查处置情况反馈”", "韩立新：水务局初报：管网末端水黄（韩立新签字）"]


def test_only_the_head_of_the_own_bureau_signs(office: SmallOffice) -> None:
    task = in_hand(office)
    written = office.reporting.write(task.id, FIRST, words(), by=SHEN)
    for stranger in (SHEN, OTHER_HEAD, OFFICER):
        with pytest.raises(NotAllowed, match="不能签核查处置情况反馈"):
            office.reporting.sign(written.id, by=stranger)
    assert office.reporting.sign(written.id, by=HEAD).signed


def test_what_was_signed_is_never_written_anew_but_followed_by_another(office: SmallOffice) -> None:
    task = in_hand(office)
    first = signed(office, task)
    with pytest.raises(NotAllowed, match="初报已签字；有新情况请写续报"):
        office.reporting.write(task.id, FIRST, words("又查到"), by=SHEN)
    second = office.reporting.write(task.id, FURTHER, words("又查到"), by=SHEN)
    rewritten = office.reporting.write(task.id, FURTHER, words("再查到"), by=SHEN)

    assert (second.id, rewritten.version) == (rewritten.id, second.version + 1)
    with office.register.reading() as tx:
        assert [each.facts for each in tx.findings.of_task(task.id)] == [first.facts, "再查到"]


def test_the_head_signs_the_words_that_they_read(office: SmallOffice) -> None:
    task = in_hand(office)
    read = office.reporting.write(task.id, FIRST, words(), by=SHEN)
    office.reporting.write(task.id, FIRST, words("改过"), by=SHEN)
    with pytest.raises(NotAllowed, match="你打开之后，沈敬改过这份初报，请看过再签"):
        office.reporting.sign(read.id, by=HEAD, seen=read.version)


def test_a_finding_has_all_its_parts_and_its_turn(office: SmallOffice) -> None:
    task = in_hand(office)
    with pytest.raises(NotAllowed, match="还没有写：事实、责任人"):
        FindingWords(facts=" ", measures="冲洗", next_steps="复检", responsible="")
    with pytest.raises(NotAllowed, match="请先写初报"):
        office.reporting.write(task.id, FURTHER, words(), by=SHEN)
    signed(office, task, FINAL)
    with pytest.raises(NotAllowed, match="办结反馈已签字"):
        office.reporting.write(task.id, FURTHER, words(), by=SHEN)


def test_a_report_upward_needs_a_signature_and_says_to_whom_and_how(office: SmallOffice) -> None:
    task = in_hand(office)
    written = office.reporting.write(task.id, FIRST, words(), by=SHEN)
    with pytest.raises(NotAllowed, match="还没有签字，签字后才能上报"):
        office.reporting.report(written.id, to="市政府总值班室", how="电话", by=SHEN)
    office.reporting.sign(written.id, by=HEAD)
    with pytest.raises(NotAllowed, match="须写明报给谁"):
        office.reporting.report(written.id, to="", how="电话", by=SHEN)
    [report] = office.reporting.report(written.id, to="市政府总值班室", how="电话", by=OFFICER).reported
    assert (report.to, report.by.name) == ("市政府总值班室", "高远")
    assert office.log_of()[0] == "高远：首报已报市政府总值班室（电话）"


def test_a_task_is_done_only_with_a_signed_final_finding_and_nothing_left_open(office: SmallOffice) -> None:
    task = in_hand(office)
    signed(office, task)
    with pytest.raises(NotAllowed, match="还没有经负责人签字的办结反馈，不能办结"):
        office.deciding.finish_task(task.id, by=OFFICER)
    signed(office, task, FINAL)
    office.desk.hand_down(
        task.id, unit="泉水街道", contact="", what="核实", due_at=office.clock.now().replace(hour=9), by=SHEN
    )
    with pytest.raises(NotAllowed, match="泉水街道还没有答复"):
        office.deciding.finish_task(task.id, by=OFFICER)
    office.desk.record_answer(task.id, 1, answer="已核实", by=SHEN)
    done = office.deciding.finish_task(task.id, by=OFFICER)

    assert (done.state, done.closed_as, done.close_reason) == (
        TaskState.CLOSED,
        ClosedAs.DONE,
        "办结反馈由韩立新签字",
    )
    with pytest.raises(NotAllowed, match="已关闭"):
        office.deciding.finish_task(task.id, by=OFFICER)


def with_proceeding(office: SmallOffice, task: Task, outcome: str) -> str:
    """The matter's proceeding, as far as the task was sent."""
    officer = must_may(OFFICER, Action.ASSIGN, office.clock.now())
    with office.register.transaction() as tx:
        concern = tx.concerns.find("concern-1")
        assert concern is not None
        procedure = office.rules.procedures["opinion-response"]
        begun = begin(tx, procedure, concern, now=office.clock.now(), regime=Regime.CURRENT)
        present = begun
        for step in ("discover", "gather", "appraise", "designate", "assign"):
            if present.done_as(step) is None:
                present = write_step(tx, begun.id, step, by=officer, outcome=outcome if step == "appraise" else None)
    return proceeding_id(task.alert, task.procedure)


def test_the_leads_first_signed_finding_completes_the_step_and_no_task_closes_with_open_steps(
    office: SmallOffice,
) -> None:
    task = in_hand(office)
    id = with_proceeding(office, task, "public-answer")
    signed(office, task)
    with office.register.reading() as tx:
        proceeding = tx.proceedings.get(id)
    assert proceeding
    done = proceeding.done_as("find")
    assert done
    assert done.by.name == "韩立新"
    signed(office, task, FINAL)
    with pytest.raises(NotAllowed, match="还有没办完的环节：起草回应稿、发布，不能办结"):
        office.deciding.finish_task(task.id, by=OFFICER)


def test_where_no_public_answer_is_called_for_the_finding_is_the_end(office: SmallOffice) -> None:
    task = in_hand(office)
    with_proceeding(office, task, "on-site")
    signed(office, task, FINAL)
    assert office.deciding.finish_task(task.id, by=OFFICER).closed_as is ClosedAs.DONE
