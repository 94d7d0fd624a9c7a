"""A page to its article."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.article import extract, text_of_fragment
from huiying.clock import SetClock
from tests.crawlers.local_site import PARAGRAPHS, article_page

NOW = SetClock(datetime(2014, 6, 1, tzinfo=UTC))


def test_the_article_is_found_among_menus_and_links() -> None:
    article = extract(article_page("中山路水管破裂", *PARAGRAPHS), clock=NOW)
    assert article.title == "中山路水管破裂"
    assert article.text.splitlines() == list(PARAGRAPHS)
    assert article.published_at == datetime(2014, 5, 30, 0, 15, tzinfo=UTC)


def test_extract_prints_what_the_command_promises(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(article_page("停水", *PARAGRAPHS, charset=None).encode("gb18030"))
    line = json.loads(json.dumps(extract(file.read_bytes(), url="http://www.example.cn/1.html").as_json()))
    assert list(line) == ["title", "text", "published_at", "encoding"]
    assert (line["published_at"], line["encoding"]) == ("2014-05-30T00:15:00+00:00", "gb18030")


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2014年5月30日 08:15", datetime(2014, 5, 30, 0, 15, tzinfo=UTC)),
        ("发布时间：2014-05-30 08:15:20", datetime(2014, 5, 30, 0, 15, 20, tzinfo=UTC)),
        ("2014/5/30", datetime(2014, 5, 29, 16, tzinfo=UTC)),
        ("1970-01-01 00:00", None),
        ("2099-01-01 00:00", None),
        ("", None),
    ],
)
def test_a_date_is_beijing_time_and_never_nonsense(date: str, moment: datetime | None) -> None:
    assert extract(article_page("停水", *PARAGRAPHS, date=date), clock=NOW).published_at == moment


def test_the_pages_own_mark_of_its_date_is_believed_first() -> None:
    marked = '<head><meta name="PubDate" content="2014-05-29 10:00">'
    page = article_page("停水", *PARAGRAPHS).replace("<head>", marked)
    assert extract(page, clock=NOW).published_at == datetime(2014, 5, 29, 2, 0, tzinfo=UTC)


def test_the_banner_that_tells_todays_date_is_not_the_date() -> None:
    page = article_page("停水", *PARAGRAPHS, date="").replace("<body>", "<body><div>今天是2014年6月1日 08:00</div>")
    assert extract(page, clock=NOW).published_at is None
    address = "http://www.example.cn/2014/05/28/t20140528_1.html"
    assert extract(page, url=address, clock=NOW).published_at == datetime(2014, 5, 27, 16, tzinfo=UTC)


def test_a_title_without_a_heading_loses_the_sites_name() -> None:
    page = "<title>我市召开供水工作会议-滨城新闻网</title><p>" + "</p><p>".join(PARAGRAPHS)
    assert extract(page, clock=NOW).title == "我市召开供水工作会议"


def test_a_short_post_is_read_too() -> None:
    page = "<title>求助</title><div><a href=/>首页</a></div><div>楼下烧烤摊太吵了，怎么办？</div>"
    assert extract(page, clock=NOW).text == "楼下烧烤摊太吵了，怎么办？"


def test_where_the_offices_own_selector_finds_nothing_a_footer_is_not_taken_for_the_post() -> None:
    page = "<title>出错</title><div class=foot>本站内容均为虚构，仅供测试。</div>"
    assert extract(page, clock=NOW, selectors={"text": "div.content"}).text == ""
    assert extract(article_page("停水", *PARAGRAPHS), clock=NOW, selectors={"text": "div.content"}).text


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00" * 1000,
        bytes(range(256)) * 500,
        b"<div>" * 50_000,
        b"<!-- " + b"x" * 100_000,
        b"<meta charset=" + b"a" * 100_000,
        b"<p " + b" ".join(b"a%d=1" % number for number in range(50_000)) + b">",
        b"<?xml version='1.0' encoding='gbk'?>",
        ("<a href=/x>一条链接的文字</a>" * 20_000).encode(),
        "<script>document.write('您好，这是脚本。')</script>".encode(),
    ],
)
def test_a_page_without_an_article_gives_no_text(page: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.root, "disabled", True)
    assert extract(page, clock=NOW).text == ""


def test_a_page_somebody_misread_before_is_mended() -> None:
    page = article_page("中山路水管破裂", *PARAGRAPHS, charset=None)
    misread = page.encode("gb18030").decode("iso8859-15").encode()
    assert extract(misread, clock=NOW).text.splitlines() == list(PARAGRAPHS)
    twice = page.encode().decode("iso8859-15").encode().decode("iso8859-15").encode()
    assert extract(twice, clock=NOW).text.splitlines() == list(PARAGRAPHS)


def test_western_letters_alone_are_no_misreading() -> None:
    french = "<p>" + "Où êtes-vous ? Là-bas, à côté du café où l’été s’achève, déjà très âgé. ÃÃÃÃÃÃÃÃÃÃÃÃÃÃ</p>" * 3
    assert "Où êtes-vous" in extract(french.encode(), clock=NOW).text


def test_a_link_that_nobody_closed_does_not_swallow_the_article() -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * 5)
    page = f"<title>停水</title><div><a href=/list>返回列表</a></div><div><a href=/pic.jpg>{text}</div>"
    assert extract(page, clock=NOW).text.splitlines() == list(PARAGRAPHS * 5)


def test_a_word_of_notices_inside_a_sentence_is_part_of_the_story() -> None:
    told = "有网友在微博上爆料，称收到短信通知停水，返回家中后才发现水管早已破裂。"
    assert told in extract(article_page("停水", told, *PARAGRAPHS), clock=NOW).text
    notice = "凡本网注明来源的作品，版权均属于本网，未经授权不得转载，违者将追究责任。"
    assert notice not in extract(article_page("停水", *PARAGRAPHS, notice), clock=NOW).text


def test_a_table_that_ends_the_article_belongs_to_it_and_the_editor_does_not() -> None:
    places = ["1、学苑街", "2、中山路", "3、人民路"]
    found = extract(article_page("停水", *PARAGRAPHS, *places, "责任编辑：某某"), clock=NOW)
    assert found.text.splitlines() == [*PARAGRAPHS, *places]


def test_a_page_of_a_megabyte_is_read_whole() -> None:
    paragraphs = PARAGRAPHS * 2000
    assert len(extract(article_page("长文", *paragraphs), clock=NOW).text.splitlines()) == len(paragraphs)


def test_a_fragment_of_html_becomes_lines() -> None:
    assert text_of_fragment("<p>第一行&amp;</p>第二行<br>第三行<script>x</script>") == "第一行&\n第二行\n第三行"
    assert text_of_fragment("没有标签 a < b") == "没有标签 a < b"
    assert text_of_fragment("") == ""
