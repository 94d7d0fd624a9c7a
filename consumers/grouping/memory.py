"""What the gatherer remembers: the members of every active concern, bounded in age, per strand and in all.

A concern has one strand, and another for each concern that people merged into it: a merged one keeps its own members
to be known by, however many posts the others get. Where there is no more room, posts that nobody has joined go
first, as long as they take up more than half of it: a matter of months is not washed away by a busy day.

Everything here follows from the members alone and not from the order in which they came, so that a memory rebuilt
from the register is the memory that was lost.
"""

import heapq
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consumers.grouping.near_duplicates import FingerprintIndex
from consumers.grouping.similarity import Rows, SimilarityIndex
from consumers.grouping.sketches import Sketch
from huiying.policy.gathering import GroupingRules


@dataclass(frozen=True, eq=False, slots=True)
class Remembered:
    """One member: a post that stands for its concern, in one of its strands."""

    post: str
    concern: str
    strand: str
    at: datetime
    fingerprint: int | None
    sketch: Sketch
    slot: int = field(default=-1)


_Entry = tuple[datetime, str, int]
"""Moment, post and slot of a member: its place in the order of age."""


class Memory:
    """Members by slot, by strand, by fingerprint and by their words."""

    def __init__(self, rules: GroupingRules) -> None:
        self._rules = rules
        self._slots: dict[int, Remembered] = {}
        self._next_slot = 0
        self._indexed_below = 0
        self._of_strand: dict[str, list[_Entry]] = {}
        self._names: dict[str, Counter[int]] = {}
        self._by_age: list[_Entry] = []
        self._lone_by_age: list[_Entry] = []
        self._lone = 0
        self._newest: datetime | None = None
        self.words = SimilarityIndex()
        self.fingerprints = FingerprintIndex()

    def __len__(self) -> int:
        return len(self._slots)

    @property
    def strands(self) -> int:
        """How many strands have a member here."""
        return len(self._of_strand)

    def at_slot(self, slot: int) -> Remembered | None:
        """The member in a slot; None where it was forgotten."""
        return self._slots.get(slot)

    def members(self, strand: str) -> list[Remembered]:
        """The members of a strand, oldest first."""
        return [self._slots[slot] for _, _, slot in self._of_strand.get(strand, [])]

    def count(self, strand: str) -> int:
        """How many members a strand has."""
        return len(self._of_strand.get(strand, ()))

    def names_of(self, strand: str) -> Collection[int]:
        """The places that the members of a strand name."""
        return self._names.get(strand, ())

    def newest_of(self, strand: str) -> datetime:
        """When the newest member of a strand was said."""
        return self._of_strand[strand][-1][0]

    def reserve(self, count: int) -> range:
        """So many slots that nobody else will have."""
        first = self._next_slot
        self._next_slot += count
        return range(first, self._next_slot)

    def recall(self, members: Iterable[Remembered]) -> None:
        """Remember what was read from the register; all of it, and its words too."""
        known = list(members)
        placed = [_in_slot(member, slot) for member, slot in zip(known, self.reserve(len(known)), strict=True)]
        for member in placed:
            self._enter(member)
        self.index_words(placed)

    def remember(self, member: Remembered) -> list[Remembered]:
        """Remember one more; the members that had to be forgotten for it. Its words are added by the batch."""
        self._enter(member)
        gone = []
        places = self._of_strand[member.strand]
        while len(places) > self._rules.members:
            gone.append(self._forget(places[self._rules.anchors][2]))
        while (oldest := self._oldest()) is not None and oldest[0] < self.horizon:
            gone.append(self._forget(oldest[2]))
        while len(self._slots) > self._rules.most_members:
            gone.append(self._forget(self._least_missed()[2]))
        self._tidy()
        return gone

    @property
    def horizon(self) -> datetime:
        """Members said before this are forgotten."""
        if self._newest is None:
            raise LookupError("nothing was remembered yet")
        return self._newest - timedelta(days=self._rules.window_days)

    def index_words(self, members: Sequence[Remembered]) -> None:
        """Let later batches find those of these members that are still remembered."""
        kept = [member for member in members if member.slot in self._slots]
        self.words.add([member.slot for member in kept], Rows.of([member.sketch for member in kept]))
        self._indexed_below = self._next_slot

    def _oldest(self) -> _Entry | None:
        while self._by_age and self._by_age[0][2] not in self._slots:
            heapq.heappop(self._by_age)
        return self._by_age[0] if self._by_age else None

    def _least_missed(self) -> _Entry:
        """The oldest of the lone ones while they are more than half of what there is room for, else the oldest."""
        if 2 * self._lone > self._rules.most_members:
            while not self._is_lone(self._lone_by_age[0]):
                heapq.heappop(self._lone_by_age)
            return self._lone_by_age[0]
        oldest = self._oldest()
        assert oldest is not None  # there is more than there is room for
        return oldest

    def _is_lone(self, entry: _Entry) -> bool:
        return entry[2] in self._slots and self.count(self._slots[entry[2]].strand) == 1

    def _tidy(self) -> None:
        """Heaps keep what was forgotten until it comes up; not more of it than of the living."""
        if len(self._by_age) > 2 * len(self._slots) + 1000:
            self._by_age = [entry for entry in self._by_age if entry[2] in self._slots]
            heapq.heapify(self._by_age)
        if len(self._lone_by_age) > 2 * self._lone + 1000:
            self._lone_by_age = [entry for entry in self._lone_by_age if self._is_lone(entry)]
            heapq.heapify(self._lone_by_age)

    def _note_lone(self, places: list[_Entry], before: int) -> None:
        """Keep account of a strand that had so many members before."""
        self._lone += (len(places) == 1) - (before == 1)
        if len(places) == 1:
            heapq.heappush(self._lone_by_age, places[0])

    def _enter(self, member: Remembered) -> None:
        entry = (member.at, member.post, member.slot)
        self._slots[member.slot] = member
        places = self._of_strand.setdefault(member.strand, [])
        insort(places, entry)
        self._note_lone(places, len(places) - 1)
        if member.sketch.places.names:
            self._names.setdefault(member.strand, Counter()).update(member.sketch.places.names)
        heapq.heappush(self._by_age, entry)
        if self._newest is None or member.at > self._newest:
            self._newest = member.at
        if member.fingerprint is not None:
            self.fingerprints.add(member.slot, member.fingerprint)

    def _forget(self, slot: int) -> Remembered:
        member = self._slots.pop(slot)
        places = self._of_strand[member.strand]
        del places[bisect_left(places, (member.at, member.post, slot))]
        self._note_lone(places, len(places) + 1)
        self._forget_names(member)
        if not places:
            del self._of_strand[member.strand]
        if member.fingerprint is not None:
            self.fingerprints.remove(slot, member.fingerprint)
        if slot < self._indexed_below:
            self.words.remove(slot)
        return member

    def _forget_names(self, member: Remembered) -> None:
        for name in member.sketch.places.names:
            named = self._names[member.strand]
            named[name] -= 1
            if not named[name]:
                del named[name]
            if not named:
                del self._names[member.strand]


def _in_slot(member: Remembered, slot: int) -> Remembered:
    return replace(member, slot=slot)
