"""Sources with trouble stand first, each with its last success, last new post and last error."""

from dataclasses import replace
from datetime import timedelta

import pytest

from console.sources import view_source_state
from huiying.source import SourceHealth
from tests.console.client import Client
from tests.console.night import NOW, SOURCES, Night

FORUM = SOURCES[0]


@pytest.mark.usefixtures("busy")
def test_a_failing_source_stands_first_with_its_error(client: Client) -> None:
    page = client.get("/sources").text
    assert page.index("本地论坛") < page.index("市政府要闻") < page.index("热榜")
    for words in ("连续失败 8 次", "HTTP 403，对方拒绝访问", "01:32", "未启用"):
        assert words in page


def test_a_source_without_new_posts_for_too_long_is_quiet() -> None:
    health = SourceHealth(
        source="forum", last_success_at=NOW, last_new_post_at=NOW - timedelta(minutes=31), first_crawl_done=True
    )
    state = view_source_state(FORUM, health, NOW)
    assert (state.words, state.shape) == ("31分无新帖", "bad")


def test_a_source_that_gave_a_post_just_now_is_well() -> None:
    health = SourceHealth(source="forum", last_success_at=NOW, last_new_post_at=NOW)
    assert view_source_state(FORUM, health, NOW).shape == "ok"


def test_a_source_whose_last_run_left_pages_behind_says_so() -> None:
    before = NOW - timedelta(minutes=5)
    health = SourceHealth(source="forum", last_success_at=NOW, last_new_post_at=NOW, last_error="网站出错（500）")
    partly = view_source_state(FORUM, replace(health, last_error_at=NOW), NOW)
    assert (partly.words, partly.shape) == ("部分页面没取到", "warn")
    assert view_source_state(FORUM, replace(health, last_error_at=before), NOW).shape == "ok"


def test_a_door_that_is_no_configured_source_is_listed_too(night: Night, client: Client) -> None:
    with night.register.transaction() as tx:
        tx.sources.save_health(SourceHealth(source="hotline-export", posts=40, last_new_post_at=NOW))
    page = client.get("/sources").text
    assert "hotline-export" in page
    assert "推送或导入" in page
