"""A listing source: an index page and its articles."""

from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path

import pytest

from crawlers.article import parse
from crawlers.crawling import crawl_once
from crawlers.problems import LARGEST_PAGE
from crawlers.spiders.listing import article_links
from huiying.clock import SystemClock
from tests.crawlers.local_site import PARAGRAPHS, Site, article_page, self_signed, serving

CLOCK = SystemClock()
TRADITIONAL = "昨天上午十一點，市民反映這個路口的自來水管道破裂，學校門前積水很深，記者在現場看到有人開始搶修。"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb2312"),
        ("gb18030", None),
        ("gb18030", "utf-8"),
        ("big5", None),
        ("big5", "gbk"),
        ("utf-8", "gb2312"),
    ],
)
def test_an_article_is_read_whatever_its_page_declares(site: Site, encoding: str, declared: str | None) -> None:
    paragraphs = (TRADITIONAL,) * 3 if encoding == "big5" else PARAGRAPHS
    page = article_page("中山路水管", *paragraphs, charset=declared)
    site.put("/2014/0530/1001.html", page.encode(encoding, "xmlcharrefreplace"))
    preview = crawl_once(site.source(site.list_of("/2014/0530/1001.html")), CLOCK)
    assert preview.errors == ()
    [post] = preview.posts
    assert post.title == "中山路水管"
    assert post.text.splitlines() == list(paragraphs)
    assert post.published == datetime(2014, 5, 30, 0, 15, tzinfo=UTC)
    assert post.key == post.url == site.base + "/2014/0530/1001.html"


def test_the_offices_own_selectors_win(site: Site) -> None:
    page = article_page("停水通知", *PARAGRAPHS).replace("</body>", "<div id=zoom><b>只要这一句。</b></div></body>")
    site.put("/a/2001.html", page)
    source = site.source(site.list_of("/a/2001.html"), selectors={"text": "#zoom", "title": "div.info"})
    [post] = crawl_once(source, CLOCK).posts
    assert post.text == "只要这一句。"
    assert post.title == "2014-05-30 08:15 来源：本网"


def test_only_addresses_that_fit_the_pattern_are_fetched(site: Site) -> None:
    for path in ("/a/3001.html", "/b/3002.html"):
        site.put(path, article_page("标题", *PARAGRAPHS))
    source = site.source(site.list_of("/a/3001.html", "/b/3002.html"), link_pattern=r"/b/\d+\.html")
    assert [post.url for post in crawl_once(source, CLOCK).posts] == [site.base + "/b/3002.html"]
    assert site.times_asked("/a/3001.html") == 0


def test_without_a_pattern_menus_lists_and_other_sites_are_left_alone() -> None:
    page = parse(
        """<a href="/index.html">首页</a><a href="/col/col1185/index.html">政务公开栏目列表更多</a>
        <a href="/art/2014/5/30/art_1185_2001.html">我市召开供水管网改造工作会议</a>
        <a href="http://news.dl.example.cn/t20140530_99.htm#top">老旧小区供热管网改造今年完成</a>
        <a href="http://other.example.org/2014/05/30/1.html">别的网站的一条长长的新闻标题</a>
        <a href="javascript:void(0)">点击这里查看更多新闻报道</a><a href="mailto:a@b.cn">联系我们的电子邮箱地址</a>"""
    )
    assert page is not None
    assert list(article_links(page, "http://www.dl.example.cn/list/", None)) == [
        "http://www.dl.example.cn/art/2014/5/30/art_1185_2001.html",
        "http://news.dl.example.cn/t20140530_99.htm",
    ]


def test_the_next_page_is_followed_while_it_brings_something(site: Site) -> None:
    site.put("/a/4001.html", article_page("一", *PARAGRAPHS))
    site.put("/a/4002.html", article_page("二", *PARAGRAPHS))
    site.list_of("/a/4002.html", path="/list/2")
    site.put("/list/", '<a href="/a/4001.html">第一页上的一条新闻标题</a><a class=next href="/list/2">下一页</a>')
    source = site.source(site.base + "/list/", selectors={"next": "a.next"})
    assert {post.title for post in crawl_once(source, CLOCK).posts} == {"一", "二"}


def errors_of(site: Site, path: str) -> str:
    """What the crawl says of one article of this site, beside one that is well."""
    site.put("/a/1000.html", article_page("好的一篇", *PARAGRAPHS))
    preview = crawl_once(site.source(site.list_of("/a/1000.html", path)), CLOCK)
    assert [post.title for post in preview.posts] == ["好的一篇"]
    [error] = preview.errors
    assert error.startswith(site.base + path)
    return error


def test_a_page_of_50_mb_is_refused_and_the_others_are_taken(site: Site) -> None:
    sent: list[int] = []

    def endless() -> "repeat[bytes]":
        return repeat(b"x" * 65_536, 800)

    def counted() -> object:
        for piece in endless():
            sent.append(len(piece))
            yield piece

    site.put("/a/5001.html", counted)  # type: ignore[arg-type]
    assert "超过 2 MB" in errors_of(site, "/a/5001.html")
    assert sum(sent) < 10 * LARGEST_PAGE


def test_a_page_that_unpacks_to_50_mb_is_refused(site: Site) -> None:
    import gzip  # noqa: PLC0415

    site.put("/a/5002.html", gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    assert "超过 2 MB" in errors_of(site, "/a/5002.html")


def test_a_redirect_loop_ends_with_a_clear_word(site: Site) -> None:
    site.redirect("/a/5003.html", "/a/5004.html")
    site.redirect("/a/5004.html", "/a/5003.html")
    assert "反复跳转" in errors_of(site, "/a/5003.html")


def test_what_robots_txt_forbids_is_not_fetched(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /secret/\n", Content_Type="text/plain")
    assert "robots.txt" in errors_of(site, "/secret/5005.html")
    assert site.times_asked("/secret/5005.html") == 0


@pytest.mark.parametrize(("status", "words"), [(500, "网站出错（500）"), (404, "页面不存在"), (403, "网站拒绝访问")])
def test_an_error_of_the_site_is_told_in_words(site: Site, status: int, words: str) -> None:
    site.put("/a/5006.html", "", status=status)
    assert words in errors_of(site, "/a/5006.html")


def test_a_page_without_words_is_told_of(site: Site) -> None:
    site.put("/a/5007.html", "<html><body><script>var a = 1</script></body></html>")
    assert "没有取到正文" in errors_of(site, "/a/5007.html")


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    with serving(self_signed(tmp_path)) as secure:
        secure.list_of("/a/1.html")
        preview = crawl_once(secure.source(secure.base + "/list/", robots=False), CLOCK)
    assert preview.posts == ()
    assert "证书" in preview.errors[0]


def test_a_site_that_is_away_is_told_of(site: Site) -> None:
    preview = crawl_once(site.source("http://127.0.0.1:9/list/", robots=False), CLOCK)
    assert "拒绝连接" in preview.errors[0]


def test_the_crawler_says_who_it_is_and_nothing_else(site: Site) -> None:
    site.put("/a/6001.html", article_page("标题", *PARAGRAPHS), Set_Cookie="id=1")
    site.put("/a/6002.html", article_page("标题", *PARAGRAPHS), Set_Cookie="id=1")
    crawl_once(site.source(site.list_of("/a/6001.html", "/a/6002.html"), user_agent="Huiying/0.1 (office)"), CLOCK)
    assert {headers["user-agent"] for _, headers in site.asked} == {"Huiying/0.1 (office)"}
    assert not any("referer" in headers or "cookie" in headers for _, headers in site.asked)
