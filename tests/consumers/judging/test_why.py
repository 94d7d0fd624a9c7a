"""The words shown as deciding are words of the office that really decided."""

import pytest

from consumers.judging.judge import Judge
from consumers.judging.why import deciding_words, explain

WATER = "凌水街道今天下午又停水了，到现在还没来，请相关部门尽快查明原因"
POISON = "某小学食堂中午吃饭后几十个孩子呕吐发烧，求尽快查清楚是不是食物中毒"


def test_only_whole_words_of_the_office_are_marked(judge: Judge) -> None:
    for text, words in zip((WATER, POISON), deciding_words(judge, [WATER, POISON]), strict=True):
        assert words
        assert set(words) <= set(judge.clues.words_in(text))


def test_what_hardly_moved_the_judgement_is_not_marked(judge: Judge) -> None:
    [words] = deciding_words(judge, [WATER])
    assert words[0] == "停水"
    assert "相关部门" not in words


@pytest.mark.parametrize("text", ["", "……", "哈哈哈"])
def test_a_text_without_words_of_the_office_has_nothing_marked(judge: Judge, text: str) -> None:
    assert deciding_words(judge, [text]) == [()]


def test_many_texts_at_once_give_what_each_gives_alone(judge: Judge) -> None:
    texts = [WATER, "", POISON, "哈哈哈"]
    assert deciding_words(judge, texts) == [deciding_words(judge, [text])[0] for text in texts]


def test_the_weightiest_word_stands_first_as_in_the_full_explanation(judge: Judge) -> None:
    [words] = deciding_words(judge, [POISON])
    because = explain(judge, POISON)
    falls = dict(because.lead) | dict(because.urgency)
    assert words[0] == max(("小学", "食物中毒"), key=lambda word: falls.get(word, 0.0))
