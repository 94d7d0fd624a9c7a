"""The office's words are found exactly, wherever they stand, once per text, and not inside a trap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.judging.features import encode
from consumers.judging.words import Shelf, WordFinder

WORDS = {
    "水": (("水管", 2.0), ("水管爆裂", 3.0), ("PM2.5", 1.0)),
    "火": (("着火", 3.0), ("火灾", 3.0), ("不着", -1.0)),
}
SHELVES = [Shelf(columns=WORDS, traps=("不着火", "火灾演练"))]


@pytest.fixture(scope="module")
def finder() -> WordFinder:
    """A finder of a few words and traps."""
    return WordFinder(SHELVES)


@pytest.mark.parametrize(
    ("text", "water", "fire"),
    [
        ("水管爆裂了", 5, 0),
        ("水管，水管，还是水管", 2, 0),
        ("水 管\n爆　裂", 5, 0),
        ("ｐｍ２．５ 又爆表", 1, 0),
        ("楼下着火", 0, 3),
        ("怎么也点不着火", 0, 0),
        ("点不着火，后来真着火了", 0, 3),
        ("火灾演练", 0, 0),
        ("水", 0, 0),
        ("", 0, 0),
    ],
)
def test_the_weights_of_the_words_in_a_text_add_up(finder: WordFinder, text: str, water: float, fire: float) -> None:
    batch = encode(["水管", text, "着火"])
    assert finder.evidence(batch, finder.find(batch))[1].tolist() == [water, fire]


def test_a_word_is_not_found_across_two_texts(finder: WordFinder) -> None:
    batch = encode(["这里有水", "管爆裂", "着", "火"])
    assert not finder.evidence(batch, finder.find(batch)).any()


@given(st.lists(st.text(alphabet="水管爆裂着火灾演练不 1", max_size=12), min_size=1, max_size=6))
def test_every_word_is_found_that_a_plain_search_finds_and_no_other(texts: list[str]) -> None:
    finder = WordFinder([Shelf(columns=WORDS)])
    batch = encode(texts)
    found = finder.find(batch)
    plain = {
        (number, word)
        for number, text in enumerate(texts)
        for word in ("水管", "水管爆裂", "着火", "火灾", "不着")
        if word in text.replace(" ", "")
    }
    assert {
        (text, finder.spelling[word]) for text, word in zip(found.text.tolist(), found.word.tolist(), strict=True)
    } == plain
