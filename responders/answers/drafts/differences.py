"""What changed from one version of a text to the next: sentence by sentence, and inside a sentence by characters."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

_ALIKE = 0.5
_MOST_CHARACTERS = 400


class Stretch(StrEnum):
    """What became of some words."""

    SAME = "same"
    ADDED = "ins"
    REMOVED = "del"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """Some words of a sentence and what became of them."""

    stretch: Stretch
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SentenceChange:
    """One sentence, old and new: its number in each text, None where it is not there."""

    old: int | None
    new: int | None
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether a reader sees a difference."""
        return any(piece.stretch is not Stretch.SAME for piece in self.pieces)


def differences(old: Sequence[str], new: Sequence[str]) -> tuple[SentenceChange, ...]:
    """Every sentence of both texts once, in reading order; those of old are what is same or removed, and so on."""
    return tuple(_changes(old, new))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[SentenceChange]:
    matcher = difflib.SequenceMatcher(None, list(old), list(new), autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "replace":
            yield from _replaced(old, new, range(old_from, old_to), range(new_from, new_to))
            continue
        for place in range(max(old_to - old_from, new_to - new_from)):
            yield _change(
                old,
                new,
                old_from + place if old_from + place < old_to else None,
                new_from + place if new_from + place < new_to else None,
            )


def _replaced(old: Sequence[str], new: Sequence[str], gone: range, come: range) -> Iterator[SentenceChange]:
    """Sentences rewritten: each new one beside the next old one that is like it."""
    waiting = list(gone)
    for place in come:
        like = next((each for each in waiting if alike(old[each], new[place]) >= _ALIKE), None)
        if like is not None:
            for passed in [each for each in waiting if each < like]:
                yield _change(old, new, passed, None)
            waiting = [each for each in waiting if each > like]
        yield _change(old, new, like, place)
    for left in waiting:
        yield _change(old, new, left, None)


def alike(one: str, other: str) -> float:
    """How much of two sentences is the same, 0..1."""
    if max(len(one), len(other)) > _MOST_CHARACTERS:
        return float(one == other)
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _change(old: Sequence[str], new: Sequence[str], before: int | None, after: int | None) -> SentenceChange:
    was = old[before] if before is not None else ""
    now = new[after] if after is not None else ""
    return SentenceChange(
        old=None if before is None else before + 1,
        new=None if after is None else after + 1,
        pieces=tuple(_pieces(was, now)),
    )


def _pieces(was: str, now: str) -> Iterator[Piece]:
    if was == now:
        yield Piece(stretch=Stretch.SAME, words=was)
        return
    if not was or not now or max(len(was), len(now)) > _MOST_CHARACTERS:
        yield from _whole(was, now)
        return
    matcher = difflib.SequenceMatcher(None, was, now, autojunk=False)
    for tag, was_from, was_to, now_from, now_to in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(stretch=Stretch.SAME, words=was[was_from:was_to])
        else:
            yield from _whole(was[was_from:was_to], now[now_from:now_to])


def _whole(was: str, now: str) -> Iterator[Piece]:
    if was:
        yield Piece(stretch=Stretch.REMOVED, words=was)
    if now:
        yield Piece(stretch=Stretch.ADDED, words=now)
