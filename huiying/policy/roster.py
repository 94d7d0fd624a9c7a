"""Reads `config/roster.yaml`: who is on duty when, who stands in for whom, and who is told of what (本单位自定)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from huiying.clock import BEIJING
from huiying.level import Level
from huiying.notice import CONSOLE
from huiying.person import Role
from huiying.policy.channels import Hours
from huiying.policy.reading import OfficeModel, read_office_file

_Id = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^|*\s]+$")]


class Day(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Away(OfficeModel):
    """The days on which somebody is not there, both ends included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"last {self.last} 早于 first {self.first}")
        return self


class Member(OfficeModel):
    """One person of the roster, by the id of their account. `stand_in` is their B角; `addresses` are by channel."""

    id: _Id
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    bureau: str | None = None
    stand_in: _Id | None = None
    away: tuple[Away, ...] = ()
    addresses: Mapping[str, str] = Field(default_factory=dict)

    def is_away(self, day: date) -> bool:
        """Whether somebody else is to be told instead on this day."""
        return any(each.first <= day <= each.last for each in self.away)


class Shift(OfficeModel):
    """Who is on duty in these hours of these days; a night belongs to the day on which it begins."""

    name: Annotated[str, Field(min_length=1)]
    days: Annotated[tuple[Day, ...], Field(min_length=1)] = tuple(Day)
    hours: Hours
    persons: Annotated[tuple[_Id, ...], Field(min_length=1)]

    def holds(self, moment: datetime) -> bool:
        """Whether it runs at this moment."""
        local = moment.astimezone(BEIJING)
        began_yesterday = self.hours.begin > self.hours.end and local.time() < self.hours.end
        weekday = (local.weekday() - began_yesterday) % 7
        return tuple(Day)[weekday] in self.days and self.hours.hold(moment)


class Roster(OfficeModel):
    """The office's people for notices.

    Whoever stands in any shift is told only while on duty; all others always. `alerts` are the roles told of an alert
    of each level, `ladder` the roles told at each rung of an escalation (`TaskEscalated.rung`).
    """

    persons: tuple[Member, ...] = ()
    shifts: tuple[Shift, ...] = ()
    alerts: Mapping[Level, tuple[Role, ...]]
    ladder: Mapping[str, tuple[Role, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> Self:
        ids = [person.id for person in self.persons]
        if doubled := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(f"persons 里 {'、'.join(doubled)} 写了不止一次")
        named = {id for shift in self.shifts for id in shift.persons}
        named |= {person.stand_in for person in self.persons if person.stand_in}
        if strangers := sorted(named - set(ids)):
            raise ValueError(f"persons 里没有 {'、'.join(strangers)}，班次、B角只能写那里的人")
        if lacking := [level.value for level in Level if level not in self.alerts]:
            raise ValueError(f"alerts 缺少级别 {'、'.join(lacking)}")
        if silly := sorted({p.id for p in self.persons if p.stand_in == p.id}):
            raise ValueError(f"{'、'.join(silly)} 的 B角 是本人")
        return self

    def reached(self, roles: Iterable[Role], bureaus: Collection[str], now: datetime) -> tuple[Member, ...]:
        """Who of these roles is told now: those on duty, stand-ins for who is away, bureaus only of their own."""
        wanted = frozenset(roles)
        told: dict[str, Member] = {}
        for person in self.persons:
            if _suits(person, wanted, bureaus) and self._on_duty(person, now):
                present = self._present(person, now)
                told[present.id] = present
        return tuple(told.values())

    def rung(self, name: str) -> tuple[Role, ...]:
        """Who is told at a rung of an escalation; supervisors where the roster does not say."""
        return self.ladder.get(name, (Role.SUPERVISOR,))

    def member(self, id: str) -> Member | None:
        """The person of this id."""
        return next((person for person in self.persons if person.id == id), None)

    def without_address(self, channel: str, roles: Iterable[Role], ids: Iterable[str]) -> list[str]:
        """Who would be told by a channel and has no address on it."""
        wanted, named = frozenset(roles), frozenset(ids)
        listening = [p for p in self.persons if p.id in named or wanted & set(p.roles)]
        return [p.id for p in listening if channel != CONSOLE and channel not in p.addresses]

    def _on_duty(self, person: Member, now: datetime) -> bool:
        theirs = [shift for shift in self.shifts if person.id in shift.persons]
        return not theirs or any(shift.holds(now) for shift in theirs)

    def _present(self, person: Member, now: datetime) -> Member:
        """The person, or who stands in; one step only, so that two who stand in for each other are no circle."""
        if not person.is_away(now.astimezone(BEIJING).date()) or person.stand_in is None:
            return person
        return self.member(person.stand_in) or person


def _suits(person: Member, roles: frozenset[Role], bureaus: Collection[str]) -> bool:
    fitting = roles & set(person.roles)
    return any(not role.within_unit or person.bureau in bureaus for role in fitting)


def read_roster(config_dir: Path) -> Roster:
    """The office's roster."""
    return read_office_file(config_dir / "roster.yaml", Roster)
