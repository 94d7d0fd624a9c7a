"""Figures and their intervals say no more than the rows behind them."""

import numpy as np
import pytest

from consumers.training.measures import (
    Figure,
    auc,
    calibration_curve,
    calibration_error,
    class_f1,
    error_at,
    figure,
    macro_f1,
    mean_of,
    share,
)

RIGHT = np.array([True] * 70 + [False] * 30)


def width(one: Figure) -> float:
    assert one.low is not None
    assert one.high is not None
    return one.high - one.low


def test_macro_f1_counts_rare_classes_as_much_as_common_ones() -> None:
    told, given = np.array([0] * 98 + [1] * 2), np.zeros(100, np.int64)
    assert macro_f1(told, given, (0, 1))(np.ones(100)) == pytest.approx((2 * 98 / 198) / 2)


def test_what_only_one_reader_accepts_costs_no_precision_and_is_not_asked_for() -> None:
    told = np.array([[True, False], [False, False]])
    given = np.array([[True, True], [False, True]])
    accepted = np.array([[True, True], [False, False]])
    assert class_f1(told, given)(np.ones(2)) == pytest.approx(2 * 1 / (1 + 3))
    precision, recall = 2 / 3, 1
    assert class_f1(told, given, accepted)(np.ones(2)) == pytest.approx(2 * precision * recall / (precision + recall))


def test_an_interval_encloses_its_figure() -> None:
    one = figure("首位正确", np.arange(100), share(RIGHT))
    assert one.value == 0.7
    assert one.low is not None
    assert one.high is not None
    assert one.low < 0.7 < one.high
    assert width(one) < 0.25


def test_a_text_posted_ten_times_is_not_ten_texts() -> None:
    repeated = np.repeat(RIGHT, 10)
    honest = figure("", np.repeat(np.arange(100), 10), share(repeated))
    flattering = figure("", np.arange(1000), share(repeated))
    assert width(honest) > 2 * width(flattering)
    assert width(honest) == pytest.approx(width(figure("", np.arange(100), share(RIGHT))), abs=0.01)


def test_a_share_of_some_rows_counts_only_them() -> None:
    assert share(RIGHT, np.arange(100) >= 60)(np.ones(100)) == pytest.approx(10 / 40)


def test_auc_is_one_when_sorted_half_by_guessing_and_counts_ties_by_half() -> None:
    told = np.array([False, False, True, True])
    assert auc(told, np.array([0.1, 0.2, 0.8, 0.9]))(np.ones(4)) == 1
    assert auc(told, np.full(4, 0.5))(np.ones(4)) == 0.5
    assert auc(told, np.array([0.1, 0.8, 0.2, 0.9]))(np.ones(4)) == 0.75
    assert auc(told, np.array([0.1, 0.8, 0.2, 0.9]))(np.array([1.0, 0.0, 1.0, 1.0])) == 1


def test_errors_are_fewer_among_the_surest_when_sureness_means_something() -> None:
    surest = np.linspace(1, 0, 100)
    assert error_at(0.7, RIGHT, surest)(np.ones(100)) == 0
    assert error_at(1.0, RIGHT, surest)(np.ones(100)) == pytest.approx(0.3)
    assert error_at(0.5, RIGHT, -surest)(np.ones(100)) == pytest.approx(0.6)


def test_honest_probabilities_have_a_smaller_calibration_error_than_their_bins_alone_would_show() -> None:
    generator = np.random.default_rng(5)
    debiased, plain = [], []
    for _ in range(40):
        said = generator.uniform(0, 1, 300)
        right = generator.uniform(0, 1, 300) < said
        debiased.append(calibration_error(said, right)(np.ones(300)))
        plain.append(sum(abs(one.said - one.right) * one.rows for one in calibration_curve(said, right)) / 300)
    assert np.mean(plain) > 0.05
    assert np.mean(debiased) < 0.65 * np.mean(plain)


def test_the_calibration_error_of_boasting_is_what_it_boasts() -> None:
    right = np.random.default_rng(5).uniform(0, 1, 5000) < 0.6
    error = figure("", np.arange(5000), calibration_error(np.full(5000, 0.9), right), recentre=True)
    assert error.value == pytest.approx(0.3, abs=0.02)
    assert error.low is not None
    assert error.high is not None
    assert error.low <= error.value <= error.high


def test_the_curve_has_ten_bins_of_about_equally_many_rows_and_equal_probabilities_share_one() -> None:
    said = np.random.default_rng(5).uniform(0, 1, 1000)
    bins = calibration_curve(said, said > 0.5)
    assert [one.rows for one in bins] == [100] * 10
    assert [one.said for one in bins] == sorted(one.said for one in bins)
    assert all(one.low <= one.right <= one.high for one in bins)
    assert [one.rows for one in calibration_curve(np.full(80, 0.5), RIGHT[:80])] == [80]


def test_the_mean_of_no_measures_is_nought() -> None:
    assert mean_of([])(np.ones(3)) == 0
    assert mean_of([share(RIGHT), share(~RIGHT)])(np.ones(100)) == pytest.approx(0.5)
