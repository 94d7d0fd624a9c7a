"""Near-duplicates never stand on both sides of a test."""

import numpy as np

from consumers.training.folds import fold_of
from consumers.training.measures import figure, macro_f1

TEXTS = [
    f"{place}的{matter}已经坏了{days}天，打电话反映多次没有人来处理，希望有关部门尽快解决"
    for place in ("西岗区", "庄河市", "旅顺口区", "中山区")
    for matter in ("路灯", "井盖", "电梯", "公交站牌", "水表")
    for days in ("三", "十")
]


def test_copies_of_a_text_share_a_fold() -> None:
    folds = fold_of(TEXTS + TEXTS + [text + "！" for text in TEXTS], 5, seed=3)
    count = len(TEXTS)
    assert (folds[:count] == folds[count : 2 * count]).all()
    assert (folds[:count] == folds[2 * count :]).mean() > 0.9


def test_the_same_seed_gives_the_same_folds_and_another_seed_others() -> None:
    texts = [str(number) * 3 + "号线" + "甲乙丙丁戊己庚辛壬癸"[number % 10] * 4 for number in range(50)]
    assert (fold_of(texts, 5, seed=1) == fold_of(texts, 5, seed=1)).all()
    assert (fold_of(texts, 5, seed=1) != fold_of(texts, 5, seed=2)).any()


def test_macro_f1_counts_rare_classes_as_much_as_common_ones() -> None:
    told, given = np.array([0] * 98 + [1] * 2), np.zeros(100, np.int64)
    assert macro_f1(told, given, (0, 1)) == (2 * 98 / 198) / 2


def test_an_interval_encloses_its_figure() -> None:
    right = np.array([True] * 70 + [False] * 30)
    one = figure("首位正确", 100, lambda rows: float(right[rows].mean()))
    assert one.value == 0.7
    assert one.low < 0.7 < one.high
    assert one.high - one.low < 0.25
