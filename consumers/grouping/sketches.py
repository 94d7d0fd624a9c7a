"""A sketch: the grams of a post that tell most, weighted and quantised; comparing two of them is exact integer work.

Weights are whole numbers 1..255, so that a sketch read back from the register, or compared in another batch, gives
the very same similarity: what is gathered never depends on where a batch ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from consumers.grouping.places import NOWHERE, Places, places_of
from consumers.grouping.weights import Weights
from consumers.grouping.words import BITS, TEXT_LIMIT, TRIPLES, grams, plain

LARGEST = 400
"""Of a long text the grams that tell most are kept."""

_TITLE_WEIGHT = 2.0
_TRIPLE_WEIGHT = 0.5
_LEVELS = 255
_REPEATED = (1 + np.log(np.arange(1, TEXT_LIMIT + 1))).astype(np.float32)


class _Packed(msgspec.Struct, array_like=True):
    grams: bytes
    weights: bytes
    title: str
    names: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Sketch:
    """The telling grams of one post in increasing order, their weights, its places, and what it could be titled."""

    grams: NDArray[np.int32]
    weights: NDArray[np.uint8]
    title: str = ""
    places: Places = NOWHERE

    @property
    def squared_length(self) -> int:
        """The square of its length as a vector."""
        return int(np.dot(self.weights.astype(np.int64), self.weights.astype(np.int64)))

    def similarity(self, other: Self) -> float:
        """The cosine of two sketches, 0..1; the same number that the index finds."""
        _, mine, theirs = np.intersect1d(self.grams, other.grams, assume_unique=True, return_indices=True)
        common = int(np.dot(self.weights[mine].astype(np.int64), other.weights[theirs].astype(np.int64)))
        return common / ((self.squared_length * other.squared_length) ** 0.5) if common else 0.0

    def pack(self) -> bytes:
        """As bytes for the register."""
        return msgspec.msgpack.encode(
            _Packed(
                self.grams.astype("<u4").tobytes(),
                self.weights.tobytes(),
                self.title,
                self.places.names,
                self.places.lines,
            )
        )

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """From bytes; raises `msgspec.MsgspecError` or `ValueError` where they are no sketch."""
        read = msgspec.msgpack.decode(packed, type=_Packed)
        return cls(
            np.frombuffer(read.grams, "<u4").astype(np.int32),
            np.frombuffer(read.weights, np.uint8),
            read.title,
            Places(names=read.names, lines=read.lines),
        )


def mean_similarities(sketches: Sequence[Sketch]) -> NDArray[np.float64]:
    """How like each of a few sketches is to all of them, itself included, on average."""
    every, places = np.unique(np.concatenate([sketch.grams for sketch in sketches]), return_inverse=True)
    table = np.zeros((len(sketches), len(every)))
    row = np.repeat(np.arange(len(sketches)), [len(sketch.grams) for sketch in sketches])
    table[row, places] = np.concatenate([sketch.weights for sketch in sketches])
    lengths = np.maximum(np.sqrt((table**2).sum(axis=1)), 1.0)
    means: NDArray[np.float64] = ((table @ table.T) / np.outer(lengths, lengths)).mean(axis=1)
    return means


def sketch_all(weights: Weights, texts: Sequence[str], titles: Sequence[str]) -> list[Sketch]:
    """A sketch of each text; what also stands in its title counts more. `titles` may hold empty strings."""
    plains = [plain(text) for text in texts]
    keys, value = _weighed(weights, plains, [plain(title) for title in titles])
    document, hashed = keys >> BITS, keys & ((1 << BITS) - 1)
    kept = _telling_most(document, value, len(texts))
    document, hashed, value = document[kept], hashed[kept], value[kept]
    quantised = _quantised(document, value, len(texts))
    bounds = np.searchsorted(document, np.arange(len(texts) + 1))
    hashed = hashed.astype(np.int32)
    return [
        Sketch(hashed[start:end], quantised[start:end], title, places)
        for start, end, title, places in zip(
            bounds[:-1].tolist(), bounds[1:].tolist(), titles, places_of(weights, texts), strict=True
        )
    ]


def _weighed(
    weights: Weights, texts: Sequence[str], titles: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Every different gram of each text as (text, gram) in order, and its weight; without those that tell nothing."""
    document, hashed = grams(texts)
    keys, times = np.unique((document << BITS) | hashed, return_counts=True)
    value = _REPEATED[times - 1]
    titled, hashed = grams(titles)
    in_title = np.unique((titled << BITS) | hashed)
    keys_in_title = np.isin(keys, in_title, assume_unique=True)
    value[keys_in_title] += np.float32(_TITLE_WEIGHT)
    hashed = keys & ((1 << BITS) - 1)
    value *= weights.of(hashed)
    value[hashed >= TRIPLES] *= np.float32(_TRIPLE_WEIGHT)
    telling = value > 0
    return keys[telling], value[telling]


def _telling_most(document: NDArray[np.int64], value: NDArray[np.float32], texts: int) -> NDArray[np.int64]:
    """The places of the grams to keep, in the order they stand; among equals the first in that order."""
    sizes = np.bincount(document, minlength=texts)
    if not len(document) or sizes.max() <= LARGEST:
        return np.arange(len(document))
    order = np.lexsort((-value, document))
    rank = np.arange(len(document)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.sort(order[rank < LARGEST])


def _quantised(document: NDArray[np.int64], value: NDArray[np.float32], texts: int) -> NDArray[np.uint8]:
    """Weights as whole numbers, the greatest of each text being 255."""
    greatest = np.zeros(texts, np.float32)
    np.maximum.at(greatest, document, value)
    steps: NDArray[np.uint8] = np.maximum(np.rint(value / greatest[document] * _LEVELS), 1).astype(np.uint8)
    return steps
