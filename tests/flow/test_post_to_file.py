"""A matter goes from its posts to the archive: the stages and the people of one office, on both registers."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest

from huiying.clarification import ClarificationState, Text
from huiying.evaluation import Adoption, Promises
from huiying.failures import NotAllowed
from huiying.finding import FindingKind
from huiying.notice import About, Notice, NoticeState
from huiying.paper import Paper, PaperKind
from huiying.publication import Published
from huiying.task import Task, TaskState
from responders.proceedings.evaluating import Judged
from responders.proceedings.timeline import timeline
from tests.flow.matters import ANSWER, DANGER, HANDLER, HEAD, OFFICER, RUBBISH, SEATS, Matters, outward

_KEPT = Judged(questions_answered=True, promises=Promises.KEPT, adoption=Adoption.NONE)


@pytest.fixture
def office(register_url: str, tmp_path: Path) -> Iterator[Matters]:
    office = Matters(register_url, tmp_path)
    yield office
    office.chain.close()


def test_a_matter_goes_from_its_posts_to_the_archive(office: Matters, tmp_path: Path) -> None:
    office.arrive(*DANGER)
    concern = office.concern("自来水")
    first = office.proceeding(concern)
    [task] = office.tasks(concern)
    assert (task.bureau, task.state) == ("水务局", TaskState.SENT)
    assert set(outward(first.clocks)) == {"respond", "authoritative-information", "press-conference"}
    assert outward(task.clocks).items() <= outward(first.clocks).items()
    with office.chain.register.reading() as tx:
        papers = tx.papers.newest(concern.episode_id)
        _are_whole(papers, task)
        assert {kept.post for kept in tx.evidence.of_concern(concern.id)} == {
            fate.id for fate in tx.posts.of_concern(concern.id, limit=100)
        }
        [waiting] = tx.notices.pending(About.ALERT, [concern.episode_id])

    office.wait(minutes=5)
    office.people.handling.acknowledge(concern.episode_id, by=OFFICER)
    office.settle()
    _is_stopped(office, waiting)

    office.wait(minutes=5)
    office.people.appraising.appraise(first.id, outcome="public-answer", participants=("宣传部",), by=OFFICER)
    office.people.desk.sign_in(task.id, by=HANDLER)
    office.wait(hours=2)
    finding = office.report(task, FindingKind.FIRST)
    office.wait(minutes=10)
    answer = office.draft(concern, finding)
    office.pass_gates(answer)
    office.wait(minutes=10)
    published = office.publish(answer)
    office.settle()

    office.wait(hours=5)
    office.report(task, FindingKind.FINAL)
    office.people.deciding.finish_task(task.id, by=OFFICER)
    office.people.publishing.finish_following(answer, reasons="无后续", by=OFFICER)
    office.people.evaluating.evaluate(first.id, _KEPT, by=OFFICER)
    filed = office.people.evaluating.file(first.id, "thirty", by=OFFICER)
    office.settle()

    order = [step.id for step in filed.procedure.steps]
    ahead = ["discover", "gather", "designate", "assign", "appraise"]
    assert [done.step for done in filed.done] == ahead + order[order.index("find") :]
    assert set(order) == {done.step for done in filed.done}
    assert (filed.closed_at, filed.archive_term) == (office.clock.now(), "thirty")
    assert office.proceeding(concern) == filed
    assert outward(filed.clocks) == outward(first.clocks)
    assert [each.state for each in office.tasks(concern)] == [TaskState.CLOSED]
    assert outward(office.tasks(concern)[0].clocks) == outward(task.clocks)
    assert filed.evaluation is not None
    assert {each.clock: each.in_time for each in filed.evaluation.timeliness} == {"respond": True}

    with office.chain.register.reading() as tx:
        assert tx.papers.newest(concern.episode_id) == papers
    _is_what_was_signed(published, office.texts(answer)[-1], tmp_path / "publications")
    _is_told(office, concern.id)


def _are_whole(papers: Mapping[PaperKind, Paper], task: Task) -> None:
    """The four papers of a red alert say what is known, by when, and whom to call."""
    assert set(papers) == set(PaperKind)
    flash, assignment = ({line.name: line.text for line in papers[kind].lines} for kind in _OF_LINES)
    assert flash["级别"].startswith("红色提示")
    assert assignment["要求"] == task.asked
    assert all("国办发〔2016〕61号" in lines["时限及依据"] for lines in (flash, assignment))
    assert any("自来水发黄" in line.text for line in papers[PaperKind.HOLDING].lines)
    assert {"市政府总值班室", "市委宣传部"} <= {call.unit for call in papers[PaperKind.CALLS].calls}


_OF_LINES = (PaperKind.FLASH, PaperKind.ASSIGNMENT)


def _is_stopped(office: Matters, notice: Notice) -> None:
    with office.chain.register.reading() as tx:
        stopped = tx.notices.get(notice.id)
        assert tx.notices.pending(notice.about, [notice.subject]) == []
    assert stopped is not None
    assert (stopped.state, stopped.said) == (NoticeState.STOPPED, "高远已知悉")


def _is_what_was_signed(published: Published, signed: Text, folder: Path) -> None:
    assert published.publication.sha256 == signed.sha256
    [article] = folder.glob("2*.html")
    page = article.read_text("utf-8")
    read = [unescape(words) for words in re.findall(r"<(?:h1|p)>(.*?)</(?:h1|p)>", page)]
    assert read[:-1] == [signed.title, *(sentence.text for sentence in signed.sentences)]
    assert "".join(read[1:-1]) == ANSWER
    assert published.delivery is not None
    assert published.delivery.sha256 == hashlib.sha256(article.read_bytes()).hexdigest()


def _is_told(office: Matters, concern: str) -> None:
    """The record names who did what, each fact once, with its basis; the file that it is printed from is whole."""
    with office.chain.register.reading() as tx:
        found = tx.concerns.find(concern)
        assert found is not None
        entries = timeline(tx, found)
        assert list(tx.evidence.altered()) == []
        assert [each.signed is not None for each in tx.findings.of_concern(concern)] == [True, True]
        [answer] = tx.clarifications.of_concern(concern)
        standing = tx.reviews.of_text(answer.id, tx.clarifications.texts(answer.id)[-1].sha256)
    assert answer.state is ClarificationState.PUBLISHED
    assert standing is not None
    assert [record.by.name for record in standing.records] == [who.name for _, _, who in SEATS]
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    told = [(entry.who.split("（")[0], entry.what) for entry in entries]
    assert [line for line in told if not line[1].startswith("归为舆情事项")] == [
        ("公众", "最早帖文"),
        ("系统", "发出红色提示"),
        ("系统", "对外回应时限：11月21日20:00发现＋48小时＝11月23日20:00"),
        ("系统", "交办水务局"),
        ("系统", "备好快报、交办单、首次回应口径、通知名单（红色提示）"),
        (OFFICER.name, f"{OFFICER.name}知悉"),
        (HANDLER.name, "水务局签收"),
        (OFFICER.name, "办完“研判（会商）”：公开回应，会商：宣传部"),
        (HANDLER.name, "水务局填核查处置情况反馈（初报）"),
        (HEAD.name, "签水务局核查处置情况反馈（初报）"),
        (HANDLER.name, "保存情况通报第 3 版“关于泉水街道自来水发黄的情况通报”"),
        (HANDLER.name, "办完“起草回应稿”"),
        *((who.name, f"第 3 版{words}") for (_, _, who), words in zip(SEATS, _SAID_AT_EACH_SEAT, strict=True)),
        (OFFICER.name, "第 3 版（首报）放行到政府网站“回应关切”专栏"),
        ("系统", "已发布到市政府网站“回应关切”专栏"),
        ("系统", "政府网站“回应关切”专栏的链接"),
        (HANDLER.name, "水务局填核查处置情况反馈（办结）"),
        (HEAD.name, "签水务局核查处置情况反馈（办结）"),
        (OFFICER.name, "办完“持续发布”"),
        (OFFICER.name, "办完“评估（含采纳公开）”"),
        (OFFICER.name, "办完“归档”"),
        (OFFICER.name, "水务局的任务办结"),
    ]
    bases = {entry.what: entry.basis for entry in entries}
    assert "国办发〔2016〕61号" in bases["交办水务局"]
    assert bases["办完“持续发布”"] == "无后续"
    assert bases["办完“评估（含采纳公开）”"].startswith("对外回应按时，关切已逐项回答")
    assert bases["办完“归档”"] == "保管期限30年"


_SAID_AT_EACH_SEAT = (
    "审核会签“市委宣传部”同意",
    "审核会签“市委网信办”同意",
    "公开审查（含保密审查）“初审”予以公开",
    "公开审查（含保密审查）“复审”予以公开",
    "签发“签发”同意签发",
)


def test_a_text_changed_after_its_signature_has_no_way_to_the_public(office: Matters, tmp_path: Path) -> None:
    office.arrive(*DANGER)
    concern = office.concern("自来水")
    started = office.proceeding(concern)
    [task] = office.tasks(concern)
    office.people.appraising.appraise(started.id, outcome="public-answer", by=OFFICER)
    office.people.desk.sign_in(task.id, by=HANDLER)
    finding = office.report(task, FindingKind.FIRST)
    answer = office.draft(concern, finding)
    office.pass_gates(answer)
    assert office.proceeding(concern).done_as("sign") is not None

    last = office.texts(answer)[-1]
    other = ANSWER.replace("14处", "3处")
    text = office.people.drafting.write(answer, last.title, other, after=last.number, by=HANDLER)
    stands = office.proceeding(concern)
    assert [stands.done_as(step) for step in ("countersign", "review", "sign")] == [None, None, None]
    with pytest.raises(NotAllowed, match="还不能发布"):
        office.publish(answer)
    office.settle()
    assert not (tmp_path / "publications").exists()

    text = office.people.drafting.write(answer, last.title, ANSWER, after=text.number, by=HANDLER)
    office.hand_in(answer, text, finding)
    office.wait(hours=1)
    office.publish(answer)
    assert office.proceeding(concern).done_as("publish") is not None
    assert outward(office.proceeding(concern).clocks) == outward(started.clocks)


def test_a_merger_on_the_way_takes_the_task_along_and_moves_no_outward_clock(office: Matters) -> None:
    office.arrive(*RUBBISH)
    office.wait(minutes=40)
    office.arrive(*DANGER)
    lost, won = office.concern("垃圾"), office.concern("自来水")
    [helping], [leading] = office.tasks(lost), office.tasks(won)
    before = {helping.id: outward(helping.clocks), leading.id: outward(leading.clocks)}
    clocks = outward(office.proceeding(won).clocks)

    office.people.correcting.merge(lost.id, won.id, by=OFFICER)
    office.settle()

    ended = office.proceeding(lost)
    assert (ended.closed_at, ended.joined) == (office.clock.now(), won.number)
    with pytest.raises(NotAllowed, match=f"已并入{won.number}"):
        office.people.appraising.appraise(ended.id, outcome="no-answer", reasons="并入", by=OFFICER)
    tasks = {each.id: each for each in office.tasks(won)}
    assert {id: outward(each.clocks) for id, each in tasks.items()} == before
    assert [each.bureau for each in tasks.values() if each.leads and each.state is not TaskState.CLOSED] == ["水务局"]
    assert outward(office.proceeding(won).clocks) == clocks
    office.people.desk.sign_in(leading.id, by=HANDLER)
    office.people.appraising.appraise(office.proceeding(won).id, outcome="public-answer", by=OFFICER)
    assert outward(office.proceeding(won).clocks) == clocks


def test_a_matter_that_is_not_answered_is_filed_at_once(office: Matters) -> None:
    office.arrive(*RUBBISH)
    concern = office.concern("垃圾")
    id = office.proceeding(concern).id
    office.people.appraising.appraise(id, outcome="no-answer", reasons="已由12345答复", by=OFFICER)
    office.settle()
    assert {each.state for each in office.tasks(concern)} <= {TaskState.CLOSED}
    filed = office.people.evaluating.file(id, "ten", by=OFFICER)
    assert filed.closed_at == office.clock.now()
    done = [each.step for each in filed.done]
    assert done[-2:] == ["appraise", "file"]
    assert not {"find", "draft", "publish", "evaluate"} & set(done)
    with pytest.raises(NotAllowed, match="已归档"):
        office.people.appraising.appraise(id, outcome="public-answer", reasons="再议", by=OFFICER)
