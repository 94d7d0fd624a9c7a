"""What passed its gates is put in its place, proved there, followed up, and taken back without a trace lost."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.clarification import ClarificationState
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.leasing import Lease
from huiying.policy.publishing import LinkRules
from huiying.publication import Channel, Part, QuestionAnswered
from responders.answers.gate_timers import gate_tick, prove_links, publication_tick
from responders.answers.ordering import Order
from responders.answers.publishing import Publishing
from responders.channels.reported import Appointment, Report
from responders.channels.website import WebsiteEndpoint
from responders.ticking import Ticker
from tests.responders.answer import ANSWER, OFFICER, Answer
from tests.responders.local_pages import LocalPages, local_pages
from tests.responders.office import SmallOffice

HERE = LinkRules(private_addresses=True, retry_minutes=15, attempts=3, seconds=5)


@pytest.fixture
def answer(office: SmallOffice, tmp_path: Path) -> Answer:
    passed = Answer(office, tmp_path / "site")
    passed.pass_gates()
    return passed


@pytest.fixture
def site() -> Iterator[LocalPages]:
    with local_pages() as pages:
        yield pages


def endpoint(answer: Answer, site: LocalPages) -> Publishing:
    adapter = WebsiteEndpoint(f"{site.address}/articles", seconds=5)
    return Publishing(answer.office.register, answer.office.rules, {Channel.WEBSITE: adapter}, answer.office.clock)


def page(answer: Answer, *, title: str = "关于水管爆裂的情况通报", but: str = "") -> str:
    body = "".join(f"<p>{sentence.text}</p>" for sentence in answer.text.sentences if sentence.text != but)
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def reported(answer: Answer, link: str = "") -> str:
    """A publication on the microblog that somebody reported."""
    released = answer.publishing.publish(ANSWER, Order(channel=Channel.MICROBLOG), by=OFFICER)
    report = Report(place="@本市发布", at=answer.office.clock.now(), link=link)
    answer.publishing.report(released.publication.id, report, by=OFFICER)
    return released.publication.id


def test_the_column_has_an_article_and_an_index_and_the_matter_says_when(answer: Answer) -> None:
    published = answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    article = (answer.folder / "2014-0001-website.html").read_bytes()
    assert published.delivery is not None
    assert published.delivery.sha256 == hashlib.sha256(article).hexdigest()
    assert published.delivery.link == "http://www.example.gov.cn/hygq/2014-0001-website.html"
    index = (answer.folder / "index.html").read_text("utf-8")
    assert '<a href="2014-0001-website.html">关于水管爆裂的情况通报</a>（首报）2014年5月30日' in index
    with answer.office.register.reading() as tx:
        [kept] = tx.publications.of_concern("concern-1")
        found = tx.clarifications.get(ANSWER)
    assert kept.at == answer.office.clock.now()
    assert found is not None
    assert found.state is ClarificationState.PUBLISHED
    assert answer.done()[-1] == "publish"


def test_what_a_text_says_is_no_markup_in_the_article(office: SmallOffice, tmp_path: Path) -> None:
    answer = Answer(office, tmp_path / "site")
    answer.write("<script>alert(1)</script>水压<0.1兆帕。")
    answer.pass_gates()
    answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    article = (answer.folder / "2014-0001-website.html").read_text("utf-8")
    assert "<script>" not in article
    assert "&lt;script&gt;alert(1)&lt;/script&gt;水压&lt;0.1兆帕。" in article


def test_an_endpoint_is_handed_the_article_and_its_link_is_kept(answer: Answer, site: LocalPages) -> None:
    published = endpoint(answer, site).publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    assert published.delivery is not None
    assert published.delivery.link == "http://www.example.gov.cn/hygq/1.html"
    [(method, key, body)] = site.sent
    assert (method, bytes.fromhex(key).decode(), body["title"]) == ("PUT", "2014-0001:website", answer.text.title)


def test_an_endpoint_that_is_away_is_tried_again_and_gets_one_article(answer: Answer, site: LocalPages) -> None:
    site.answer = (503, b"")
    publishing = endpoint(answer, site)
    published = publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    assert published.at is None
    assert "publish" not in answer.done()
    assert "还没有发到政府网站“回应关切”专栏，稍后自动再送" in answer.office.log_of()[0]
    site.answer = LocalPages().answer
    for _ in range(2):
        publishing.deliver_waiting()
    assert len({key for _, key, _ in site.sent}) == 1
    assert len(site.sent) == 2
    assert answer.done()[-1] == "publish"


def test_what_waits_is_not_delivered_once_its_text_was_changed(answer: Answer, site: LocalPages) -> None:
    site.answer = (503, b"")
    publishing = endpoint(answer, site)
    publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    answer.write("另一稿。")
    site.answer = LocalPages().answer
    for _ in range(2):
        publishing.deliver_waiting()
    assert len(site.sent) == 1
    assert [line for line in answer.office.log_of() if "未能发到" in line] == [
        "系统：未能发到政府网站“回应关切”专栏：第 2 版还不能发布：这一稿还没有送审"
    ]


def test_an_endpoint_that_refuses_says_so(answer: Answer, site: LocalPages) -> None:
    site.answer = (403, b"")
    with pytest.raises(NotAllowed, match=r"网站接口拒绝了这篇文章（403）"):
        endpoint(answer, site).publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)


def test_a_person_reports_what_no_machine_can_publish(answer: Answer) -> None:
    released = answer.publishing.publish(ANSWER, Order(channel=Channel.GAZETTE), by=OFFICER)
    assert released.at is None
    now = answer.office.wait(hours=2)
    with pytest.raises(NotAllowed, match="登记发布须写明：公报哪一期"):
        answer.publishing.report(released.publication.id, Report(place=" ", at=now), by=OFFICER)
    late = Report(place="第12期", at=now + timedelta(minutes=1))
    with pytest.raises(NotAllowed, match="在此刻之后"):
        answer.publishing.report(released.publication.id, late, by=OFFICER)
    answer.publishing.report(released.publication.id, Report(place="第12期第3页", at=now), by=OFFICER)
    with pytest.raises(NotAllowed, match="已登记过"):
        answer.publishing.report(released.publication.id, Report(place="第12期第3页", at=now), by=OFFICER)
    assert answer.office.log_of()[0] == "高远：已发布到第12期第3页"


def test_a_press_conference_has_its_time_and_its_sheet_of_answers(answer: Answer) -> None:
    with pytest.raises(NotAllowed, match="新闻发布会须约定此刻之后的时间"):
        answer.publishing.publish(ANSWER, Order(channel=Channel.CONFERENCE), by=OFFICER)
    at = answer.office.clock.now() + timedelta(hours=3)
    order = Order(channel=Channel.CONFERENCE, appointment=Appointment(at=at))
    with pytest.raises(NotAllowed, match="至少一问一答"):
        answer.publishing.publish(ANSWER, order, by=OFFICER)
    sheet = (QuestionAnswered(question="何时恢复？", answer="已于12时恢复。"),)
    order = Order(channel=Channel.CONFERENCE, appointment=Appointment(at=at, questions=sheet))
    assert answer.publishing.publish(ANSWER, order, by=OFFICER).publication.questions == sheet


def test_a_link_is_fetched_hashed_compared_and_kept(answer: Answer, site: LocalPages) -> None:
    content = page(answer)
    id = reported(answer, site.show("/1", content))
    prove_links(answer.office.register, HERE, answer.office.clock.now())
    with answer.office.register.reading() as tx:
        [check] = tx.publications.checks(id)
        assert tx.publications.page(id) == content.encode()
    assert check.sha256 == hashlib.sha256(content.encode()).hexdigest()
    assert (check.holds_text, check.what) == (True, "标题、正文与签发的文稿一致")


def test_a_page_that_says_otherwise_is_said_to(answer: Answer, site: LocalPages) -> None:
    id = reported(answer, site.show("/1", page(answer, title="别的标题", but="水管已于12时修复。")))
    prove_links(answer.office.register, HERE, answer.office.clock.now())
    with answer.office.register.reading() as tx:
        [check] = tx.publications.checks(id)
    assert check.what == "标题不一致（网页：“别的标题”）；有 1 句没有找到，第一句是“水管已于12时修复。”，请核对"
    assert not check.holds_text


def test_a_link_that_cannot_be_reached_is_tried_again_until_its_attempts_run_out(
    answer: Answer, site: LocalPages
) -> None:
    id = reported(answer, f"{site.address}/later")
    for _ in range(6):
        prove_links(answer.office.register, HERE, answer.office.clock.now())
        answer.office.wait(minutes=10)
    with answer.office.register.reading() as tx:
        checks = tx.publications.checks(id)
    assert [check.what for check in checks] == ["网站答复 404，没有取到网页"] * 3
    assert len([line for line in answer.office.log_of() if "没有取到" in line]) == 1


@pytest.mark.parametrize("way", ["directly", "by redirection"])
def test_a_link_does_not_lead_into_the_house(answer: Answer, site: LocalPages, way: str) -> None:
    inside = site.show("/secret", "内网")
    rules = HERE.model_copy(update={"private_addresses": False})
    if way == "by redirection":
        inside = site.show("/r", "", status=302, Location="ftp://127.0.0.1/etc/passwd")
        rules = HERE
    id = reported(answer, inside)
    prove_links(answer.office.register, rules, answer.office.clock.now())
    with answer.office.register.reading() as tx:
        [check] = tx.publications.checks(id)
    assert not check.reached
    assert ("内网地址" if way == "directly" else "不是 http 或 https 链接") in check.what


def test_a_page_without_end_is_not_kept(answer: Answer, site: LocalPages) -> None:
    id = reported(answer, site.show("/1", "字" * 2000))
    prove_links(answer.office.register, HERE.model_copy(update={"largest_bytes": 1000}), answer.office.clock.now())
    with answer.office.register.reading() as tx:
        assert tx.publications.page(id) is None


def test_a_site_that_hands_its_page_out_drop_by_drop_is_given_up(answer: Answer, site: LocalPages) -> None:
    id = reported(answer, site.show("/1", "字" * 40))
    site.drip_seconds = 0.1
    prove_links(answer.office.register, HERE.model_copy(update={"seconds": 1}), answer.office.clock.now())
    site.drip_seconds = 0.0
    with answer.office.register.reading() as tx:
        [check] = tx.publications.checks(id)
    assert (check.reached, check.what) == (False, "网站 1 秒内没有给完网页")


def test_what_ticks_proves_links_and_tell_of_consents_that_lapsed(answer: Answer, site: LocalPages) -> None:
    id = reported(answer, site.show("/1", page(answer)))
    answer.write("另一稿。")
    answer.by_telephone(Gate.CONTENT, "publicity")
    now = answer.office.wait(hours=7)
    office = answer.office
    ticks = (gate_tick(office.register), publication_tick(office.register, HERE, answer.publishing))
    Ticker(ticks, Lease(office.register, "timers", "one"), office.clock).tick(now)
    with office.register.reading() as tx:
        assert [check.reached for check in tx.publications.checks(id)] == [True]
    assert any("电话同意逾期未补签" in line for line in office.log_of())
    assert any("审核会签已超时" in line for line in office.log_of())


def test_a_correction_is_a_new_text_through_all_gates(answer: Answer) -> None:
    answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    answer.office.wait(hours=1)
    answer.write("水管已于11时修复。")
    correction = Order(channel=Channel.WEBSITE, part=Part.CORRECTION)
    with pytest.raises(NotAllowed, match="第 2 版还不能发布"):
        answer.publishing.publish(ANSWER, correction, by=OFFICER)
    answer.pass_gates()
    answer.publishing.publish(ANSWER, correction, by=OFFICER)
    index = (answer.folder / "index.html").read_text("utf-8")
    assert index.index("（更正）") < index.index("（首报）")


def test_the_last_part_ends_the_following_up(answer: Answer) -> None:
    with pytest.raises(NotAllowed, match="第 1 版还没有发布"):
        answer.publishing.finish_following(ANSWER, reasons="无后续", by=OFFICER)
    answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    answer.write("终报：已全部修复。")
    answer.pass_gates()
    answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE, part=Part.FINAL), by=OFFICER)
    assert answer.done() == ["countersign", "review", "sign", "publish", "follow-up"]


def test_following_up_is_ended_for_stated_reasons(answer: Answer) -> None:
    answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    with pytest.raises(NotAllowed, match="须写明理由"):
        answer.publishing.finish_following(ANSWER, reasons=" ", by=OFFICER)
    answer.publishing.finish_following(ANSWER, reasons="已一次说清，无后续", by=OFFICER)
    assert answer.done()[-1] == "follow-up"


def test_what_is_taken_back_leaves_the_index_and_stays_known(answer: Answer) -> None:
    published = answer.publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    with pytest.raises(NotAllowed, match="撤下须写明理由"):
        answer.publishing.withdraw(published.publication.id, reasons="", by=OFFICER)
    gone = answer.publishing.withdraw(published.publication.id, reasons="时间有误", by=OFFICER)
    assert gone.withdrawal is not None
    assert gone.delivery is not None
    assert "共 0 篇" in (answer.folder / "index.html").read_text("utf-8")
    assert "本文已撤下：时间有误" in (answer.folder / "2014-0001-website.html").read_text("utf-8")
    with pytest.raises(NotAllowed, match="已经从"):
        answer.publishing.withdraw(published.publication.id, reasons="再撤", by=OFFICER)


def test_a_place_that_does_not_take_its_article_down_is_told_to_people(answer: Answer, site: LocalPages) -> None:
    publishing = endpoint(answer, site)
    published = publishing.publish(ANSWER, Order(channel=Channel.WEBSITE), by=OFFICER)
    site.answer = (503, b"")
    assert publishing.withdraw(published.publication.id, reasons="时间有误", by=OFFICER).withdrawal
    assert "撤下已记录，但政府网站“回应关切”专栏上还在" in answer.office.log_of()[0]
