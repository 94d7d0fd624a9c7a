"""Finds the office's words in a whole batch at once and adds up their weights, exactly.

A word's characters are hashed like any run of characters of the batch; one look at the first two characters
rules out most places, so all words together cost little more than one. A word counts once per text.
A trap is a saying that contains a word and means something else: a word wholly inside a trap does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import Batch, Index, encode, encode_words, hash_runs, sum_by_text
from huiying.city import Words

_DOOR_BITS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Words of one purpose: columns of evidence by name, each with its weighted words, and the traps of them all."""

    columns: Mapping[str, Words]
    traps: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Where words stand in a batch: parallel arrays of text number, position in the batch, word number."""

    text: Index
    position: Index
    word: Index

    def among_first(self, batch: Batch, characters: int) -> "Found":
        """Only what stands at the beginning of a text, where its title is."""
        starts = np.r_[0, np.flatnonzero(batch.is_end)[:-1] + 1]
        early = self.position - starts[self.text] < characters
        return Found(text=self.text[early], position=self.position[early], word=self.word[early])


@dataclass(frozen=True, slots=True)
class _Table:
    """All words of one length, by hash."""

    length: int
    hashes: NDArray[np.uint64]
    words: Index


@dataclass(slots=True)
class WordFinder:
    """Adds up, for each text and column of the shelves, the weights of the words that stand in the text."""

    shelves: Sequence[Shelf]
    columns: list[str] = field(init=False)
    spelling: list[str] = field(init=False)
    _weights: NDArray[np.float32] = field(init=False)
    _spans: list[slice] = field(init=False)
    _is_trap: NDArray[np.bool_] = field(init=False)
    _in_shelf: NDArray[np.bool_] = field(init=False)
    _length: Index = field(init=False)
    _tables: list[_Table] = field(init=False)
    _door: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.columns = [name for shelf in self.shelves for name in shelf.columns]
        self._weigh(self._number_words())
        self._build_tables()

    def find(self, batch: Batch) -> Found:
        """Every place where a word or a trap stands."""
        pairs, inside = hash_runs(batch, np.flatnonzero(~batch.is_end), 2)
        open_door = inside[self._door[pairs >> np.uint64(64 - _DOOR_BITS)]]
        places, words = [], []
        for table in self._tables:
            hashes, positions = hash_runs(batch, open_door, table.length)
            slot = np.minimum(np.searchsorted(table.hashes, hashes), len(table.hashes) - 1)
            hit = table.hashes[slot] == hashes
            places.append(positions[hit])
            words.append(table.words[slot[hit]])
        position = np.concatenate(places) if places else np.zeros(0, np.int64)
        word = np.concatenate(words) if words else np.zeros(0, np.int64)
        order = np.lexsort((word, position))
        position, word = position[order], word[order]
        return Found(text=batch.owner[position], position=position, word=word)

    def evidence(self, batch: Batch, found: Found) -> NDArray[np.float32]:
        """One row per text, one column per name in `columns`."""
        total = np.zeros((batch.size, len(self.columns)), np.float32)
        for number, span in enumerate(self._spans):
            text, word = self._counted(found, number, len(batch.codes))
            total[:, span] = sum_by_text(text, self._weights[word, span], batch.size)
        return total

    def _counted(self, found: Found, shelf: int, codes: int) -> tuple[Index, Index]:
        """Distinct (text, word) pairs of a shelf outside its traps, sorted by text."""
        mine = self._in_shelf[shelf][found.word]
        trap = self._is_trap[shelf][found.word]
        if trap.any():
            mine &= ~self._swallowed(found, trap, codes)
        keys = np.unique(found.text[mine] * len(self.spelling) + found.word[mine])
        return keys // len(self.spelling), keys % len(self.spelling)

    def _swallowed(self, found: Found, trap: NDArray[np.bool_], codes: int) -> NDArray[np.bool_]:
        """Which finds lie wholly inside one trap: their first character reaches no further than the trap does."""
        reach = np.zeros(codes + 1, np.int64)
        starts, ends = found.position[trap], found.position[trap] + self._length[found.word[trap]]
        np.maximum.at(reach, starts, ends)
        # A trap's reach holds for every later position until it ends; ends never pass the text's own end.
        reach = np.maximum.accumulate(reach)
        result: NDArray[np.bool_] = found.position + self._length[found.word] <= reach[found.position]
        return result

    def _number_words(self) -> dict[str, int]:
        """Number every spelling; words that read alike (full width, upper case) share a number."""
        written = sorted(
            {word for shelf in self.shelves for words in shelf.columns.values() for word, _ in words}
            | {trap for shelf in self.shelves for trap in shelf.traps}
        )
        codes = encode_words(written)
        numbers: dict[tuple[int, ...], int] = {}
        self.spelling = []
        for word, code in zip(written, codes, strict=True):
            if code not in numbers:
                numbers[code] = len(numbers)
                self.spelling.append(word)
        self._length = np.array([len(code) for code in numbers], np.int64)
        return {word: numbers[code] for word, code in zip(written, codes, strict=True)}

    def _weigh(self, numbers: Mapping[str, int]) -> None:
        count = len(self.spelling)
        self._weights = np.zeros((count, len(self.columns)), np.float32)
        self._is_trap = np.zeros((len(self.shelves), count), np.bool_)
        self._in_shelf = np.zeros((len(self.shelves), count), np.bool_)
        self._spans, column = [], 0
        for at, shelf in enumerate(self.shelves):
            self._spans.append(slice(column, column + len(shelf.columns)))
            for words in shelf.columns.values():
                for word, weight in words:
                    self._weights[numbers[word], column] += weight
                    self._in_shelf[at, numbers[word]] = True
                column += 1
            self._is_trap[at, [numbers[trap] for trap in shelf.traps]] = True

    def _build_tables(self) -> None:
        batch = encode(self.spelling)
        starts = np.cumsum(self._length + 1) - (self._length + 1)
        doors, _ = hash_runs(batch, starts, 2)
        self._door = np.zeros(1 << _DOOR_BITS, np.bool_)
        self._door[doors >> np.uint64(64 - _DOOR_BITS)] = True
        self._tables = []
        for length in np.unique(self._length).tolist():
            words = np.flatnonzero(self._length == length)
            hashes, _ = hash_runs(batch, starts[words], length)
            order = np.argsort(hashes, kind="stable")
            self._tables.append(_Table(length, hashes[order], words[order]))


def joined(*parts: Iterable[tuple[str, float]]) -> Words:
    """Several lists as one, weights of a word that stands in more than one added."""
    total: dict[str, float] = defaultdict(float)
    for part in parts:
        for word, weight in part:
            total[word] += weight
    return tuple(total.items())
