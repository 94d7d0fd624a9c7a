"""What an answer of its kind, about its duties, must say, and whether it does: ✓ or ✗ for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huiying.clarification import ClarificationKind, Sentence
from huiying.policy.answers import AnswerRules, RequiredPart


@dataclass(frozen=True, kw_only=True, slots=True)
class PartCheck:
    """A required part, for which duty it is asked (None: for the kind), and the sentence that gives it, if any."""

    part: RequiredPart
    duty: int | None
    sentence: int | None


def required_parts(
    rules: AnswerRules, kind: ClarificationKind, duties: Mapping[int, float]
) -> tuple[tuple[int | None, RequiredPart], ...]:
    """Everything that such an answer must say, what two templates ask alike only once."""
    asked: list[tuple[int | None, RequiredPart]] = [(None, part) for part in rules.kinds[kind].required]
    for number in sorted(number for number, share in duties.items() if share >= rules.duty_least):
        if number in rules.duties:
            asked += [(number, part) for part in rules.duties[number].required]
    first: dict[str, tuple[int | None, RequiredPart]] = {}
    for duty, part in asked:
        first.setdefault(part.id, (duty, part))
    return tuple(first.values())


def check_parts(
    parts: Iterable[tuple[int | None, RequiredPart]], sentences: Sequence[Sentence]
) -> tuple[PartCheck, ...]:
    """Which sentence gives each part: one that the drafter said does, else the first with one of its words."""
    return tuple(PartCheck(part=part, duty=duty, sentence=_given_by(part, sentences)) for duty, part in parts)


def _given_by(part: RequiredPart, sentences: Sequence[Sentence]) -> int | None:
    said = (number for number, each in enumerate(sentences, start=1) if part.id in each.parts)
    seen = (number for number, each in enumerate(sentences, start=1) if any(cue in each.text for cue in part.cues))
    return next(said, None) or next(seen, None)
