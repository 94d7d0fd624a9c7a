"""Why a text was judged as it was: the words that decided, found by taking them out and judging again.

Candidates are the office's words that stand in the text and the runs of characters that the heads weigh most.
What is reported is how far the probability falls (or, negative, rises) without the word. Computed only when asked.
"""

from collections.abc import Sequence

import numpy as np

from consumers.judging.calibration import Floats
from consumers.judging.judge import Judge
from consumers.judging.relevance import relevance
from huiying.post import Because

_MOST = 6
_FEWEST, _LONGEST_RUN = 2, 3
_LEAST_FALL = 0.005
_CANDIDATES = 60
_READ = 400

Reason = tuple[tuple[str, float], ...]


def explain(judge: Judge, text: str) -> Because:
    """The words that decided each part of the judgement of one text."""
    text = text[:_READ]
    pieces = _candidates(judge, text)
    # The text itself stands first; then the text without each piece.
    scores = judge.score([text, *(text.replace(piece, "") for piece in pieces)])
    tone = int(scores.tone[0].argmax())
    lead = int(scores.lead[0].argmax())
    touched = np.flatnonzero(scores.duties[0] >= judge.calibration.duty_sure).tolist()
    related = relevance(scores.matter, scores.evidence, judge.calibration, judge.city, None)
    return Because(
        tone=_falls(pieces, scores.tone[:, tone]),
        lead=_falls(pieces, scores.lead[:, lead]),
        duties={judge.clues.duties[duty]: _falls(pieces, scores.duties[:, duty]) for duty in touched},
        relevance=_falls(pieces, related),
        urgency=_falls(pieces, scores.urgency + scores.evidence.levels.sum(axis=1) / 100),
    )


def _falls(pieces: Sequence[str], score: Floats) -> Reason:
    """The pieces without which the score falls most; a piece inside a stronger one is not told twice."""
    fall = score[0] - score[1:]
    told: list[tuple[str, float]] = []
    for at in np.argsort(-fall, kind="stable").tolist():
        if fall[at] < _LEAST_FALL or len(told) == _MOST:
            break
        if not any(pieces[at] in word or word in pieces[at] for word, _ in told):
            told.append((pieces[at], round(float(fall[at]), 4)))
    return tuple(told)


def _candidates(judge: Judge, text: str) -> list[str]:
    """Pieces of the text as they are written, the office's words first."""
    words = [word for word in judge.clues.words_in(text) if word in text]
    runs = sorted(
        {
            text[start : start + length]
            for length in range(_FEWEST, _LONGEST_RUN + 1)
            for start in range(len(text) - length + 1)
            if text[start : start + length].isalnum()
        }
    )
    return list(dict.fromkeys([*words, *_heaviest(judge, runs)]))


def _heaviest(judge: Judge, runs: list[str]) -> list[str]:
    """The runs that the heads weigh most, whichever way they speak."""
    if not runs:
        return []
    scores = judge.score(runs)
    strength = np.max([_standing_out(part) for part in (scores.lead, scores.tone, scores.duties)], axis=0)
    return [runs[at] for at in np.argsort(-strength, kind="stable")[:_CANDIDATES].tolist()]


def _standing_out(scores: Floats) -> Floats:
    result: Floats = np.abs(scores - np.median(scores, axis=0)).max(axis=1)
    return result
