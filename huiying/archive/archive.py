"""The archive 帖文库: what every adapter promises. Posts to search and to count, and the directory of who answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from huiying.bureau import Bureau
from huiying.duty import Duty
from huiying.post import ArchivedPost, SourceKind, Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class PostQuery:
    """Which posts. Everything that is given must hold; an empty query means every post.

    `words` are what a person types: parts separated by spaces, punctuation or a change of script must all occur, each
    as a phrase, in title or text. No character in them is a command; where there is none that can be searched for,
    nothing is found. Of `phrases` every one must occur with its parts one right after the other, whatever punctuation
    stands between them; of `without` none may, and one that holds nothing to search for excludes nothing.
    `bureau` is the lead; `since` (included) and `until` (excluded) bound `Post.at`.
    """

    words: str = ""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    ids: tuple[str, ...] | None = None
    source: str | None = None
    source_kind: SourceKind | None = None
    tone: Tone | None = None
    bureau: str | None = None
    duty: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch of a snippet; `found` where it is what was asked for."""

    text: str
    found: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PostHit:
    """A post found, with a short piece of its words around the first place found."""

    archived: ArchivedPost
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PostPage:
    """Some of the posts found, newest arrival first; `cursor` asks for those after them, None at the end."""

    hits: tuple[PostHit, ...]
    cursor: str | None


class CountedBy(StrEnum):
    """What posts can be counted by. A post without a lead is counted by BUREAU under the empty name."""

    SOURCE = "source"
    SOURCE_KIND = "source_kind"
    TONE = "tone"
    BUREAU = "bureau"
    KIND = "kind"
    DUTY = "duty"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facets:
    """How many of the posts found have which value of each field, and how many were said on each day of Beijing.

    `counted` of them were counted, the newest arrivals; `whole` where these are all that were found.
    """

    by: Mapping[CountedBy, Mapping[str, int]]
    days: Mapping[datetime, int]
    counted: int
    whole: bool


class Span(StrEnum):
    """Width of a bar of a histogram. Days are days of Beijing."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectoryHit:
    """A bureau, or one duty of a bureau, that answers for what was asked; the best first.

    `duty` is None where the bureau itself was found. `text` is the duty's title or the bureau's matter.
    """

    bureau: str
    duty: int | None
    text: str
    score: float


class Archive(Protocol):
    """Holds posts as they were judged. Every method raises `Unavailable` while the archive is away.

    `store`, `get` and `delete` take effect at once; what searches and counts see may lag a second behind.
    May be used from several threads.
    """

    def store(self, posts: Sequence[ArchivedPost]) -> None:
        """Durably keep these. Where the same or a newer revision of a post stands, that counts as done.

        `Rejected` where a post has text that is no Unicode (lone surrogates); then none of them may be kept.
        """
        ...

    def get(self, ids: Sequence[str]) -> Mapping[str, ArchivedPost]:
        """The posts with these ids, those that are here."""
        ...

    def search(self, query: PostQuery, *, limit: int = 50, cursor: str | None = None) -> PostPage:
        """A page of posts by first arrival, newest first. `Rejected` for a cursor that this archive did not give."""
        ...

    def count_by(self, query: PostQuery, field: CountedBy) -> Mapping[str, int]:
        """How many posts per source, tone and so on; a post is counted under each of its duties."""
        ...

    def facets(self, query: PostQuery, fields: Sequence[CountedBy], *, newest: int) -> Facets:
        """Counts beside a list of posts, quick however many are found: of the `newest` ones at least."""
        ...

    def histogram(self, query: PostQuery, span: Span) -> Mapping[datetime, int]:
        """How many posts per hour or day of `Post.at`, by the beginning of the span; empty spans are left out."""
        ...

    def tones(self, field: CountedBy, since: date, until: date) -> Mapping[str, Mapping[Tone, int]]:
        """How many posts of each tone per DUTY or per BUREAU, said in whole days of Beijing; `until` is left out.

        It costs the same however many posts there are. What has none is left out.
        """
        ...

    def delete(self, ids: Sequence[str]) -> int:
        """Remove posts for good; how many were there. An id that is not there is no error."""
        ...

    def store_directory(self, bureaus: Sequence[Bureau], duties: Sequence[Duty]) -> None:
        """Replace the directory of who answers for what."""
        ...

    def who_answers(self, words: str, limit: int = 10) -> Sequence[DirectoryHit]:
        """Who answers for this: bureaus and duties that share words with it, the best first."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...
