"""What is written down in a proceeding. Records are added and never changed, so that the whole can be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from huiying.person import Signed
from huiying.procedure import Start


@dataclass(frozen=True, kw_only=True, slots=True)
class StepDone:
    """A step that was done: by whom, with which outcome, for which reasons, after talking to whom (会商).

    `filled` is what its form asked, by field.
    """

    step: str
    by: Signed
    outcome: str | None = None
    reasons: str = ""
    participants: tuple[str, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepReopened:
    """A step that must be done again; what was done before it, the first `after` records of the proceeding, stays."""

    step: str
    by: Signed
    reasons: str
    after: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MomentChange:
    """A moment of the matter that a person entered or corrected."""

    moment: Start
    was: datetime | None
    became: datetime
    by: Signed
    reasons: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockChange:
    """A clock that was counted anew: what it said before (None: it did not run), what it says now, and why."""

    clock: str
    title: str
    was: datetime | None
    became: datetime | None
    why: str
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockMet:
    """What a clock asks for was done, as a person recorded it, where no step of the procedure tells so."""

    clock: str
    at: datetime
    note: str
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupted:
    """A clock that stood still, or begins anew, on one of its own grounds; `ended` None while it does."""

    clock: str
    ground: str
    reasons: str
    by: Signed
    ended: Signed | None = None
