"""Readying: when an alert turns red, its four papers are there after one turn of the stage."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import pytest

from huiying.contacts import AddressBook, Contact, Emergency, Holder
from huiying.failures import NotAllowed, Unavailable
from huiying.finding import Finding, FindingKind
from huiying.level import Level
from huiying.messages import AlertRaised
from huiying.paper import BLANK, Paper, PaperKind
from huiying.person import Role, Signed
from huiying.post import ArchivedPost
from huiying.stage import Stage
from responders.preserving import PostsById
from responders.readying import Readying
from responders.stages import responder_stages
from responders.tasks.clocks import step_done
from tests.builders import NOON, make_archived, make_signed, person
from tests.registered import written
from tests.responders.office import SmallOffice, small_policy
from tests.responders.test_preserving import fate_of
from tests.steps import write_step

LI = person("李静")
BOOK = AddressBook(
    contacts=(
        Contact(
            unit="市政府总值班室",
            post="值班员",
            bureau=None,
            first=Holder(name="李静", phone="0411-12345"),
            stand_in=Holder(name="高远", phone="0411-12346"),
            levels=frozenset(Level),
        ),
        Contact(
            unit="市水务局",
            post="值班室",
            bureau="水务局",
            first=Holder(),
            stand_in=Holder(),
            levels=frozenset({Level.RED}),
        ),
        Contact(
            unit="市教育局",
            post="值班室",
            bureau="教育局",
            first=Holder(),
            stand_in=Holder(),
            levels=frozenset({Level.RED}),
        ),
    ),
    emergencies=(Emergency(service="消防", number="119"),),
)


@pytest.fixture
def office(register_url: str) -> Iterator[SmallOffice]:
    small = SmallOffice(register_url, small_policy(contacts=BOOK))
    yield small
    small.register.close()


def run(office: SmallOffice, posts: Mapping[str, ArchivedPost] | None = None) -> None:
    """One turn of every stage over all that was told; alerting first, as in the office."""

    def kept(ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        return {id: post for id, post in (posts or {}).items() if id in ids}

    for stage in responder_stages(office.register, office.rules, office.clock, kept):
        if wanted := [message for message in office.told() if isinstance(message, stage.reads)]:
            stage(wanted)


def stage_of(office: SmallOffice, name: str, posts: PostsById) -> Stage:
    """The stage of this name, with an archive that gives these posts."""
    stages = responder_stages(office.register, office.rules, office.clock, posts)
    return next(stage for stage in stages if stage.name == name)


def readying(office: SmallOffice) -> Readying:
    found = stage_of(office, Readying.name, lambda _: {})
    assert isinstance(found, Readying)
    return found


def newest(office: SmallOffice, episode: str = "concern-1:1") -> dict[PaperKind, Paper]:
    with office.register.reading() as tx:
        return tx.papers.newest(episode)


def text_of(paper: Paper) -> str:
    return "\n".join(f"{line.name}：{line.text}" for line in paper.lines)


def red(office: SmallOffice) -> None:
    """A concern of 水务局 whose alert is red."""
    office.burst(posts=200, kinds=5)
    office.alert()
    assert office.the_alert().level is Level.RED


def test_from_the_raised_alert_to_four_papers_is_one_turn(office: SmallOffice) -> None:
    red(office)
    run(office)

    papers = newest(office)
    assert set(papers) == set(PaperKind)
    assert {paper.made_at for paper in papers.values()} == {office.clock.now()}
    assert {paper.number for paper in papers.values()} == {1}
    assert "系统：备好快报、交办单、首次回应口径、通知名单（红色提示）" in office.log_of()


def test_the_flash_report_has_what_the_policy_suggests(office: SmallOffice) -> None:
    red(office)
    archived = make_archived("post-1", url="https://forum.example/1")
    with office.register.transaction() as tx:
        tx.posts.add_fates([fate_of(archived, "concern-1")])
    run(office, {"post-1": archived})

    flash = newest(office)[PaperKind.FLASH]
    names = [line.name for line in flash.lines]
    assert names == ["事项", "级别", "来源", "核实状态", "建议牵头单位", "时限及依据", "联系人"]
    assert "有反映称“向阳路幸福小区自来水管爆裂”" in text_of(flash)
    assert "共200条" in text_of(flash)
    assert "未核实" in text_of(flash)
    assert "市水务局（把握度90%）" in text_of(flash)
    assert "对外回应（对外）：2014年6月1日12:00前" in text_of(flash)
    assert "国办发〔2016〕61号" in text_of(flash)
    assert "李静　0411-12345" in text_of(flash)
    assert [link.text for link in flash.links] == ["https://forum.example/1"]


def test_the_assignment_has_what_is_asked_and_blanks_to_sign(office: SmallOffice) -> None:
    red(office)
    run(office)

    paper = newest(office)[PaperKind.ASSIGNMENT]
    [task] = office.tasks()
    assert f"要求：{task.asked}" in text_of(paper)
    assert f"签发：{BLANK}" in text_of(paper)
    assert "涉及职责事项：第8项" in text_of(paper)


def test_the_holding_statement_states_nothing_that_is_not_verified(office: SmallOffice) -> None:
    red(office)
    run(office)

    words = text_of(newest(office)[PaperKind.HOLDING])
    assert "有市民反映“向阳路幸福小区自来水管爆裂”，我们已关注到" in words
    assert "待填写：下一次信息将于＿＿发布" in words


def test_the_call_list_names_holder_and_stand_in_of_those_it_concerns(office: SmallOffice) -> None:
    red(office)
    run(office)

    calls = newest(office)[PaperKind.CALLS].calls
    assert [(call.unit, call.name, call.stand_in) for call in calls] == [
        ("市政府总值班室", "李静", "高远"),
        ("市水务局", "", ""),
    ]


def test_a_registered_matter_has_its_papers_without_any_post(office: SmallOffice) -> None:
    concern = office.registering.register(
        written(level=Level.RED, title="楼房着火有人被困", what="楼里着火，有人被困在楼上"), by=LI
    )
    run(office)

    papers = newest(office, concern.episode_id)
    flash = text_of(papers[PaperKind.FLASH])
    assert set(papers) == set(PaperKind)
    assert flash.startswith("人身安全：反映中提到人身危险：先打电话消防119")
    assert "由市政府总值班室领导交办获知" in flash
    assert "手工登记，尚无网上帖文" in flash
    assert f"建议牵头单位：{BLANK}" in flash
    assert "待填写：目前由＿＿核查处置。" in text_of(papers[PaperKind.HOLDING])


def test_no_new_version_is_made_while_nothing_that_counts_has_changed(office: SmallOffice) -> None:
    red(office)
    run(office)
    run(office)
    office.wait(minutes=5)
    run(office)

    assert {paper.number for paper in newest(office).values()} == {1}


def test_a_finding_makes_a_second_version_and_the_first_stays(office: SmallOffice) -> None:
    red(office)
    run(office)
    made = office.clock.now()
    office.wait(minutes=30)
    with office.register.transaction() as tx:
        tx.findings.insert(finding(office))
    run(office)

    with office.register.reading() as tx:
        versions = tx.papers.versions("concern-1:1", PaperKind.FLASH)
    assert [(paper.number, paper.made_at) for paper in versions] == [(1, made), (2, made + timedelta(minutes=30))]
    assert "责任单位已反馈（初报）：水管锈蚀" in text_of(versions[1])


def test_an_answered_matter_needs_no_more_papers(office: SmallOffice) -> None:
    red(office)
    run(office)
    made = newest(office)
    begun = office.proceeding()
    by = make_signed(at=office.wait(hours=3))
    with office.register.transaction() as tx:
        for step in ("appraise", "find", "draft", "countersign", "review", "sign", "publish"):
            write_step(tx, begun.id, step, by=by, outcome="public-answer" if step == "appraise" else None)
        step_done(tx, begun.episode, "respond", who="李静", at=by.at)
        tx.findings.insert(finding(office))
    run(office)

    assert newest(office) == made


def finding(office: SmallOffice) -> Finding:
    [task] = office.tasks()
    head = Signed(person="王", name="王局长", role=Role.BUREAU_HEAD, bureau="水务局", at=NOON)
    return Finding(
        id=f"{task.id}:1",
        task=task.id,
        concern=task.concern,
        bureau="水务局",
        kind=FindingKind.FIRST,
        facts="水管锈蚀",
        measures="正在抢修",
        next_steps="今晚恢复供水",
        responsible="抢修队",
        written=head,
        signed=head,
    )


@pytest.mark.parametrize("level", [Level.ORANGE, Level.YELLOW])
def test_below_red_they_are_made_when_a_person_asks(office: SmallOffice, level: Level) -> None:
    concern = office.registering.register(written(level=level), by=LI)
    run(office)
    assert newest(office, concern.episode_id) == {}

    readying(office).ask_for(concern.id, by=LI)
    assert set(newest(office, concern.episode_id)) == set(PaperKind)
    with pytest.raises(NotAllowed, match="没有变化"):
        readying(office).ask_for(concern.id, by=LI)


def test_of_a_closed_alert_none_are_made(office: SmallOffice) -> None:
    red(office)
    office.handling.close("concern-1:1", reason="误报", by=LI)
    run(office)
    assert newest(office) == {}


def test_they_do_not_wait_for_the_archive(office: SmallOffice) -> None:
    red(office)

    def away(ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        raise Unavailable(f"{len(ids)} posts cannot be read")

    with office.register.transaction() as tx:
        tx.posts.add_fates([fate_of(make_archived(), "concern-1")])
    stage = stage_of(office, Readying.name, away)
    stage([AlertRaised(alert="concern-1:1", concern="concern-1", source=None, level="red")])
    assert set(newest(office)) == set(PaperKind)
