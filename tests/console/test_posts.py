"""Searching matters and posts: by words, time, source, judgement, matter and fate."""

import html
import re

import pytest

from console.app import create_app
from console.post_query import Asked
from console.search_words import read_search_words
from huiying.correction import Judgement
from huiying.person import Person, Role
from huiying.policy.search import SearchRules
from huiying.post import Fate, Tone
from huiying.register.fates import PostFate
from tests.builders import make_archived, make_assessment, person
from tests.console.client import Client
from tests.console.night import Night, NoFile


def words_of(page: str) -> str:
    """What a page says, without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def search(client: Client, **asked: str) -> str:
    """What 检索 says."""
    answer = client.get("/posts", params=asked)
    assert answer.status_code == 200
    return words_of(answer.text)


@pytest.mark.usefixtures("busy")
def test_posts_are_found_by_their_words_and_lead_to_their_concern(client: Client) -> None:
    page = client.get("/posts", params={"words": "水源地 抢空"}).text
    assert "超市的水都快<mark>抢空</mark>了" in page
    assert "听说是<mark>水源地</mark>被污染了" in page
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
    assert "没有找到帖文" in search(client, words="没有这样的词")


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
        assert ("抢空了" in search(client, **asked)) is shown, asked
    assert "铁锈味" in client.get("/posts", params={"tone": "negative"}).text


# What is typed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words", "phrases", "without"),
    [
        ("水管 爆裂", "水管 爆裂", (), ()),
        ("“水管，爆裂” 路", "路", ("水管，爆裂",), ()),
        ('水 -公交 -"老人 等车"', "水", (), ("公交", "老人 等车")),
        ("2026-11 a-b", "2026-11 a-b", (), ()),
        ('"没有关上', "", ("没有关上",), ()),
        ("- -- “” 「两公里」", "- -", ("两公里",), ("-",)),
        ("－公交", "", (), ("公交",)),
    ],
)
def test_quotes_hold_together_and_a_dash_excludes(
    typed: str, words: str, phrases: tuple[str, ...], without: tuple[str, ...]
) -> None:
    found = read_search_words(typed)
    assert found.phrases == phrases
    assert (found.words, found.without) == (words, without) or typed.startswith("- --")


@pytest.mark.usefixtures("busy")
def test_a_phrase_and_an_exclusion_narrow(client: Client) -> None:
    assert "抢空了" in search(client, words="“发黄，超市”")
    assert "抢空了" not in search(client, words="“超市 发黄”")
    page = search(client, words="发黄 -抢空")
    assert "铁锈味" in page
    assert "抢空了" not in page


HOSTILE = (
    "<script>alert(1)</script>",
    '" OR words:水* NEAR(',
    "\u202e\u200b发黄\ufeff",
    "';DROP TABLE post;--",
    "{{7*7}} ${7*7}",
    "\x00\x1b[31m",
    "水" * 6_000,
)


@pytest.mark.usefixtures("busy")
def test_whatever_is_typed_is_shown_as_text(client: Client) -> None:
    for typed in HOSTILE:
        answer = client.get(
            "/posts", params={"words": typed, "tone": typed[:300], "since": typed[:50], "cursor": "x"}
        )
        assert answer.status_code == 200, typed
        assert "<script>alert" not in answer.text
        assert "49" not in words_of(answer.text)
        assert len(answer.text) < 250_000  # its own address stands in its forms
        assert ("词句过长" in answer.text) is (len(typed) > 200)
        for path in ("/search", "/posts.csv"):
            assert client.get(path, params={"words": typed}).status_code in (200, 303), typed


def test_hostile_words_of_a_post_are_marked_and_stay_text(night: Night, client: Client) -> None:
    night.matter("c-1", "页面试验")
    night.post(
        "p-1",
        "c-1",
        "前" * 300 + "〔电话〕ＷＡＴＥＲ<img src=x onerror=alert(1)>水管 \u202e爆裂",
        title="<b>水管</b>",
    )
    page = client.get("/posts", params={"words": "water img 水管"}).text
    assert "<mark>ＷＡＴＥＲ</mark>&lt;<mark>img</mark> src=x" in page
    assert "&lt;b&gt;<mark>水管</mark>" in page
    assert '<span class="mask">电话</span>' in page
    assert "前" * 100 not in page


# Narrowing ----------------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(night: Night) -> Night:
    """Posts of three days, two sources, two matters and two fates."""
    night.matter("c-water", "自来水发黄", lead="水务局")
    night.matter("c-school", "校门口拥堵", lead="教育局")
    night.post("p-1", "c-water", "水发黄之一", minutes=10)
    night.post("p-2", "c-water", "水发黄之二", minutes=60 * 24, source="forum")
    night.post("p-3", "c-school", "堵车发黄之三", minutes=60 * 49)
    other = make_archived(
        "p-4",
        text="无关发黄之四",
        published_at=night.ago(5),
        assessment=make_assessment(tone=Tone.POSITIVE, lead=None, duties=()),
    )
    night.archive.store([other])
    post = other.post
    fate = PostFate(
        id="p-4",
        revision=1,
        fate=Fate.IRRELEVANT,
        concern=None,
        source=post.source,
        source_kind=post.source_kind,
        tone=Tone.POSITIVE,
        at=post.at,
        collected_at=post.collected_at,
    )
    with night.register.transaction() as tx:
        tx.posts.add_fates([fate])
    return night


NARROWED: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "一二三四"),
    ({"since": "2026-11-22"}, "一四"),
    ({"until": "2026-11-21"}, "二三"),
    ({"since": "2026-11-21", "until": "2026-11-21"}, "二"),
    ({"source": "forum"}, "二"),
    ({"tone": "positive"}, "四"),
    ({"bureau": "待明确"}, "四"),
    ({"duty": "8"}, "一二三"),
    ({"concern": "2026-2"}, "三"),
    ({"concern": "2026-99"}, ""),
    ({"fate": "irrelevant"}, "四"),
    ({"fate": "gathered", "words": "水"}, "一二"),
    ({"fate": "gathered", "concern": "c-water", "source": "forum"}, "二"),
    ({"fate": "nonsense", "tone": "喜", "since": "昨天", "duty": "八"}, "一二三四"),
)


@pytest.mark.usefixtures("shelf")
def test_every_filter_of_the_address_narrows(client: Client) -> None:
    for asked, found in NARROWED:
        page = search(client, **asked)
        assert {number for number in "一二三四" if f"发黄之{number}" in page} == set(found), asked
        assert ("没有按它筛选" in page) is ("nonsense" in asked.values())


@pytest.mark.usefixtures("shelf")
def test_facets_count_and_narrow_with_one_press_and_widen_with_another(client: Client) -> None:
    page = client.get("/posts", params={"words": "发黄"}).text
    aside = page[page.index('class="panel facets"') :]
    assert "共 4 条" in page
    links = dict(re.findall(r'<a href="([^"]+)"[^>]*><span>([^<]+)</span>', aside))
    by_name = {name: html.unescape(link) for link, name in links.items()}
    assert {"负面", "正面", "本地论坛", "市自来水集团", "11月21日", "待明确"} - set(by_name) <= {"市自来水集团"}
    narrowed = client.get(by_name["正面"]).text
    assert "发黄</mark>之四" in narrowed
    assert "发黄</mark>之一" not in narrowed
    again = re.search(r'<a href="([^"]+)" aria-current="true"[^>]*><span>正面', narrowed)
    assert again is not None
    assert html.unescape(again[1]) == Asked(words="发黄").address()
    assert "发黄</mark>之二" in client.get(by_name["11月21日"]).text


@pytest.mark.usefixtures("shelf")
def test_counts_of_a_part_say_so(night: Night) -> None:
    night.archive.store([make_archived(f"more-{number}", text="水发黄") for number in range(120)])
    rules = SearchRules(counted_posts=100, posts_of_matters=100, export_rows=100)
    client = Client(create_app(night.console(search=rules)))
    page = search(client, words="发黄")
    assert "只数了新到的 100 条" in page
    assert "再早的没有数" in page


def test_pages_are_stable_while_posts_come_in(night: Night, client: Client) -> None:
    night.archive.store([make_archived(f"p-{number:03}", text=f"水管{number:03}号") for number in range(120)])
    seen = list[str]()
    address: str | None = Asked(words="水管").address()
    while address:
        page = client.get(address).text
        seen += re.findall(r"</mark>(\d{3})号", page)
        night.archive.store([make_archived(f"new-{len(seen)}", text="水管新到")])
        older = re.search(r'<p class="more"><a href="([^"]+)">更早', page)
        address = html.unescape(older[1]) if older else None
    assert seen == [f"{number:03}" for number in range(119, -1, -1)]


@pytest.mark.usefixtures("shelf")
def test_where_nothing_is_found_the_page_says_what_to_loosen(client: Client) -> None:
    page = client.get("/posts", params={"words": "“水 发黄” -公交", "tone": "positive"}).text
    looser = [html.unescape(link) for link in re.findall(r'<li><a class="btn sm" href="([^"]+)"', page)]
    assert Asked(words="“水 发黄” -公交").address() in looser
    assert "去掉语气“正面”" in words_of(page)
    assert "还没有帖文" not in page


def test_an_empty_office_says_so(client: Client) -> None:
    assert "还没有帖文" in search(client)


# Matters and the field of every page --------------------------------------------------------------------------


@pytest.mark.usefixtures("busy")
def test_matters_come_before_posts(client: Client) -> None:
    page = client.get("/posts", params={"words": "自来水 泉水街道"}).text
    assert page.index("泉水街道一带自来水发黄、有异味") < page.index("<h2>帖文")


@pytest.mark.usefixtures("busy")
def test_the_number_of_a_matter_leads_to_it(night: Night, client: Client) -> None:
    with night.register.reading() as tx:
        concern = tx.concerns.find("c-smoke")
    assert concern is not None
    for words in (concern.number, concern.number.partition("-")[2]):
        answer = client.get("/search", params={"words": words})
        assert (answer.status_code, answer.headers["location"]) == (303, "/concerns/c-smoke")
    assert client.get("/search", params={"words": "发黄"}).headers["location"].startswith("/posts?words=")
    assert client.get("/search", params={"words": "2026-9999"}).headers["location"].startswith("/posts?words=")
    assert 'action="/search"' in client.get("/tasks").text


@pytest.mark.usefixtures("busy")
def test_without_the_archive_matters_are_still_found(night: Night) -> None:
    client = Client(create_app(night.console(archive=NoFile())))
    page = client.get("/posts", params={"words": "自来水"})
    assert page.status_code == 200
    assert "泉水街道一带自来水发黄" in page.text
    assert "帖文库暂时连不上" in page.text
    assert client.get("/posts.csv").status_code == 503


# Own unit -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shelf")
def test_a_unit_finds_and_counts_only_its_own(night: Night) -> None:
    unit = Person(id="unit", name="陈果", roles=frozenset({Role.HANDLER}), bureau="水务局")
    client = Client(create_app(night.console()), unit)
    page = search(client, words="发黄")
    assert {number for number in "一二三四" if f"发黄之{number}" in page} == {"一", "二"}
    assert "共 2 条" in page
    assert client.get("/posts", params={"concern": "c-school"}).status_code == 403
    assert client.get("/search", params={"words": "2026-2"}).headers["location"].startswith("/posts")
