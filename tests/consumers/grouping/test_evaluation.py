"""The figure that cannot flatter: doing nothing and merging everything both fail."""

import numpy as np
import pytest

from consumers.grouping.evaluation import Pairs, Task, b_cubed, count_pairs, task_figures
from huiying.policy.gathering import GatheringRules
from tests.consumers.grouping.matters import NOISE, PIPE, WAGES

GOLD = ["a", "a", "b", "c"]
EACH_ONCE = np.ones(len(GOLD))


@pytest.mark.parametrize(
    ("found", "precision", "recall"),
    [([1, 1, 2, 3], 1.0, 1.0), ([1, 2, 3, 4], 1.0, 0.5), ([1, 1, 1, 1], 3 / 8, 1.0)],
    ids=["perfect", "nothing done", "everything merged"],
)
def test_precision_is_of_all_rows_and_recall_of_those_with_others(
    found: list[int], precision: float, recall: float
) -> None:
    scores = b_cubed(found, GOLD)
    assert scores.mean_precision(EACH_ONCE) == pytest.approx(precision)
    assert scores.mean_recall(EACH_ONCE) == pytest.approx(recall)
    assert scores.f(EACH_ONCE) == pytest.approx(2 * precision * recall / (precision + recall))


def test_a_row_drawn_twice_counts_twice() -> None:
    scores = b_cubed([1, 2, 3, 3], GOLD)
    assert scores.mean_precision(np.array([2.0, 0, 0, 1])) == pytest.approx((2 + 0.5) / 3)


def test_false_merges_and_false_splits_are_counted_apart() -> None:
    assert count_pairs([1, 2, 2, 2], ["a", "a", "a", "b"]) == Pairs(right=1, merged=2, split=2)


def test_nothing_to_measure_is_nothing() -> None:
    assert b_cubed([], []).f(np.zeros(0)) == 0.0


def test_only_lines_with_a_group_are_scored_and_the_others_are_gathered_all_the_same() -> None:
    lines = [{"id": number, "text": text} for number, text in enumerate((*PIPE, *WAGES, *NOISE))]
    gold = dict.fromkeys(range(len(PIPE)), "pipe") | dict.fromkeys(range(6, 9), "noise")
    figures = {
        each.name: each
        for each in task_figures(Task(name="", lines=lines, gold=gold, nearness="usual", rules=GatheringRules()))
    }
    assert figures[" F"].value == figures[" 门槛由另一半选定 F"].value == 1.0
    assert figures[" F"].rows == len(gold)
    assert (figures[" 误并"].value, figures[" 误拆"].value, figures[" 并对"].value) == (0, 0, 6 + 3)


def test_the_scores_of_one_half_stand_beside_those_of_another() -> None:
    torn = b_cubed([1, 2, 3, 3], ["a", "a", "b", "b"])
    merged = b_cubed([1, 1, 2, 3], ["a", "a", "b", "b"])
    halved = torn.where(np.array([True, True, False, False]), merged)
    assert halved.mean_recall(EACH_ONCE) == pytest.approx(0.5)
