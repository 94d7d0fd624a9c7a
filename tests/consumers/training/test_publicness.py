"""The head that tells a public matter from chatter, taught by tiny sets written by hand."""

import gzip
import json
from collections.abc import Sequence

import numpy as np
import pytest

from consumers.judging.features import encode, grams
from consumers.training.folds import spread
from consumers.training.publicness import PublicLibrary, cross_public, gather_public, public_heads
from consumers.training.readings import read_place_posts, read_relevance
from huiying.city import City
from huiying.policy.city import read_city
from huiying.policy.policy import default_office

MATTERS = (
    "小区停水三天没人管",
    "公交站牌坏了一个月",
    "医保报销窗口排不上号",
    "路灯不亮晚上看不见",
    "学校食堂的饭菜变质",
)
CHATTER = ("今晚吃火锅好开心", "追剧追到凌晨三点", "新买的口红真好看", "我家猫又拆了沙发", "这首歌单曲循环一天")
SETS = {
    "stream/dated_posts": (*MATTERS, *CHATTER),
    "sentiment/smp2020_virus": MATTERS,
    "sentiment/covid_weibo_3k": MATTERS,
    "sentiment/osm2022": MATTERS,
    "sentiment/smp2020_usual": CHATTER,
    "sentiment/nlpcc2014_emotion": CHATTER,
    "sentiment/weibo2018": CHATTER,
    "messages/hot_issues": MATTERS,
}


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(default_office())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, city: City) -> PublicLibrary:
    folder = tmp_path_factory.mktemp("sets")
    for name, texts in SETS.items():
        path = folder / f"{name}.jsonl.gz"
        path.parent.mkdir(exist_ok=True)
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            for number in range(60):
                text = f"{texts[number % len(texts)]}{'呀' * (number % 7)}"
                lines.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
    return gather_public(folder, city)


def _scores(library: PublicLibrary, texts: Sequence[str]) -> list[float]:
    heads = public_heads(library, np.ones(len(library.lessons), np.bool_))
    scores: list[float] = heads.scores(*grams(encode(texts)), len(texts))[:, 0].tolist()
    return scores


def test_a_public_matter_scores_higher_than_chatter(library: PublicLibrary) -> None:
    matter, chatter = _scores(library, ["小区停水没人管", "今晚追剧吃火锅"])
    assert matter > 0
    assert matter - chatter > 1


def test_a_place_does_not_make_chatter_a_public_matter(library: PublicLibrary) -> None:
    plain, placed, matter = _scores(library, ["今晚吃火锅好开心", "大连今晚吃火锅好开心", "小区停水三天没人管"])
    assert placed - plain < (matter - plain) / 3


def test_rows_that_were_read_keep_their_labels_and_are_crossed_without_themselves(library: PublicLibrary) -> None:
    read = read_relevance()
    told = dict(zip(library.ids, library.told.tolist(), strict=True))
    assert library.read.any()
    assert all(told[row] == read[row] for row, was in zip(library.ids, library.read, strict=True) if was)
    scores, fold = cross_public(library, 2, seed=7)
    assert scores.shape == fold.shape == library.asked.shape
    other = public_heads(library, spread(library.group, 2, 7) != 0)
    mine = library.ids.index("placed:p001")
    text = library.texts[mine]
    seen = other.scores(*grams(encode([text])), 1)[0, 0]
    assert (seen == pytest.approx(scores[mine], abs=1e-3)) == (fold[mine] == 0)


def test_posts_kept_for_measuring_teach_nothing_and_are_asked(library: PublicLibrary) -> None:
    weights = {lesson.id: lesson.weight for lesson in library.lessons}
    assert {post.taught for post in read_place_posts() if weights[f"placed:{post.id}"] > 0} == {True}
    assert {f"placed:{post.id}" for post in read_place_posts()} <= set(library.ids)
