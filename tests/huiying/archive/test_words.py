"""How the embedded archive cuts words: Chinese into pairs of characters, the rest into whole words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiying.archive import words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("自来水管ABC", "自来 来水 水管 管 abc"),
        ("水", "水"),
        ("１２路ＢＲＴ，停运。", "12 路 brt 停运 运"),
        ("snake_case", "snake case"),
        ("㎡", "m2"),
        ("😀\u0000\ud83d\u202e", ""),
    ],
)
def test_a_text_becomes_tokens(text: str, tokens: str) -> None:
    assert words.indexed(text) == tokens


def test_a_query_asks_for_every_part_as_it_stands() -> None:
    assert words.all_of(words.phrases('自来水管 "12路"')) == '"自来 来水 水管" AND "12" AND "路" *'


@given(text=st.text(max_size=60), parts=st.lists(st.text(min_size=1, max_size=3), max_size=3))
def test_a_snippet_is_a_stretch_of_the_text_whatever_is_asked(text: str, parts: list[str]) -> None:
    pieces = words.snippet(text, words.phrases(" ".join(parts)))
    assert "".join(piece.text for piece in pieces) in text
    assert all(piece.text for piece in pieces)
