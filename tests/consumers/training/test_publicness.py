"""The head that tells a public matter from chatter, taught by tiny sets written by hand."""

import gzip
import json
from collections.abc import Sequence

import numpy as np
import pytest

from consumers.training.fitting import choose_vocabulary, count_grams, weigh
from consumers.training.publicness import PublicLibrary, cross_public, fit_public, gather_public
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
    return gather_public(folder, city, choose_vocabulary(count_grams([*MATTERS, *CHATTER, *_places(city)]), 1))


def _places(city: City) -> list[str]:
    return [name for name, _ in city.places]


def _scores(library: PublicLibrary, city: City, texts: Sequence[str]) -> list[float]:
    column = fit_public(library, np.ones(len(library.lessons), np.bool_))
    vocabulary = choose_vocabulary(count_grams([*MATTERS, *CHATTER, *_places(city)]), 1)
    scores: list[float] = (weigh(count_grams(texts), vocabulary) @ column.weights + column.bias).tolist()
    return scores


def test_a_public_matter_scores_higher_than_chatter(library: PublicLibrary, city: City) -> None:
    matter, chatter = _scores(library, city, ["小区停水没人管", "今晚追剧吃火锅"])
    assert matter > 0 > chatter


def test_a_place_does_not_make_chatter_a_public_matter(library: PublicLibrary, city: City) -> None:
    plain, placed, matter = _scores(library, city, ["今晚吃火锅好开心", "大连今晚吃火锅好开心", "小区停水三天没人管"])
    assert placed - plain < (matter - plain) / 3


def test_rows_that_were_read_keep_their_labels_and_are_crossed_without_themselves(library: PublicLibrary) -> None:
    read = read_relevance()
    assert [library.lessons[row].public for row in library.read] == [
        read[library.lessons[row].id] for row in library.read
    ]
    scores, fold = cross_public(library, 5, seed=7)
    assert scores.shape == fold.shape == library.read.shape


def test_posts_kept_for_measuring_teach_nothing(library: PublicLibrary) -> None:
    taught = {lesson.text for lesson in library.lessons}
    assert not [post.id for post in read_place_posts() if not post.taught and post.text in taught]
    assert [post.id for post in read_place_posts() if post.taught and post.text in taught]
