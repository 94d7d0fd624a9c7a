"""What a post says beside what was published: on the embedded archive, with sentences written by hand."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.judging.judge import Judge
from consumers.judging.rumours import Contrast, Contrasting
from consumers.judging.sayings import Difference, numeral
from huiying.archive.sqlite import SqliteArchive
from huiying.policy.city import read_city
from huiying.policy.rumours import read_rumours
from huiying.post import ArchivedPost, Post, SourceKind
from tests.builders import NOON, make_archived, make_post
from tests.consumers.judging.conftest import CONFIG

PUBLISHED = {
    "water": "定于6月3日8时至18时对泉水街道供水管网进行检修。自来水水质符合国家标准，可放心使用。",
    "exam": "市教育局通报：今年中考6月28日如期举行，不会推迟。网传“中考取消体育测试”的消息不属实。",
    "price": "居民生活用水价格本年度不作调整，仍执行每吨3.25元的标准。",
    "heating": "本采暖季供暖时间为11月5日至次年4月5日，采暖费每平方米28元。",
    "fire": "5月28日中山区一居民楼火灾造成2人受伤，火灾原因正在调查。",
}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[SqliteArchive]:
    archive = SqliteArchive(tmp_path / "archive.db")
    archive.store([_official(id, text) for id, text in PUBLISHED.items()])
    yield archive
    archive.close()


@pytest.fixture
def contrasting(archive: SqliteArchive, judge: Judge) -> Contrasting:
    return Contrasting(archive, read_rumours(CONFIG), read_city(CONFIG), judge.clues.words_in)


def _official(id: str, text: str, days_ago: float = 1) -> ArchivedPost:
    return make_archived(
        id,
        source="市政府网站",
        source_kind=SourceKind.OFFICIAL,
        text=text,
        published_at=NOON - timedelta(days=days_ago),
    )


def _post(text: str, id: str = "said", kind: SourceKind = SourceKind.SOCIAL) -> Post:
    return make_post(id, text=text, source="微博", source_kind=kind)


def _only(found: tuple[Contrast, ...]) -> tuple[str, tuple[Difference, ...]]:
    [contrast] = found
    return contrast.article.post.id, contrast.differences


@pytest.mark.parametrize(
    ("said", "article", "difference"),
    [
        ("今年供暖时间改成11月15日了，采暖费每平方米32元", "heating", Difference.NUMBER),
        ("居民生活用水价格每吨涨到五块钱", "price", Difference.NUMBER),
        ("自来水水质不符合国家标准，别喝了", "water", Difference.NEGATION),
        ("今年中考推迟举行？家长群都在说", "exam", Difference.NEGATION),
        ("听说今年中考取消体育测试了", "exam", Difference.DENIAL),
        ("昨天沙河口区一居民楼火灾造成2人受伤", "fire", Difference.PLACE),
    ],
)
def test_a_sentence_that_differs_stands_beside_the_published_one(
    contrasting: Contrasting, said: str, article: str, difference: Difference
) -> None:
    found_in, differences = _only(contrasting.of_post(_post(said)))
    assert found_in == article
    assert difference in differences


@pytest.mark.parametrize(
    "said",
    [
        "供暖时间11月5日开始，采暖费每平方米28元",
        "老师说中考不会推迟，6月28日照常考",
        "自来水水质符合国家标准，不知道为什么还有人不信",
        "今年中考还有多少天，孩子紧张得睡不着",
        "网传中考取消体育测试，通报说这个消息不属实",
        "今天天气真好，去泉水公园走了5公里",
    ],
)
def test_what_agrees_or_is_about_something_else_is_not_set_beside_anything(
    contrasting: Contrasting, said: str
) -> None:
    assert contrasting.of_post(_post(said)) == ()


def test_both_sentences_are_told_as_they_were_written(contrasting: Contrasting) -> None:
    [contrast] = contrasting.of_post(_post("大家注意了！居民生活用水价格每吨涨到五块钱。快去投诉"))
    assert contrast.said == "居民生活用水价格每吨涨到五块钱"
    assert contrast.published == "居民生活用水价格本年度不作调整，仍执行每吨3.25元的标准"
    assert contrast.article.post.source == "市政府网站"


def test_only_official_sources_are_published_text(archive: SqliteArchive, contrasting: Contrasting) -> None:
    archive.store([make_archived("forum", source_kind=SourceKind.FORUM, text="公交票价每次2元", published_at=NOON)])
    assert contrasting.of_post(_post("公交票价每次要5元了")) == ()


def test_an_official_post_is_not_set_beside_another(contrasting: Contrasting) -> None:
    assert contrasting.of_post(_post("本采暖季供暖时间为11月1日", kind=SourceKind.OFFICIAL)) == ()


def test_what_was_published_long_ago_is_not_looked_at(archive: SqliteArchive, contrasting: Contrasting) -> None:
    archive.store([_official("old", "新增确诊病例3例，均为境外输入", days_ago=400)])
    said = _post("今天新增确诊病例12例")
    assert contrasting.of_post(said) == ()
    archive.store([_official("new", "新增确诊病例3例，均为境外输入", days_ago=0)])
    assert _only(contrasting.of_post(said))[0] == "new"


def test_the_posts_of_a_concern_share_a_published_sentence_and_the_most_said_comes_first(
    contrasting: Contrasting,
) -> None:
    posts = [
        _post("今年中考推迟举行？", "a"),
        _post("居民生活用水价格每吨涨到五块钱", "b"),
        _post("听说居民生活用水价格每吨要6元", "c"),
    ]
    price, exam = contrasting.of_posts(posts)
    assert (price.article.post.id, price.posts) == ("price", ("b", "c"))
    assert (exam.article.post.id, exam.posts) == ("exam", ("a",))


@pytest.mark.parametrize("said", ["", "\n\n", "%%%", "5元" * 300, "\ud800坏", "零万亿点十百"])
def test_hostile_posts_are_compared_like_any_other(contrasting: Contrasting, said: str) -> None:
    assert contrasting.of_post(_post(said)) == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [("12,000", 12_000), ("3.5万", 35_000), ("十五", 15), ("一百二十", 120), ("两万三千", 23_000), ("二〇", 0)],
)
def test_numbers_are_read_however_they_are_written(written: str, value: float) -> None:
    assert numeral(written) == value
