"""Three gates, each a record of its own: who may speak when, what a decision must say, and what voids it."""

from dataclasses import replace
from pathlib import Path

import pytest

from huiying.clarification import ClarificationState
from huiying.failures import NotAllowed
from huiying.gate import Conclusion, Gate, Means
from huiying.person import Role
from huiying.release_review import Finding, Ground, Publicness, ReleaseReview
from responders.answers.gate_timers import tell_lapsed_consents, tell_late_gates
from responders.answers.reviewing import Elsewhere
from tests.builders import make_task, person
from tests.responders.answer import (
    ANSWER,
    CLEAR,
    CYBERSPACE,
    DRAFTER,
    FIRST,
    OFFICER,
    PUBLICITY,
    SECOND,
    SIGNER,
    Answer,
)
from tests.responders.office import SmallOffice


@pytest.fixture
def answer(office: SmallOffice, tmp_path: Path) -> Answer:
    return Answer(office, tmp_path / "site")


def test_the_gates_are_passed_one_after_the_other_and_their_steps_are_done_with_them(answer: Answer) -> None:
    with pytest.raises(NotAllowed, match="公开审查（含保密审查）之前还要先过：审核会签"):
        answer.agree(Gate.RELEASE, "first")
    answer.agree(Gate.CONTENT, "publicity")
    assert answer.done() == []
    answer.agree(Gate.CONTENT, "cyberspace")
    answer.agree(Gate.RELEASE, "first")
    assert answer.done() == ["countersign"]
    with pytest.raises(NotAllowed, match="签发之前还要先过"):
        answer.agree(Gate.SIGNATURE, "sign")
    answer.agree(Gate.RELEASE, "second")
    answer.agree(Gate.SIGNATURE, "sign")
    assert answer.done() == ["countersign", "review", "sign"]
    assert answer.standing.review.number == "2014-0001"
    assert answer.office.log_of()[1] == "程砚北：第 1 版签发“签发”同意签发"


def test_one_changed_character_opens_all_three_gates_again_and_keeps_what_was_said(answer: Answer) -> None:
    answer.pass_gates()
    answer.write("水管已于13时修复。", "给您带来不便，深表歉意。")
    assert answer.done() == []
    with pytest.raises(NotAllowed, match="公开审查（含保密审查）之前"):
        answer.agree(Gate.RELEASE, "first")
    with answer.office.register.reading() as tx:
        assert [len(each.records) for each in tx.reviews.of_clarification(ANSWER)] == [5]


def test_who_has_read_an_older_text_is_told_so(answer: Answer) -> None:
    seen = answer.decision(Gate.CONTENT, "publicity")
    answer.write("改过了。")
    with pytest.raises(NotAllowed, match=r"文稿已改为第 2 版"):
        answer.reviewing.decide(seen, by=PUBLICITY)


def test_a_text_that_was_not_handed_in_has_no_review(office: SmallOffice, tmp_path: Path) -> None:
    answer = Answer(office, tmp_path)
    answer.agree(Gate.CONTENT, "publicity", conclusion=Conclusion.RETURNED, remarks="时间不清")
    with office.register.reading() as tx:
        found = tx.clarifications.get(ANSWER)
    assert found is not None
    assert found.state is ClarificationState.DRAFTING
    assert office.log_of()[0].startswith("宣一：须重办“起草回应稿")
    assert office.log_of()[0].endswith("时间不清")


def test_each_co_handling_bureau_has_a_seat(office: SmallOffice, tmp_path: Path) -> None:
    with office.register.transaction() as tx:
        tx.tasks.insert(make_task(co_handlers=("卫生局",)))
    answer = Answer(office, tmp_path)
    answer.agree(Gate.CONTENT, "publicity")
    assert [seat.title for seat in answer.standing.review.seats_of(Gate.CONTENT)][2:] == ["卫生局（协办）"]
    answer.agree(Gate.CONTENT, "cyberspace")
    with pytest.raises(NotAllowed, match="须由卫生局的人办，网一属于网信办"):
        answer.agree(Gate.CONTENT, "unit:卫生局", by=CYBERSPACE)
    answer.agree(Gate.CONTENT, "unit:卫生局", by=person("卫一", Role.CHECKER, bureau="卫生局"))
    assert answer.done() == ["countersign"]


def test_one_person_does_not_fill_two_seats_of_a_gate(answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    answer.agree(Gate.RELEASE, "first")
    with pytest.raises(NotAllowed, match="许慎言已办“初审”，同一关的“复审”须由另一人办"):
        answer.agree(Gate.RELEASE, "second", by=FIRST)


@pytest.mark.parametrize(
    ("conclusion", "release", "lacking"),
    [
        (Conclusion.AGREED, None, "须逐项审查"),
        (Conclusion.AGREED, ReleaseReview(grounds={Ground.STATE: Finding.NONE}), "6 项未选：工作秘密"),
        (
            Conclusion.AGREED,
            replace(CLEAR, grounds={**CLEAR.grounds, Ground.PRIVACY: Finding.UNSURE}),
            "个人隐私为“有”或“不确定”，不能公开",
        ),
        (
            Conclusion.AGREED,
            replace(CLEAR, grounds={**CLEAR.grounds, Ground.STATE: Finding.PUBLIC_INTEREST}),
            "国家秘密没有这种例外",
        ),
        (Conclusion.AGREED, replace(CLEAR, publicness=Publicness.NONE), "公开属性为“不予公开”"),
        (Conclusion.PARTLY, CLEAR, "写明删去了什么（条例第三十七条）"),
        (Conclusion.REFUSED, CLEAR, "不予公开须选定依据"),
        (Conclusion.REFERRED, CLEAR, "写明报哪个部门确定（条例第十七条）"),
    ],
)
def test_a_release_review_says_everything_the_form_asks(
    answer: Answer, conclusion: Conclusion, release: ReleaseReview | None, lacking: str
) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    with pytest.raises(NotAllowed, match=lacking):
        answer.agree(Gate.RELEASE, "first", conclusion=conclusion, release=release, remarks="理由")
    assert len(answer.standing.records) == 2


def test_the_exceptions_of_the_fifteenth_article_let_private_matters_pass(answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    consented = replace(CLEAR, grounds={**CLEAR.grounds, Ground.PRIVACY: Finding.CONSENTED})
    assert answer.agree(Gate.RELEASE, "first", release=consented).passed


def test_what_was_refused_is_examined_again_only_for_stated_reasons(answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    found = replace(CLEAR, grounds={**CLEAR.grounds, Ground.COMMERCIAL: Finding.PRESENT})
    answer.agree(Gate.RELEASE, "first", conclusion=Conclusion.REFUSED, release=found, remarks="涉及报价")
    with pytest.raises(NotAllowed, match="上次结论是“不予公开”，重新审查须写明理由"):
        answer.agree(Gate.RELEASE, "first")
    assert answer.agree(Gate.RELEASE, "first", remarks="权利人已同意公开").passed


def test_expedited_gates_work_at_once_but_the_signature_comes_last(answer: Answer) -> None:
    with pytest.raises(NotAllowed, match="加急须写明理由"):
        answer.reviewing.expedite(ANSWER, reasons=" ", by=SIGNER)
    review = answer.reviewing.expedite(ANSWER, reasons="领导批示9时前答复", by=SIGNER)
    assert [clock.starts_at for clock in review.clocks] == [answer.office.clock.now()] * 3
    answer.agree(Gate.RELEASE, "first")
    answer.agree(Gate.RELEASE, "second")
    assert answer.done() == []
    with pytest.raises(NotAllowed, match="签发之前还要先过：审核会签"):
        answer.agree(Gate.SIGNATURE, "sign")
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    assert answer.done() == ["countersign", "review"]
    with pytest.raises(NotAllowed, match="已由程砚北批准加急"):
        answer.reviewing.expedite(ANSWER, reasons="再催", by=SIGNER)


def test_consent_by_telephone_counts_until_its_term_and_is_signed_afterwards(answer: Answer) -> None:
    consent = answer.by_telephone(Gate.CONTENT, "publicity")
    assert consent.call is not None
    assert (consent.call.entered.name, consent.call.reference) == ("高远", "139…")
    answer.agree(Gate.CONTENT, "cyberspace")
    assert answer.done() == ["countersign"]
    answer.office.wait(hours=5)
    answer.agree(Gate.CONTENT, "publicity")
    answer.office.wait(hours=5)
    tell_lapsed_consents(answer.office.register, answer.office.clock.now())
    assert answer.done() == ["countersign"]


def test_consent_that_nobody_signed_in_time_is_void_and_said_once(answer: Answer) -> None:
    answer.by_telephone(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    now = answer.office.wait(hours=6, seconds=1)
    for _ in range(2):
        tell_lapsed_consents(answer.office.register, now)
    assert answer.done() == []
    said = [line for line in answer.office.log_of() if "逾期未补签" in line]
    assert said == ["系统：宣一在“市委宣传部”的电话同意逾期未补签，已失效，须重办"]
    assert answer.standing.missing(now)[0] == "审核会签“市委宣传部”的电话同意逾期未补签，已失效"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"means": Means.SIGNED}, "本人签署由本人办"),
        ({"reference": " "}, "须写明通话号码"),
    ],
)
def test_a_word_taken_down_says_how_and_where_it_was_given(
    answer: Answer, changes: dict[str, object], why: str
) -> None:
    call = Elsewhere(means=Means.TELEPHONE, given_at=answer.office.clock.now(), reference="139…")
    with pytest.raises(NotAllowed, match=why):
        answer.reviewing.take_down(
            answer.decision(Gate.CONTENT, "publicity"),
            replace(call, **changes),  # type: ignore[arg-type]
            giver=PUBLICITY,
            by=OFFICER,
        )


def test_a_paper_approval_is_entered_with_who_signed_it_when_and_where_it_lies(answer: Answer) -> None:
    paper = Elsewhere(means=Means.PAPER, given_at=answer.office.clock.now(), reference="大政办签〔2014〕12号，机要室")
    record = answer.reviewing.take_down(
        answer.decision(Gate.CONTENT, "publicity"), paper, giver=PUBLICITY, by=OFFICER
    )
    assert record.call is not None
    assert (record.by.name, record.call.entered.name, record.confirm_by) == ("宣一", "高远", None)
    assert "纸质审批补录，高远登记" in answer.office.log_of()[0]


def test_a_late_gate_is_said_once(answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    now = answer.office.wait(hours=4, minutes=1)
    for _ in range(2):
        tell_late_gates(answer.office.register, now)
    assert [line for line in answer.office.log_of() if "已超时" in line] == [
        "系统：审核会签已超时：应于5月30日16:00前办完（本单位自定）"
    ]


@pytest.mark.parametrize("where", ["remarks", "consulted"])
def test_nothing_with_a_secrecy_mark_is_entered_anywhere(answer: Answer, where: str) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    answer.agree(Gate.CONTENT, "cyberspace")
    marked = "机密★10年 某件"
    changes = {"remarks": marked} if where == "remarks" else {"release": replace(CLEAR, consulted=marked)}
    with pytest.raises(NotAllowed, match="请线下报保密部门"):
        answer.agree(Gate.RELEASE, "first", **changes)


def test_a_draft_with_a_secrecy_mark_is_not_taken_for_review(answer: Answer) -> None:
    answer.write("绝密★启用前")
    with pytest.raises(NotAllowed, match="密级标志"):
        answer.agree(Gate.CONTENT, "publicity")


def test_a_word_is_given_once_and_the_second_is_told_who_gave_it(answer: Answer) -> None:
    answer.agree(Gate.CONTENT, "publicity")
    other = person("宣二", Role.CHECKER, bureau="宣传部")
    with pytest.raises(NotAllowed, match=r"已由宣一于5月30日12:00办过：同意"):
        answer.agree(Gate.CONTENT, "publicity", by=other)


def test_a_drafter_neither_decides_nor_expedites_nor_takes_down(answer: Answer) -> None:
    everything = person(DRAFTER.name, *Role, bureau="宣传部")
    with pytest.raises(NotAllowed, match="起草过这份回应稿"):
        answer.agree(Gate.CONTENT, "publicity", by=everything)
    with pytest.raises(NotAllowed, match="起草过这份回应稿"):
        answer.reviewing.expedite(ANSWER, reasons="急", by=everything)
    with pytest.raises(NotAllowed, match="登记他人的同意"):
        answer.by_telephone(Gate.CONTENT, "publicity", by=everything)


def test_a_word_is_taken_back_by_who_gave_it(answer: Answer) -> None:
    answer.pass_gates()
    back = answer.decision(Gate.RELEASE, "second", remarks="发现附件未审")
    with pytest.raises(NotAllowed, match="没有可以撤回的意见"):
        answer.reviewing.revoke(back, by=FIRST)
    answer.reviewing.revoke(back, by=SECOND)
    assert answer.done() == ["countersign"]
