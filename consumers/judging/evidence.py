"""What the office's own words say about each text of a batch, before any model is asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import Batch, encode
from consumers.judging.words import Shelf, WordFinder, joined
from huiying.bureau import Bureau
from huiying.city import City, Lexicon, Words
from huiying.duty import Duty
from huiying.post import Kind

TITLE = 30
"""The first characters of a text, where citizens say what it is about."""

Weights = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Summed word weights, one row per text. `early` counts only words in the title's place.

    `characters` is how long each text is, as far as it is judged.
    """

    bureaus: Weights
    bureaus_early: Weights
    duties: Weights
    duties_early: Weights
    negative: Weights
    positive: Weights
    levels: Weights
    attention: Weights
    kinds: Weights
    kinds_early: Weights
    place: Weights
    institution: Weights
    elsewhere: Weights
    characters: Weights


class Clues:
    """The words of the directory, the lexicon and the city, found together in one pass."""

    def __init__(self, bureaus: tuple[Bureau, ...], duties: tuple[Duty, ...], lexicon: Lexicon, city: City) -> None:
        self.bureaus = tuple(bureau.id for bureau in bureaus)
        self.duties = tuple(duty.number for duty in duties)
        self.leads_of = np.array([[bureau.id in duty.leads for bureau in bureaus] for duty in duties], np.float32)
        self._without_words = frozenset(bureau.id for bureau in bureaus if not bureau.words)
        self.finder = WordFinder(
            [
                Shelf(columns={f"bureau:{bureau.id}": _for_and_against(bureau) for bureau in bureaus}),
                Shelf(columns={f"duty:{duty.number}": _for_and_against(duty) for duty in duties}),
                *(
                    Shelf(
                        columns={f"{words.name}:{value}": listed for value, listed in words.words.items()},
                        traps=words.traps,
                    )
                    for words in (lexicon.tone, lexicon.urgency, lexicon.attention, lexicon.kinds)
                ),
                Shelf(
                    columns={
                        "city:place": joined(
                            city.places, ((name, 3.0) for name in _new(city.districts, city.places))
                        ),
                        "city:institution": city.institutions,
                        "city:elsewhere": city.elsewhere,
                    },
                    traps=city.traps,
                ),
            ]
        )
        self._at = {name: number for number, name in enumerate(self.finder.columns)}
        self._bureaus = slice(0, len(bureaus))
        self._duties = slice(len(bureaus), len(bureaus) + len(duties))

    def is_routable(self, bureau: str) -> bool:
        """A body without words of its own coordinates; posts are not routed to it."""
        return bureau not in self._without_words

    def words_in(self, text: str) -> list[str]:
        """The office's words that stand in a text."""
        found = self.finder.find(encode([text]))
        return [self.finder.spelling[word] for word in dict.fromkeys(found.word.tolist())]

    def of(self, batch: Batch) -> Evidence:
        """The evidence in each text."""
        found = self.finder.find(batch)
        whole = self.finder.evidence(batch, found)
        early = self.finder.evidence(batch, found.among_first(batch, TITLE))
        return Evidence(
            bureaus=whole[:, self._bureaus],
            bureaus_early=early[:, self._bureaus],
            duties=whole[:, self._duties],
            duties_early=early[:, self._duties],
            negative=self._column(whole, "tone:negative"),
            positive=self._column(whole, "tone:positive"),
            levels=self._columns(whole, [f"urgency:level{level}" for level in (1, 2, 3)]),
            attention=self._column(whole, "attention:attention"),
            kinds=self._columns(whole, [f"kinds:{kind.value}" for kind in Kind]),
            kinds_early=self._columns(early, [f"kinds:{kind.value}" for kind in Kind]),
            place=self._column(whole, "city:place"),
            institution=self._column(whole, "city:institution"),
            elsewhere=self._column(whole, "city:elsewhere"),
            characters=np.bincount(batch.owner, minlength=batch.size).astype(np.float32) - 1,
        )

    def _columns(self, weights: Weights, names: list[str]) -> Weights:
        return np.stack([self._column(weights, name) for name in names], axis=1)

    def _column(self, weights: Weights, name: str) -> Weights:
        at = self._at.get(name)
        return np.zeros(len(weights), np.float32) if at is None else weights[:, at]


def _for_and_against(subject: Bureau | Duty) -> Words:
    return joined(subject.words, ((word, -weight) for word, weight in subject.not_words))


def _new(names: tuple[str, ...], places: Words) -> list[str]:
    known = {word for word, _ in places}
    return [name for name in names if name not in known]
