"""The sample city as a crawler meets it, over HTTP."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from console.sample_city.content import FILED, Broken, Channel
from console.sample_city.server import SampleCity
from crawlers.article import extract
from huiying.clock import SetClock
from huiying.policy.policy import default_office
from huiying.policy.publishing import read_publishing
from huiying.policy.sources import read_sources
from huiying.source import Source

START = datetime(2026, 11, 24, 0, 15, 33, tzinfo=UTC)
FRONTS = ("/gov/", "/news/", "/forum/", "/feed.xml", "/api/hot.json", "/api/hotline.json", "/robots.txt")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[SampleCity, SetClock]]:
    clock = SetClock(START)
    with SampleCity(START, clock) as city:
        yield city, clock


@pytest.fixture
def clock(running: tuple[SampleCity, SetClock]) -> SetClock:
    running[1].set(START)
    return running[1]


@pytest.fixture
def city(running: tuple[SampleCity, SetClock], clock: SetClock) -> SampleCity:
    assert clock.now() == START
    return running[0]


@pytest.fixture
def visitor(city: SampleCity) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=city.base, trust_env=False) as visitor:
        yield visitor


@pytest.mark.parametrize("path", FRONTS)
def test_every_front_page_answers(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert len(answer.content) > 30


def test_every_page_of_the_whole_day_loads_and_says_its_title(clock: SetClock) -> None:
    with SampleCity(START, clock, everything=True) as city, httpx.Client(trust_env=False) as visitor:
        for post in city.posts:
            address = city.address_of(post)
            if address is None:
                continue
            answer = visitor.get(address)
            if post.broken is Broken.ERROR:
                assert answer.status_code == 500
                continue
            assert answer.status_code == 200
            page = answer.content.decode("gb2312" if post.channel is Channel.GOV else "utf-8")
            assert post.title in page


def test_the_government_site_declares_gb2312_only_inside_its_pages(visitor: httpx.Client) -> None:
    answer = visitor.get("/gov/")
    assert answer.headers["content-type"] == "text/html"
    assert b"charset=gb2312" in answer.content
    assert "政务公告" in answer.content.decode("gb2312")


def test_the_future_burst_is_hidden_before_its_time_and_visible_after(clock: SetClock, visitor: httpx.Client) -> None:
    assert "泉水" not in visitor.get("/forum/").text
    assert "泉水" not in visitor.get("/api/hotline.json").text
    clock.set(START + timedelta(seconds=60))
    early = visitor.get("/forum/").text.count("水")
    clock.set(START + timedelta(minutes=3))
    assert visitor.get("/forum/").text.count("水") > early
    orders = visitor.get("/api/hotline.json").json()["result"]["records"]
    assert len([order for order in orders if "泉水" in order["content"]]) >= 15
    assert "泉水自来水发黄" in visitor.get("/api/hot.json").text


def test_a_thread_of_the_future_is_not_there_yet(clock: SetClock, city: SampleCity, visitor: httpx.Client) -> None:
    thread = next(post for post in city.posts if post.channel is Channel.FORUM and post.at > timedelta())
    address = city.address_of(thread)
    assert address is not None
    assert visitor.get(address).status_code == 404
    clock.set(START + thread.at)
    assert visitor.get(address).status_code == 200


def test_an_unchanged_page_is_answered_without_its_body(clock: SetClock, visitor: httpx.Client) -> None:
    first = visitor.get("/api/hotline.json")
    again = visitor.get("/api/hotline.json", headers={"If-None-Match": first.headers["etag"]})
    by_date = visitor.get("/api/hotline.json", headers={"If-Modified-Since": first.headers["last-modified"]})
    assert (again.status_code, again.content, by_date.status_code) == (304, b"", 304)
    clock.set(START + timedelta(seconds=20))
    changed = visitor.get("/api/hotline.json", headers={"If-None-Match": first.headers["etag"]})
    by_date = visitor.get("/api/hotline.json", headers={"If-Modified-Since": first.headers["last-modified"]})
    assert (changed.status_code, by_date.status_code) == (200, 200)


def test_a_thread_keeps_its_tag_while_time_goes_on(clock: SetClock, city: SampleCity, visitor: httpx.Client) -> None:
    thread = next(post for post in city.posts if post.matter == "网传中考取消体育加试")
    address = city.address_of(thread)
    assert address is not None
    tag = visitor.get(address).headers["etag"]
    clock.set(START + timedelta(minutes=10))
    assert visitor.get(address).headers["etag"] == tag


@pytest.mark.parametrize(
    "path", ["/", "/forum/thread-1-1-1.html", "/gov/art/2026/11/24/art_1.html", "/../etc/passwd"]
)
def test_what_is_not_there_is_answered_so(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_a_head_request_brings_no_body(visitor: httpx.Client) -> None:
    answer = visitor.head("/forum/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_the_feed_is_xml_with_dates_of_beijing(visitor: httpx.Client) -> None:
    items = ElementTree.fromstring(visitor.get("/feed.xml").content).findall("./channel/item")
    assert len(items) >= 10
    assert all((item.findtext("pubDate") or "").endswith("+0800") for item in items)


def test_with_everything_the_whole_day_is_out_and_nothing_lies_ahead(clock: SetClock) -> None:
    with SampleCity(START, clock, everything=True) as city:
        assert max(city.day.moment(post) for post in city.posts) == START.replace(microsecond=0)
        for channel in set(Channel) - FILED:
            said = [post for post in city.posts if post.channel is channel]
            assert len(city.day.published(channel, START)) == len(said)


def test_a_crawler_reads_the_same_words_that_were_said(clock: SetClock, city: SampleCity, tmp_path: Path) -> None:
    selectors = {source.url: source.selectors for source in _sources(city, tmp_path)}
    clock.set(START + timedelta(minutes=10))
    with httpx.Client(trust_env=False) as visitor:
        for channel in (Channel.GOV, Channel.NEWS, Channel.FORUM):
            own = selectors[f"{city.base}/{channel}/"]
            for post in city.day.published(channel, clock.now()):
                address = city.address_of(post)
                assert address is not None
                if post.broken in (Broken.ERROR, Broken.EMPTY):
                    continue
                answer = visitor.get(address)
                article = extract(
                    answer.content, url=address, selectors=own, headers=dict(answer.headers), clock=clock
                )
                assert article.title == post.title
                assert re.sub(r"\s", "", article.text) == re.sub(r"\s", "", post.text)
                assert article.published_at is not None
                assert abs(article.published_at - city.day.moment(post)) < timedelta(minutes=1)


def test_the_sources_are_of_the_form_that_the_crawlers_take(city: SampleCity, tmp_path: Path) -> None:
    sources = _sources(city, tmp_path)
    assert Counter(source.spider for source in sources) == {"listing": 3, "feed": 1, "api": 2}
    assert all(source.local and source.enabled and not source.history_on_first_crawl for source in sources)
    assert all(source.url.startswith(city.base) for source in sources)


def test_the_link_patterns_lead_to_every_article_and_nowhere_else(
    city: SampleCity, visitor: httpx.Client, tmp_path: Path
) -> None:
    for source in _sources(city, tmp_path):
        if source.link_pattern is None:
            continue
        page = visitor.get(source.url).content.decode("gb2312" if source.name == "sample-gov" else "utf-8")
        links = [href for href in re.findall(r'href="([^"]+)"', page) if re.search(source.link_pattern, href)]
        out = city.day.published(Channel(source.url.rstrip("/").rpartition("/")[2]), START)
        assert [f"{city.base}{link}" for link in links] == [city.address_of(post) for post in out]


def test_two_starts_have_different_addresses(clock: SetClock) -> None:
    one, other = SampleCity(START, clock), SampleCity(START + timedelta(minutes=5), clock)
    try:
        paths = [(city.address_of(city.posts[0]) or "").removeprefix(city.base) for city in (one, other)]
        assert paths[0] != paths[1]
    finally:
        one.stop()
        other.stop()


def _sources(city: SampleCity, folder: Path) -> tuple[Source, ...]:
    city.write_sources(folder / "sources.yaml")
    return read_sources(folder)


def test_the_city_shows_what_the_office_publishes_and_nothing_else_of_its_folder(tmp_path: Path) -> None:
    config = tmp_path / "publishing.yaml"
    shutil.copy(default_office() / "publishing.yaml", config)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "2026-0001-website.html").write_text("已修复", "utf-8")
    (tmp_path / "site" / "2026-0001-website.json").write_text("{}", "utf-8")
    with SampleCity(START, SetClock(START)) as city:
        city.show_publications(tmp_path / "site", config)
        rules = read_publishing(tmp_path)
        assert rules.links.private_addresses
        assert httpx.get(f"{rules.website.address}2026-0001-website.html").text == "已修复"
        for other in ("2026-0001-website.json", "none.html", "../publishing.yaml", "%2e%2e/publishing.yaml"):
            assert httpx.get(f"{rules.website.address}{other}").status_code == 404
