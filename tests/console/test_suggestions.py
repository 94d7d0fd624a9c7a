"""提示 and 存疑对照 on a concern's page: suggested by signs, answered by people, and never counted as a verdict."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from console.app import create_app
from console.contrasts import view_contrasts
from console.wiring import Office
from consumers.judging.judge import Judge
from consumers.judging.rumours import Contrast, Contrasting
from huiying.clarification import ClarificationKind, EvidenceKind
from huiying.correction import Judgement
from huiying.person import Role
from huiying.policy.city import read_city
from huiying.policy.rumours import read_rumours
from huiying.post import Post, SourceKind
from huiying.settings import read_settings
from tests.builders import make_archived, make_post, person
from tests.console.client import Client
from tests.console.night import Night, NoFile
from tests.consumers.judging.conftest import judge
from tests.shipped import SHIPPED_OFFICE

__all__ = ["judge"]

FORM = {"content-type": "application/x-www-form-urlencoded"}
INTEREST = "涉及公众切身利益且产生较大影响的"
TAG = "须首先回应"


def answer(client: Client, category: str, said: str, judgement: str = "first-answer") -> httpx.Response:
    fields = {"judgement": judgement, "category": category, "answer": said}
    return client.post("/concerns/c-1/suggestions", data=fields, headers=FORM)


def answers_stored(night: Night, concern: str = "c-1") -> list[tuple[str, ...]]:
    with night.register.reading() as tx:
        return [one.said for one in tx.corrections.said_of_concern(concern)]


@pytest.fixture
def dry(night: Night) -> Night:
    """A concern with two posts about water that is off in a whole estate, and one about a lamp."""
    night.matter("c-1", "全小区停水", posts=3)
    night.post("p-1", "c-1", "我们全小区停水两天了，没人管")
    night.post("p-2", "c-1", "居民们都没自来水用，几百户啊", minutes=10)
    night.post("p-3", "c-1", "门口的路灯坏了", minutes=5)
    return night


def rows_of(client: Client) -> str:
    return client.get("/queue").text


@pytest.mark.usefixtures("dry")
def test_the_page_asks_for_both_sections_once_it_stands(client: Client) -> None:
    page = client.get("/concerns/c-1").text
    for section in ("suggestions", "contrasts"):
        assert f'hx-get="/concerns/c-1/{section}" hx-trigger="load"' in page
    assert INTEREST not in page


@pytest.mark.usefixtures("dry")
def test_a_suggestion_stands_with_its_clause_its_mark_its_words_and_in_how_many_posts(client: Client) -> None:
    section = client.get("/concerns/c-1/suggestions").text
    assert INTEREST in section
    assert "国办发〔2016〕61号 五类重点回应第二类" in section
    assert "（M 第三方转载，全文未核）" in section
    for word in ("停水", "自来水", "全小区", "几百户"):
        assert f"<mark>{word}</mark>" in section
    assert '<span class="num">2 条</span>' in section
    assert "最近 3 条帖文" in section


def test_where_nothing_is_suggested_the_section_says_so(night: Night, client: Client) -> None:
    night.matter("c-1", "路灯")
    night.post("p-1", "c-1", "门口的路灯坏了")
    assert "看了最近 1 条帖文，没有像五类重点回应" in client.get("/concerns/c-1/suggestions").text


@pytest.mark.usefixtures("dry")
def test_a_mere_suggestion_is_no_tag_in_the_queue(client: Client) -> None:
    client.get("/concerns/c-1/suggestions")
    assert TAG not in rows_of(client)


def test_who_confirmed_and_when_is_shown_and_the_queue_has_its_tag(dry: Night, client: Client) -> None:
    told = answer(client, "interest", "confirmed")
    assert told.status_code == 200
    for section in (told.text, client.get("/concerns/c-1/suggestions").text):
        assert "值班员 02:14 确认" in section
    assert TAG in rows_of(client)
    with dry.register.reading() as tx:
        [stored] = tx.corrections.said_of_concern("c-1")
    assert (stored.judgement, stored.said) == (Judgement.FIRST_ANSWER, ("confirmed", "interest"))
    assert (stored.who, stored.at, stored.note) == ("值班员", dry.clock.now(), INTEREST)
    assert f"值班员：重点回应，确认：{INTEREST}" in client.get("/concerns/c-1").text


def test_a_second_answer_stands_and_the_first_is_kept(dry: Night, client: Client) -> None:
    answer(client, "interest", "confirmed")
    dry.at(-3)
    assert "值班员 02:17 不是" in answer(client, "interest", "denied").text
    assert TAG not in rows_of(client)
    assert answers_stored(dry) == [("denied", "interest"), ("confirmed", "interest")]


@pytest.mark.usefixtures("dry")
def test_each_category_has_an_answer_of_its_own(client: Client) -> None:
    answer(client, "interest", "confirmed")
    answer(client, "emergency", "denied")
    assert TAG in rows_of(client)
    section = client.get("/concerns/c-1/suggestions").text
    assert section.count("没有见到它的迹象") == 1, "the emergency is answered and not suggested"


def test_a_point_of_collection_needs_no_first_answer(dry: Night, client: Client) -> None:
    assert answer(client, "emergency", "confirmed", "collection-point").status_code == 200
    assert TAG not in rows_of(client)
    assert answers_stored(dry) == [("confirmed", "emergency")]


def test_the_same_answer_is_not_written_twice(dry: Night, client: Client) -> None:
    answer(client, "interest", "confirmed")
    assert "没有重复登记" in answer(client, "interest", "confirmed").text
    assert len(answers_stored(dry)) == 1


@pytest.mark.parametrize(
    ("category", "said", "judgement"),
    [
        ("nothing", "confirmed", "first-answer"),
        ("interest", "confirmed", "collection-point"),
        ("interest", "perhaps", "first-answer"),
        ("interest", "confirmed", "lead"),
        ("", "", ""),
    ],
)
def test_what_is_no_category_or_no_answer_is_refused_and_not_stored(
    dry: Night, client: Client, category: str, said: str, judgement: str
) -> None:
    told = answer(client, category, said, judgement)
    assert told.status_code == 409
    assert "没有记下" in told.text
    assert answers_stored(dry) == []


def test_a_confirmation_goes_along_into_the_concern_it_is_merged_into(dry: Night, client: Client) -> None:
    dry.matter("c-2", "又停水了")
    answer(client, "interest", "confirmed")
    client.post("/concerns/c-1/merge", data={"number": "2026-2", "note": "同一件事"}, headers=FORM)
    assert answers_stored(dry, "c-2") == [("confirmed", "interest")]
    assert "值班员 02:14 确认" in client.get("/concerns/c-2/suggestions").text


def test_no_deadline_heat_or_message_comes_of_an_answer(dry: Night, client: Client) -> None:
    with dry.register.reading() as tx:
        before = tx.concerns.find("c-1"), tx.alerts.for_concern("c-1")
    dry.relay()
    newest = dry.relay()
    answer(client, "interest", "confirmed")
    with dry.register.reading() as tx:
        assert (tx.concerns.find("c-1"), tx.alerts.for_concern("c-1")) == before
    assert dry.relay() == newest


def test_without_the_archive_what_people_said_is_shown_and_can_be_said(dry: Night, client: Client) -> None:
    answer(client, "interest", "confirmed")
    client = Client(create_app(dry.console(archive=NoFile(), contrast=lambda _: ())))
    section = client.get("/concerns/c-1/suggestions").text
    assert "帖文库暂时连不上" in section
    assert "值班员 02:14 确认" in section
    assert answer(client, "interest", "denied").status_code == 200
    assert "帖文库暂时连不上，没有对照" in client.get("/concerns/c-1/contrasts").text


def contrasting(night: Night, judge: Judge) -> Contrasting:
    return Contrasting(night.archive, read_rumours(SHIPPED_OFFICE), read_city(SHIPPED_OFFICE), judge.clues.words_in)


def with_a_published_price(night: Night) -> None:
    night.matter("c-1", "水价", posts=2)
    night.matter("c-official", "通告")
    night.post("p-1", "c-1", "听说居民生活用水价格每吨涨到五块钱，是真的吗？请回电〔电话〕")
    night.post(
        "o-1",
        "c-official",
        "居民生活用水价格本年度不作调整，仍执行每吨3.25元的标准。",
        minutes=60 * 24,
        source="news",
        source_kind=SourceKind.OFFICIAL,
        title="关于水价的说明",
        url="https://www.example.cn/water",
    )


def test_a_post_stands_beside_what_was_published_with_its_link_and_date(night: Night, judge: Judge) -> None:
    with_a_published_price(night)
    office = night.console(contrast=contrasting(night, judge).of_posts)
    section = Client(create_app(office)).get("/concerns/c-1/contrasts").text
    assert "每吨涨到五块钱" in section
    assert "仍执行每吨3.25元的标准" in section
    assert '<a href="https://www.example.cn/water"' in section
    assert "关于水价的说明" in section
    assert "市政府要闻　" in section
    assert 'title="2026-11-21 02:14:06">21日02:14' in section
    assert "仅供核对，不是认定" in section
    assert "数字不同" in section


def test_beside_a_clarification_a_contrast_becomes_evidence_by_one_press(night: Night, judge: Judge) -> None:
    with_a_published_price(night)
    handler = person("沈敬", Role.HANDLER, bureau="水务局")
    draft = night.drafting.open("c-1", ClarificationKind.CLARIFYING, "水务局", by=handler)
    night.drafting.write(draft.id, "关于水价", "水价未作调整。\n仍执行每吨3.25元的标准。", after=0, by=handler)
    client = Client(create_app(night.console(contrast=contrasting(night, judge).of_posts)), handler)
    section = client.get(f"/drafts/{quote(draft.id, safe='')}/contrasts").text
    assert [part in section for part in ("说的", "实际", "在哪里公布", "每吨涨到五块钱")] == [True] * 4
    [form] = [each for each in section.split("<form") if 'value="document"' in each]
    pressed = dict(re.findall(r'name="(after|evidence|link|title|words)" value="([^"]*)"', form))
    tied = client.post(f"/drafts/{quote(draft.id, safe='')}/tie", data=pressed | {"number": "2"})
    assert tied.status_code == 303
    with night.register.reading() as tx:
        [evidence] = tx.clarifications.texts(draft.id)[-1].sentences[1].evidence
    assert (evidence.kind, evidence.reference) == (EvidenceKind.DOCUMENT, "https://www.example.cn/water")
    assert "仍执行每吨3.25元的标准" in evidence.words


def test_an_office_put_together_compares_with_its_own_archive(tmp_path: Path, judge: Judge) -> None:
    office = Office(read_settings({}, tmp_path), SHIPPED_OFFICE)
    office.judge = judge
    published = "本采暖季采暖费每平方米28元，不作调整。"
    office.archive.store(
        [make_archived("o-1", source="news", source_kind=SourceKind.OFFICIAL, text=published)],
    )
    contrast = office.console().insight.contrast
    assert contrast is not None
    [found] = contrast([make_post("p-1", text="今年采暖费每平方米涨到32元了", source_kind=SourceKind.SOCIAL)])
    assert found.article.post.id == "o-1"
    office.close()


def test_where_nothing_was_published_otherwise_the_section_says_so(dry: Night, judge: Judge) -> None:
    office = dry.console(contrast=contrasting(dry, judge).of_posts)
    assert "对照了最近 3 条帖文，没有见到" in Client(create_app(office)).get("/concerns/c-1/contrasts").text


@pytest.mark.usefixtures("dry")
def test_without_a_judge_nothing_is_compared_and_it_is_said(client: Client) -> None:
    assert "没有装载模型，不作对照" in client.get("/concerns/c-1/contrasts").text


def test_only_so_many_posts_are_compared(night: Night) -> None:
    night.matter("c-1", "停水", posts=60)
    for number in range(60):
        night.post(f"p-{number}", "c-1", f"停水第{number}天", minutes=number)
    given: list[str] = []

    def compare(posts: Iterable[Post]) -> Sequence[Contrast]:
        given.extend(post.id for post in posts)
        return ()

    section = Client(create_app(night.console(contrast=compare))).get("/concerns/c-1/contrasts").text
    assert given == [f"p-{number}" for number in range(30)], "the newest"
    assert "对照了最近 30 条" in section


def test_no_further_post_is_begun_when_the_time_is_over(dry: Night, judge: Judge) -> None:
    office = dry.console(contrast=contrasting(dry, judge).of_posts)
    assert view_contrasts(office, "c-1", seconds=-1).looked_at == 1


def test_the_sections_of_no_concern_are_not_there(client: Client) -> None:
    for section in ("suggestions", "contrasts"):
        assert client.get(f"/concerns/nothing/{section}").status_code == 404
    assert answer(client, "interest", "confirmed").status_code == 404
