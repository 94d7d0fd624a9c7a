"""A procedure 办理程序: what must be done, in which order, by when, on what legal basis."""

from dataclasses import dataclass
from enum import StrEnum


class Regime(StrEnum):
    """Which rules are in force. In 2014 no rule named hours; today's rules do (POLICY: 国办发〔2016〕61号)."""

    THEN = "2014"
    CURRENT = "current"


class Unit(StrEnum):
    """How a clock counts: hours run nights and weekends, working days know 调休."""

    HOURS = "hours"
    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """How long a clock runs under one regime; `amount` None means “及时”, without a number."""

    amount: float | None
    unit: Unit
    basis: str
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockRule:
    """One clock of a step: from which moment it starts and how long it runs under each regime."""

    step: str
    title: str
    starts_from: str
    outward: bool
    terms: dict[Regime, Term]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step 环节 of a procedure: what is done and by whom."""

    id: str
    title: str
    who: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """A whole procedure as `config/procedures/<id>.yaml` describes it."""

    id: str
    title: str
    version: str
    asked: str
    steps: tuple[Step, ...]
    clocks: tuple[ClockRule, ...]
