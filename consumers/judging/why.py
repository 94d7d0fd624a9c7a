"""Why a text was judged as it was: the words that decided, found by taking them out and judging again.

Candidates are the office's words that stand in the text and the runs of characters that the heads weigh most.
What is reported is how far the log odds fall without the word. Computed only when asked.
"""

from collections.abc import Sequence

import numpy as np

from consumers.judging.calibration import Floats
from consumers.judging.judge import Judge
from consumers.judging.relevance import relevance
from huiying.post import Because

_MOST = 6
_FEWEST, _LONGEST_RUN = 2, 3
_LEAST_FALL = 0.05
_CANDIDATES = 60
_READ = 400
_CLEAR_FALL = 0.3

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
    related = relevance(scores.public, scores.evidence, judge.calibration.public, judge.city, None)
    return Because(
        tone=_falls(pieces, _log_odds(scores.tone[:, tone])),
        lead=_falls(pieces, _log_odds(scores.lead[:, lead])),
        duties={judge.clues.duties[duty]: _falls(pieces, _log_odds(scores.duties[:, duty])) for duty in touched},
        relevance=_falls(pieces, _log_odds(related)),
        urgency=_falls(pieces, scores.urgency + scores.evidence.levels.sum(axis=1) / 10),
    )


def deciding_words(judge: Judge, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """For each text the office's words that clearly decided on its lead, its duties or its urgency, weightiest first.

    For marking texts on a screen: whole words only, because a run of characters that the heads weigh is no word to a
    reader (`explain` tells those too). All texts are scored at once.
    """
    cut = [text[:_READ] for text in texts]
    found = [_office_words(judge, text) for text in cut]
    variants = [
        variant
        for text, words in zip(cut, found, strict=True)
        for variant in (text, *(text.replace(word, "") for word in words))
    ]
    if len(variants) == len(cut):
        return [()] * len(cut)
    scores = judge.score(variants)
    urgency = scores.urgency + scores.evidence.levels.sum(axis=1) / 10
    decided, at = [], 0
    for words in found:
        block = slice(at, at + 1 + len(words))
        at = block.stop
        lead, duties = scores.lead[block], scores.duties[block]
        touched = np.flatnonzero(duties[0] >= judge.calibration.duty_sure).tolist()
        parts = [_log_odds(lead[:, int(lead[0].argmax())]), urgency[block]]
        parts += [_log_odds(duties[:, duty]) for duty in touched]
        falls = np.max([part[0] - part[1:] for part in parts], axis=0, initial=-np.inf)
        weightiest = np.argsort(-falls, kind="stable").tolist()
        decided.append(tuple(words[place] for place in weightiest if falls[place] >= _CLEAR_FALL))
    return decided


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
    """Pieces of the text as they are written: the office's words, and runs of characters between them."""
    words = _office_words(judge, text)
    between = text
    for word in sorted(words, key=len, reverse=True):
        between = between.replace(word, "\n")
    runs = {
        between[start : start + length]
        for length in range(_FEWEST, _LONGEST_RUN + 1)
        for start in range(len(between) - length + 1)
    }
    return [*words, *_heaviest(judge, sorted(run for run in runs if run.isalnum()))]


def _office_words(judge: Judge, text: str) -> list[str]:
    """The office's words that stand in the text by themselves."""
    found = [word for word in judge.clues.words_in(text) if word in text]
    return [word for word in found if not _only_inside(word, found, text)]


def _only_inside(word: str, found: Sequence[str], text: str) -> bool:
    """Whether a word stands in the text only as part of a longer one (水管 in 水管爆裂)."""
    rest = text
    for longer in found:
        if word != longer and word in longer:
            rest = rest.replace(longer, "\n")
    return word not in rest


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


def _log_odds(chance: Floats) -> Floats:
    """Where a probability is near 1, single words hardly move it; its log odds tell them apart."""
    clipped = np.clip(chance.astype(np.float64), 1e-9, 1 - 1e-9)
    result: Floats = np.log(clipped / (1 - clipped))
    return result
