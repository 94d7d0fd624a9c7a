"""Searching posts by words, kind and concern."""

import pytest

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
