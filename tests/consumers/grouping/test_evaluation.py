"""The figure that cannot flatter: doing nothing and merging everything both fail."""

import pytest

from consumers.grouping.evaluation import b_cubed

GOLD = ["a", "a", None, None]


def test_a_perfect_grouping_has_one() -> None:
    assert b_cubed([1, 1, 2, 3], GOLD) == {"precision": 1.0, "recall": 1.0, "f": 1.0}


def test_doing_nothing_is_precise_and_finds_half() -> None:
    assert b_cubed([1, 2, 3, 4], GOLD) == {"precision": 1.0, "recall": 0.5, "f": pytest.approx(2 / 3)}


def test_merging_everything_finds_all_and_is_imprecise() -> None:
    figures = b_cubed([1, 1, 1, 1], GOLD)
    assert figures["recall"] == 1.0
    assert figures["precision"] == pytest.approx((2 / 4 + 2 / 4 + 1 / 4 + 1 / 4) / 4)


def test_nothing_to_measure_is_nothing() -> None:
    assert b_cubed([], []) == {"precision": 0.0, "recall": 0.0, "f": 0.0}
