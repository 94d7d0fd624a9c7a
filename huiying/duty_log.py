"""The duty log 值班日志: what happened on a shift, who was telephoned, and how one shift hands over to the next."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from huiying.failures import NotAllowed
from huiying.person import Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """One line of the log, never changed: a later one sets it right."""

    id: str
    at: datetime
    what: str
    concern: str | None
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneNotice:
    """电话通知记录: whom somebody of the office called about a matter, and what was said; never changed.

    `emergency` is a call to 110, 119 or 120, which goes before everything else where life is in danger.
    """

    id: str
    at: datetime
    unit: str
    whom: str
    number: str
    said: str
    answered: bool
    emergency: bool
    concern: str | None
    by: Signed


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenMatter:
    """A matter that was open when a shift ended, as it stood then."""

    concern: str
    number: str
    title: str
    level: str
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """交接: who leaves, who comes, what is open and what to watch; it counts once the one who comes confirms it."""

    id: str
    outgoing: Signed
    incoming: str
    matters: tuple[OpenMatter, ...]
    watch: str
    confirmed: Signed | None = None
    version: int = 0

    def confirmed_by(self, signed: Signed) -> Self:
        """The incoming officer has read it. Not the one who wrote it: a hand-over needs two."""
        if self.confirmed:
            raise NotAllowed(f"这次交接已由{self.confirmed.name}确认")
        if signed.person == self.outgoing.person:
            raise NotAllowed("交班人不能自己确认，请接班的人确认")
        return replace(self, confirmed=signed)
