"""Asks about texts that neither the heads nor the calibration saw: from the scores of folds to blind answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consumers.judging.calibration import Floats
from consumers.judging.evidence import Clues
from consumers.judging.matters import duty_probabilities, kind_probabilities, lead_probabilities, urgency_levels
from consumers.judging.relevance import public_matter, relevance
from consumers.judging.tone import TONES, ToneColumns, tone_probabilities
from consumers.training.blind import Blind, marks
from consumers.training.calibrating import TONE_HABITS, rows_of
from consumers.training.corpora import THREE_TONES, TWO_TONES, Corpora
from consumers.training.crossing import (
    FOLDS,
    Crossed,
    Note,
    cross_matters,
    cross_tones,
    score_tones,
)
from consumers.training.matters import Library, evidence_of, gather_matters
from consumers.training.measures import Marks
from consumers.training.publicness import PublicLibrary, calibrate_public, cross_public, gather_public
from consumers.training.readings import read_place_posts
from consumers.training.tones import ToneLibrary, fit_tones
from consumers.training.training import calibrate
from consumers.training.vectors import Vectors
from huiying.city import City, Scope
from huiying.post import Kind

LEVELS = tuple(range(4))
_NOT_ASKED = (0.0,)
"""Stands where a calibration is made that relevance is not asked of."""

_KINDS = tuple(kind.value for kind in Kind)

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterAnswers:
    """Blind answers about matters; `levels` are the readers' of urgency, halves where two of them differ."""

    lead: Blind
    lead_by_words: Blind
    duties: Blind
    kind: Blind
    urgency: Blind
    levels: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicAnswers:
    """Blind answers about relevance: `public` leaves the place aside, `relevance` asks for the office's city too."""

    public: Blind
    relevance: Blind


def ask_tone(library: ToneLibrary, clues: Clues, seed: int, note: Note) -> Blind:
    """The tone of every row, by what the other folds taught."""
    crossed = cross_tones(library, seed, note)
    return _tones(library, np.arange(len(library.rows)), crossed.scores, crossed.names, clues)


def ask_unseen_sources(library: ToneLibrary, clues: Clues, seed: int, note: Note) -> list[Blind]:
    """Each source by what saw nothing of it, nor what repeats it elsewhere."""
    blinds = []
    for source in (*THREE_TONES, *TWO_TONES):
        at = np.flatnonzero(library.source == source)
        fitted = fit_tones(library, ~np.isin(library.group, library.group[at]), seed)
        blinds.append(_tones(library, at, score_tones(fitted, library, at), fitted.names, clues))
        note(f"未见信源 {source}")
    return blinds


def ask_matters(corpora: Corpora, clues: Clues, vectors: Vectors, seed: int, note: Note) -> MatterAnswers:
    """Every message and post that was read, by weights and by numbers that the other folds gave."""
    library = gather_matters(corpora, clues, vectors)
    judged = _judge_blind(library, cross_matters(library, clues, seed, note), clues)
    read = {row.id: row for row in library.labelled if row.standard}
    labels = read.values()

    def answers(names: Sequence[str | int], told: Sequence[Sequence[str | int]], chance: Floats) -> Blind:
        return _blind(library, read, [str(name) for name in names], marks(names, told), chance)

    lead = replace(
        answers(clues.bureaus, [(one.bureau or "",) for one in labels], judged.lead),
        accepted=marks(clues.bureaus, [one.also for one in labels]),
    )
    duties = answers(clues.duties, [one.duties or () for one in labels], judged.duties)
    at = np.array([library.ids[row] for row in read])
    return MatterAnswers(
        lead=replace(lead, sure=judged.lead_sure[at]),
        lead_by_words=replace(lead, chance=library.evidence.bureaus[at]),
        duties=replace(
            duties, sure=judged.duty_sure[at], accepted=marks(clues.duties, [one.duties_any for one in labels])
        ),
        kind=answers(_KINDS, [one.kinds for one in labels], judged.kind),
        urgency=answers(LEVELS, [(round(one.urgency or 0),) for one in labels], judged.urgency),
        levels=np.array([one.urgency or 0 for one in labels]),
    )


def ask_public(data_sets: Path, clues: Clues, city: City, seed: int) -> PublicAnswers:
    """Posts of the stream and of chatter, place aside; and posts by hand that the city's places may trap."""
    library = gather_public(data_sets, city)
    scores, fold = cross_public(library, FOLDS, seed)
    evidence = evidence_of(clues, library.texts)
    posts = {f"placed:{post.id}": post for post in read_place_posts()}
    kinds = [posts[row].source_kind if row in posts else None for row in library.ids]
    public, here = np.zeros(len(fold)), np.zeros(len(fold))
    for number in range(FOLDS):
        mine, known = np.flatnonzero(fold == number), library.read & (fold != number)
        weights = calibrate_public(scores[known], rows_of(evidence, known), library.told[known])
        words = rows_of(evidence, mine)
        public[mine] = public_matter(scores[mine], words, weights)
        here[mine] = relevance(
            scores[mine], words, weights, replace(city, scope=Scope.CITY), [kinds[row] for row in mine]
        )
    unseen = np.array([row in posts and not posts[row].taught for row in library.ids])
    relevant = np.array([row in posts and posts[row].relevant for row in library.ids])
    return PublicAnswers(
        public=_yes_or_no(library, library.read, library.told, public, city),
        relevance=_yes_or_no(library, unseen, relevant, here, city),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """What is said of every text of a library, and from which probability on."""

    lead: Floats
    lead_sure: Floats
    duties: Floats
    duty_sure: Floats
    kind: Floats
    urgency: Floats


def _judge_blind(library: Library, crossed: Crossed, clues: Clues) -> _Judged:
    """Fold by fold, because each fold's calibration comes from the others."""
    at = {name: number for number, name in enumerate(crossed.names)}
    routable = np.array([clues.is_routable(bureau) for bureau in clues.bureaus])
    rows, parts = [], []
    for fold in range(FOLDS):
        mine = np.flatnonzero(crossed.fold[: len(library.labelled)] == fold)
        known = calibrate(library, crossed, clues, _NOT_ASKED, leave_out=fold)
        words, scores = rows_of(library.evidence, mine), crossed.scores[mine]

        def columns(*names: str, scores: Floats = scores) -> Floats:
            return scores[:, [at[name] for name in names]]

        lead = lead_probabilities(columns(*(f"bureau:{one}" for one in clues.bureaus)), words, routable, known)
        levels = urgency_levels(columns("urgent:1", "urgent:2"), words, known)
        rows.append(mine)
        parts.append(
            _Judged(
                lead=lead,
                lead_sure=np.full(len(mine), known.lead_sure),
                duties=duty_probabilities(
                    columns(*(f"duty:{one}" for one in clues.duties)),
                    lead,
                    clues.leads_of,
                    words,
                    known,
                ),
                duty_sure=np.full(len(mine), known.duty_sure),
                kind=kind_probabilities(columns(*(f"kind:{kind}" for kind in _KINDS)), words, known),
                urgency=(levels[:, None] == np.array(LEVELS)).astype(np.float64),
            )
        )
    back = np.argsort(np.concatenate(rows))
    return _Judged(
        **{name: np.concatenate([getattr(part, name) for part in parts])[back] for name in _Judged.__slots__}
    )


def _tones(library: ToneLibrary, at: Rows, scores: Floats, names: list[str], clues: Clues) -> Blind:
    evidence = evidence_of(clues, [library.texts[row] for row in at])
    right = marks(TONES, [(tone,) for tone in library.tone[at].tolist()])
    # Sets with two tones call everything positive that is not negative.
    right[np.isin(library.source[at], TWO_TONES) & ~right[:, 0]] = [False, True, True]
    return Blind(
        answers=TONES,
        rows=tuple(library.rows[row] for row in at),
        texts=tuple(library.texts[row] for row in at),
        group=library.group[at],
        told=right,
        accepted=np.zeros_like(right),
        chance=tone_probabilities(scores, ToneColumns.among(names), evidence, TONE_HABITS),
        sure=np.zeros(len(at)),
    )


def _yes_or_no(library: PublicLibrary, asked: Marks, told: Marks, chance: Floats, city: City) -> Blind:
    at = np.flatnonzero(asked)
    return Blind(
        answers=("相关",),
        rows=tuple(library.ids[row] for row in at),
        texts=tuple(library.texts[row] for row in at),
        group=library.group[library.asked[at]],
        told=told[at][:, None],
        accepted=np.zeros((len(at), 1), np.bool_),
        chance=chance[at][:, None],
        sure=np.full(len(at), city.threshold),
    )


def _blind(library: Library, rows: Iterable[str], answers: Sequence[str], told: Marks, chance: Floats) -> Blind:
    at = np.array([library.ids[row] for row in rows], np.int64)
    return Blind(
        answers=tuple(answers),
        rows=tuple(rows),
        texts=tuple(library.texts[row] for row in at),
        group=library.group[at],
        told=told,
        accepted=np.zeros_like(told),
        chance=chance[at],
        sure=np.zeros(len(at)),
    )
