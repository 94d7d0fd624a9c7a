"""A review 公开审查 of one text, and the other two gates before it is public: 审核会签 and 签发.

Each gate is a record of its own, made by a person about exactly one text: one changed character makes another text,
for which none of them counts (条例第十七条；保密法第三十五条：先审查、后公开).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from huiying.gate import Conclusion, Gate, Means, Seat
from huiying.person import Signed
from huiying.release_review import ReleaseReview


@dataclass(frozen=True, kw_only=True, slots=True)
class SubClock:
    """By when a gate is to be passed: the office's own hours, never a rule's."""

    gate: Gate
    starts_at: datetime
    due_at: datetime
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Expedition:
    """加急: the gates work at the same time, each by its shorter clock; none is left out."""

    by: Signed
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What one text has to pass, as the office's chain stood when it came in, and by when."""

    clarification: str
    concern: str
    text: int
    sha256: str
    number: str
    seats: tuple[Seat, ...]
    clocks: tuple[SubClock, ...]
    opened_at: datetime
    minimum_people: int
    expedition: Expedition | None = None
    version: int = 0

    def seats_of(self, gate: Gate) -> tuple[Seat, ...]:
        """The seats of one gate, in their order."""
        return tuple(seat for seat in self.seats if seat.gate is gate)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A word given elsewhere: who took it down, when it was given, and where (a number, or where the paper is)."""

    entered: Signed
    given_at: datetime
    reference: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GateRecord:
    """What one person said at one seat about one text; it is never changed, and a later one takes its place."""

    clarification: str
    text: int
    sha256: str
    gate: Gate
    seat: str
    by: Signed
    conclusion: Conclusion
    passed: bool
    remarks: str = ""
    release: ReleaseReview | None = None
    means: Means = Means.SIGNED
    call: Call | None = None
    confirm_by: datetime | None = None
    id: int = 0

    def stands(self, now: datetime) -> bool:
        """Whether it lets the text pass: a word by telephone only until it had to be signed."""
        return self.passed and (self.confirm_by is None or now <= self.confirm_by)

    def lapsed(self, now: datetime) -> bool:
        """Whether it was a word by telephone that nobody signed in time."""
        return self.passed and not self.stands(now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How far one text has come through its gates."""

    review: Review
    records: tuple[GateRecord, ...]

    def last(self, seat: Seat) -> GateRecord | None:
        """What was said last at this seat, about this text."""
        mine = (each for each in self.records if each.gate is seat.gate and each.seat == seat.id)
        return max(
            (each for each in mine if each.sha256 == self.review.sha256), key=lambda each: each.id, default=None
        )

    def stands(self, seat: Seat, now: datetime) -> bool:
        """Whether this seat lets the text pass."""
        last = self.last(seat)
        return last is not None and last.stands(now)

    def passed(self, gate: Gate, now: datetime) -> bool:
        """Whether every seat of a gate lets the text pass; a gate without seats is never passed."""
        seats = self.review.seats_of(gate)
        return bool(seats) and all(self.stands(seat, now) for seat in seats)

    def open_seats(self, gate: Gate, now: datetime) -> tuple[Seat, ...]:
        """The seats of a gate whose word is still missing, or no longer counts."""
        return tuple(seat for seat in self.review.seats_of(gate) if not self.stands(seat, now))

    def people(self, now: datetime) -> frozenset[str]:
        """Everybody whose word counts."""
        lasts = (self.last(seat) for seat in self.review.seats)
        return frozenset(last.by.person for last in lasts if last is not None and last.stands(now))

    def passed_at(self, gate: Gate, now: datetime) -> datetime | None:
        """When the last word that a gate needed was given; None where it is not passed."""
        if not self.passed(gate, now):
            return None
        return max(last.by.at for seat in self.review.seats_of(gate) if (last := self.last(seat)))

    def missing(self, now: datetime) -> tuple[str, ...]:
        """What still stands between this text and the public, in words."""
        seats = tuple(
            f"{gate.label}“{seat.title}”" + _why(self.last(seat), now)
            for gate in Gate
            for seat in self.review.seats_of(gate)
            if not self.stands(seat, now)
        )
        empty = tuple(f"{gate.label}没有席位" for gate in Gate if not self.review.seats_of(gate))
        few = len(self.people(now)) < self.review.minimum_people
        people = (f"三道关至少由 {self.review.minimum_people} 人分别办理",) if few and not seats else ()
        return (*seats, *empty, *people)


def _why(last: GateRecord | None, now: datetime) -> str:
    if last is None:
        return "未办"
    if last.lapsed(now):
        return "的电话同意逾期未补签，已失效"
    return f"：{last.conclusion.called(last.gate)}"


def authors(texts: Iterable[Signed]) -> frozenset[str]:
    """Everybody who wrote any version: they neither check, review nor sign."""
    return frozenset(signed.person for signed in texts)
