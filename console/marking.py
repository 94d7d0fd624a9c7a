"""A post's text as pieces for the screen: what is masked stands in a box with its kind, deciding words are marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from huiying.archive.words import found_places

_MASKED = re.compile(r"〔([^〔〕]{1,12})〕")
_HALF_MASK = re.compile(r"〔[^〕]{0,12}$")


_HALF_MASK_BEGUN = re.compile(r"^[^〔〕]{0,12}〕")
_LOOKED_THROUGH = 50_000
_FAR, _BEFORE = 200, 60


class PieceKind(StrEnum):
    """How one piece of a text is printed."""

    PLAIN = "plain"
    MASKED = "masked"
    DECIDING = "deciding"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a post's text."""

    kind: PieceKind
    text: str


def pieces(text: str, deciding: Sequence[str] = (), limit: int = 400) -> tuple[Piece, ...]:
    """The text cut where masks and deciding words begin and end; longer than `limit` characters it ends in …"""
    if len(text) > limit:
        text = _HALF_MASK.sub("", text[:limit]) + "…"
    found: list[Piece] = []
    end = 0
    for mask in _MASKED.finditer(text):
        found.extend(_marked(text[end : mask.start()], deciding))
        found.append(Piece(kind=PieceKind.MASKED, text=mask.group(1)))
        end = mask.end()
    found.extend(_marked(text[end:], deciding))
    return tuple(found)


def found_pieces(text: str, wanted: Sequence[str]) -> tuple[Piece, ...]:
    """The text with what was searched for marked, wherever upper, lower, full or half width spell it otherwise; it
    begins shortly before the first place where that lies far on."""
    places = found_places(text[:_LOOKED_THROUGH], wanted)
    first = places[0][0] if places else 0
    begin = first - _BEFORE if first > _FAR else 0
    spelled = [text[start:end] for start, end in places]
    shown = _HALF_MASK_BEGUN.sub("", text[begin:]) if begin else text
    cut = pieces(shown, spelled)
    return (Piece(kind=PieceKind.PLAIN, text="…"), *cut) if begin else cut


def _marked(text: str, deciding: Sequence[str]) -> list[Piece]:
    words = sorted({word for word in deciding if word.strip()}, key=len, reverse=True)
    if not words or not text:
        return [Piece(kind=PieceKind.PLAIN, text=text)] if text else []
    pattern = re.compile("(" + "|".join(map(re.escape, words)) + ")")
    return [
        Piece(kind=PieceKind.DECIDING if place % 2 else PieceKind.PLAIN, text=part)
        for place, part in enumerate(pattern.split(text))
        if part
    ]
