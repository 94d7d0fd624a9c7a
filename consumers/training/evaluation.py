"""`huiying evaluate`: every judgement by cross-validation on texts it has not seen, with intervals.

Near-duplicates stay in one fold and are drawn together. What was calibrated on some folds is measured on another.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from consumers.grouping.evaluation import grouping_figures
from consumers.judging.evidence import Clues
from consumers.judging.judge import Judge
from consumers.training.agreement import agreement_figures
from consumers.training.asking import ask_matters, ask_public, ask_tone, ask_unseen_sources
from consumers.training.blind import Blind
from consumers.training.categories import ask_category, category_figures
from consumers.training.corpora import Corpora, read_corpora
from consumers.training.crossing import Note
from consumers.training.matters import vectors_for
from consumers.training.measures import Marks
from consumers.training.readings import read_place_posts, read_written_posts
from consumers.training.report import Report, worst_choices, worst_marks
from consumers.training.scoring import (
    certainty_curve,
    certainty_figures,
    duty_figures,
    each_answer,
    errors_by_trap,
    kind_figures,
    lead_figures,
    public_by_set,
    relevance_figures,
    speed_figures,
    tone_figures,
    unseen_source_figures,
    urgency_figures,
    yes_curve,
)
from consumers.training.speed import measure_apart
from consumers.training.stock import snow_figures
from consumers.training.tones import gather_tones
from consumers.training.vectors import Vectors
from huiying.city import City
from huiying.policy.gathering import GatheringRules

_SEED = 7
_SPEED_POSTS = 10_000
_GOLD, _READ = "routing_gold", ("hot_issues", "official_replies")


@dataclass(kw_only=True)
class Evaluation:
    """What is measured, and on what; the words, the city and the rules are the office's."""

    data_sets: Path
    clues: Clues
    city: City
    gathering: GatheringRules
    load_judge: Callable[[], Judge]
    note: Note = lambda _: None

    @cached_property
    def corpora(self) -> Corpora:
        """The data sets."""
        return read_corpora(self.data_sets)

    @cached_property
    def vectors(self) -> Vectors:
        """Learnt from the texts that are never asked about."""
        return vectors_for(self.corpora, _SEED)


def evaluate(evaluation: Evaluation, names: Sequence[str] = ()) -> Iterator[Report]:
    """Part by part; all parts where none is named."""
    for name in names or PARTS:
        started = time.monotonic()
        report = _MEASURES[name](evaluation)
        evaluation.note(f"{name}：{time.monotonic() - started:.0f} 秒")
        yield report


def measure_tone(evaluation: Evaluation) -> Report:
    """Tone per source; no source is told to the judge, the gate guesses by wording."""
    library = gather_tones(evaluation.corpora, evaluation.vectors)
    blind = ask_tone(library, evaluation.clues, _SEED, evaluation.note)
    unseen = ask_unseen_sources(library, evaluation.clues, _SEED, evaluation.note)
    sets = list(dict.fromkeys(blind.sets.tolist()))
    messages = [name for name in (_GOLD, *_READ) if name in sets]
    return Report(
        part="tone",
        figures=[*tone_figures(blind, messages), *unseen_source_figures(unseen)],
        curves=[yes_curve(f"{name} 负面", blind.of(name)) for name in sets],
        mistakes=[wrong for name in sets for wrong in worst_choices(f"语气 {name}", blind.of(name))],
    )


def measure_matter(evaluation: Evaluation) -> Report:
    """Lead bureau, duties, kind and urgency: two readers' gold, one reader's readings, posts by hand."""
    answers = ask_matters(evaluation.corpora, evaluation.clues, evaluation.vectors, _SEED, evaluation.note)
    report = Report(part="matter")
    for name, mine in _sources(answers.lead).items():
        lead, duties, kind = answers.lead.where(mine), answers.duties.where(mine), answers.kind.where(mine)
        report.figures += [
            *lead_figures(name, lead),
            *lead_figures(f"{name} 只用词", answers.lead_by_words.where(mine)),
            *certainty_figures(name, lead),
            *each_answer(f"承办单位 {name}", lead),
            *duty_figures(name, duties),
            *kind_figures(name, kind),
            *urgency_figures(name, answers.urgency.where(mine), answers.levels[mine]),
        ]
        report.curves.append(certainty_curve(f"承办单位 {name}", lead))
        report.mistakes += [*worst_choices(f"承办单位 {name}", lead), *worst_marks(f"职责 {name}", duties)]
    for name, mine in _halves(answers.lead).items():
        report.figures += [
            *lead_figures(name, answers.lead.where(mine)),
            *duty_figures(name, answers.duties.where(mine)),
        ]
    return report


def measure_relevance(evaluation: Evaluation) -> Report:
    """Public affairs at all, on posts of the stream and of chatter; and those of this city, on posts by hand."""
    answers = ask_public(evaluation.data_sets, evaluation.clues, evaluation.city, _SEED)
    public, here = answers.public, answers.relevance
    traps = {f"placed:{post.id}": post.trap for post in read_place_posts()}
    return Report(
        part="relevance",
        figures=[
            *relevance_figures("公共事务", public),
            *public_by_set(public),
            *relevance_figures("本市公共事务", here),
            *errors_by_trap(here, traps),
        ],
        curves=[yes_curve("公共事务", public), yes_curve("本市公共事务", here)],
        mistakes=[*worst_marks("公共事务", public), *worst_marks("本市公共事务", here)],
    )


def measure_readers(_: Evaluation) -> Report:
    """How far two readers of the same messages agree."""
    return Report(part="readers", figures=agreement_figures())


def measure_category(evaluation: Evaluation) -> Report:
    """Seven categories of a portal, as a check of the method."""
    blind = ask_category(evaluation.corpora, _SEED)
    return Report(
        part="category", figures=category_figures(blind), mistakes=worst_choices("类别 category_raw", blind)
    )


def measure_snow(evaluation: Evaluation) -> Report:
    """SnowNLP beside ours."""
    return Report(part="snownlp", figures=snow_figures(evaluation.corpora, _SEED))


def measure_grouping(evaluation: Evaluation) -> Report:
    """The gatherer's own evaluation."""
    return Report(part="grouping", figures=grouping_figures(evaluation.data_sets, evaluation.gathering))


def measure_speed(evaluation: Evaluation) -> Report:
    """The shipped judge on posts of all sets of tone."""
    texts = [row.text for row in evaluation.corpora.tone]
    texts = texts[:: max(len(texts) // _SPEED_POSTS, 1)]
    return Report(part="speed", figures=speed_figures(measure_apart(evaluation.load_judge, texts), texts))


_MEASURES: dict[str, Callable[[Evaluation], Report]] = {
    "tone": measure_tone,
    "matter": measure_matter,
    "relevance": measure_relevance,
    "readers": measure_readers,
    "category": measure_category,
    "snownlp": measure_snow,
    "grouping": measure_grouping,
    "speed": measure_speed,
}
PARTS = tuple(_MEASURES)


def _sources(blind: Blind) -> dict[str, Marks]:
    """Which rows two readers labelled, which one (a language model), and which were written by hand."""
    sets = blind.sets
    consulted = {f"written:{post.id}" for post in read_written_posts() if post.consulted}
    seen = np.array([row in consulted for row in blind.rows])
    sources = {
        _GOLD: sets == _GOLD,
        "readings": np.isin(sets, _READ),
        "written": (sets == "written") & ~seen,
        "written 选词时看过": seen,
    }
    return {name: mine for name, mine in sources.items() if mine.any()}


def _halves(blind: Blind) -> dict[str, Marks]:
    """Posts by hand that use the official word, and those that do not."""
    posts = [post for post in read_written_posts() if post.reading.duties and not post.consulted]
    obvious = {f"written:{post.id}": post.obvious for post in posts}
    return {
        name: np.array([obvious.get(row) is half for row in blind.rows])
        for name, half in (("written 直说", True), ("written 不直说", False))
    }
