"""Gathers judged posts into concerns: each post's one fate, its concern and the counts, in one transaction.

One gatherer is active at a time: it holds the lease "gatherer", and says so in the transaction that writes. Its
memory of concerns stands for one count of changes of the members in the register; where that count is another (a
transaction did not commit, another gatherer was at work, a person merged two concerns), the memory is read anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog

from consumers.duty_counting import count_by_duty
from consumers.grouping.grouping import Grouping, Incoming, Placed, Placement
from consumers.grouping.memory import Remembered
from consumers.grouping.sketches import Sketch
from consumers.tallying import Tally
from huiying.clock import BEIJING, Clock
from huiying.concern import Concern
from huiying.failures import Stale, Unavailable
from huiying.leasing import Lease
from huiying.messages import ConcernChanged, Message, PostAssessed
from huiying.policy.gathering import GatheringRules
from huiying.post import ArchivedPost, Fate, Kind
from huiying.register.fates import PostFate
from huiying.register.leases import LeaseLost
from huiying.register.members import Member
from huiying.register.register import Register, Transaction
from huiying.stage import Done, Outcome

_log = structlog.get_logger(__name__)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TRIES = 3


class _MemoryIsOld(Exception):
    """The register knows something that the memory does not; read it anew and place the batch again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sorted:
    """The posts of a batch that have no fate yet, by what is to become of them."""

    to_place: tuple[PostAssessed, ...]
    decided: tuple[PostFate, ...]
    revised: tuple[tuple[str, int], ...]


@dataclass(kw_only=True, slots=True)
class GatheringCounts:
    """What this gatherer has done since it started."""

    placed: int = 0
    begun: int = 0
    near_duplicates: int = 0
    memory_reads: int = 0


class Gathering:
    """The stage: `PostAssessed` in, fates and concerns in the register, `ConcernChanged` in its outbox."""

    name = "gathering"
    reads: tuple[type[Message], ...] = (PostAssessed,)

    def __init__(
        self, register: Register, grouping: Grouping, lease: Lease, clock: Clock, rules: GatheringRules
    ) -> None:
        self.counts = GatheringCounts()
        self._register = register
        self._grouping = grouping
        self._lease = lease
        self._clock = clock
        self._rules = rules
        self._memory_at: int | None = None

    def works_here(self) -> bool:
        """Whether this process holds the lease; asked also where nothing is to be gathered, which keeps it."""
        return self._lease.held()

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Give every post its fate. Raises `LeaseLost` where another process is the gatherer."""
        if not self._lease.held():
            raise LeaseLost(f"lease {self._lease.name} is held by another process")
        posts = [message for message in batch if isinstance(message, PostAssessed)]
        for _ in range(_TRIES):
            try:
                self._gather(posts)
            except (Stale, _MemoryIsOld) as reason:
                _log.info("reading the memory of concerns anew", reason=str(reason))
            else:
                return [Done() for _ in batch]
        raise Unavailable(f"concerns were changed by others {_TRIES} times while {len(posts)} posts were gathered")

    def _gather(self, posts: Sequence[PostAssessed]) -> None:
        """One transaction; until it has committed, the memory stands for nothing."""
        memory_at, self._memory_at = self._memory_at, None
        with self._register.transaction() as tx:
            tx.leases.must_hold(self._lease.name, self._lease.holder)
            if tx.concerns.members.changes() != memory_at:
                self._read_memory(tx)
            sorted_posts = self._sort(tx, posts)
            placed = self._grouping.place([incoming(message) for message in sorted_posts.to_place])
            self._write(tx, sorted_posts, placed)
            changes = tx.concerns.members.note_change()
        self._memory_at = changes
        self.counts.placed += len(placed.placements)
        self.counts.begun += sum(placement.new for placement in placed.placements)
        self.counts.near_duplicates += sum(placement.near_duplicate for placement in placed.placements)

    def _read_memory(self, tx: Transaction) -> None:
        self._grouping.forget_everything()
        self._grouping.recall(from_member(member) for member in tx.concerns.members.since(_BEGINNING))
        self.counts.memory_reads += 1

    def _sort(self, tx: Transaction, posts: Sequence[PostAssessed]) -> _Sorted:
        """Posts that have their fate keep it; a newer revision is noted, the first one seen was counted."""
        known = tx.posts.fates(message.post.id for message in posts)
        first: dict[str, PostAssessed] = {}
        revised = []
        for message in posts:
            post = message.post
            if post.id not in known and post.id not in first:
                first[post.id] = message
            elif post.revision > (known[post.id] if post.id in known else first[post.id].post).revision:
                revised.append((post.id, post.revision))
        to_place, decided = [], []
        for message in first.values():
            fate = fate_without_placing(message)
            if fate is None:
                to_place.append(message)
            else:
                decided.append(_post_fate(message, fate, None))
        return _Sorted(to_place=tuple(to_place), decided=tuple(decided), revised=tuple(revised))

    def _write(self, tx: Transaction, posts: _Sorted, placed: Placed) -> None:
        tallies = self._tallies(tx, posts.to_place, placed)
        fates = list(posts.decided)
        for message, placement in zip(posts.to_place, placed.placements, strict=True):
            tally = tallies[placement.concern]
            fate = _post_fate(message, fate_of(message, placement), placement.concern)
            tally.count(fate, message.assessment, message.post.engagement)
            if placement.name is not None and not placement.new:
                tally.name(placement.name)
            fates.append(fate)
        if tx.posts.add_fates(fates) != {fate.id for fate in fates}:
            raise _MemoryIsOld("a post got its fate from somebody else")
        tx.posts.revise_fates(posts.revised)
        tx.duty_hours.add(count_by_duty(posts.to_place))
        self._write_members(tx, placed)
        self._write_concerns(tx, tallies)

    def _tallies(self, tx: Transaction, posts: Sequence[PostAssessed], placed: Placed) -> Mapping[str, Tally]:
        begun = {placement.concern for placement in placed.placements if placement.new}
        # Held, since whoever came too late here would have to read the whole memory anew.
        old = tx.concerns.hold(placement.concern for placement in placed.placements if placement.concern not in begun)
        tallies = {}
        for concern in old.values():
            if concern.merged_into:
                raise _MemoryIsOld(f"concern {concern.id} was merged into {concern.merged_into}")
            tallies[concern.id] = Tally(concern, self._rules)
        for message, placement in zip(posts, placed.placements, strict=True):
            if placement.new:
                tallies[placement.concern] = Tally(self._begun(message, placement), self._rules)
            elif placement.concern not in tallies:
                raise _MemoryIsOld(f"concern {placement.concern} is not in the register")
        return tallies

    def _begun(self, message: PostAssessed, placement: Placement) -> Concern:
        """A concern as it begins; its number is given when it is written."""
        assert placement.name is not None  # a new concern always has its name
        at = message.post.at
        return Concern(
            id=placement.concern,
            number="",
            title=placement.name.title,
            keywords=placement.name.keywords,
            title_post=placement.name.post,
            first_post_at=at,
            last_post_at=at,
            found_at=self._clock.now(),
            episode_began_at=at,
        )

    def _write_members(self, tx: Transaction, placed: Placed) -> None:
        tx.concerns.members.forget(placed.forgotten)
        tx.concerns.members.add([to_member(member) for member in placed.remembered])

    def _write_concerns(self, tx: Transaction, tallies: Mapping[str, Tally]) -> None:
        concerns = [tally.concern() for tally in tallies.values()]
        begun = [concern for concern in concerns if not concern.version]
        year = self._clock.now().astimezone(BEIJING).year
        numbers = tx.concerns.next_numbers(year, len(begun)) if begun else []
        written = tx.concerns.insert_all(
            [replace(concern, number=number) for concern, number in zip(begun, numbers, strict=True)]
        )
        written += tx.concerns.save_all([concern for concern in concerns if concern.version])
        tx.concerns.add_quarter_hours(
            (concern, quarter) for concern, tally in tallies.items() for quarter in tally.quarter_hours()
        )
        tx.outbox.add([ConcernChanged(concern=concern.id, concern_version=concern.version) for concern in written])


def fate_without_placing(message: PostAssessed) -> Fate | None:
    """The fate of a post that is not to be placed among concerns; None for one that is."""
    post, assessment = message.post, message.assessment
    if post.secrecy_marks:
        return Fate.QUARANTINED
    if post.history:
        return Fate.HISTORY
    if not assessment.relevant:
        return Fate.IRRELEVANT
    if assessment.kind is Kind.REPORT:
        return Fate.TRIAGE
    return None


def fate_of(judged: PostAssessed | ArchivedPost, placement: Placement) -> Fate:
    """The fate of a post that was placed among concerns."""
    if placement.near_duplicate:
        return Fate.NEAR_DUPLICATE
    return Fate.TRIAGE if judged.assessment.lead is None else Fate.GATHERED


def _post_fate(message: PostAssessed, fate: Fate, concern: str | None) -> PostFate:
    post = message.post
    return PostFate(
        id=post.id,
        revision=post.revision,
        fate=fate,
        concern=concern,
        source=post.source,
        source_kind=post.source_kind,
        tone=message.assessment.tone,
        at=post.at,
        collected_at=post.collected_at,
    )


def incoming(judged: PostAssessed | ArchivedPost) -> Incoming:
    """What grouping looks at."""
    post = judged.post
    return Incoming(
        post=post.id,
        at=post.at,
        text=post.whole_text,
        title=post.title,
        fingerprint=judged.assessment.fingerprint,
    )


def from_member(member: Member) -> Remembered:
    """What grouping remembers of a member in the register."""
    sketch = Sketch.unpack(member.sketch)
    return Remembered(member.post, member.concern, member.strand, member.at, member.fingerprint, sketch)


def to_member(remembered: Remembered) -> Member:
    """The member for the register."""
    return Member(
        post=remembered.post,
        concern=remembered.concern,
        strand=remembered.strand,
        at=remembered.at,
        fingerprint=remembered.fingerprint or 0,
        sketch=remembered.sketch.pack(),
    )
