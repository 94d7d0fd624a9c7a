"""An api source: JSON read by a map of its fields."""

import json
from datetime import UTC, datetime

import pytest

from crawlers.crawling import crawl_once
from crawlers.spiders.api import value_at
from huiying.clock import SystemClock
from huiying.post import SourceKind
from tests.crawlers.local_site import Site

CLOCK = SystemClock()
FIELDS = {
    "posts": "data.list",
    "id": "orderNo",
    "title": "subject",
    "text": "body.words",
    "time": "at",
    "url": "link",
    "engagement": "hot",
}


def test_rows_become_posts_by_the_offices_map(site: Site) -> None:
    rows = [
        {
            "orderNo": 20140530001,
            "subject": "路灯不亮",
            "body": {"words": "<p>学校门口路灯不亮。</p>"},
            "at": 1401408900,
            "link": "/o/1",
            "hot": "1.2万",
        },
        {"orderNo": "20140530002", "subject": "热榜话题", "at": "2014-05-30 08:15", "hot": None},
        {"orderNo": "20140530003"},
        "不是一行",
    ]
    url = site.put("/api", json.dumps({"data": {"list": rows}}), Content_Type="application/json")
    preview = crawl_once(site.source(url, "api", fields=FIELDS, kind=SourceKind.HOTLINE), CLOCK)
    assert preview.errors == ()
    first, second = preview.posts
    assert (first.key, first.title, first.text) == ("20140530001", "路灯不亮", "学校门口路灯不亮。")
    assert (first.url, first.engagement) == (site.base + "/o/1", 12_000)
    assert first.published == second.published == datetime(2014, 5, 30, 0, 15, tzinfo=UTC)
    assert (second.text, second.engagement) == ("热榜话题", 0)


@pytest.mark.parametrize(
    "body", ["<html>", "[" * 100_000, '{"data": ', "", "\ud800".encode("utf-8", "surrogatepass")]
)
def test_what_is_not_json_or_too_deep_is_told_in_words(site: Site, body: str | bytes) -> None:
    preview = crawl_once(site.source(site.put("/api", body), "api", fields=FIELDS), CLOCK)
    assert preview.posts == ()
    assert "JSON" in preview.errors[0]


def test_a_list_that_is_not_where_the_map_says_is_told_in_words(site: Site) -> None:
    url = site.put("/api", '{"data": {"records": []}}')
    assert "fields.posts" in crawl_once(site.source(url, "api", fields=FIELDS), CLOCK).errors[0]


@pytest.mark.parametrize(
    ("path", "value"), [("", {"a": [{"b": 1}]}), ("a.0.b", 1), ("a.1.b", None), ("a.b", None), ("a.0.b.c", None)]
)
def test_a_dotted_path_leads_into_objects_and_lists(path: str, value: object) -> None:
    assert value_at({"a": [{"b": 1}]}, path) == value
