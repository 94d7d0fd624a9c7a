"""What an adapter promises that makes a text public by itself; channels without one are reported by a person."""

from dataclasses import dataclass
from typing import Protocol

from huiying.publication import Publication, Published
from responders.answers.releasing import ReleasableText


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Where a text was put, and the hash of the bytes that stand there."""

    place: str
    link: str
    sha256: str


class Adapter(Protocol):
    """Putting the same publication twice leaves one. Raises `Unavailable` where the place cannot be reached now."""

    def put(self, releasable: ReleasableText, publication: Publication) -> Placed:
        """Make the text public."""
        ...

    def take_back(self, published: Published, reasons: str) -> None:
        """Put the note of its withdrawal in its place."""
        ...
