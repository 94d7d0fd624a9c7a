"""What goes and what stays when a text is masked.

The table that the masker was built with is tests/huiying/masking_cases.py. The letters that measure it
(masking_letters/) were each written before the masker had seen them; here they only keep it from getting worse.
"""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from benchmarks.masking import letter_of, letters, measure, total
from huiying.masking import MARKS, mask
from tests.huiying import masking_cases

_MARKED = re.compile("⟦([^|⟧]+)\\|([^⟧]*)⟧", re.DOTALL)
_TABLES = {name: table for name, table in vars(masking_cases).items() if name.isupper()}
CASES = [
    (name, line.replace("\\n", "\n").replace("\\t", "\u2009"))
    for name, table in _TABLES.items()
    for line in table.strip().splitlines()
]


def as_written(line: str) -> str:
    return _MARKED.sub(lambda marked: marked[2], line)


def as_masked(line: str) -> str:
    return _MARKED.sub(lambda marked: f"〔{marked[1]}〕", line)


@pytest.mark.parametrize("table", sorted(_TABLES))
def test_what_must_go_goes_and_what_must_stay_stays(table: str) -> None:
    wrong = [
        (as_written(line), mask(as_written(line)))
        for name, line in CASES
        if name == table and mask(as_written(line)) != as_masked(line)
    ]
    assert wrong == []


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(CASES) >= 400
    assert len({line for _, line in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [
        ("1.txt", 0.96, 0.99),
        ("2.txt", 0.92, 0.98),
        ("3.txt", 0.98, 0.99),
        ("4.txt", 0.95, 0.98),
        ("5.txt", 0.94, 0.98),
        ("6.txt", 0.91, 0.98),
        ("7.txt", 0.90, 0.98),
    ],
)
def test_the_measured_quality_is_kept(name: str, recall: float, precision: float) -> None:
    whole = total(measure(letter).whole for letter in letters(name))
    assert whole.recall >= recall
    assert whole.precision >= precision


def test_the_measure_counts_what_stayed_and_what_went_wrongly() -> None:
    left, wrong = letter_of("我叫⟦姓名|张三四五六⟧，电话⟦电话|13912345678⟧"), letter_of("联系人：李小红，她是我姨")
    assert measure(left).missed == ["张三四五六"]
    assert (measure(left).whole.wanted, measure(left).whole.found) == (2, 1)
    assert measure(wrong).wrongly_taken == ["李小红"]
    assert measure(wrong).whole.precision == 0


def test_masking_twice_changes_nothing_more() -> None:
    for _, line in CASES:
        once = mask(as_written(line))
        assert mask(once) == once


def test_every_mark_of_the_table_is_one_that_screens_know() -> None:
    assert {f"〔{marked[1]}〕" for _, line in CASES for marked in _MARKED.finditer(line)} == set(MARKS)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1-",
        "13 ",
        "a",
        "a.",
        "a@",
        "@",
        "一",
        "张",
        "联系人：",
        "张先生",
        "〔电话〕",
        "2单元",
        "电话",
        "http://",
        "身份证1",
        "6222 ",
        "辽B1",
        "微信a",
        " ",
        "\n",
        "局电话0411-8",
        "卡号1 ",
        "①",
        "138*",
        "姓名：张",
        "楼上702",
        "阿里·",
        "我是家的",
        "张三，男，",
        "业主黄刚明、",
        "黄刚明父子",
        "缴费人：",
        "是我母亲",
        "小区张秀英",
        "小区老孙头",
        "小区司马云",
        "小区是扎西顿珠",
        "小区张丽 9:12",
        "小区安娜·",
        "My name is A",
        "V❤a",
        "2单元101的张女士",
    ],
)
def test_a_long_text_of_anything_is_masked_in_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        began = time.process_time()
        mask(text)
        return time.process_time() - began

    small = max(seconds(25_000), 0.001)
    large = min(seconds(200_000) for _ in range(2))
    assert large < 32 * small, "eight times the text took more than thirty-two times as long"


@given(some.text() | some.text(alphabet="1390-. 一二张王先生联系人：电话〔〕单元室号@a辽B微信\n\ue001\ue008"))
def test_no_text_whatever_raises_and_masking_is_stable(text: str) -> None:
    once = mask(text)
    assert len(once) <= 6 * len(text) + 6
