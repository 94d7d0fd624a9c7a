"""The judge: batches of texts in, one assessment per text out; a text is judged alike alone and in any batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from consumers.judging.calibration import Calibration, Floats
from consumers.judging.evidence import Clues, Evidence
from consumers.judging.features import encode, grams
from consumers.judging.fingerprint import fingerprints
from consumers.judging.matters import duty_probabilities, kind_probabilities, lead_probabilities, urgency_levels
from consumers.judging.model import SHIPPED, Model, load_model
from consumers.judging.relevance import relevance
from consumers.judging.tone import ToneColumns, tone_probabilities
from huiying.bureau import Bureau
from huiying.city import City, Lexicon
from huiying.duty import Duty
from huiying.post import Assessment, BureauMatch, DutyMatch, Kind, SourceKind, ToneScores

CANDIDATES = 5
"""Bureaus that are listed with a post, sure or not."""

_BATCH = 250
_DIGITS = 4
_WORDS_FOR_ATTENTION, _LOG_ENGAGEMENT_FOR_ATTENTION = 6.0, 9.0
_KINDS = tuple(Kind)


class ToneScorer(Protocol):
    """Another judge of tone, chosen by configuration: three probabilities per text (negative, neutral, positive)."""

    name: str

    def tones(self, texts: Sequence[str]) -> Floats:
        """One row per text."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """All that was found in a batch, as arrays with one row per text."""

    tone: Floats
    lead: Floats
    duties: Floats
    kind: Floats
    urgency: Floats
    public: Floats
    evidence: Evidence
    fingerprint: NDArray[np.uint64]


class Judge:
    """Knows the office's directory, words and city, and the trained model."""

    def __init__(self, *, model: Model, clues: Clues, city: City, tone_scorer: ToneScorer | None = None) -> None:
        self.model, self.clues, self.city = model, clues, city
        self._tone_scorer = tone_scorer
        self._tone_columns = ToneColumns.among(model.tone.names)
        self._bureaus = _aligned(model, [f"bureau:{bureau}" for bureau in clues.bureaus])
        self._duties = _aligned(model, [f"duty:{duty}" for duty in clues.duties])
        self._kinds = _aligned(model, [f"kind:{kind.value}" for kind in Kind])
        self._urgent = _aligned(model, ["urgent:1", "urgent:2"])
        self._routable = np.array([clues.is_routable(bureau) for bureau in clues.bureaus])
        self.version = model.version if tone_scorer is None else f"{model.version}+{tone_scorer.name}"

    @classmethod
    def load(
        cls,
        *,
        bureaus: tuple[Bureau, ...],
        duties: tuple[Duty, ...],
        lexicon: Lexicon,
        city: City,
        models: Path = SHIPPED,
        tone_scorer: ToneScorer | None = None,
    ) -> Self:
        """A judge with the office's words and the model in a folder."""
        clues = Clues(bureaus, duties, lexicon, city)
        return cls(model=load_model(models), clues=clues, city=city, tone_scorer=tone_scorer)

    @property
    def calibration(self) -> Calibration:
        """The thresholds in force."""
        return self.model.calibration

    def assess(
        self,
        texts: Sequence[str],
        source_kinds: Sequence[SourceKind | None] | None = None,
        engagements: Sequence[int] | None = None,
    ) -> list[Assessment]:
        """One assessment per text, in order."""
        result: list[Assessment] = []
        for start in range(0, len(texts), _BATCH):
            part = slice(start, start + _BATCH)
            result += self._assess_batch(
                texts[part],
                None if source_kinds is None else source_kinds[part],
                None if engagements is None else engagements[part],
            )
        return result

    def score(self, texts: Sequence[str]) -> Scores:
        """The arrays behind the assessments of one batch."""
        batch = encode(texts)
        owner, bucket = grams(batch)
        evidence = self.clues.of(batch)
        matter = self.model.matters.scores(owner, bucket, batch.size)
        known = self.calibration
        if self._tone_scorer is None:
            tone = self.model.tone.scores(batch)
            tone = tone_probabilities(tone, self._tone_columns, evidence, known.tone)
        else:
            tone = self._tone_scorer.tones(texts)
        lead = lead_probabilities(_take(matter, self._bureaus), evidence, self._routable, known)
        return Scores(
            tone=tone,
            lead=lead,
            duties=duty_probabilities(_take(matter, self._duties), lead, self.clues.leads_of, evidence, known),
            kind=kind_probabilities(_take(matter, self._kinds), evidence, known),
            urgency=urgency_levels(_take(matter, self._urgent), evidence, known),
            public=self.model.public.scores(owner, bucket, batch.size)[:, 0],
            evidence=evidence,
            fingerprint=fingerprints(batch),
        )

    def _assess_batch(
        self,
        texts: Sequence[str],
        source_kinds: Sequence[SourceKind | None] | None,
        engagements: Sequence[int] | None,
    ) -> list[Assessment]:
        scores = self.score(texts)
        related = relevance(scores.public, scores.evidence, self.calibration.public, self.city, source_kinds)
        noticed = _attention(scores.evidence, engagements)
        bureaus, leads = self._name_bureaus(scores.lead)
        rows = zip(
            _rounded(related),
            _rounded(scores.tone),
            _rounded(noticed),
            leads,
            bureaus,
            self._name_duties(scores.duties),
            scores.kind.argmax(axis=1).tolist(),
            scores.urgency.tolist(),
            scores.fingerprint.tolist(),
            strict=True,
        )
        return [
            Assessment(
                relevant=relevant >= self.city.threshold,
                relevance=relevant,
                tone_scores=ToneScores(negative=tone[0], neutral=tone[1], positive=tone[2]),
                attention=attention,
                lead=lead,
                bureaus=candidates,
                duties=duties,
                kind=_KINDS[kind],
                urgency=urgency,
                fingerprint=fingerprint,
                model=self.version,
            )
            for relevant, tone, attention, lead, candidates, duties, kind, urgency, fingerprint in rows
        ]

    def _name_bureaus(self, probability: Floats) -> tuple[list[tuple[BureauMatch, ...]], list[str | None]]:
        best = np.argsort(-probability, axis=1, kind="stable")[:, :CANDIDATES]
        score = _rounded(np.take_along_axis(probability, best, axis=1))
        names = self.clues.bureaus
        matches = [
            tuple(BureauMatch(bureau=names[at], score=p) for at, p in zip(row, values, strict=True))
            for row, values in zip(best.tolist(), score, strict=True)
        ]
        sure = self.calibration.lead_sure
        return matches, [row[0].bureau if row and row[0].score >= sure else None for row in matches]

    def _name_duties(self, probability: Floats) -> list[tuple[DutyMatch, ...]]:
        result: list[list[DutyMatch]] = [[] for _ in range(len(probability))]
        rows, columns = np.nonzero(probability >= self.calibration.duty_sure)
        for row, column, value in zip(
            rows.tolist(), columns.tolist(), _rounded(probability[rows, columns]), strict=True
        ):
            result[row].append(DutyMatch(number=self.clues.duties[column], score=value))
        return [tuple(sorted(matches, key=lambda match: (-match.score, match.number))) for matches in result]


def _attention(evidence: Evidence, engagements: Sequence[int] | None) -> Floats:
    """How much the matter is being passed on: words of spreading, and reposts and comments where they are known."""
    pressure = evidence.attention / _WORDS_FOR_ATTENTION
    if engagements is not None:
        counted = np.maximum(np.array(engagements, np.float64), 0)
        pressure = pressure + np.log1p(counted) / _LOG_ENGAGEMENT_FOR_ATTENTION
    result: Floats = 1 - np.exp(-pressure)
    return result


def _rounded(values: Floats) -> list[Any]:
    rounded: list[Any] = np.round(values.astype(np.float64), _DIGITS).tolist()
    return rounded


def _aligned(model: Model, names: list[str]) -> list[int]:
    """Columns of the model for names of the configuration; a name it never learnt stands as -1 and scores 0."""
    at = {name: number for number, name in enumerate(model.matters.names)}
    return [at.get(name, -1) for name in names]


def _take(scores: Floats, columns: list[int]) -> Floats:
    known = np.array(columns)
    return np.where(known >= 0, scores[:, np.maximum(known, 0)], np.float32(0))
