"""How much each gram tells: the inverse document frequencies that ship with the program (`models/grouping.npz`)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from consumers.grouping.words import BITS, grams, plain

SHIPPED = Path(__file__).parent.parent / "models" / "grouping.npz"
_FORMAT = 2
_LEVELS = 255
_TEXTS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """`quantised` holds, per hashed gram, its weight in 255 steps of the greatest; 0 where it stands everywhere."""

    quantised: NDArray[np.uint8]
    greatest: float
    texts: int

    def of(self, hashed: NDArray[np.int64]) -> NDArray[np.float32]:
        """The weights of these grams."""
        return self.quantised[hashed].astype(np.float32) * np.float32(self.greatest / _LEVELS)

    def save(self, path: Path) -> None:
        """Write them as a file that `load` reads; the same weights give the same bytes."""
        np.savez_compressed(
            path,
            format=np.int64(_FORMAT),
            quantised=self.quantised,
            greatest=np.float64(self.greatest),
            texts=np.int64(self.texts),
        )

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Read them; raises `ValueError` where the file is of another format or size."""
        with np.load(path, allow_pickle=False) as stored:
            if int(stored["format"]) != _FORMAT or stored["quantised"].shape != (1 << BITS,):
                raise ValueError(f"{path} holds weights of another format; run `huiying train` anew")
            return cls(
                quantised=stored["quantised"].astype(np.uint8),
                greatest=float(stored["greatest"]),
                texts=int(stored["texts"]),
            )


def learn_weights(texts: Iterable[str], *, everywhere: float) -> Weights:
    """Count in how many texts each gram stands; one that stands in more than this share of them tells nothing."""
    frequency = np.zeros(1 << BITS, np.int64)
    count = 0
    for some in _in_lots(texts):
        documents, hashed = grams([plain(text) for text in some])
        seen = np.unique((documents << BITS) | hashed) & ((1 << BITS) - 1)
        frequency += np.bincount(seen, minlength=1 << BITS)
        count += len(some)
    idf = np.log((1 + count) / (1 + frequency))
    idf[frequency > everywhere * count] = 0
    greatest = float(idf.max()) or 1.0
    return Weights(
        quantised=np.round(idf / greatest * _LEVELS).astype(np.uint8),
        greatest=greatest,
        texts=count,
    )


def _in_lots(texts: Iterable[str]) -> Iterator[Sequence[str]]:
    remaining = iter(texts)
    while some := list(islice(remaining, _TEXTS_AT_ONCE)):
        yield some
