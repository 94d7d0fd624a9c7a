"""What `huiying judge` prints: judgements as plain dictionaries, the fields of which people script against."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from consumers.judging.judge import Judge
from consumers.judging.why import explain
from huiying.post import Assessment, Because

_BATCH = 500


def judge_lines(
    judge: Judge, lines: Iterable[Mapping[str, Any]], names: Mapping[str, str], *, why: bool = False
) -> Iterator[dict[str, Any]]:
    """One dictionary per `{"id", "text"}`, in order. `names` gives each bureau's full name by its short one."""
    waiting = iter(lines)
    while batch := list(islice(waiting, _BATCH)):
        texts = [str(line["text"]) for line in batch]
        for line, text, assessment in zip(batch, texts, judge.assess(texts), strict=True):
            told = _line(line["id"], assessment, names)
            if why:
                told["because"] = _because(explain(judge, text))
            yield told


def _line(key: object, assessment: Assessment, names: Mapping[str, str]) -> dict[str, Any]:
    tone = assessment.tone_scores
    return {
        "id": key,
        "relevant": assessment.relevant,
        "tone": assessment.tone.value,
        "tone_scores": {"negative": tone.negative, "neutral": tone.neutral, "positive": tone.positive},
        "attention": assessment.attention,
        "lead": assessment.lead,
        "bureaus": [
            {"bureau": names.get(match.bureau, match.bureau), "short": match.bureau, "score": match.score}
            for match in assessment.bureaus
        ],
        "duties": [{"number": match.number, "score": match.score} for match in assessment.duties],
        "kind": assessment.kind.value,
        "urgency": assessment.urgency,
    }


def _because(because: Because) -> dict[str, Any]:
    return {
        "tone": _reason(because.tone),
        "lead": _reason(because.lead),
        "duties": {str(number): _reason(reason) for number, reason in because.duties.items()},
        "relevance": _reason(because.relevance),
        "urgency": _reason(because.urgency),
    }


def _reason(reason: tuple[tuple[str, float], ...]) -> list[dict[str, Any]]:
    return [{"word": word, "weight": weight} for word, weight in reason]
