"""Bands find every fingerprint that differs in up to three bits."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.grouping.near_duplicates import FingerprintIndex, different_bits

FINGERPRINTS = st.integers(0, (1 << 64) - 1)


@given(FINGERPRINTS, st.sets(st.integers(0, 63), max_size=3))
def test_up_to_three_changed_bits_are_always_found(fingerprint: int, changed: set[int]) -> None:
    index = FingerprintIndex()
    index.add(7, fingerprint)
    other = fingerprint ^ sum(1 << bit for bit in changed)
    assert different_bits(fingerprint, other) == len(changed)
    assert index.sharing_a_band(other) == {7}


def test_what_was_removed_is_found_no_more() -> None:
    index = FingerprintIndex()
    index.add(1, 0xABCD)
    index.add(2, 0xABCD)
    index.remove(1, 0xABCD)
    assert index.sharing_a_band(0xABCD) == {2}
