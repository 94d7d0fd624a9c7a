"""How a matter ends: judged by its clocks and by a person, filed for a term, and told in one record."""

from datetime import timedelta

import pytest

from huiying.clarification import Clarification, ClarificationKind, ClarificationState, Sentence, Text
from huiying.evaluation import Adoption, Promises
from huiying.failures import NotAllowed
from huiying.finding import Finding, FindingKind
from huiying.level import EventLevel
from huiying.permission import Action, must_may
from huiying.person import Person, Role, Signed
from huiying.post import Tone
from huiying.procedure import Told
from responders.proceedings.evaluating import Evaluating, Judged
from responders.proceedings.timeline import timeline
from tests.builders import NOON, person
from tests.responders.office import SmallOffice
from tests.steps import write_step

GAO = person("高远")
HEAD = person("韩立新", Role.BUREAU_HEAD, bureau="水务局")
ID = "concern-1:1:opinion-response"
WELL = Judged(questions_answered=True, promises=Promises.KEPT, adoption=Adoption.NONE)


def signed(office: SmallOffice, by: Person, action: Action) -> Signed:
    return must_may(by, action, office.clock.now(), bureaus=(by.bureau,))


def step(office: SmallOffice, *steps: str) -> None:
    by = signed(office, GAO, Action.ASSIGN)
    with office.register.transaction() as tx:
        for each in steps:
            write_step(tx, ID, each, by=by)


@pytest.fixture
def answered(office: SmallOffice) -> SmallOffice:
    """A matter whose answer was published after 30 hours."""
    office.burst(posts=8)
    office.alert()
    office.begin()
    office.task()
    office.appraising.appraise(ID, outcome="public-answer", participants=("宣传部",), by=GAO)
    step(office, "find", "draft", "countersign", "review", "sign")
    office.wait(hours=30)
    step(office, "publish", "follow-up")
    return office


def evaluating(office: SmallOffice) -> Evaluating:
    return Evaluating(office.register, office.clock)


def withdraw_tasks(office: SmallOffice) -> None:
    for task in office.tasks():
        office.assigning.withdraw_task(task.id, reason="办结", by=GAO)


def test_what_was_in_time_is_computed_and_the_tones_are_context(answered: SmallOffice) -> None:
    answered.burst(posts=2)
    evaluating(answered).evaluate(ID, WELL, by=GAO)
    evaluation = answered.proceeding().evaluation

    assert evaluation
    assert [(each.clock, each.in_time) for each in evaluation.timeliness] == [("respond", True)]
    assert (evaluation.tone_before[Tone.NEGATIVE], evaluation.tone_after[Tone.NEGATIVE]) == (8, 2)
    assert answered.log_of()[0] == (
        "高远：办完“评估（含采纳公开）”：对外回应按时，关切已逐项回答，承诺已兑现，没有建设性意见建议"
    )


def test_a_clock_of_a_major_event_that_was_missed_is_told(answered: SmallOffice) -> None:
    answered.appraising.record_event_level(
        ID, EventLevel.MAJOR, authority="市政府", basis="会议纪要", determined_at=NOON, by=GAO
    )
    evaluating(answered).evaluate(ID, WELL, by=GAO)
    evaluation = answered.proceeding().evaluation

    assert evaluation
    assert {each.clock: each.in_time for each in evaluation.timeliness} == {
        "respond": True,
        "authoritative-information": False,
        "press-conference": False,
    }


@pytest.mark.parametrize(
    ("judged", "complaint"),
    [
        (Judged(questions_answered=False, promises=Promises.NONE, adoption=Adoption.NONE), "有关切没有回答的"),
        (Judged(questions_answered=True, promises=Promises.BROKEN, adoption=Adoption.NONE), "请写明是哪一项承诺"),
        (Judged(questions_answered=True, promises=Promises.NONE, adoption=Adoption.PUBLIC), "请写明公开的链接"),
    ],
)
def test_what_is_not_well_is_explained(answered: SmallOffice, judged: Judged, complaint: str) -> None:
    with pytest.raises(NotAllowed, match=complaint):
        evaluating(answered).evaluate(ID, judged, by=GAO)
    assert answered.proceeding().evaluation is None


def test_a_matter_is_filed_for_a_term_after_everything_is_done(answered: SmallOffice) -> None:
    with pytest.raises(NotAllowed, match="还有任务没有办结：水务局"):
        evaluating(answered).file(ID, "ten", by=GAO)
    withdraw_tasks(answered)
    with pytest.raises(NotAllowed, match="之前还要先办：评估"):
        evaluating(answered).file(ID, "ten", by=GAO)
    evaluating(answered).evaluate(ID, WELL, by=GAO)
    with pytest.raises(NotAllowed, match="应为以下之一：10年、30年、永久"):
        evaluating(answered).file(ID, "five", by=GAO)
    with pytest.raises(NotAllowed, match="审计人员"):
        evaluating(answered).file(ID, "ten", by=person("查账", Role.AUDITOR))
    evaluating(answered).file(ID, "thirty", by=GAO)

    filed = answered.proceeding()
    assert (filed.archive_term, filed.closed_at) == ("thirty", NOON + timedelta(hours=30))
    with pytest.raises(NotAllowed, match="已归档"):
        answered.appraising.appraise(ID, outcome="watch", reasons="x", by=GAO)
    answered.timers().tick(answered.wait(hours=100))
    assert answered.proceeding() == filed


def test_the_record_has_everything_once_and_in_order(answered: SmallOffice) -> None:
    officer, head = signed(answered, GAO, Action.DRAFT), signed(answered, HEAD, Action.SIGN_FINDING)
    [task] = answered.tasks()
    finding = Finding(
        id="f", task=task.id, concern="concern-1", bureau="水务局", kind=FindingKind.FINAL, facts="管道老化",
        measures="换管", next_steps="巡查", responsible="张工", written=officer, signed=head,
    )  # fmt: skip
    text = Text(
        clarification="c", number=1, kind=ClarificationKind.SITUATION, title="关于停水",
        sentences=(Sentence(text="已修复。"),), by=officer,
    )  # fmt: skip
    clarification = Clarification(
        id="c", concern="concern-1", episode="concern-1:1", bureau="水务局", kind=ClarificationKind.SITUATION,
        state=ClarificationState.PUBLISHED, opened_at=NOON,
    )  # fmt: skip
    with answered.register.transaction() as tx:
        tx.findings.insert(finding)
        tx.clarifications.insert(clarification)
        tx.clarifications.add_text(text)
        concern = tx.concerns.find("concern-1")
        assert concern
    answered.wait(minutes=1)
    evaluating(answered).evaluate(ID, WELL, by=GAO)
    with answered.register.reading() as tx:
        entries = timeline(tx, concern)

    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    said = [(entry.told, entry.what) for entry in entries]
    assert len(set(said)) == len(said)
    for told, what in (
        (Told.KNOWN, "最早帖文"),
        (Told.KNOWN, "发出黄色提示"),
        (Told.DECIDED, "办完“研判（会商）”：公开回应，会商：宣传部"),
        (Told.DECIDED, "交办水务局"),
        (Told.SIGNED, "办完“公开审查（含保密审查）”"),
        (Told.SIGNED, "签水务局核查处置情况反馈（办结）"),
        (Told.PUBLISHED, "办完“发布”"),
        (Told.DONE, "保存情况通报第 1 版“关于停水”"),
        (Told.DONE, "办完“评估（含采纳公开）”"),
    ):
        assert (told, what) in said
    [draft] = [entry for entry in entries if entry.what.startswith("保存")]
    assert draft.basis == f"文稿校验码 {text.sha256[:12]}"
    assert draft.who == "高远（舆情值班员）"
    [clock] = [entry for entry in entries if entry.told is Told.CLOCK]
    assert "国办发〔2016〕61号" in clock.basis
