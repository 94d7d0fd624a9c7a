"""What persons determined about a matter, each a record of its own: a later one is added and overwrites nothing."""

from dataclasses import dataclass
from datetime import datetime

from huiying.level import EventLevel, OpinionLevel
from huiying.person import Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class EventLevelRecord:
    """What a person recorded about the event level: who determined it, on what basis, when.

    `level` None is the record that an earlier determination was withdrawn.
    """

    level: EventLevel | None
    authority: str
    basis: str
    determined_at: datetime
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class OpinionLevelRecord:
    """The office's own grade of the public's concern 舆情等级, as a person set it."""

    level: OpinionLevel
    reasons: str
    by: Signed
