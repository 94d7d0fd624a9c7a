"""The page of a concern answers its header's questions and shows reasons, posts, clocks and doings."""

from dataclasses import replace

import pytest

from console.app import create_app
from tests.console.client import Client
from tests.console.night import Night


@pytest.mark.usefixtures("busy")
def test_the_page_answers_since_when_how_fast_where_from_and_who(client: Client) -> None:
    page = client.get("/concerns/c-water").text
    for words in (
        "最早帖文 21日21:28",
        "累计 486 条",
        "12345工单 243",
        "市水务局 牵头（已明确）",
        "市卫生局、市环保局 协办",
    ):
        assert words in page


@pytest.mark.usefixtures("busy")
def test_the_page_shows_the_sum_and_the_basis_of_each_clock(client: Client) -> None:
    page = client.get("/concerns/c-water").text
    assert "发现＋48小时＝" in page
    assert "国办发〔2016〕61号" in page
    assert "（本单位自定）" in page


def test_masked_words_stand_in_boxes_and_deciding_words_are_marked(busy: Night) -> None:
    office = busy.console(explain=lambda posts: [("发黄",) for _ in posts])
    page = Client(create_app(office)).get("/concerns/c-water").text
    assert '<span class="mask">单元门牌</span>' in page
    assert "<mark>发黄</mark>" in page
    assert "〔" not in page.replace("国办发〔2016〕", "")


@pytest.mark.usefixtures("busy")
def test_the_chart_marks_the_alert_and_now(client: Client) -> None:
    page = client.get("/concerns/c-water").text
    assert "红色提示 21:58" in page
    assert "现在 02:14" in page
    assert page.count('class="bar"') == 17


@pytest.mark.usefixtures("busy")
def test_what_was_done_stands_newest_first(client: Client) -> None:
    page = client.get("/concerns/c-water").text
    assert page.index("高远：交办水务局") < page.index("林知夏：林知夏知悉")


def test_a_merged_concern_leads_to_the_one_it_was_merged_into(night: Night, client: Client) -> None:
    night.matter("c-1", "水发黄")
    night.matter("c-2", "水有异味")
    with night.register.transaction() as tx:
        loser = tx.concerns.find("c-2")
        assert loser is not None
        tx.concerns.save(replace(loser, merged_into="c-1"), loser.version)
    answer = client.get("/concerns/c-2", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/concerns/c-1")


def test_an_unknown_concern_is_said_in_words_on_a_page(client: Client) -> None:
    answer = client.get("/concerns/nowhere", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert "没有这个舆情事项" in answer.text


@pytest.mark.usefixtures("busy")
def test_the_list_finds_concerns_by_words_of_their_title(client: Client) -> None:
    page = client.get("/concerns", params={"words": "自来水"}).text
    assert "泉水街道一带自来水发黄、有异味" in page
    assert "长兴岛" not in page
