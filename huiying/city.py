"""The city 本市 that is watched, and the words by which the office recognises tone, danger and purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from huiying.post import SourceKind

Words = tuple[tuple[str, float], ...]
"""Words that are evidence for something, each with its weight."""


class Scope(StrEnum):
    """Whether locality counts: a national office, or a measurement on other cities' texts, watches everywhere."""

    CITY = "city"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, kw_only=True, slots=True)
class City:
    """Where the office is, and what counts as being about this place.

    `traps` are sayings that contain a place of the city and are not about its affairs (a football club, a company).
    `without_place` is how far a text that names no place at all is taken to be about this city, and
    `without_place_locally` the same where its source is of one of the `local_kinds`.
    """

    name: str
    scope: Scope
    districts: tuple[str, ...]
    places: Words
    institutions: Words
    traps: tuple[str, ...]
    elsewhere: Words
    threshold: float
    without_place: float
    without_place_locally: float = 0.9
    local_kinds: frozenset[SourceKind] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class WordList:
    """Words for the values of one judgement (tone, urgency, kind …); `traps` contain them and mean something else."""

    name: str
    words: Mapping[str, Words]
    traps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lexicon:
    """The office's word lists under `config/lexicon/`."""

    tone: WordList
    urgency: WordList
    attention: WordList
    kinds: WordList
