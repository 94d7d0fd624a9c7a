"""What came of one part of an evaluation, and its lines on the terminal and as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from typing import Any

import numpy as np

from consumers.judging.calibration import Floats
from consumers.training.blind import Blind
from consumers.training.measures import Answers, Bin, Figure

_MOST_MISTAKES = 8
_SHOWN = 100
_NOTHING = "无"


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """How often answers given with a certain probability were right."""

    name: str
    bins: tuple[Bin, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """A wrong answer that was given surely. The text may be shown on a terminal and is never written into a file."""

    judgement: str
    row: str
    told: str
    given: str
    probability: float
    text: str


@dataclass(kw_only=True, slots=True)
class Report:
    """Figures, calibration curves and the worst mistakes of one part."""

    part: str
    figures: list[Figure] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


def worst_choices(judgement: str, blind: Blind) -> list[Mistake]:
    """Where one answer is chosen: the surest of the wrong ones."""
    rows = np.flatnonzero(~blind.right)
    fine = replace(blind, told=blind.told | blind.accepted)
    return _worst(judgement, fine, rows, blind.surest[rows], [blind.answers[at] for at in blind.best[rows]])


def worst_marks(judgement: str, blind: Blind) -> list[Mistake]:
    """Where each answer is given for itself: the likeliest that are wrong, and the unlikeliest that were missed."""
    rows, columns = np.nonzero(np.where(blind.given, ~blind.told & ~blind.accepted, blind.told))
    chance, given = blind.chance[rows, columns], blind.given
    sureness = np.where(given[rows, columns], chance, 1 - chance)
    return _worst(judgement, blind, rows, sureness, [_names(blind.answers, given[row]) for row in rows])


def as_lines(report: Report, mistakes: int) -> Iterator[str]:
    """For a terminal; of so many mistakes of each judgement the text is shown."""
    for one in report.figures:
        interval = f"[{interval_of(one)}]" if one.low is not None else ""
        yield f"{report.part:<9} {shown(one.value)} {interval:<16} n={one.rows:<6} {one.name} {one.note}".rstrip()
    for curve in report.curves:
        yield f"{report.part:<9} 把握与实际：{curve.name}"
        yield from (
            f"{'':<9} {one.said:.3f} → {one.right:.3f} [{one.low:.3f}, {one.high:.3f}] n={one.rows}"
            for one in curve.bins
        )
    for judgement, wrongs in groupby(report.mistakes, key=lambda wrong: wrong.judgement):
        yield f"{report.part:<9} 最有把握的错判：{judgement}"
        for number, wrong in enumerate(wrongs):
            yield f"{'':<9} {wrong.probability:.3f} {wrong.row} 应为{wrong.told} 判为{wrong.given}"
            if number < mistakes:
                yield f"{'':<9} {' '.join(wrong.text.split())[:_SHOWN]}"


def as_json_lines(report: Report) -> Iterator[str]:
    """A line per figure, curve and mistake."""
    for one in report.figures:
        yield _line(report.part, "figure", asdict(one))
    for curve in report.curves:
        yield _line(report.part, "curve", asdict(curve))
    for wrong in report.mistakes:
        yield _line(report.part, "mistake", {name: told for name, told in asdict(wrong).items() if name != "text"})


def interval_of(one: Figure) -> str:
    """From where to where, or nothing."""
    return "" if one.low is None or one.high is None else f"{shown(one.low)}, {shown(one.high)}"


def shown(value: float) -> str:
    """Shares with three digits; what is counted without any."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3f}"


def _line(part: str, what: str, told: dict[str, Any]) -> str:
    return json.dumps({"part": part, "what": what, **told}, ensure_ascii=False)


def _worst(judgement: str, blind: Blind, rows: Answers, sureness: Floats, given: Sequence[str]) -> list[Mistake]:
    """One of each group of texts that repeat one another."""
    result: dict[int, Mistake] = {}
    for at in np.argsort(-sureness, kind="stable").tolist():
        if len(result) == _MOST_MISTAKES:
            break
        row = int(rows[at])
        result.setdefault(
            int(blind.group[row]),
            Mistake(
                judgement=judgement,
                row=blind.rows[row],
                told=_names(blind.answers, blind.told[row]),
                given=given[at],
                probability=round(float(sureness[at]), 3),
                text=blind.texts[row],
            ),
        )
    return list(result.values())


def _names(answers: Sequence[str], told: Any) -> str:
    return "、".join(answer for answer, right in zip(answers, told, strict=True) if right) or _NOTHING
