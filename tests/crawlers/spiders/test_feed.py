"""A feed source: RSS and Atom."""

from datetime import UTC, datetime

import pytest

from crawlers.crawling import crawl_once
from crawlers.spiders.feed import FeedRefused, read_feed
from huiying.clock import SystemClock
from tests.crawlers.local_site import Site

CLOCK = SystemClock()
RSS = """<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>滨城快讯</title>
<item><title>供热管网改造今天开工</title><link>/news/1.html</link><guid>order-1</guid>
<pubDate>Fri, 30 May 2014 08:15:00 CST</pubDate><description>简短的说明</description>
<content:encoded><![CDATA[<p>第一段说开工。</p><p>第二段说工期&nbsp;三个月。</p>]]></content:encoded></item>
<item><title>公交线路临时调整</title><link>/news/2.html</link><pubDate>2014-05-30 09:00</pubDate>
<description>因道路施工，&lt;b&gt;三路&lt;/b&gt;公交车绕行。</description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>公告</title><entry><title>停电检修公告</title>
<id>tag:example,2014:9</id><link rel="self" href="http://x.example/self"/><link href="http://x.example/9.html"/>
<updated>2014-05-30T00:15:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>周六检修。</p><p>周日恢复。</p></div></content>
</entry></feed>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
def test_rss_entries_become_posts(site: Site, encoding: str) -> None:
    url = site.put("/feed.xml", RSS.format(encoding=encoding).encode(encoding), Content_Type="text/xml")
    preview = crawl_once(site.source(url, "feed"), CLOCK)
    assert preview.errors == ()
    first, second = preview.posts
    assert (first.key, first.url, first.title) == ("order-1", site.base + "/news/1.html", "供热管网改造今天开工")
    assert first.text == "第一段说开工。\n第二段说工期 三个月。"
    assert first.published == datetime(2014, 5, 30, 0, 15, tzinfo=UTC)
    assert (second.key, second.text) == (site.base + "/news/2.html", "因道路施工，三路公交车绕行。")


def test_atom_entries_become_posts(site: Site) -> None:
    url = site.put("/atom.xml", ATOM, Content_Type="application/atom+xml")
    [post] = crawl_once(site.source(url, "feed"), CLOCK).posts
    assert (post.key, post.url) == ("tag:example,2014:9", "http://x.example/9.html")
    assert post.text == "周六检修。\n周日恢复。"
    assert post.published == datetime(2014, 5, 30, 0, 15, tzinfo=UTC)


def test_a_feed_with_entities_is_refused(site: Site) -> None:
    entities = '<!ENTITY a "哈哈哈哈"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    bomb = f"<!DOCTYPE r [{entities}]><rss><item><title>&b;</title></item></rss>"
    preview = crawl_once(site.source(site.put("/feed.xml", bomb), "feed"), CLOCK)
    assert preview.posts == ()
    assert "实体" in preview.errors[0]


def test_a_web_page_is_not_a_feed(site: Site) -> None:
    preview = crawl_once(site.source(site.put("/feed.xml", "<html><body>您访问的页面</body></html>"), "feed"), CLOCK)
    assert "不是 RSS 或 Atom" in preview.errors[0]


def test_a_feed_cut_off_gives_its_whole_entries() -> None:
    assert [entry["title"] for entry in read_feed(RSS[: RSS.index("<item><title>公交") + 30])][:1] == [
        "供热管网改造今天开工"
    ]
    with pytest.raises(FeedRefused):
        read_feed("")
