"""A personal request is counted from its receipt, answered once, carried out, and its asker's words are forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying.archive.sqlite import SqliteArchive
from huiying.bus.sqlite import SqliteBus
from huiying.clock import SetClock
from huiying.failures import NotAllowed, Stale
from huiying.intake import Intake, post_id
from huiying.person import Role
from huiying.personal_request import Outcome, PersonalRequest, Right, Wording
from huiying.post import ArchivedPost, RawPost, SourceKind
from huiying.register.personal_requests import RequestCounts
from huiying.register.register import Register
from responders.personal.answering import Answering, Decision
from responders.personal.receiving import Asked, Receiving, TooMany
from tests.builders import make_archived, person
from tests.console.night import NOW, shipped_rules

LINK = "https://forum.example/thread/7"
POST = post_id("forum", LINK)
OFFICER, ADMINISTRATOR = person("林知夏"), person("罗嘉", Role.ADMINISTRATOR)


class Desk:
    """Both sides of a request over real stores."""

    def __init__(self, register_url: str, folder: Path) -> None:
        self.clock = SetClock(NOW)
        self.register = Register(register_url, self.clock)
        self.archive = SqliteArchive(folder / "archive.db")
        self.receiving = Receiving(self.register, shipped_rules(), self.clock)
        self.answering = Answering(self.register, self.archive, shipped_rules(), self.clock)
        self.archive.store([self.post()])

    def post(self) -> ArchivedPost:
        return make_archived(POST, source="forum", url=LINK, text="幸福小区3号楼2单元的老周家天天放鞭炮")

    def ask(self, right: str = "delete") -> PersonalRequest:
        form = self.receiving.open_form()
        self.wait(minutes=1)
        asked = Asked(right=right, link=LINK, reasons="写了我家的住址", reply="", form=form)
        return self.receiving.receive(asked).request

    def wait(self, **time: float) -> None:
        self.clock.set(self.clock.now() + timedelta(**time))

    @property
    def kept(self) -> ArchivedPost | None:
        return self.archive.get([POST]).get(POST)

    def words(self, request: PersonalRequest) -> object:
        with self.register.reading() as tx:
            return tx.personal_requests.words(request.id)


@pytest.fixture
def desk(register_url: str, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(register_url, tmp_path)
    yield desk
    desk.archive.close()
    desk.register.close()


def deletion(*posts: str) -> Decision:
    return Decision(outcome=Outcome.DELETED, words="已删除", posts=posts or (POST,))


def test_the_days_are_working_days_from_the_day_after(desk: Desk) -> None:
    request = desk.ask()
    assert request.id == "2026-1"
    assert request.due_at == datetime(2026, 12, 11, 15, 59, 59, tzinfo=UTC), "15 working days from Sunday 22 November"
    assert request.term == "收到次日起 15 个工作日（本单位自定）"
    desk.wait(days=20)
    with desk.register.reading() as tx:
        assert tx.personal_requests.counts(desk.clock.now()) == RequestCounts(open=1, overdue=1)


def test_a_deleted_post_is_gone_and_does_not_come_back(desk: Desk, tmp_path: Path) -> None:
    assert [one.post.id for one in desk.answering.posts_at("http://forum.example/thread/7/#reply")] == [POST]
    request = desk.ask()
    desk.answering.answer(request.id, deletion(), by=OFFICER)
    assert desk.kept is None
    desk.archive.store([desk.post()])
    desk.answering.forget(desk.clock.now())
    assert desk.kept is None, "what was still on its way is deleted when it arrived"
    from_source = RawPost(
        source="forum", source_kind=SourceKind.FORUM, key=LINK, url=LINK, text="改过的文字还是那一家"
    )
    bus = SqliteBus(tmp_path / "bus.db")
    result = Intake(desk.register, bus, desk.clock, shipped_rules().intake).take([from_source])
    bus.close()
    assert (result.new, result.changed, result.known, result.rejected) == (0, 0, 1, ())


def test_a_deletion_that_the_archive_missed_is_made_up_for(desk: Desk) -> None:
    with desk.register.transaction() as tx:
        tx.personal_requests.withhold([POST], desk.clock.now(), deleted=True)
        tx.personal_requests.withhold([POST], desk.clock.now(), deleted=False)
    desk.answering.forget(desk.clock.now())
    assert desk.kept is None


def test_words_that_are_masked_further_stay_masked(desk: Desk) -> None:
    request = desk.ask("correct")
    decision = Decision(outcome=Outcome.MASKED, words="已遮蔽楼栋", posts=(POST,), hide=("3号楼2单元", "老周"))
    desk.answering.answer(request.id, decision, by=OFFICER)
    assert desk.kept is not None
    assert desk.kept.post.text == "幸福小区〔遮蔽〕的〔遮蔽〕家天天放鞭炮"
    desk.archive.store([desk.post()])
    desk.answering.forget(desk.clock.now())
    assert desk.kept.post.text == "幸福小区〔遮蔽〕的〔遮蔽〕家天天放鞭炮"
    with desk.register.reading() as tx:
        assert tx.personal_requests.withheld([POST]) == {POST}
        assert "老周" not in repr([*tx.audit.entries(), *tx.personal_requests.all()])


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision(outcome=Outcome.REFUSED, words=" "), "须说明理由"),
        (Decision(outcome=Outcome.REFUSED, words="机密★1年"), "密"),
        (Decision(outcome=Outcome.DELETED, words="已删除"), "须写明是哪些帖文"),
        (Decision(outcome=Outcome.DELETED, words="已删除", posts=("nothing",)), "帖文库里没有帖文 nothing"),
        (Decision(outcome=Outcome.NOT_OURS, words="不是本单位的", posts=(POST,)), "不处理帖文"),
        (Decision(outcome=Outcome.MASKED, words="已遮蔽", posts=(POST,)), "要遮蔽哪些文字"),
        (Decision(outcome=Outcome.MASKED, words="已遮蔽", posts=(POST,), hide=("没有的字",)), "没有找到"),
    ],
)
def test_half_an_answer_does_nothing(desk: Desk, decision: Decision, said: str) -> None:
    request = desk.ask()
    with pytest.raises(NotAllowed, match=said):
        desk.answering.answer(request.id, decision, by=OFFICER)
    assert desk.kept == desk.post()
    with desk.register.reading() as tx:
        found = tx.personal_requests.get(request.id)
    assert found == request


def test_it_is_answered_once_by_those_who_may(desk: Desk) -> None:
    request = desk.ask()
    with pytest.raises(NotAllowed, match="不能办理个人信息请求"):
        desk.answering.answer(request.id, deletion(), by=person("程砚北", Role.SIGNER))
    refusal = Decision(outcome=Outcome.REFUSED, words="帖文里没有您的个人信息")
    answered = desk.answering.answer(request.id, refusal, by=ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="已由罗嘉答复：不予办理"):
        desk.answering.answer(request.id, deletion(), by=OFFICER)
    assert desk.kept is not None
    with pytest.raises(Stale), desk.register.transaction() as tx:
        tx.personal_requests.save(answered, 1)


def test_what_the_asker_wrote_is_forgotten_and_the_request_is_not(desk: Desk) -> None:
    first, second = desk.ask(), desk.ask("explain")
    desk.answering.answer(first.id, Decision(outcome=Outcome.NOT_OURS, words="不是本单位的"), by=OFFICER)
    desk.wait(days=180)
    desk.answering.forget(desk.clock.now() - timedelta(seconds=1))
    assert desk.words(first) is not None
    desk.wait(seconds=1)
    desk.answering.forget(desk.clock.now())
    assert desk.words(first) is None
    assert desk.words(second) is not None, "one without an answer is not forgotten"
    with desk.register.reading() as tx:
        assert [each.id for each in tx.personal_requests.all()] == [second.id, first.id]
        [*_, last] = tx.audit.entries()
    assert (last.deed.act, last.deed.note) == ("forget", "请求人所写到期删除 1 件")


def test_more_than_the_office_can_take_comes_by_another_way(desk: Desk) -> None:
    limits = shipped_rules().public.requests
    with desk.register.transaction() as tx:
        before = tx.personal_requests
        for number in range(limits.all_per_hour):
            request = PersonalRequest(
                id=f"2025-{number}",
                right=Right.DELETE,
                asked_at=desk.clock.now(),
                due_at=desk.clock.now(),
                term="",
            )
            before.insert(request, f"receipt-{number}", Wording(link=LINK, reasons="", reply=""))
    with pytest.raises(TooMany, match="按页尾的电话、地址联系"):
        desk.ask()
    desk.wait(hours=1)
    desk.ask()
