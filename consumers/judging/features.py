"""Turns a batch of texts into hashed character n-grams, the whole batch as one array of code points.

Nothing here depends on the other texts of a batch: a text has the same grams alone and among thousands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LONGEST = 500
"""Characters of a text that are judged; a title and the first paragraphs say what it is about."""

BITS = 20
"""Grams fall into 2^20 buckets; only buckets seen in training have a row of weights."""

LENGTHS = 3

_END = "\ue000"
_URL = re.compile(r"(?:https?://|www\.)[\w./?=&%#:~+-]+", re.ASCII)
_MENTION = re.compile(r"@[\w\-]{2,30}")
_END_CODE, _URL_SIGN, _MENTION_SIGN = 0xE000, "\ue001", "\ue002"
_MULTIPLY, _SPREAD, _STEP, _FINISH = (
    np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)
_FOLD = np.uint64(29)
_ALL_BITS = (1 << 64) - 1

Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Index = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Normalised texts end to end: code points, which text each belongs to, and the ends between them."""

    codes: Codes
    owner: Index
    is_end: NDArray[np.bool_]
    size: int


def encode(texts: Sequence[str], longest: int = LONGEST) -> Batch:
    """The texts in one array: lower case, half width, no spaces, links and @names as one sign, numbers as 0."""
    joined = _END.join([_cut(text, longest) for text in texts]) + _END
    if "/" in joined or "www" in joined:
        joined = _URL.sub(_URL_SIGN, joined)
    if "@" in joined:
        joined = _MENTION.sub(_MENTION_SIGN, joined)
    codes = np.frombuffer(joined.lower().encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = (codes >= 0xFF01) & (codes <= 0xFF5E)
    codes = np.where(wide, codes - np.uint32(0xFEE0), codes)
    codes = np.where((codes >= 0x41) & (codes <= 0x5A), codes + np.uint32(0x20), codes)
    codes = codes[~_is_blank(codes)]
    digit = (codes >= 0x30) & (codes <= 0x39)
    again = np.zeros(len(codes), np.bool_)
    again[1:] = digit[1:] & digit[:-1]
    codes = np.where(digit, np.uint32(0x30), codes)[~again]
    return _shorten(codes, len(texts), longest)


def encode_words(words: Sequence[str]) -> list[tuple[int, ...]]:
    """Words of the office as the code points they have inside a `Batch`."""
    batch = encode(words)
    ends = np.flatnonzero(batch.is_end)
    return [tuple(part[:-1].tolist()) for part in np.split(batch.codes, ends[:-1] + 1)] if words else []


def hash_runs(batch: Batch, positions: Index, length: int) -> tuple[Hashes, Index]:
    """A 64-bit hash of the `length` characters from each position on, without runs that leave their text."""
    last = positions + (length - 1)
    positions = positions[last < len(batch.codes)]
    positions = positions[batch.owner[positions] == batch.owner[positions + (length - 1)]]
    positions = positions[~batch.is_end[positions + (length - 1)]]
    hashes = np.zeros(len(positions), np.uint64)
    for step in range(length):
        hashes = _longer(hashes, batch.codes[positions + step], step)
    return hashes * _FINISH, positions


def grams(batch: Batch, bits: int = BITS) -> tuple[Index, Index]:
    """The distinct grams of each text: parallel arrays of text number and bucket, sorted by both."""
    hashes, inside = _start(batch)
    keys = []
    shift = np.uint64(64 - bits)
    for step in range(LENGTHS):
        hashes, inside = _grow(hashes, inside, batch, step)
        bucket = (hashes[inside] * _FINISH) >> shift
        keys.append((batch.owner[: len(inside)][inside] << bits) | bucket.astype(np.int64))
    key = np.concatenate(keys)
    key.sort()
    first = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=first[1:])
    key = key[first]
    return key >> bits, key & ((1 << bits) - 1)


def runs(batch: Batch, length: int) -> Index:
    """The bucket of the run of `length` characters that begins at each place; -1 where it would leave its text."""
    hashes, positions = hash_runs(batch, np.flatnonzero(~batch.is_end), length)
    result = np.full(len(batch.codes), -1, np.int64)
    result[positions] = (hashes >> np.uint64(64 - BITS)).astype(np.int64)
    return result


def sum_by_text(owner: Index, rows: NDArray[Any], size: int) -> NDArray[Any]:
    """Rows added up per text; `owner` is sorted. A text without rows has zeros."""
    total = np.zeros((size, *rows.shape[1:]), rows.dtype)
    if len(owner):
        starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
        total[owner[starts]] = np.add.reduceat(rows, starts, axis=0)
    return total


def _cut(text: str, longest: int) -> str:
    # Blanks and links disappear later, so more than `longest` characters may be needed; 4 times is plenty.
    text = text[: 4 * longest]
    return text.replace(_END, "") if _END in text else text


def _is_blank(codes: Codes) -> NDArray[np.bool_]:
    blank = codes <= 0x20
    blank |= (codes >= 0x7F) & (codes <= 0xA0)
    blank |= (codes >= 0x2000) & (codes <= 0x200F)
    blank |= (codes >= 0x2028) & (codes <= 0x202F)
    blank |= (codes == 0x3000) | (codes == 0xFEFF) | (codes == 0xFE0F)
    return blank


def _shorten(codes: Codes, size: int, longest: int) -> Batch:
    is_end = codes == _END_CODE
    owner = np.cumsum(is_end) - is_end
    ends = np.flatnonzero(is_end)
    starts = np.r_[0, ends[:-1] + 1]
    if size and int((ends - starts).max()) > longest:
        keep = is_end | (np.arange(len(codes)) - starts[owner] < longest)
        codes, owner, is_end = codes[keep], owner[keep], is_end[keep]
    return Batch(codes=codes, owner=owner.astype(np.int64), is_end=is_end, size=size)


def _start(batch: Batch) -> tuple[Hashes, NDArray[np.bool_]]:
    return np.zeros(len(batch.codes), np.uint64), np.ones(len(batch.codes), np.bool_)


def _grow(hashes: Hashes, inside: NDArray[np.bool_], batch: Batch, step: int) -> tuple[Hashes, NDArray[np.bool_]]:
    """Hashes of runs one character longer."""
    count = max(len(batch.codes) - step, 0)
    return _longer(hashes[:count], batch.codes[step:], step), inside[:count] & ~batch.is_end[step:]


def _longer(hashes: Hashes, codes: Codes, step: int) -> Hashes:
    longer = hashes * _MULTIPLY + codes.astype(np.uint64) * _SPREAD + np.uint64((step + 1) * int(_STEP) & _ALL_BITS)
    longer ^= longer >> _FOLD
    return longer
