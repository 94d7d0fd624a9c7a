"""A reading 圈阅: that one person read exactly this paper. The record is alike for every paper a leader is shown."""

from dataclasses import dataclass

from huiying.person import Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """`paper` is what the version is called (`flash/c-1:1/2`), `sha256` of what stood on it when it was read."""

    paper: str
    title: str
    sha256: str
    by: Signed
