"""Reads `config/review.yaml`: who sits at which gate, and by when each is to be passed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from huiying.gate import Gate, Seat
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.review import SubClock


class SeatRule(OfficeModel):
    """A seat that somebody fills; of this unit, where one is named."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str = Field(min_length=1)
    unit: str | None = Field(default=None, min_length=1)


class GateRule(OfficeModel):
    """The seats of a gate and its clocks; `co_handlers` gives each co-handling bureau a seat as well."""

    seats: tuple[SeatRule, ...] = Field(min_length=1)
    co_handlers: bool = False
    hours: float = Field(gt=0, le=240)
    expedited_minutes: float = Field(gt=0, le=1440)

    @model_validator(mode="after")
    def _every_seat_once(self) -> Self:
        ids = [seat.id for seat in self.seats]
        if twice := sorted({id for id in ids if ids.count(id) > 1}):
            raise ValueError(f"席位 {'、'.join(twice)} 写了两次，请改名或删去一处")
        return self


class ReviewRules(OfficeModel):
    """Whose numbers are all the office's own (本单位自定)."""

    basis: str = Field(min_length=1)
    minimum_people: int = Field(ge=2)
    sign_afterwards_hours: float = Field(gt=0, le=72)
    content: GateRule
    release: GateRule
    signature: GateRule

    @model_validator(mode="after")
    def _co_handlers_check_content_only(self) -> Self:
        if self.release.co_handlers or self.signature.co_handlers:
            raise ValueError("协办单位只在审核会签（content）有席位，请删去别处的 co_handlers")
        return self

    def of(self, gate: Gate) -> GateRule:
        """The rule of one gate."""
        return {Gate.CONTENT: self.content, Gate.RELEASE: self.release, Gate.SIGNATURE: self.signature}[gate]

    def seats(self, co_handlers: Sequence[str]) -> tuple[Seat, ...]:
        """Every seat of every gate, for a matter with these co-handling bureaus."""
        return tuple(seat for gate in Gate for seat in _seats(gate, self.of(gate), co_handlers))

    @property
    def units(self) -> tuple[str, ...]:
        """The units whose people have a seat of their own."""
        named = (seat.unit for gate in Gate for seat in self.of(gate).seats if seat.unit)
        return tuple(dict.fromkeys(named))

    def clocks(self, starts_at: datetime, *, expedited: bool) -> tuple[SubClock, ...]:
        """By when each gate is to be passed: one after the other, or all from now where it is expedited."""
        clocks: list[SubClock] = []
        for gate in Gate:
            rule = self.of(gate)
            begins = starts_at if expedited or not clocks else clocks[-1].due_at
            span = timedelta(minutes=rule.expedited_minutes) if expedited else timedelta(hours=rule.hours)
            clocks.append(SubClock(gate=gate, starts_at=begins, due_at=begins + span, basis=self.basis))
        return tuple(clocks)


def _seats(gate: Gate, rule: GateRule, co_handlers: Sequence[str]) -> list[Seat]:
    fixed = [Seat(gate=gate, id=seat.id, title=seat.title, unit=seat.unit) for seat in rule.seats]
    units = {seat.unit for seat in fixed}
    wanted = [unit for unit in dict.fromkeys(co_handlers) if rule.co_handlers and unit not in units]
    return [*fixed, *(Seat(gate=gate, id=f"unit:{unit}", title=f"{unit}（协办）", unit=unit) for unit in wanted)]


def read_review(config_dir: Path) -> ReviewRules:
    """The office's chain of gates; `Misconfigured` where one person could do it all."""
    return read_office_file(config_dir / "review.yaml", ReviewRules)
