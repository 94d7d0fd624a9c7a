"""Asks about texts that neither the heads nor the calibration saw: from the scores of folds to blind answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

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
    MOST_TONE_ROWS,
    Crossed,
    Note,
    cross_matters,
    cross_tones,
    gather_matters,
    score_rows,
)
from consumers.training.fitting import build_heads
from consumers.training.matters import Library, evidence_of
from consumers.training.measures import Marks
from consumers.training.readings import read_messages, read_place_posts, read_relevance, read_written_posts
from consumers.training.tones import ToneLibrary, fit_tones
from consumers.training.training import calibrate
from huiying.city import City, Scope
from huiying.post import Kind, SourceKind

LEVELS = tuple(range(4))
_KINDS = tuple(kind.value for kind in Kind)

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """What readers said of one message, whichever set it stands in."""

    bureau: str
    also: tuple[str, ...]
    duties: tuple[int, ...]
    duties_any: tuple[int, ...]
    kinds: tuple[str, ...]
    urgency: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MatterAnswers:
    """Blind answers about matters; `levels` are the readers' of urgency, halves where two of them differ.

    `public` leaves the place aside; `relevance` also asks whether it is the office's city.
    """

    lead: Blind
    lead_by_words: Blind
    duties: Blind
    kind: Blind
    urgency: Blind
    levels: NDArray[np.float64]
    public: Blind
    relevance: Blind


def ask_tone(library: ToneLibrary, clues: Clues, seed: int, note: Note) -> Blind:
    """The tone of every row whose tone somebody judged, by heads of the other folds."""
    crossed = cross_tones(library, seed, note)
    told = {row: reading.tone for row, reading in read_messages().items() if reading.whole}
    told |= {row: tone for row, tone in zip(library.rows, library.tone.tolist(), strict=True) if tone}
    at = np.array([number for number, row in enumerate(library.rows) if row in told])
    return _tones(library, at, [told[library.rows[row]] for row in at], crossed.scores[at], crossed.names, clues)


def ask_unseen_sources(library: ToneLibrary, clues: Clues, note: Note) -> list[Blind]:
    """Each source by heads that saw nothing of it, nor what repeats it elsewhere."""
    blinds = []
    for source in (*THREE_TONES, *TWO_TONES):
        at = np.flatnonzero((library.source == source) & (library.tone != ""))
        heads = build_heads(
            library.vocabulary, fit_tones(library, ~np.isin(library.group, library.group[at])), MOST_TONE_ROWS
        )
        scores = score_rows(heads, library.vocabulary, library.matrix, at)
        blinds.append(_tones(library, at, library.tone[at].tolist(), scores, heads.names, clues))
        note(f"未见信源 {source}")
    return blinds


def ask_matters(corpora: Corpora, clues: Clues, city: City, seed: int, note: Note) -> MatterAnswers:
    """Every message and post that was read, by heads of the other folds and numbers calibrated on the other folds."""
    library = gather_matters(corpora, clues)
    crossed = cross_matters(corpora, library, clues, seed, note)
    placed = {f"placed:{post.id}": post for post in read_place_posts()}
    kinds = {library.ids[row]: post.source_kind for row, post in placed.items()}
    judged = _judge_blind(corpora, library, crossed, clues, city, kinds)
    read = {row: one for row, one in labels_of(corpora).items() if row in library.ids}
    labels = read.values()
    public = {row: told for row, told in read_relevance().items() if row in library.ids}
    here = {row: post.relevant for row, post in placed.items() if not post.taught}

    def answers(names: Sequence[str | int], told: Sequence[Sequence[str | int]], chance: Floats) -> Blind:
        return _blind(library, read, [str(name) for name in names], marks(names, told), chance)

    lead = replace(
        answers(clues.bureaus, [(one.bureau,) for one in labels], judged.lead),
        accepted=marks(clues.bureaus, [one.also for one in labels]),
    )
    duties = answers(clues.duties, [one.duties for one in labels], judged.duties)
    at = np.array([library.ids[row] for row in read])
    return MatterAnswers(
        lead=replace(lead, sure=judged.lead_sure[at]),
        lead_by_words=replace(lead, chance=library.evidence.bureaus[at]),
        duties=replace(
            duties, sure=judged.duty_sure[at], accepted=marks(clues.duties, [one.duties_any for one in labels])
        ),
        kind=answers(_KINDS, [one.kinds for one in labels], judged.kind),
        urgency=answers(LEVELS, [(round(one.urgency),) for one in labels], judged.urgency),
        levels=np.array([one.urgency for one in labels]),
        public=_yes_or_no(library, public, judged.public, city.threshold),
        relevance=_yes_or_no(library, here, judged.relevance, city.threshold),
    )


def labels_of(corpora: Corpora) -> dict[str, Labels]:
    """What was said of each message by `set:row`: two readers' gold, one reader's whole readings, posts by hand."""
    labels = {
        f"routing_gold:{number}": Labels(
            bureau=row.bureau,
            also=row.also,
            duties=row.duties,
            duties_any=row.duties_any,
            kinds=row.kinds,
            urgency=row.urgency,
        )
        for number, row in enumerate(corpora.gold)
    }
    readings = {row: reading for row, reading in read_messages().items() if reading.whole}
    readings |= {f"written:{post.id}": post.reading for post in read_written_posts()}
    return labels | {
        row: Labels(
            bureau=reading.bureau,
            also=reading.also,
            duties=reading.duties,
            duties_any=reading.duties_any,
            kinds=(reading.kind,),
            urgency=reading.urgency,
        )
        for row, reading in readings.items()
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """What is said of every text of a library, and from which probability on."""

    lead: Floats
    lead_sure: Floats
    duties: Floats
    duty_sure: Floats
    kind: Floats
    urgency: Floats
    public: Floats
    relevance: Floats


def _judge_blind(
    corpora: Corpora, library: Library, crossed: Crossed, clues: Clues, city: City, kinds: Mapping[int, SourceKind]
) -> _Judged:
    """Fold by fold, because each fold's calibration comes from the others."""
    city = replace(city, scope=Scope.CITY)
    at = {name: number for number, name in enumerate(crossed.names)}
    routable = np.array([clues.is_routable(bureau) for bureau in clues.bureaus])
    rows, parts = [], []
    for fold in range(FOLDS):
        mine = np.flatnonzero(crossed.fold == fold)
        known = calibrate(corpora, library, crossed, clues, leave_out=fold)
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
                    columns(*(f"read-duty:{one}" for one in clues.duties)),
                    lead,
                    clues.leads_of,
                    words,
                    known,
                ),
                duty_sure=np.full(len(mine), known.duty_sure),
                kind=kind_probabilities(columns(*(f"kind:{kind}" for kind in _KINDS)), words, known),
                urgency=(levels[:, None] == np.array(LEVELS)).astype(np.float64),
                public=public_matter(columns("matter")[:, 0], words, known)[:, None],
                relevance=relevance(
                    columns("matter")[:, 0], words, known, city, [kinds.get(row) for row in mine.tolist()]
                )[:, None],
            )
        )
    back = np.argsort(np.concatenate(rows))
    return _Judged(
        **{name: np.concatenate([getattr(part, name) for part in parts])[back] for name in _Judged.__slots__}
    )


def _tones(
    library: ToneLibrary, at: Rows, told: Sequence[str], scores: Floats, names: list[str], clues: Clues
) -> Blind:
    evidence = evidence_of(clues, [library.texts[row] for row in at])
    right = marks(TONES, [(tone,) for tone in told])
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


def _yes_or_no(library: Library, told: Mapping[str, bool], chance: Floats, threshold: float) -> Blind:
    right = np.array(list(told.values()), np.bool_)[:, None]
    blind = _blind(library, told, ["相关"], right, chance)
    return replace(blind, sure=np.full(len(told), threshold))


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
