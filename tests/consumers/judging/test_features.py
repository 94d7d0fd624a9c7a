"""Texts as code points and grams: the same alone and in any company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.judging.features import LONGEST, encode, grams


def _grams(texts: list[str], number: int) -> list[int]:
    owner, bucket = grams(encode(texts))
    return [int(one) for one in bucket[owner == number]]


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("ＡＢＣ１２３", "abc 9"),
        ("停水 3 天", "停水１２３天"),
        ("见 https://a.cn/x?y=1 处", "见https://b.cn处"),
        ("@张三 你好", "@李四五 你好"),
        ("水\u200b管\ufeff爆\n裂", "水管爆裂"),
    ],
)
def test_writings_that_mean_the_same_read_the_same(written: str, same: str) -> None:
    assert encode([written]).codes.tolist() == encode([same]).codes.tolist()


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8), st.data())
def test_a_text_has_the_same_grams_in_any_company(texts: list[str], data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(texts) - 1))
    assert _grams(texts, number) == _grams([texts[number]], 0)


def test_only_the_beginning_of_a_very_long_text_is_read() -> None:
    batch = encode(["水管" * 500_000, "短"])
    assert int((batch.owner == 0).sum()) == LONGEST + 1
