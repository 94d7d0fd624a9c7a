"""The crawl role: memory across runs, health on record, one process per source, a clean stop."""

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.role import CrawlRole
from huiying.bus.sqlite import SqliteBus
from huiying.clock import BEIJING, SystemClock
from huiying.failures import Unavailable
from huiying.intake import Intake
from huiying.leasing import Lease
from huiying.messages import Message, PostCollected, open_envelope
from huiying.policy.intake import read_intake
from huiying.policy.policy import default_office
from huiying.post import Post
from huiying.register.register import Register
from huiying.source import Seen, Source, SourceHealth
from tests.crawlers.local_site import PARAGRAPHS, Site, article_page
from tests.registers import empty_register

CLOCK = SystemClock()
RULES = read_intake(default_office())


class FailingBus(SqliteBus):
    """The embedded bus, which can be away for a while."""

    away = False

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish, unless away."""
        if self.away:
            raise Unavailable("the bus did not answer")
        super().publish(messages)


class Office:
    """Real stores in a folder, and crawl roles on them."""

    def __init__(self, folder: Path) -> None:
        self.register = Register(empty_register(folder), CLOCK)
        self.bus = FailingBus(folder / "bus.db")
        self._reader = self.bus.reader("test", [PostCollected.topic])

    def close(self) -> None:
        """Close the stores."""
        self._reader.close()
        self.bus.close()
        self.register.close()

    def collected(self) -> list[Post]:
        """Posts that came on the bus since the last call."""
        messages = [open_envelope(envelope) for envelope in self._reader.read(10_000, 0)]
        return [message.post for message in messages if isinstance(message, PostCollected)]

    def role(self, *sources: Source, holder: str = "this") -> CrawlRole:
        """A crawl role of this office."""

        def lease(name: str) -> Lease:
            return Lease(self.register, name, holder)

        def intake() -> Intake:
            return Intake(self.register, self.bus, CLOCK, RULES)

        return CrawlRole(sources, self.register, intake, lease, CLOCK)

    def crawl(self, source: Source) -> list[Post]:
        """What one run of a source brings."""
        self.role(source).run_once()
        return sorted(self.collected(), key=lambda post: post.title)

    def health(self, source: Source) -> SourceHealth:
        """How a source fared."""
        with self.register.reading() as tx:
            return tx.sources.health_of(source.name)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A new office."""
    opened = Office(tmp_path)
    yield opened
    opened.close()


def put_articles(site: Site, *names: str) -> str:
    """Articles and the list that leads to them."""
    for name in names:
        page = article_page(
            f"井盖报道之{name}", *PARAGRAPHS, date=f"{CLOCK.now().astimezone(BEIJING):%Y-%m-%d %H:%M}"
        )
        site.put(f"/a/{name}.html", page, ETag=f'"{name}"')
    return site.list_of(*(f"/a/{name}.html" for name in names))


def test_an_article_is_taken_once_and_the_first_crawl_is_history(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001", "1002"))
    assert [post.history for post in office.crawl(source)] == [True, True]
    put_articles(site, "1001", "1002", "1003")
    [post] = office.crawl(source)
    assert (post.title, post.history) == ("井盖报道之1003", False)
    assert site.times_asked("/a/1001.html") == 1
    health = office.health(source)
    assert (health.posts, health.failures_in_a_row, health.last_error) == (3, 0, None)
    assert health.last_success_at == health.last_new_post_at == health.last_run_at is not None


def test_a_source_may_want_its_first_posts_counted_at_once(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001"), history_on_first_crawl=False)
    assert [post.history for post in office.crawl(source)] == [False]


def test_a_changed_article_is_taken_again_and_an_unchanged_one_is_not(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001", "1002"), recheck_minutes=0)
    office.crawl(source)
    site.put("/a/1002.html", article_page("更正：井盖已修复", *PARAGRAPHS), ETag='"new"')
    [post] = office.crawl(source)
    assert (post.url, post.revision) == (site.base + "/a/1002.html", 2)
    assert post.title == "更正：井盖已修复"
    conditions = [headers.get("if-none-match") for path, headers in site.asked if path == "/a/1001.html"]
    assert conditions == [None, '"1001"']
    assert office.crawl(source) == []


def test_a_feed_gives_only_what_is_new_or_changed(site: Site, office: Office) -> None:
    def feed(*titles: str) -> str:
        items = "".join(f"<item><guid>{title[0]}</guid><title>{title}</title></item>" for title in titles)
        return site.put("/feed.xml", f"<rss><channel>{items}</channel></rss>", Content_Type="text/xml")

    source = site.source(feed("甲处停水", "乙处停电"), "feed")
    assert len(office.crawl(source)) == 2
    feed("甲处停水已恢复", "乙处停电", "丙处路灯不亮")
    assert [post.title for post in office.crawl(source)] == ["丙处路灯不亮", "甲处停水已恢复"]
    assert office.crawl(source) == []


def test_an_unchanged_feed_is_not_sent_again(site: Site, office: Office) -> None:
    url = site.put("/feed.xml", "<rss><item><guid>1</guid><title>停水</title></item></rss>", ETag='"1"')
    source = site.source(url, "feed")
    assert len(office.crawl(source)) == 1
    assert office.crawl(source) == []
    assert site.asked[-1][1]["if-none-match"] == '"1"'
    assert office.health(source).failures_in_a_row == 0


def test_nothing_is_remembered_until_the_bus_has_taken_it(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001", "1002"))
    office.bus.away = True
    assert office.crawl(source) == []
    health = office.health(source)
    assert health.failures_in_a_row == 1
    assert "存储暂时不可用" in (health.last_error or "")
    office.bus.away = False
    assert [post.history for post in office.crawl(source)] == [True, True]


def test_a_source_that_fails_says_why_and_how_often(site: Site, office: Office) -> None:
    source = site.source(site.put("/list/", "", status=503))
    office.crawl(source)
    office.crawl(source)
    health = office.health(source)
    assert health.failures_in_a_row == 2
    assert "503" in (health.last_error or "")
    assert health.last_success_at is None
    put_articles(site, "1001")
    office.crawl(source)
    assert office.health(source).failures_in_a_row == 0


def test_a_list_without_articles_says_that_the_layout_changed(site: Site, office: Office) -> None:
    source = site.source(site.put("/list/", "<html><body><h1>新版网站</h1></body></html>"))
    office.crawl(source)
    assert "版式可能已变" in (office.health(source).last_error or "")
    assert office.health(source).failures_in_a_row == 1


def test_articles_without_words_say_that_the_layout_changed_and_are_tried_again(site: Site, office: Office) -> None:
    url = put_articles(site, "1001", "1002")
    for name in ("1001", "1002"):
        site.put(f"/a/{name}.html", "<html><body><div id=app></div></body></html>")
    source = site.source(url)
    office.crawl(source)
    assert "版式可能已变" in (office.health(source).last_error or "")
    put_articles(site, "1001", "1002")
    assert len(office.crawl(source)) == 2


def test_a_page_that_is_gone_is_not_asked_for_at_every_run(site: Site, office: Office) -> None:
    url = put_articles(site, "1001")
    source = site.source(site.list_of("/a/1001.html", "/a/9999.html"))
    assert source.url == url
    office.crawl(source)
    office.crawl(source)
    assert site.times_asked("/a/9999.html") == 1
    assert office.health(source).failures_in_a_row == 0
    assert "页面不存在" in (office.health(source).last_error or "")


def test_one_page_that_fails_is_no_failure_of_the_source_and_is_not_asked_for_at_every_run(
    site: Site, office: Office
) -> None:
    put_articles(site, "1001")
    site.put("/a/1002.html", "", status=500)
    source = site.source(site.list_of("/a/1001.html", "/a/1002.html"))
    assert len(office.crawl(source)) == 1
    asked = site.times_asked("/a/1002.html")
    assert office.crawl(source) == []
    assert site.times_asked("/a/1002.html") == asked
    health = office.health(source)
    assert (health.failures_in_a_row, health.last_success_at) == (0, health.last_run_at)
    assert "500" in (health.last_error or "")


def test_a_list_whose_articles_all_fail_is_a_failure(site: Site, office: Office) -> None:
    source = site.source(site.list_of("/a/1001.html", "/a/1002.html"))
    office.crawl(source)
    assert office.health(source).failures_in_a_row == 1


def test_a_source_that_another_process_crawls_is_left_alone(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001"))
    other = Lease(office.register, f"source:{source.name}", "other")
    assert other.held()
    assert office.crawl(source) == []
    other.release()
    assert len(office.crawl(source)) == 1


def test_sources_are_crawled_on_their_schedule_until_told_to_stop(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001"), every_minutes=0.2 / 60)
    off = site.source(site.base + "/off/", name="停用的信源", enabled=False)
    stop = threading.Event()
    running = threading.Thread(target=office.role(source, off).run, args=(stop,))
    running.start()
    deadline = time.monotonic() + 20
    while site.times_asked("/list/") < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    running.join(timeout=20)
    assert not running.is_alive()
    assert site.times_asked("/list/") >= 3
    assert site.times_asked("/off/") == 0
    assert [post.title for post in office.collected()] == ["井盖报道之1001"]


def test_two_processes_do_not_crawl_a_source_twice_as_often(site: Site, office: Office) -> None:
    source = site.source(put_articles(site, "1001"), every_minutes=60)
    office.crawl(source)
    stop = threading.Event()
    running = threading.Thread(target=office.role(source, holder="second").run, args=(stop,))
    running.start()
    time.sleep(1.0)
    stop.set()
    running.join(timeout=20)
    assert site.times_asked("/list/") == 1


def test_a_stop_in_the_middle_of_a_crawl_keeps_what_was_found(site: Site, office: Office) -> None:
    names = [str(number) for number in range(1001, 1040)]
    source = site.source(put_articles(site, *names), delay_seconds=0.3, robots=False)
    stop = threading.Event()
    running = threading.Thread(target=office.role(source).run, args=(stop,))
    running.start()
    deadline = time.monotonic() + 20
    while len(site.asked) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    running.join(timeout=20)
    assert not running.is_alive()
    collected = office.collected()
    assert 1 <= len(collected) < len(names)
    with office.register.reading() as tx:
        assert len(tx.sources.memory_of(source.name)) == len(collected)


def test_an_address_not_seen_for_long_is_forgotten(office: Office) -> None:
    now = CLOCK.now()
    with office.register.transaction() as tx:
        tx.sources.remember("甲", [Seen(address="old", seen_at=now - timedelta(days=200))])
        tx.sources.remember("甲", [Seen(address="new", etag="1", seen_at=now)])
        assert tx.sources.forget_before("甲", now - timedelta(days=180)) == 1
        assert [seen.etag for seen in tx.sources.memory_of("甲").values()] == ["1"]
