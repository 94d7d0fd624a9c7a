"""`huiying evaluate`: scores every judgement by cross-validation on texts nobody here wrote, with intervals.

Near-duplicates stay in one fold. What was calibrated on some folds is measured on another.
"""

import importlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from consumers.judging.calibration import Floats
from consumers.judging.evidence import Clues
from consumers.judging.matters import duty_probabilities, kind_probabilities, lead_probabilities, urgency_levels
from consumers.judging.relevance import public_matter
from consumers.judging.tone import TONES, ToneColumns, tone_probabilities
from consumers.training.calibrating import (
    TONE_HABITS,
    right_bureaus,
    right_kinds,
    rows_of,
    touched_duties,
)
from consumers.training.categories import category_figures
from consumers.training.corpora import THREE_TONES, TWO_TONES, Corpora, read_corpora
from consumers.training.crossing import Crossed, Note, cross_matters, cross_tones, gather_matters
from consumers.training.matters import Library, evidence_of
from consumers.training.measures import Figure, class_f1, figure, macro_f1
from consumers.training.stock import snow_figures
from consumers.training.tones import gather_tones
from consumers.training.training import calibrate

PARTS = ("tone", "matter", "category", "snownlp", "grouping")
_SEED = 7


def evaluate(
    data_sets: Path, clues: Clues, names: Sequence[str] = (), *, as_json: bool = False, note: Note = lambda _: None
) -> Iterator[str]:
    """The lines of the table (or of JSON), part by part; all parts where none is named."""
    corpora = read_corpora(data_sets)
    measure: dict[str, Callable[[], list[Figure]]] = {
        "tone": lambda: tone_figures(corpora, clues, note),
        "matter": lambda: matter_figures(corpora, clues, note),
        "category": lambda: category_figures(corpora, _SEED),
        "snownlp": lambda: snow_figures(corpora, _SEED),
        "grouping": lambda: _grouping(data_sets),
    }
    for part in names or PARTS:
        started = time.monotonic()
        figures = measure[part]()
        note(f"{part}：{time.monotonic() - started:.0f} 秒")
        yield from (_as_json(part, one) if as_json else _as_text(part, one) for one in figures)


def tone_figures(corpora: Corpora, clues: Clues, note: Note) -> list[Figure]:
    """Macro-F1 of tone per source. No source is told to the judge; the gate guesses by wording."""
    library = gather_tones(corpora)
    crossed = cross_tones(library, _SEED, note)
    rows = np.flatnonzero(library.tone != "")
    evidence = evidence_of(clues, [library.texts[row] for row in rows])
    chance = tone_probabilities(crossed.scores[rows], ToneColumns.among(crossed.names), evidence, TONE_HABITS)
    told = np.array([TONES.index(tone) for tone in library.tone[rows]])
    given = chance.argmax(axis=1)
    return _tone_table(told, given, library.source[rows])


def _tone_table(told: Any, given: Any, sources: Any) -> list[Figure]:
    figures = []
    for source in THREE_TONES:
        mine = np.flatnonzero(sources == source)
        figures.append(_macro(f"语气 {source} 宏平均F1", told[mine], given[mine], range(3)))
        figures += [
            figure(f"　{tone} F1", len(mine), _one_class(told[mine] == at, given[mine] == at))
            for at, tone in enumerate(TONES)
        ]
    figures.insert(0, _mean_of_sources(told, given, sources))
    for source in TWO_TONES:
        mine = np.flatnonzero(sources == source)
        figures.append(_macro(f"语气 {source} 负面/非负面 宏平均F1", told[mine] != 0, given[mine] != 0, (0, 1)))
    return figures


def _mean_of_sources(told: Any, given: Any, sources: Any) -> Figure:
    three = np.flatnonzero(np.isin(sources, THREE_TONES))

    def mean(sample: Any) -> float:
        drawn = three[sample]
        rows = [drawn[sources[drawn] == source] for source in THREE_TONES]
        return float(np.mean([macro_f1(told[mine], given[mine], range(3)) for mine in rows]))

    return figure("语气 四个三类集平均", len(three), mean)


def matter_figures(corpora: Corpora, clues: Clues, note: Note) -> list[Figure]:
    """Lead bureau, duties, kind and urgency on the hand-labelled messages."""
    library = gather_matters(corpora, clues)
    crossed = cross_matters(corpora, library, clues, _SEED, note)
    at = {name: number for number, name in enumerate(crossed.names)}
    gold_rows = np.array(library.gold)
    evidence = rows_of(library.evidence, gold_rows)
    lead = np.zeros((len(gold_rows), len(clues.bureaus)))
    duties = np.zeros((len(gold_rows), len(clues.duties)))
    duty_sure, lead_sure = np.zeros(len(gold_rows)), np.zeros(len(gold_rows))
    kind, urgency = np.zeros(len(gold_rows), np.int64), np.zeros(len(gold_rows), np.int64)
    routable = np.array([clues.is_routable(bureau) for bureau in clues.bureaus])
    for fold in range(int(crossed.fold.max()) + 1):
        rows = gold_rows[crossed.fold[gold_rows] == fold]
        known = calibrate(corpora, library, crossed, clues, leave_out=fold)
        words = rows_of(evidence, rows)
        scores = crossed.scores[rows]
        lead[rows] = lead_probabilities(
            scores[:, [at[f"bureau:{one}"] for one in clues.bureaus]], words, routable, known
        )
        duties[rows] = duty_probabilities(
            scores[:, [at[f"duty:{one}"] for one in clues.duties]],
            scores[:, [at[f"read-duty:{one}"] for one in clues.duties]],
            lead[rows],
            clues.leads_of,
            words,
            known,
        )
        kind[rows] = kind_probabilities(
            scores[:, [number for name, number in at.items() if name.startswith("kind:")]], words, known
        ).argmax(axis=1)
        urgency[rows] = urgency_levels(scores[:, [at["urgent:1"], at["urgent:2"]]], words, known)
        duty_sure[rows], lead_sure[rows] = known.duty_sure, known.lead_sure
    return [
        *_lead_table(lead, lead_sure, evidence.bureaus, corpora, clues),
        *_duty_table(duties >= duty_sure[:, None], corpora, clues),
        *_kind_table(kind, urgency, corpora),
        *_matter_table(library, crossed, corpora, clues),
    ]


def _lead_table(lead: Floats, sure: Floats, words: Floats, corpora: Corpora, clues: Clues) -> list[Figure]:
    right = right_bureaus(corpora.gold, clues)
    rows = np.arange(len(right))

    def top(scores: Floats, most: int) -> Any:
        best = np.argsort(-scores, axis=1, kind="stable")[:, :most]
        return right[rows[:, None], best].any(axis=1)

    named = lead.max(axis=1) >= sure
    wrong = ~top(lead, 1)
    return [
        _share("承办单位 首位正确", top(lead, 1)),
        _share("承办单位 前三含正确", top(lead, 3)),
        _share("　只用词 首位正确", top(words, 1)),
        _share("　只用词 前三含正确", top(words, 3)),
        _share("　敢于指定的比例", named),
        _share("　指定时的错误率", wrong[named]),
        *(
            _share(f"　{bureau} 首位正确", top(lead, 1)[[row.bureau == bureau for row in corpora.gold]])
            for bureau in clues.bureaus
            if sum(row.bureau == bureau for row in corpora.gold) >= 9
        ),
    ]


def _duty_table(given: Any, corpora: Corpora, clues: Clues) -> list[Figure]:
    told = touched_duties(corpora.gold, clues)
    either = np.array([[number in row.duties_any for number in clues.duties] for row in corpora.gold])

    def lenient(sample: Any) -> float:
        precision = (given[sample] & either[sample]).sum() / max(given[sample].sum(), 1)
        recall = (given[sample] & told[sample]).sum() / max(told[sample].sum(), 1)
        return float(2 * precision * recall / max(precision + recall, 1e-9))

    return [
        figure("职责 微平均F1", len(told), lambda sample: class_f1(told[sample].ravel(), given[sample].ravel())),
        figure("　一人认可即不算错", len(told), lenient),
        *(
            figure(
                f"　第{number}项 F1", len(told), _one_class(told[:, at], given[:, at]), f"{int(told[:, at].sum())} 行"
            )
            for at, number in enumerate(clues.duties)
            if told[:, at].sum() >= 3
        ),
    ]


def _kind_table(kind: Any, urgency: Any, corpora: Corpora) -> list[Figure]:
    right = right_kinds(corpora.gold)
    told = np.array([row.urgency for row in corpora.gold])
    return [
        _share("诉求类别 正确", right[np.arange(len(right)), kind]),
        _share("紧急程度 相差不到一级", np.abs(urgency - told) < 1),
        figure("　二级以上 F1", len(told), _one_class(told >= 2, urgency >= 2)),
    ]


def _matter_table(library: Library, crossed: Crossed, corpora: Corpora, clues: Clues) -> list[Figure]:
    """Titles of citizens' messages against general chatter; place does not count here."""
    rows = np.r_[np.array(library.gold_titles), np.array(library.chatter)]
    chance = np.zeros(len(rows))
    for fold in range(int(crossed.fold.max()) + 1):
        mine = np.flatnonzero(crossed.fold[rows] == fold)
        known = calibrate(corpora, library, crossed, clues, leave_out=fold)
        linear = crossed.scores[rows[mine], crossed.names.index("matter")]
        chance[mine] = public_matter(linear, rows_of(library.evidence, rows[mine]), known)
    told = np.arange(len(rows)) < len(library.gold_titles)
    return [
        _share("公共事务 信件标题被认出", chance[told] >= 0.5),
        _share("公共事务 闲聊被误认", chance[~told] >= 0.5),
    ]


def _share(name: str, right: Any) -> Figure:
    if not len(right):
        return Figure(name=name, value=0, low=0, high=0, rows=0)
    return figure(name, len(right), lambda sample: float(right[sample].mean()))


def _macro(name: str, told: Any, given: Any, classes: Sequence[int]) -> Figure:
    return figure(name, len(told), lambda sample: macro_f1(told[sample], given[sample], classes))


def _one_class(told: Any, given: Any) -> Callable[[Any], float]:
    return lambda sample: class_f1(told[sample], given[sample])


def _grouping(data_sets: Path) -> list[Figure]:
    """The gatherer's own evaluation, where it is installed."""
    if importlib.util.find_spec("consumers.grouping.evaluation") is None:
        return []
    module = importlib.import_module("consumers.grouping.evaluation")
    scores: dict[str, Any] = module.evaluate_grouping(data_sets)
    return [
        Figure(name=f"归并 {name}", value=round(float(value), 4), low=float("nan"), high=float("nan"), rows=0)
        for name, value in scores.items()
        if isinstance(value, int | float)
    ]


def _as_json(part: str, one: Figure) -> str:
    return json.dumps({"part": part, **asdict(one)}, ensure_ascii=False)


def _as_text(part: str, one: Figure) -> str:
    interval = "" if one.low != one.low else f"[{one.low:.3f}, {one.high:.3f}]"
    return f"{part:<9} {one.value:.3f} {interval:<16} n={one.rows:<6} {one.name} {one.note}".rstrip()
