"""The single pass: each post joins the concern it resembles most, or starts one.

Similarities are computed for a whole batch, since sketches never change; only the placing itself goes post by post.
What comes out depends on the order of the posts alone, never on where a batch ended.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

import numpy as np

from consumers.grouping.memory import Memory, Remembered
from consumers.grouping.near_duplicates import different_bits
from consumers.grouping.places import NOWHERE, Relation, relation, said_in
from consumers.grouping.similarity import Rows, products
from consumers.grouping.sketches import Sketch, sketch_all
from consumers.grouping.titles import has_headline, key_words, most_typical, title_candidate, words_of
from consumers.grouping.weights import Weights
from huiying.policy.gathering import GatheringRules, GroupingRules

_TITLED_AGAIN_AT = frozenset({3, 6, 10})
"""A title is thought over when a concern has so many members; otherwise it stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incoming:
    """A post to place. Without a fingerprint it is nobody's near-duplicate."""

    post: str
    at: datetime
    text: str
    title: str = ""
    fingerprint: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """What a concern is called from now on, and the post whose sentence it is."""

    title: str
    keywords: tuple[str, ...]
    post: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where one post went: into which concern, whether it began it, whether it only repeats a member."""

    post: str
    concern: str
    new: bool
    near_duplicate: bool
    similarity: float
    name: Name | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Where the posts of a batch went, and how the memory changed by it."""

    placements: tuple[Placement, ...]
    remembered: tuple[Remembered, ...]
    forgotten: tuple[str, ...]


def concern_id(first_post: str) -> str:
    """The id of the concern that this post begins; the same post always begins the same concern."""
    return hashlib.sha256(f"concern:{first_post}".encode()).hexdigest()[:20]


class Grouping:
    """Places posts, one batch after another, and keeps the memory that this needs."""

    def __init__(self, rules: GatheringRules, weights: Weights | None = None) -> None:
        self._weights = weights or Weights.load()
        self._rules = rules.grouping
        self.memory = Memory(self._rules)

    def forget_everything(self) -> None:
        """Begin with an empty memory."""
        self.memory = Memory(self._rules)

    def recall(self, members: Iterable[Remembered]) -> None:
        """Remember members that were read back."""
        remaining = iter(members)
        while some := list(islice(remaining, 2000)):
            self.memory.recall(some)

    def name(self, members: Sequence[Remembered]) -> Name:
        """What a concern with these members would be called; at least one."""
        typical, titles = _typical_first(members)
        words = key_words(words_of(self._weights, titles))
        return Name(title=titles[0], keywords=words, post=typical.post)

    def place(self, batch: Sequence[Incoming]) -> Placed:
        """Place each post, in order; remember those that are new in words."""
        sketches = sketch_all(
            self._weights,
            [post.text for post in batch],
            [title_candidate(post.title, post.text) for post in batch],
        )
        return _Batch(self.memory, self._rules, self._weights, batch, sketches).place()


class _Batch:
    """One batch in the course of being placed."""

    def __init__(
        self,
        memory: Memory,
        rules: GroupingRules,
        weights: Weights,
        batch: Sequence[Incoming],
        sketches: Sequence[Sketch],
    ) -> None:
        self._memory, self._rules, self._weights, self._batch = memory, rules, weights, batch
        self._sketches = sketches
        self._nearness = [rules.news if has_headline(post.text) else rules.usual for post in batch]
        self._titles: dict[int, list[str]] = {}
        rows = Rows.of(sketches)
        floors = np.array([nearness.floor for nearness in self._nearness])
        self._slots = memory.reserve(len(batch))
        self._near: list[list[tuple[int, float]]] = [[] for _ in batch]
        for near, found in zip(self._near, memory.words.resembled(rows, floors), strict=True):
            for part in found:
                near.extend(zip(part.slots.tolist(), part.similarities.tolist(), strict=True))
        first = self._slots.start
        for row, columns, cosines in products(rows, rows.matrix.T.tocsr(), rows.lengths, floors):
            before = columns < row
            self._near[row].extend(zip((columns[before] + first).tolist(), cosines[before].tolist(), strict=True))

    def place(self) -> Placed:
        placements: list[Placement] = []
        entered: list[Remembered] = []
        gone: list[Remembered] = []
        for row in range(len(self._batch)):
            placement, member = self._place_one(row)
            if member is not None:
                members = self._memory.count(member.strand)
                entered.append(member)
                gone.extend(self._memory.remember(member))
                grown = self._memory.count(member.strand) == members + 1
                if grown and members + 1 in _TITLED_AGAIN_AT and member.strand == member.concern:
                    placement = self._named_again(placement, row)
            placements.append(placement)
        self._memory.index_words(entered)
        placements = self._with_key_words(placements)
        forgotten = {member.post for member in gone}
        new = {member.post for member in entered}
        return Placed(
            placements=tuple(placements),
            remembered=tuple(member for member in entered if member.post not in forgotten),
            forgotten=tuple(sorted(forgotten - new)),
        )

    def _place_one(self, row: int) -> tuple[Placement, Remembered | None]:
        post = self._batch[row]
        near = self._still_remembered(row)
        if (repeated := self._repeated(row, near)) is not None:
            return self._placement(post, repeated.concern, near_duplicate=True, similarity=1.0), None
        strand, similarity = self._nearest_strand(row, near.values())
        if strand is None:
            strand = concern = concern_id(post.post)
            placement = self._placement(post, concern, new=True, similarity=similarity)
            placement = self._named(placement, row, [self._sketches[row].title], post.post)
        else:
            concern = self._memory.members(strand)[0].concern
            placement = self._placement(post, concern, similarity=similarity)
        member = Remembered(
            post.post, concern, strand, post.at, post.fingerprint, self._sketches[row], self._slots[row]
        )
        return placement, member

    def _still_remembered(self, row: int) -> dict[int, tuple[Remembered, float]]:
        near = {}
        for slot, similarity in self._near[row]:
            if (member := self._memory.at_slot(slot)) is not None:
                near[slot] = (member, similarity)
        return near

    def _repeated(self, row: int, near: dict[int, tuple[Remembered, float]]) -> Remembered | None:
        """The member that this post only repeats: the fewest different bits, of equals the oldest."""
        fingerprint = self._batch[row].fingerprint
        if fingerprint is None:
            return None
        wordless = not len(self._sketches[row].grams)
        alike = []
        for slot in self._memory.fingerprints.sharing_a_band(fingerprint):
            member = self._memory.at_slot(slot)
            if member is None or member.fingerprint is None:
                continue
            bits = different_bits(fingerprint, member.fingerprint)
            same_words = slot in near and near[slot][1] >= self._rules.duplicate_similarity
            if bits <= self._rules.duplicate_bits and (same_words or (wordless and not len(member.sketch.grams))):
                alike.append((bits, member.at, member.post, member))
        for member, similarity in near.values():
            if similarity >= self._rules.repeated_similarity:
                bits = different_bits(fingerprint, member.fingerprint or 0)
                alike.append((bits, member.at, member.post, member))
        about_it = [each for each in alike if self._relation(row, each[3]) is not Relation.APART]
        return min(about_it, key=lambda each: each[:3])[3] if about_it else None

    def _relation(self, row: int, member: Remembered) -> Relation:
        mine, theirs = self._sketches[row], member.sketch
        return relation(mine.places, mine.grams, theirs.places, theirs.grams)

    def _nearest_strand(self, row: int, near: Iterable[tuple[Remembered, float]]) -> tuple[str | None, float]:
        """The strand whose nearest members are most like the post, and how like; of equals the lesser id.

        None where no strand reaches the threshold.
        """
        nearness = self._nearness[row]
        least = nearness.threshold / self._rules.same_place
        by_strand: defaultdict[str, list[tuple[Remembered, float]]] = defaultdict(list)
        for member, similarity in near:
            by_strand[member.strand].append((member, similarity))
        best: tuple[float, str] | None = None
        for strand, pairs in by_strand.items():
            counted = min(self._rules.nearest, (self._memory.count(strand) + 1) // 2)
            if _mean_of_best((similarity for _, similarity in pairs), counted) < least:
                continue
            likeness = _mean_of_best(self._by_place(row, strand, pairs), counted)
            if likeness >= nearness.threshold:
                apart = abs((self._batch[row].at - self._memory.newest_of(strand)).total_seconds()) / 86400
                likeness /= 1 + apart / nearness.fading_days
            if likeness >= nearness.threshold and (best is None or (-likeness, strand) < best):
                best = (-likeness, strand)
        return (None, 0.0) if best is None else (best[1], -best[0])

    def _by_place(self, row: int, strand: str, pairs: Sequence[tuple[Remembered, float]]) -> Iterator[float]:
        """More similar where the same place is spoken of, less where another is.

        A place that one member calls by its full name, the others may call by its short one.
        """
        mine = self._sketches[row]
        spoken_of = said_in(self._memory.names_of(strand), mine.grams)
        if mine.places is NOWHERE and not spoken_of:
            yield from (similarity for _, similarity in pairs)
            return
        for member, similarity in pairs:
            shared = bool(said_in(spoken_of, member.sketch.grams))
            related = Relation.SHARED if shared else self._relation(row, member)
            if related is Relation.SHARED:
                yield similarity * self._rules.same_place
            elif related is Relation.APART:
                yield similarity * self._rules.other_place
            else:
                yield similarity

    def _placement(
        self, post: Incoming, concern: str, *, new: bool = False, near_duplicate: bool = False, similarity: float
    ) -> Placement:
        return Placement(
            post=post.post, concern=concern, new=new, near_duplicate=near_duplicate, similarity=similarity, name=None
        )

    def _named(self, placement: Placement, row: int, titles: list[str], post: str) -> Placement:
        """With a name; its key words are found for the whole batch at once, from these titles."""
        self._titles[row] = titles
        return replace(placement, name=Name(title=titles[0], keywords=(), post=post))

    def _named_again(self, placement: Placement, row: int) -> Placement:
        typical, titles = _typical_first(self._memory.members(placement.concern))
        return self._named(placement, row, titles, typical.post)

    def _with_key_words(self, placements: Sequence[Placement]) -> list[Placement]:
        different = list(dict.fromkeys(title for titles in self._titles.values() for title in titles))
        words = dict(zip(different, words_of(self._weights, different), strict=True))
        named = list(placements)
        for row, titles in self._titles.items():
            name = named[row].name
            assert name is not None  # it is in the titles because it was named
            chosen = key_words(words[title] for title in titles)
            named[row] = replace(named[row], name=replace(name, keywords=chosen))
        return named


def _typical_first(members: Sequence[Remembered]) -> tuple[Remembered, list[str]]:
    """The most typical member, and everybody's titles, its own first."""
    typical = most_typical(members)
    return typical, [typical.sketch.title, *(member.sketch.title for member in members if member is not typical)]


def _mean_of_best(similarities: Iterable[float], counted: int) -> float:
    """The mean of so many, the greatest of them; those that are missing count as none."""
    return sum(sorted(similarities, reverse=True)[:counted]) / counted
