"""Figures of blind answers, on answers written by hand."""

import numpy as np
import pytest

from consumers.judging.calibration import Floats
from consumers.training.blind import Blind, marks
from consumers.training.measures import Figure
from consumers.training.report import worst_choices, worst_marks
from consumers.training.scoring import (
    certainty_figures,
    duty_figures,
    each_answer,
    errors_by_trap,
    lead_figures,
    public_by_set,
    relevance_figures,
    unseen_source_figures,
    urgency_figures,
)

BUREAUS = ("教育局", "公安局", "交通局")


def blind(
    chance: list[list[float]], told: list[list[str]], answers: tuple[str, ...] = BUREAUS, **more: object
) -> Blind:
    rows = len(chance)
    fields: dict[str, object] = {
        "answers": answers,
        "rows": tuple(f"set:{row}" for row in range(rows)),
        "texts": tuple(f"第{row}封信" for row in range(rows)),
        "group": np.arange(rows),
        "told": marks(answers, told),
        "accepted": marks(answers, [[]] * rows),
        "chance": np.array(chance),
        "sure": np.full(rows, 0.5),
    }
    return Blind(**(fields | more))  # type: ignore[arg-type]  # a few fields replaced by name


def values(figures: list[Figure]) -> dict[str, float]:
    return {figure.name.strip("　"): figure.value for figure in figures}


LEADS = blind(
    [[0.9, 0.1, 0.0], [0.6, 0.3, 0.1], [0.2, 0.4, 0.4], [0.1, 0.2, 0.7]],
    [["教育局"], ["公安局"], ["交通局"], ["公安局"]],
    accepted=marks(BUREAUS, [[], [], [], ["交通局"]]),
)


def test_an_accepted_lead_is_right_and_the_named_ones_alone_count_for_the_error() -> None:
    found = values([*lead_figures("信", LEADS), *certainty_figures("信", LEADS)])
    assert found["承办单位 信 首位正确"] == 0.5
    assert found["信 前三含正确"] == 1
    assert found["信 敢于指定的比例"] == 0.75
    assert found["信 指定时的错误率"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["信 最有把握的 50% 错误率"] == 0


def test_a_bureau_does_not_miss_what_another_accepted_one_was_given() -> None:
    repeated = blind(
        LEADS.chance.tolist() * 9,
        [["教育局"], ["公安局"], ["交通局"], ["公安局"]] * 9,
        accepted=marks(BUREAUS, [[], [], [], ["交通局"]] * 9),
    )
    found = values(each_answer("信", repeated))
    assert found["信 教育局 F1"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["信 公安局 F1"] == 0
    assert found["信 交通局 F1"] == 0


def test_a_duty_that_is_rarely_told_has_no_figure_and_the_mean_is_over_the_others() -> None:
    duties = blind(
        [[0.9, 0.1], [0.8, 0.1], [0.2, 0.1], [0.7, 0.9]],
        [["6"], ["6"], ["6"], ["17"]],
        answers=("6", "17"),
        accepted=marks(("6", "17"), [[], [], [], ["6"]]),
    )
    found = values(duty_figures("信", duties))
    assert found["职责 信 微平均F1"] == pytest.approx(2 * 3 / (4 + 4))
    assert found["信 一人认可即不算错 F1"] == pytest.approx(2 * 0.75 / 1.75, abs=1e-4)
    assert found["信 宏平均F1"] == found["信 第6项 F1"] == pytest.approx(2 / 3, abs=1e-4)
    assert "信 第17项 F1" not in found


def test_a_level_within_less_than_one_is_close_enough() -> None:
    levels = blind([[0, 1, 0], [0, 0, 1], [1, 0, 0]], [["1"], ["2"], ["1"]], answers=("0", "1", "2"))
    found = values(urgency_figures("信", levels, np.array([1.5, 2.0, 1.0])))
    assert found["紧急程度 信 相差不到一级"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["信 二级以上 F1"] == 1


def test_relevance_is_told_in_all_and_by_set() -> None:
    posts = blind(
        [[0.9], [0.6], [0.4], [0.1]],
        [["相关"], [], ["相关"], []],
        answers=("相关",),
        rows=("stream:1", "stream:2", "chatter:1", "chatter:2"),
    )
    found = values([*relevance_figures("公共事务", posts), *public_by_set(posts)])
    assert found["公共事务 F1"] == found["公共事务 精确率"] == found["公共事务 召回率"] == 0.5
    assert found["公共事务 AUC"] == 0.75
    assert found["stream F1"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["chatter F1"] == 0


def test_what_goes_wrong_is_told_by_trap() -> None:
    posts = blind([[0.9], [0.6], [0.4], [0.1]] * 4, [[], [], ["相关"], []] * 4, answers=("相关",))
    found = values(errors_by_trap(posts, {row: ("club" if int(row[4:]) % 4 == 0 else "") for row in posts.rows}))
    assert found == {"club 判错": 1, "没有陷阱 判错": pytest.approx(2 / 3, abs=1e-4)}


def test_every_unseen_source_counts_alike_in_the_mean() -> None:
    def source(name: str, rows: int, chance: Floats) -> Blind:
        told = [["negative"] if row % 2 else ["positive"] for row in range(rows)]
        tones = ("negative", "positive")
        return blind(
            np.stack([chance, 1 - chance], axis=1).tolist(),
            told,
            answers=tones,
            rows=tuple(f"{name}:{row}" for row in range(rows)),
        )

    sorted_well = source("a", 40, np.arange(40) % 2 * 0.5 + 0.2)
    by_guessing = source("b", 400, np.full(400, 0.5))
    found = values(unseen_source_figures([sorted_well, by_guessing]))
    assert found["未见信源 a 负面 AUC"] == 1
    assert found["未见信源 b 负面 AUC"] == 0.5
    assert found["语气 未见信源 负面 AUC 平均"] == 0.75


def test_the_worst_mistakes_come_first_and_once_for_texts_that_repeat_one_another() -> None:
    wrong = blind(
        [[0.6, 0.4, 0], [0.9, 0.1, 0], [0.8, 0.2, 0], [0, 0, 1.0]],
        [["公安局"], ["公安局"], ["公安局"], ["交通局"]],
        group=np.array([0, 1, 1, 3]),
    )
    assert [(one.row, one.told, one.given, one.probability) for one in worst_choices("信", wrong)] == [
        ("set:1", "公安局", "教育局", 0.9),
        ("set:0", "公安局", "教育局", 0.6),
    ]


def test_what_was_missed_surely_is_as_bad_as_what_was_invented_surely() -> None:
    duties = blind(
        [[0.95, 0.2], [0.01, 0.6]],
        [[], ["6"]],
        answers=("6", "17"),
        accepted=marks(("6", "17"), [[], ["17"]]),
    )
    assert [(one.row, one.told, one.given, one.probability) for one in worst_marks("职责", duties)] == [
        ("set:1", "6", "17", 0.99),
        ("set:0", "无", "6", 0.95),
    ]
