"""Searching posts by words, kind and concern."""

import pytest

from huiying.correction import Judgement
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night


@pytest.mark.usefixtures("busy")
def test_posts_are_found_by_their_words_and_lead_to_their_concern(client: Client) -> None:
    page = client.get("/posts", params={"words": "水源地 抢空"}).text
    assert "超市的水都快抢空了" in page
    assert 'href="/concerns/c-water"' in page
    assert "铁锈味" not in page


@pytest.mark.usefixtures("busy")
def test_the_kind_of_source_narrows_the_search(client: Client) -> None:
    page = client.get("/posts", params={"words": "水", "kind": "forum"}).text
    assert "抢空" in page
    assert "铁锈味" not in page


def test_the_posts_of_one_concern_can_be_listed(busy: Night, client: Client) -> None:
    busy.post("p-other", "c-smoke", "黑烟看着吓人")
    page = client.get("/posts", params={"concern": "c-water"}).text
    assert "铁锈味" in page
    assert "黑烟" not in page


@pytest.mark.usefixtures("busy")
def test_a_stale_page_position_starts_from_the_beginning_and_says_so(client: Client) -> None:
    page = client.get("/posts", params={"cursor": "nonsense"}).text
    assert "翻页的位置已经失效" in page
    assert "铁锈味" in page


def test_nothing_found_says_so(client: Client) -> None:
    assert "没有找到" in client.get("/posts", params={"words": "没有这样的词"}).text


@pytest.mark.usefixtures("busy")
def test_a_filter_goes_by_what_a_person_corrected(busy: Night, client: Client) -> None:
    [water] = busy.archive.get(["p2"]).values()
    busy.correcting.correct(water, {Judgement.TONE: ("neutral",), Judgement.LEAD: ("环保局",)}, by=person("高远"))
    for asked, shown in (
        ({"tone": "negative"}, False),
        ({"tone": "neutral"}, True),
        ({"bureau": "水务局"}, False),
        ({"bureau": "环保局"}, True),
        ({"bureau": "环保局", "tone": "negative"}, False),
        ({"bureau": "环保局", "words": "抢空"}, True),
        ({"bureau": "环保局", "words": "铁锈味"}, False),
        ({"bureau": "环保局", "concern": "c-water"}, True),
        ({"bureau": "环保局", "concern": "c-smoke"}, False),
    ):
        assert ("抢空了" in client.get("/posts", params=asked).text) is shown, asked
    assert "铁锈味" in client.get("/posts", params={"tone": "negative"}).text
