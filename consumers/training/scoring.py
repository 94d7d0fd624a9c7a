"""From blind answers to figures: what is measured of each judgement."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from consumers.judging.calibration import Floats
from consumers.judging.tone import TONES
from consumers.training.blind import Blind
from consumers.training.corpora import THREE_TONES, TWO_TONES
from consumers.training.measures import (
    Figure,
    Marks,
    Measure,
    Weights,
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
from consumers.training.report import Curve
from consumers.training.speed import Speed

_FEWEST = 9
"""Rows from which on a bureau or a kind has a figure of its own; fewer say nothing."""

_FEWEST_OF_A_TONE, _FEWEST_OF_A_DUTY, _FEWEST_OF_A_TRAP = 5, 3, 4
_COVERAGES = (1.0, 0.9, 0.75, 0.5)
_NEGATIVE = 0


def certainty_curve(name: str, blind: Blind) -> Curve:
    """How sure the likeliest answer was, and how often it was right."""
    return Curve(name=name, bins=calibration_curve(blind.surest, blind.right))


def yes_curve(name: str, blind: Blind) -> Curve:
    """How likely the first answer (negative, among tones) was said to be, and how often it held."""
    return Curve(name=name, bins=calibration_curve(*_first(blind)))


def tone_figures(blind: Blind, messages: Sequence[str]) -> list[Figure]:
    """Macro-F1 per set and class, its mean over the sets with three tones, and how far the probabilities hold.

    `messages` are the sets of messages whose tone was read, judged beside the posts.
    """
    sets = [name for name in (*THREE_TONES, *messages) if name in blind.sets]
    figures = [
        _mean_of_sets("语气 四个三类集 宏平均F1 平均", blind, _macro_f1),
        _mean_of_sets("语气 四个三类集 校准误差 平均", blind, _certainty_error, recentre=True),
    ]
    for name in sets:
        mine = blind.of(name)
        figures += [figure(f"语气 {name} 宏平均F1", mine.group, _macro_f1(mine)), *_tones(mine)]
    for name in TWO_TONES:
        mine = blind.of(name)
        figures.append(_negative_or_not(f"语气 {name} 负面/非负面 宏平均F1", mine))
    for name in (*sets, *TWO_TONES):
        mine = blind.of(name)
        if name not in TWO_TONES:
            figures.append(_calibration(f"语气 {name} 校准误差", mine, mine.surest, mine.right))
        figures.append(_calibration(f"　{name} 负面概率校准误差", mine, *_first(mine)))
    return figures


def unseen_source_figures(blinds: Sequence[Blind]) -> list[Figure]:
    """Each source judged by heads that never saw it: how well negative is told from the rest."""
    parts = [(blind, *_first(blind)) for blind in blinds]
    figures = [
        figure(f"　未见信源 {blind.sets[0]} 负面 AUC", blind.group, auc(told, chance))
        for blind, chance, told in parts
    ]
    areas = [auc(told, chance) for _, chance, told in parts]
    ends = np.cumsum([len(blind.rows) for blind in blinds])[:-1]

    def mean(weights: Weights) -> float:
        return float(np.mean([area(part) for area, part in zip(areas, np.split(weights, ends), strict=True)]))

    group = np.concatenate([blind.group for blind in blinds])
    return [
        figure("语气 未见信源 负面 AUC 平均", group, mean),
        *figures,
        *(
            _calibration(f"　未见信源 {blind.sets[0]} 负面概率校准误差", blind, chance, told)
            for blind, chance, told in parts
        ),
    ]


def lead_figures(name: str, blind: Blind) -> list[Figure]:
    """How often the right bureau is first, and among three."""
    return [
        figure(f"承办单位 {name} 首位正确", blind.group, share(blind.right)),
        figure(f"　{name} 前三含正确", blind.group, share(blind.right_among(3))),
    ]


def certainty_figures(name: str, blind: Blind) -> list[Figure]:
    """How many leads are named and how many of them wrong, the error at fixed coverages, and the calibration."""
    right, surest, group = blind.right, blind.surest, blind.group
    named = surest >= blind.sure
    return [
        figure(f"　{name} 敢于指定的比例", group, share(named)),
        figure(f"　{name} 指定时的错误率", group, share(~right, named), f"指定 {int(named.sum())} 行"),
        *(
            figure(f"　{name} 最有把握的 {coverage:.0%} 错误率", group, error_at(coverage, right, surest))
            for coverage in _COVERAGES
        ),
        _calibration(f"　{name} 校准误差", blind, surest, right),
    ]


def each_answer(name: str, blind: Blind) -> list[Figure]:
    """F1 of each answer that is told often enough; where another accepted answer was given, it is not missed."""
    best, right = blind.best, blind.right
    return [
        figure(
            f"　{name} {answer} F1",
            blind.group,
            class_f1(blind.told[:, at] & ((best == at) | ~right), best == at, blind.accepted[:, at]),
            f"{int(blind.told[:, at].sum())} 行",
        )
        for at, answer in enumerate(blind.answers)
        if blind.told[:, at].sum() >= _FEWEST
    ]


def duty_figures(name: str, blind: Blind) -> list[Figure]:
    """F1 over all cells and per duty; what only one reader saw costs nothing in the second."""
    told, given = blind.told, blind.given
    often = [at for at in range(len(blind.answers)) if told[:, at].sum() >= _FEWEST_OF_A_DUTY]
    each = [class_f1(told[:, at], given[:, at]) for at in often]
    return [
        figure(f"职责 {name} 微平均F1", blind.group, class_f1(told, given)),
        figure(f"　{name} 一人认可即不算错 F1", blind.group, class_f1(told, given, blind.accepted)),
        figure(f"　{name} 宏平均F1", blind.group, mean_of(each), f"{len(each)} 项"),
        *(
            figure(f"　{name} 第{blind.answers[at]}项 F1", blind.group, f1, f"{int(told[:, at].sum())} 行")
            for at, f1 in zip(often, each, strict=True)
        ),
    ]


def kind_figures(name: str, blind: Blind) -> list[Figure]:
    """How often the kind of request is right, and F1 per kind where there are enough."""
    return [
        figure(f"诉求类别 {name} 正确", blind.group, share(blind.right)),
        *each_answer(f"诉求类别 {name}", blind),
    ]


def urgency_figures(name: str, blind: Blind, levels: Floats) -> list[Figure]:
    """How close the level is, and F1 of what cannot wait. `levels` are the readers', halves where they differ."""
    given = blind.best
    return [
        figure(f"紧急程度 {name} 相差不到一级", blind.group, share(np.abs(given - levels) < 1)),
        figure(f"　{name} 二级以上 F1", blind.group, class_f1(levels >= 2, given >= 2)),
    ]


def relevance_figures(name: str, blind: Blind) -> list[Figure]:
    """F1 with precision and recall, and how far the probability holds."""
    told, given, chance = blind.told[:, 0], blind.given[:, 0], blind.chance[:, 0]
    return [
        figure(f"{name} F1", blind.group, class_f1(told, given)),
        figure(f"　{name} 精确率", blind.group, share(told, given)),
        figure(f"　{name} 召回率", blind.group, share(given, told)),
        figure(f"　{name} AUC", blind.group, auc(told, chance)),
        _calibration(f"　{name} 校准误差", blind, chance, told),
    ]


def public_by_set(blind: Blind) -> list[Figure]:
    """F1 in each set of posts."""
    return [
        figure(
            f"　{name} F1",
            mine.group,
            class_f1(mine.told[:, 0], mine.given[:, 0]),
            f"{int(mine.told.sum())} 行相关",
        )
        for name in dict.fromkeys(blind.sets.tolist())
        for mine in (blind.of(name),)
    ]


def errors_by_trap(blind: Blind, traps: Mapping[str, str]) -> list[Figure]:
    """How many posts of each kind of trap are judged wrong; `traps` by row, empty where there is none."""
    wrong = blind.told[:, 0] != blind.given[:, 0]
    kinds = np.array([traps[row] or "没有陷阱" for row in blind.rows], np.str_)
    return [
        figure(f"　{kind} 判错", blind.group[kinds == kind], share(wrong[kinds == kind]))
        for kind in sorted(set(kinds.tolist()))
        if (kinds == kind).sum() >= _FEWEST_OF_A_TRAP
    ]


def speed_figures(speed: Speed, texts: Sequence[str]) -> list[Figure]:
    """Speed beside the bare product, seconds to load, memory and size; a busy machine measures less."""
    ratio = [judged / product for judged, product in zip(speed.judged, speed.product, strict=True)]
    length = round(sum(map(len, texts)) / max(len(texts), 1))
    return [
        _rounds("判断 条/秒/核", speed.judged, len(texts), f"平均 {length} 字"),
        _rounds("　裸乘积 条/秒/核", speed.product, len(texts)),
        _rounds("　裸乘积占所用时间", ratio, len(texts)),
        _once("装入 秒", speed.loading_seconds),
        _once("内存 MB", speed.memory_mb),
        _once("权重 MB", speed.weights_mb),
    ]


def _mean_of_sets(
    name: str, blind: Blind, measure_of: Callable[[Blind], Measure], *, recentre: bool = False
) -> Figure:
    """The sets with three tones count alike, however many rows they have."""
    three = blind.of(*THREE_TONES)
    parts = [(three.sets == each, measure_of(three.of(each))) for each in THREE_TONES]

    def mean(weights: Weights) -> float:
        return sum(measure(weights[mine]) for mine, measure in parts) / len(parts)

    return figure(name, three.group, mean, recentre=recentre)


def _macro_f1(blind: Blind) -> Measure:
    """Over the tones that are told at all often; what hardly occurs can hardly be found."""
    often = [at for at in range(len(blind.answers)) if blind.told[:, at].sum() >= _FEWEST_OF_A_TONE]
    return macro_f1(blind.told.argmax(axis=1), blind.best, often)


def _certainty_error(blind: Blind) -> Measure:
    return calibration_error(blind.surest, blind.right)


def _tones(blind: Blind) -> list[Figure]:
    told, given = blind.told.argmax(axis=1), blind.best
    return [
        figure(f"　{tone} F1", blind.group, class_f1(told == at, given == at), f"{int((told == at).sum())} 行")
        for at, tone in enumerate(TONES)
        if (told == at).sum() >= _FEWEST_OF_A_TONE
    ]


def _negative_or_not(name: str, blind: Blind) -> Figure:
    told, given = blind.told[:, _NEGATIVE], blind.best == _NEGATIVE
    return figure(name, blind.group, macro_f1(told.astype(np.int64), given.astype(np.int64), (0, 1)))


def _first(blind: Blind) -> tuple[Floats, Marks]:
    """The probability of the first answer, and whether it holds."""
    return blind.chance[:, 0], blind.told[:, 0]


def _calibration(name: str, blind: Blind, said: Floats, right: Marks) -> Figure:
    return figure(name, blind.group, calibration_error(said, right), recentre=True)


def _rounds(name: str, values: Sequence[float], rows: int, note: str = "") -> Figure:
    middle = round(float(np.median(values)), 3)
    spread = {"low": round(min(values), 3), "high": round(max(values), 3)}
    return Figure(name=name, value=middle, **spread, rows=rows, note=f"最慢与最快一轮 {note}".rstrip())


def _once(name: str, value: float) -> Figure:
    return Figure(name=name, value=round(value, 2), low=None, high=None, rows=0)
