"""Suggests which of the kinds that are answered first, and which points of collection, a matter may belong to.

A suggestion says what was seen (words as they are written, a level, a kind of source) and is confirmed by a person.
It changes no deadline, no heat and raises no alert.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from huiying.policy.first_answers import FirstAnswerRules, Ground
from huiying.post import ArchivedPost, Assessment, SourceKind

_MOST_WORDS = 5
_GAP = "\n"
Level = TypeVar("Level", int, float)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A sign and what showed it: words in the order of their places, levels and kinds of source that count."""

    sign: str
    words: tuple[str, ...] = ()
    urgency: int | None = None
    attention: float | None = None
    source_kinds: tuple[SourceKind, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.urgency or self.attention or self.source_kinds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A category that a text, or some of a concern's posts, may belong to, and why.

    `posts` is in how many posts all signs were seen.
    """

    ground: Ground
    seen: tuple[Seen, ...]
    posts: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestions:
    """Both lists, each in the order of its rule for one text, the most frequent first for a concern."""

    first_answers: tuple[Suggestion, ...]
    collection_points: tuple[Suggestion, ...]


def suggest(rules: FirstAnswerRules, text: str, assessment: Assessment, source_kind: SourceKind) -> Suggestions:
    """What one text suggests."""
    text = text[: rules.characters]
    return Suggestions(
        first_answers=_of_text(rules.first_answers, text, assessment, source_kind),
        collection_points=_of_text(rules.collection_points, text, assessment, source_kind),
    )


def suggest_for_posts(rules: FirstAnswerRules, posts: Sequence[ArchivedPost]) -> Suggestions:
    """What the posts of a concern suggest together: each category once, with what was seen in all its posts."""
    each = [suggest(rules, one.post.whole_text, one.assessment, one.post.source_kind) for one in posts]
    return Suggestions(
        first_answers=_together(one for found in each for one in found.first_answers),
        collection_points=_together(one for found in each for one in found.collection_points),
    )


def _of_text(
    grounds: Sequence[Ground], text: str, assessment: Assessment, source_kind: SourceKind
) -> tuple[Suggestion, ...]:
    found = []
    for ground in grounds:
        readable = _without(text, ground.traps)
        seen = tuple(
            Seen(
                sign=name,
                words=_words_in(readable, sign.words),
                urgency=_reached(assessment.urgency, sign.urgency),
                attention=_reached(assessment.attention, sign.attention),
                source_kinds=(source_kind,) if source_kind in sign.source_kinds else (),
            )
            for name, sign in ground.signs.items()
        )
        if all(seen):
            found.append(Suggestion(ground=ground, seen=seen))
    return tuple(found)


def _words_in(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words that stand in a text by their places; of words inside one another only the longest."""
    found = sorted((word for word in words if word in text), key=lambda word: (text.index(word), -len(word)))
    return tuple(word for word in found if not any(word != longer and word in longer for longer in found))[
        :_MOST_WORDS
    ]


def _reached(value: Level, least: Level | None) -> Level | None:
    return value if least is not None and value >= least else None


def _together(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    by_ground: dict[str, list[Suggestion]] = {}
    for one in suggestions:
        by_ground.setdefault(one.ground.id, []).append(one)
    merged = [
        Suggestion(
            ground=same[0].ground,
            seen=tuple(_all_seen([one.seen[at] for one in same]) for at in range(len(same[0].seen))),
            posts=len(same),
        )
        for same in by_ground.values()
    ]
    return tuple(sorted(merged, key=lambda one: -one.posts))


def _all_seen(seen: Sequence[Seen]) -> Seen:
    words = Counter(word for one in seen for word in one.words)
    return Seen(
        sign=seen[0].sign,
        words=tuple(word for word, _ in words.most_common(_MOST_WORDS)),
        urgency=max((one.urgency for one in seen if one.urgency is not None), default=None),
        attention=max((one.attention for one in seen if one.attention is not None), default=None),
        source_kinds=tuple(dict.fromkeys(kind for one in seen for kind in one.source_kinds)),
    )


def _without(text: str, traps: Iterable[str]) -> str:
    for trap in traps:
        text = text.replace(trap, _GAP)
    return text
