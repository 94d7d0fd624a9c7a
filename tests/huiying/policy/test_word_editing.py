"""A word more, a word less, another number: every other character of the shipped files stays as it was."""

import difflib

import pytest

from huiying.failures import NotAllowed
from huiying.policy.word_editing import at, tree_of, with_value, with_word, without_word
from tests.shipped import SHIPPED_OFFICE


def shipped(file: str) -> str:
    return (SHIPPED_OFFICE / file).read_text("utf-8")


def told(before: str, after: str) -> list[str]:
    """The lines that are otherwise."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[:2] in ("+ ", "- ")]


def test_a_word_stands_at_the_end_of_its_row_and_can_be_taken_out_again() -> None:
    before, place = shipped("lexicon/kinds.yaml"), ("lists", "咨询")
    after = with_word(before, place, 2, "想打听")

    assert at(tree_of(after), place)[2][-1] == "想打听"
    assert len(told(before, after)) == 2
    assert without_word(after, place, 2, "想打听") == before


@pytest.mark.parametrize("word", ["请问", "咨询", "几点"])
def test_the_first_the_last_and_any_other_word_can_be_taken_out(word: str) -> None:
    before, place = shipped("lexicon/kinds.yaml"), ("lists", "咨询")
    after = without_word(before, place, 3, word)

    assert word not in at(tree_of(after), place)[3]
    assert len(at(tree_of(after), place)[3]) == len(at(tree_of(before), place)[3]) - 1


def test_a_weight_that_had_no_word_gets_a_row_of_its_own() -> None:
    before = "duties:\n  - number: 1\n    words:  # 说明\n      3: [a1, a2]\n    title: x\n"
    assert with_word(before, ("duties", 0, "words"), 0.5, "新词") == before.replace(
        "      3:", "      0.5: [新词]\n      3:"
    )


@pytest.mark.parametrize("word", ["no", "3.0", "a: b", "]有#", '"引"', "null"])
def test_a_word_that_yaml_would_read_otherwise_is_quoted(word: str) -> None:
    before, place = shipped("lexicon/kinds.yaml"), ("lists", "咨询")
    assert at(tree_of(with_word(before, place, 3, word)), place)[3][-1] == word


def test_a_number_changes_where_it_stands_and_the_layout_of_its_table_stays() -> None:
    before = shipped("heat.yaml")
    after = with_value(before, ("volume", "bands", 4, "points"), 27.5)

    assert after == before.replace("{at: 20, points: 27}", "{at: 20, points: 27.5}")
    assert with_value(before, ("sensitivity",), "high") == before.replace("sensitivity: normal", "sensitivity: high")


def test_words_below_one_another_are_left_to_the_file() -> None:
    with pytest.raises(NotAllowed, match="方括号"):
        with_word("lists:\n  咨询:\n    3:\n      - 请问\n", ("lists", "咨询"), 3, "新词")
