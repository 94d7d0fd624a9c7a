"""Sets what a post says beside what an official source published about the same matter, where the two differ.

Both sentences are shown side by side for a person to compare. It is no verdict on either, no score of anybody, and
raises no alert: the post may be right, the published text may be old or about something else.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from consumers.judging.sayings import Difference, Saying, Wording, longest_shared, read_saying
from huiying.archive.archive import Archive, PostQuery
from huiying.city import City
from huiying.policy.rumours import RumourRules
from huiying.post import ArchivedPost, Post, SourceKind

_SENTENCE = re.compile(r"[^。！？!?；;\n]+")
_FEWEST_PAIRS = 5
_SHARED_PAIRS, _SHARED_RUN = 4, 4
_PUBLISHED_PAIRS = 8
"""A published sentence with fewer is a heading or a signature."""

_MOST_KEPT = 1_000
_MOST_WORDS = 6
_MOST_SENTENCES = 40

MatterWords = Callable[[str], Sequence[str]]
"""The words of a text by which its matter can be searched for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """A sentence of a post, a published one about the same matter, and in what they differ.

    `posts` are the ids of the posts that say it, `article` is where the other was published.
    """

    said: str
    published: str
    article: ArchivedPost
    differences: tuple[Difference, ...]
    likeness: float
    posts: tuple[str, ...]


@dataclass(slots=True)
class Contrasting:
    """Knows the archive, the office's rules and the city's places."""

    archive: Archive
    rules: RumourRules
    city: City
    matter_words: MatterWords
    _wording: Wording = field(init=False)
    _read: dict[tuple[str, int], list[Saying]] = field(init=False)

    def __post_init__(self) -> None:
        known = {*self.city.districts, *(name for name, _ in (*self.city.places, *self.city.elsewhere))}
        self._read = {}
        self._wording = Wording.of(
            negations=self.rules.negations,
            not_negations=self.rules.not_negations,
            denials=self.rules.denials,
            places=known - {self.city.name},
        )

    def of_post(self, post: Post) -> tuple[Contrast, ...]:
        """What the post says otherwise than an official text, the likest pair first; nothing for official posts."""
        if post.source_kind is SourceKind.OFFICIAL:
            return ()
        said = self._sayings(post.whole_text)
        found = [
            contrast
            for article in self._articles(post)
            for published in self._published(article.post)
            for saying in said
            if (contrast := self._contrast(saying, published, article, post.id)) is not None
        ]
        return _best(found, self.rules.most_findings)

    def of_posts(self, posts: Iterable[Post]) -> tuple[Contrast, ...]:
        """What the posts of a concern say otherwise: each published sentence once, that of most posts first.

        Posts are taken one by one, so that who has no more time may stop giving them.
        """
        by_published: dict[tuple[str, str], list[Contrast]] = {}
        for post in posts:
            for contrast in self.of_post(post):
                by_published.setdefault((contrast.article.post.id, contrast.published), []).append(contrast)
        merged = [_merged(same) for same in by_published.values()]
        return tuple(sorted(merged, key=lambda one: (-len(one.posts), -one.likeness))[: self.rules.most_findings])

    def _articles(self, post: Post) -> list[ArchivedPost]:
        """Official texts of those weeks that hold a word of the post's matter."""
        found: dict[str, ArchivedPost] = {}
        for word in self._words_of(post.whole_text):
            query = PostQuery(
                words=word,
                source_kind=SourceKind.OFFICIAL,
                since=post.at - timedelta(days=self.rules.days_before),
                until=post.at + timedelta(days=self.rules.days_after),
            )
            for hit in self.archive.search(query, limit=self.rules.most_articles).hits:
                found.setdefault(hit.archived.post.id, hit.archived)
        return list(found.values())

    def _words_of(self, text: str) -> list[str]:
        words = {word for word in self.matter_words(text) if word != self.city.name}
        return sorted(words, key=lambda word: (-len(word), word))[:_MOST_WORDS]

    def _published(self, article: Post) -> list[Saying]:
        """The sentences of an article that can be compared with, kept for the next post about the same matter."""
        key = article.id, article.revision
        if key not in self._read:
            if len(self._read) >= _MOST_KEPT:
                self._read.clear()
            sayings = self._sayings(article.whole_text)
            self._read[key] = [saying for saying in sayings if len(saying.matter) >= _PUBLISHED_PAIRS]
        return self._read[key]

    def _sayings(self, text: str) -> list[Saying]:
        return [read_saying(sentence, self._wording) for sentence in _sentences(text)]

    def _contrast(self, said: Saying, published: Saying, article: ArchivedPost, post: str) -> Contrast | None:
        if len(said.matter & published.matter) < _SHARED_PAIRS:
            return None
        likeness, differences = said.likeness(published), said.differences(published)
        enough = self.rules.likeness_of_places if Difference.PLACE in differences else self.rules.likeness
        if not differences or likeness < enough or longest_shared(said.text, published.text) < _SHARED_RUN:
            return None
        return Contrast(
            said=said.text,
            published=published.text,
            article=article,
            differences=differences,
            likeness=round(likeness, 4),
            posts=(post,),
        )


def _sentences(text: str) -> Iterator[str]:
    """The sentences that say enough to be compared, some at most."""
    told = (match.group().strip() for match in _SENTENCE.finditer(text))
    for number, sentence in enumerate(one for one in told if len(one) > _FEWEST_PAIRS):
        if number == _MOST_SENTENCES:
            return
        yield sentence


def _best(contrasts: Sequence[Contrast], most: int) -> tuple[Contrast, ...]:
    """The likest pairs; a sentence of the post stands beside one published sentence only."""
    told: dict[str, Contrast] = {}
    for contrast in sorted(contrasts, key=lambda one: -one.likeness):
        told.setdefault(contrast.said, contrast)
    return tuple(told.values())[:most]


def _merged(same: Sequence[Contrast]) -> Contrast:
    likest = max(same, key=lambda one: one.likeness)
    return Contrast(
        said=likest.said,
        published=likest.published,
        article=likest.article,
        differences=likest.differences,
        likeness=likest.likeness,
        posts=tuple(dict.fromkeys(post for one in same for post in one.posts)),
    )
