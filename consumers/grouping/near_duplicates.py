"""Fingerprints that differ in a few bits, found by bands: of four bands of 16 bits one at least must be equal.

Exact for up to three different bits, whatever the number of fingerprints.
"""

from collections.abc import Iterator

BANDS = 4
_BAND_BITS = 16
_BAND = (1 << _BAND_BITS) - 1


class FingerprintIndex:
    """Slots by the four bands of their 64-bit fingerprints."""

    def __init__(self) -> None:
        self._bands: list[dict[int, set[int]]] = [{} for _ in range(BANDS)]

    def add(self, slot: int, fingerprint: int) -> None:
        """Let a slot be found under this fingerprint."""
        for band, key in zip(self._bands, _keys(fingerprint), strict=True):
            band.setdefault(key, set()).add(slot)

    def remove(self, slot: int, fingerprint: int) -> None:
        """Let it be found no more."""
        for band, key in zip(self._bands, _keys(fingerprint), strict=True):
            slots = band[key]
            slots.discard(slot)
            if not slots:
                del band[key]

    def sharing_a_band(self, fingerprint: int) -> set[int]:
        """Every slot that may differ in three bits or fewer; the caller counts the bits."""
        found: set[int] = set()
        for band, key in zip(self._bands, _keys(fingerprint), strict=True):
            found |= band.get(key, set())
        return found


def different_bits(one: int, other: int) -> int:
    """In how many of 64 bits two fingerprints differ."""
    return (one ^ other).bit_count()


def _keys(fingerprint: int) -> Iterator[int]:
    return ((fingerprint >> shift) & _BAND for shift in range(0, BANDS * _BAND_BITS, _BAND_BITS))
