"""An answer is written in versions and goes to review once every sentence is borne out by its evidence."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.correcting import Correcting
from huiying.clarification import ClarificationKind, ClarificationState, Evidence, EvidenceKind, Text
from huiying.failures import NotAllowed
from huiying.messages import ClarificationChanged
from huiying.person import Role
from huiying.policy.gathering import GatheringRules
from huiying.post import ArchivedPost, Fate
from huiying.procedure import Regime
from huiying.register.fates import PostFate
from responders.answers.drafting import Drafting
from responders.answers.drafts.editing import dropped, judged, said_otherwise, tagged, tied, untied
from responders.answers.drafts.versions import Overtaken
from responders.proceedings.counting import recount
from responders.proceedings.proceeding import begin, proceeding_id
from tests.builders import (
    NOON,
    make_archived,
    make_concern,
    make_finding,
    make_signed,
    make_task,
    person,
)
from tests.responders.office import SmallOffice
from tests.steps import write_step

HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")
OFFICER = person("高远")
FINDING = Evidence(kind=EvidenceKind.FINDING, reference="finding-1")
TITLE = "关于向阳路自来水管爆裂的情况通报"
BODY = "向阳路自来水管爆裂，导致3个小区停水。出动抢修人员20人处置，预计18时恢复供水。请勿靠近，后续将继续发布。"


class Desk:
    """A small office in which the matter has come to its draft."""

    def __init__(self, office: SmallOffice) -> None:
        self.office = office
        self.kept: dict[str, ArchivedPost] = {}
        self.drafting = Drafting(office.register, office.rules, self.posts, office.clock)
        with office.register.transaction() as tx:
            concern = tx.concerns.insert(make_concern(co_handlers=("环保局",)))
            begin(tx, office.rules.procedures["opinion-response"], concern, now=NOON, regime=Regime.CURRENT)
            tx.findings.insert(make_finding())
            for step in ("discover", "gather"):
                write_step(tx, proceeding_id("concern-1:1", "opinion-response"), step, by=make_signed())
            write_step(
                tx,
                proceeding_id("concern-1:1", "opinion-response"),
                "appraise",
                by=make_signed(),
                outcome="public-answer",
            )
            for step in ("designate", "assign", "find"):
                write_step(tx, proceeding_id("concern-1:1", "opinion-response"), step, by=make_signed())
        self.id = self.drafting.open("concern-1", ClarificationKind.SITUATION, "水务局", by=HANDLER).id

    def posts(self, ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        return {id: self.kept[id] for id in ids if id in self.kept}

    def post(self, id: str, text: str, concern: str = "concern-1") -> None:
        archived = make_archived(id, text=text)
        self.kept[id] = archived
        fate = PostFate(
            id=id,
            revision=1,
            fate=Fate.GATHERED,
            concern=concern,
            source=archived.post.source,
            source_kind=archived.post.source_kind,
            tone=archived.assessment.tone,
            at=archived.post.at,
            collected_at=archived.post.collected_at,
        )
        with self.office.register.transaction() as tx:
            tx.posts.add_fates([fate])

    @property
    def texts(self) -> list[Text]:
        with self.office.register.reading() as tx:
            return tx.clarifications.texts(self.id)

    def write(self, body: str, title: str = TITLE) -> Text:
        return self.drafting.write(self.id, title, body, after=len(self.texts), by=HANDLER)

    def tie(self, *evidence: Evidence, number: int = 1) -> None:
        for each in evidence:
            self.drafting.change(self.id, tied(number, each), after=len(self.texts), by=HANDLER)

    def faults(self) -> list[str]:
        with self.office.register.reading() as tx:
            clarification = tx.clarifications.get(self.id)
            assert clarification is not None
            return list(self.drafting.check(tx, clarification, self.texts[-1]).refusals)

    def submit(self, note: str = "") -> None:
        self.drafting.submit(self.id, after=len(self.texts), by=HANDLER, note=note)

    def state(self) -> ClarificationState:
        with self.office.register.reading() as tx:
            clarification = tx.clarifications.get(self.id)
        assert clarification is not None
        return clarification.state


@pytest.fixture
def desk(office: SmallOffice) -> Desk:
    return Desk(office)


def test_an_answer_is_written_tied_and_submitted(desk: Desk) -> None:
    desk.write(BODY)
    for number in (1, 2, 3):
        desk.tie(FINDING, number=number)
    assert desk.faults() == []
    desk.submit()
    assert desk.state() is ClarificationState.SUBMITTED
    with desk.office.register.reading() as tx:
        proceeding = tx.proceedings.get("concern-1:1:opinion-response")
    assert proceeding is not None
    done = proceeding.done_as("draft")
    assert done is not None
    assert done.by.name == "沈敬"
    told = [message for message in desk.office.told() if isinstance(message, ClarificationChanged)]
    assert [message.what for message in told[:2]] == ["水务局起草情况通报", "情况通报第 1 稿"]
    assert told[-1].state == "submitted"
    assert "沈敬：情况通报第 1 稿送审" in desk.office.log_of()


def test_a_sentence_without_evidence_keeps_the_text_back_and_is_named(desk: Desk) -> None:
    desk.write(BODY)
    desk.tie(FINDING, number=1)
    with pytest.raises(NotAllowed, match=r"第 2 句无依据（可关联依据、作具名判断，或删去）；第 3 句无依据"):
        desk.submit()
    assert desk.state() is ClarificationState.DRAFTING
    assert len(desk.texts) == 2


def test_what_must_be_written_and_is_not_has_to_be_explained(desk: Desk) -> None:
    desk.write("向阳路自来水管爆裂，影响3个小区。")
    desk.tie(FINDING)
    with pytest.raises(NotAllowed, match="还没有写原因、处置、提示、恢复时间、后续发布"):
        desk.submit()
    desk.submit(note="先发首报")
    assert "沈敬：情况通报第 1 稿送审（未写原因、处置、提示、恢复时间、后续发布：先发首报）" in desk.office.log_of()


def test_a_drafter_may_say_which_part_a_sentence_gives(desk: Desk) -> None:
    desk.write("水要烧开再喝。")
    desk.drafting.change(desk.id, tagged(1, ["advice"]), after=1, by=HANDLER)
    with desk.office.register.reading() as tx:
        clarification = tx.clarifications.get(desk.id)
        assert clarification is not None
        given = {each.part.id: each.sentence for each in desk.drafting.parts(tx, clarification, desk.texts[-1])}
    assert given["advice"] == 1
    assert given["cause"] is None


def test_an_unsigned_finding_waits_for_its_signature(desk: Desk) -> None:
    with desk.office.register.transaction() as tx:
        tx.findings.insert(make_finding("finding-2", signed=None))
    desk.write("向阳路自来水管爆裂，影响3个小区。")
    desk.tie(replace(FINDING, reference="finding-2"))
    assert desk.faults() == ["第 1 句关联的水务局初报未签字，签字后生效"]
    with desk.office.register.transaction() as tx:
        finding = tx.findings.get("finding-2")
        assert finding is not None
        tx.findings.save(replace(finding, signed=make_signed()), finding.version)
    assert desk.faults() == []


@pytest.mark.parametrize(
    ("evidence", "fault"),
    [
        (replace(FINDING, reference="nothing"), "核查反馈 nothing 不存在"),
        (replace(FINDING, reference="of-another"), "属于另一事项"),
        (replace(FINDING, words="水源被污染"), "引用的“水源被污染”在核查反馈里没有"),
        (Evidence(kind=EvidenceKind.DOCUMENT, reference="javascript:alert(1)"), "须有 http 或 https 链接"),
        (
            Evidence(kind=EvidenceKind.DOCUMENT, reference="http://[", title="办法", words="三日"),
            "须有 http 或 https 链接",
        ),
        (Evidence(kind=EvidenceKind.DOCUMENT, reference="https://www.example.gov.cn/1"), "须写明标题和引用的原文"),
        (Evidence(kind=EvidenceKind.POST, reference="p-other", words="水管爆裂"), "不属于本事项"),
        (Evidence(kind=EvidenceKind.POST, reference="p-gone", words="水管爆裂"), "不属于本事项"),
        (Evidence(kind=EvidenceKind.POST, reference="p-deleted", words="水管爆裂"), "已不在帖文库"),
        (Evidence(kind=EvidenceKind.POST, reference="p-1", words=""), "须写明引用哪几个字"),
        (Evidence(kind=EvidenceKind.POST, reference="p-1", words="水源被污染"), "在帖文里没有"),
        (Evidence(kind=EvidenceKind.NUMBER, reference="nothing"), "没有名为“nothing”的查询"),
        (Evidence(kind=EvidenceKind.NUMBER, reference="posts@yesterday"), "截止时刻“yesterday”读不懂"),
        (Evidence(kind=EvidenceKind.NUMBER, reference="task-sent@教育局"), "没有结果"),
    ],
)
def test_evidence_that_does_not_hold_is_named(desk: Desk, evidence: Evidence, fault: str) -> None:
    with desk.office.register.transaction() as tx:
        tx.concerns.insert(make_concern("concern-2"))
        tx.findings.insert(make_finding("of-another", concern="concern-2"))
    desk.post("p-1", "向阳路水管爆裂")
    desk.post("p-other", "水管爆裂", concern="concern-2")
    desk.post("p-deleted", "水管爆裂")
    del desk.kept["p-deleted"]
    desk.write("网传水管爆裂。")
    desk.tie(evidence)
    [found] = desk.faults()
    assert found.startswith("第 1 句")
    assert fault in found


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("出动抢修人员200人。", "里的“200人”在所关联的依据里没有"),
        ("市环保局到场处置。", "里的“市环保局”在所关联的依据里没有"),
        ("预计5月31日恢复供水。", "里的“5月31日”在所关联的依据里没有"),
        ("受伤居民电话13912345678。", "含个人信息〔电话〕"),
        ("预计＿＿恢复供水。", "有空白未填"),
    ],
)
def test_a_figure_a_bureau_or_a_day_must_stand_in_the_evidence(desk: Desk, sentence: str, fault: str) -> None:
    desk.write(sentence)
    desk.tie(FINDING)
    assert fault in "".join(desk.faults())


def test_a_title_may_not_say_more_than_the_text(desk: Desk) -> None:
    desk.write("向阳路自来水管爆裂，影响3个小区。", title="关于9人受伤的通报")
    desk.tie(FINDING)
    assert desk.faults() == ["标题里的“9人”正文没有写"]


def test_a_post_is_evidence_for_what_people_say_and_not_for_what_is_so(desk: Desk) -> None:
    desk.post("p-1", "听说水源地被污染了，大家快囤水")
    said = Evidence(kind=EvidenceKind.POST, reference="p-1", words="水源地被污染")
    desk.write("水源地被污染。网传水源地被污染。网传水源地被污染不属实。")
    for number in (1, 2, 3):
        desk.tie(said, number=number)
    assert [fault[:7] for fault in desk.faults()] == ["第 1 句只有", "第 3 句否认"]
    desk.tie(FINDING, number=3)
    assert [fault[:5] for fault in desk.faults()] == ["第 1 句"]


def test_a_number_is_asked_for_again_and_must_still_be_so(desk: Desk) -> None:
    desk.post("p-1", "水管爆裂")
    query = Evidence(
        kind=EvidenceKind.NUMBER,
        reference=f"posts@{(NOON + timedelta(minutes=5)).isoformat()}",
        words="截至5月30日12时5分，收到相关帖文1条",
    )
    desk.write("截至5月30日12时5分，收到帖文1条。截至5月30日12时5分，收到帖文2条。")
    desk.tie(query, number=1)
    desk.tie(replace(query, words=""), number=2)
    assert desk.faults() == ["第 2 句里的“2条”在所关联的依据里没有"]
    desk.post("p-2", "水管又爆裂")
    assert "第 1 句的数据已变" in desk.faults()[0]
    assert len(desk.faults()) == 1


def test_the_moment_a_task_was_sent_is_a_number_too(desk: Desk) -> None:
    with desk.office.register.transaction() as tx:
        tx.tasks.insert(make_task().sent(by="高远", now=NOON))
    desk.write("5月30日12时，交水务局核查。")
    desk.tie(Evidence(kind=EvidenceKind.NUMBER, reference="task-sent@水务局"))
    assert desk.faults() == []


def test_a_judgement_bears_the_name_of_whoever_gave_it_and_only_for_these_words(desk: Desk) -> None:
    desk.write("目前供水已全部恢复正常。")
    desk.drafting.change(desk.id, judged(1, "现场查看"), after=1, by=HANDLER)
    [evidence] = desk.texts[-1].sentences[0].evidence
    assert evidence.by is not None
    assert evidence.by.name == "沈敬"
    assert desk.faults() == []
    desk.drafting.write(desk.id, "情况通报", "目前供水已全部恢复正常。", after=2, by=OFFICER)
    assert desk.texts[-1].sentences[0].evidence == (evidence,)
    desk.drafting.change(desk.id, said_otherwise(1, "目前供水已基本恢复正常。"), after=3, by=OFFICER)
    assert len(desk.texts[-1].sentences[0].evidence) == 0
    forged = replace(evidence, by=make_signed("韩立新"))
    with pytest.raises(NotAllowed, match="具名判断只能由本人作出"):
        desk.drafting.change(desk.id, tied(1, forged), after=4, by=OFFICER)


def test_whoever_comes_second_is_told_what_the_first_changed(desk: Desk) -> None:
    desk.write("预计6时恢复。请耐心等候。")
    desk.drafting.write(desk.id, TITLE, "预计8时恢复。请耐心等候。", after=1, by=OFFICER)
    with pytest.raises(Overtaken, match="高远刚才先存了第 2 版") as told:
        desk.drafting.write(desk.id, TITLE, "预计7时恢复。", after=1, by=HANDLER)
    [change] = told.value.changes
    assert [piece.words for piece in change.pieces] == ["预计", "6", "8", "时恢复。"]
    assert [sentence.text for sentence in desk.texts[-1].sentences] == ["预计8时恢复。", "请耐心等候。"]
    with pytest.raises(Overtaken):
        desk.drafting.submit(desk.id, after=1, by=HANDLER)


def test_of_many_at_once_one_saves_and_the_others_are_told(desk: Desk) -> None:
    desk.write("第一版。")

    def write(number: int) -> bool:
        try:
            desk.drafting.write(desk.id, TITLE, f"改法{number}。", after=1, by=HANDLER)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(write, range(4))) == [False, False, False, True]
    assert len(desk.texts) == 2


def test_a_new_version_after_submission_is_a_draft_again_and_can_be_submitted_again(desk: Desk) -> None:
    desk.write("向阳路自来水管爆裂，影响3个小区。")
    desk.tie(FINDING)
    desk.submit(note="首报")
    before = desk.texts
    with pytest.raises(NotAllowed, match="这一稿已经送审"):
        desk.submit(note="首报")
    desk.drafting.change(desk.id, said_otherwise(1, "向阳路自来水管爆裂，影响三个小区。"), after=2, by=HANDLER)
    assert desk.state() is ClarificationState.DRAFTING
    assert desk.texts[:2] == before
    desk.submit(note="首报")
    assert desk.state() is ClarificationState.SUBMITTED


def test_what_was_published_is_not_changed_and_a_further_answer_is_a_text_of_its_own(desk: Desk) -> None:
    desk.write("第一版。")
    assert desk.drafting.open("concern-1", ClarificationKind.SITUATION, "水务局", by=OFFICER).id == desk.id
    with desk.office.register.transaction() as tx:
        present = tx.clarifications.get(desk.id)
        assert present is not None
        tx.clarifications.save(replace(present, state=ClarificationState.PUBLISHED), present.version)
    with pytest.raises(NotAllowed, match="这一稿已发布，不能再改"):
        desk.drafting.change(desk.id, dropped(1), after=1, by=HANDLER)
    assert desk.drafting.open("concern-1", ClarificationKind.SITUATION, "水务局", by=HANDLER).id != desk.id


def test_nobody_drafts_for_another_unit_or_out_of_turn(desk: Desk) -> None:
    stranger = person("王宁", Role.HANDLER, bureau="教育局")
    with pytest.raises(NotAllowed, match="只能办理本单位（教育局）的事项"):
        desk.drafting.write(desk.id, TITLE, "我来写。", after=0, by=stranger)
    with pytest.raises(NotAllowed, match="审计人员"):
        desk.drafting.write(desk.id, TITLE, "我来写。", after=0, by=person("李审", Role.AUDITOR))
    with pytest.raises(NotAllowed, match="教育局不是这一事项的牵头或协办单位"):
        desk.drafting.open("concern-1", ClarificationKind.REPLY, "教育局", by=OFFICER)
    with pytest.raises(NotAllowed, match="没有回应稿 nothing"):
        desk.drafting.write("nothing", TITLE, "我来写。", after=0, by=HANDLER)
    assert desk.texts == []


def test_a_matter_that_is_not_in_hand_has_no_answer_to_submit(office: SmallOffice) -> None:
    drafting = Drafting(office.register, office.rules, lambda _: {}, office.clock)
    with office.register.transaction() as tx:
        tx.concerns.insert(make_concern())
        tx.findings.insert(make_finding())
    opened = drafting.open("concern-1", ClarificationKind.REPLY, "水务局", by=HANDLER)
    with pytest.raises(NotAllowed, match="还没有正文"):
        drafting.submit(opened.id, after=0, by=HANDLER)
    drafting.write(opened.id, "答复", "自来水管爆裂。", after=0, by=HANDLER)
    drafting.change(opened.id, tied(1, FINDING), after=1, by=HANDLER)
    with pytest.raises(NotAllowed, match="还没有开始办理"):
        drafting.submit(opened.id, after=2, by=HANDLER, note="简复")
    with office.register.reading() as tx:
        assert tx.clarifications.get(opened.id).state is ClarificationState.DRAFTING  # type: ignore[union-attr] # it was opened above


@pytest.mark.parametrize(
    ("title", "body", "refusal"),
    [
        ("", "正文。", "还没有标题"),
        ("题" * 81, "正文。", "至多 80 字"),
        ("通报", "水" * 1_000_000, "请删减"),
        ("通报", "水。" * 121, "正文有 121 句，至多 120 句"),
        ("通报", "水" * 401, "第 1 句有 401 字"),
        ("通报", "预计\u202e时6复恢。", r"第 1 句里有看不见的字符（U\+202E"),
        ("通报", "死亡1\u200b0人。", r"看不见的字符（U\+200B"),
        ("通\u200f报", "正文。", "标题里有看不见的字符"),
        ("通报", "甲\0乙。", r"U\+0000"),
        ("通报", "甲\ud800乙。", r"U\+D800"),
        ("通报", "机密★5年\n关于供水的情况。", "带有密级标志“机密★5年”，没有保存：涉密内容不得录入本系统，请线下"),
    ],
)
def test_what_may_not_be_written_is_refused_and_nothing_is_kept(
    desk: Desk, title: str, body: str, refusal: str
) -> None:
    with pytest.raises(NotAllowed, match=refusal):
        desk.write(body, title=title)
    assert desk.texts == []


def test_evidence_is_looked_at_like_the_text(desk: Desk) -> None:
    desk.write("正文。")
    for words in ("绝密★启用前", "隐\u2060形", "长" * 2001):
        with pytest.raises(NotAllowed):
            desk.tie(Evidence(kind=EvidenceKind.DOCUMENT, reference="https://a.example/", title="件", words=words))
    assert len(desk.texts) == 1


def test_a_wrong_number_is_refused_in_words(desk: Desk) -> None:
    desk.write("正文。")
    with pytest.raises(NotAllowed, match="没有第 2 句，这一稿共 1 句"):
        desk.drafting.change(desk.id, dropped(2), after=1, by=HANDLER)
    with pytest.raises(NotAllowed, match="没有第 1 条依据"):
        desk.drafting.change(desk.id, untied(1, 1), after=1, by=HANDLER)
    with pytest.raises(NotAllowed, match="没有需要保存的改动"):
        desk.drafting.write(desk.id, TITLE, "正文。", after=1, by=HANDLER)
    for text in ("", " 正文。", "甲。乙。", "甲\n乙"):
        with pytest.raises(NotAllowed, match="第 1 句是空的或不止一句"):
            desk.drafting.change(desk.id, said_otherwise(1, text), after=1, by=HANDLER)
    desk.tie(FINDING)
    with pytest.raises(NotAllowed, match="已关联这条核查反馈"):
        desk.tie(FINDING)


def test_an_answer_in_hand_goes_on_in_the_matter_that_its_own_was_merged_into(desk: Desk) -> None:
    office = desk.office
    desk.write("向阳路自来水管爆裂，影响3个小区。")
    desk.tie(FINDING)
    desk.submit("先发首报")
    lost, won = (proceeding_id(f"concern-{number}:1", "opinion-response") for number in (1, 2))
    with office.register.transaction() as tx:
        concern = tx.concerns.insert(make_concern("concern-2", number="2014-2"))
        begun = begin(tx, office.rules.procedures["opinion-response"], concern, now=NOON, regime=Regime.CURRENT)
        recount(tx, begun, office.rules, by=make_signed())
        for step in ("discover", "gather", "appraise", "designate", "assign", "find"):
            outcome = "public-answer" if step == "appraise" else None
            write_step(tx, won, step, by=make_signed(), outcome=outcome)
    before = [office.proceeding(id).clocks for id in (lost, won)]
    Correcting(office.register, GatheringRules(), office.clock).merge("concern-1", "concern-2", by=OFFICER)

    desk.submit("先发首报")
    with office.register.reading() as tx:
        answer = tx.clarifications.get(desk.id)
    assert answer is not None
    assert (answer.concern, answer.episode, answer.state) == (
        "concern-2",
        "concern-2:1",
        ClarificationState.SUBMITTED,
    )
    assert [step.id for step in office.proceeding(won).open_steps] == ["countersign"]
    assert [office.proceeding(id).clocks for id in (lost, won)] == before
    assert "水务局的情况通报随事项2014-1并入，在这里送审" in "".join(office.log_of("concern-2"))
