"""A procedure 办理程序: what must be done, in which order, by when, on what legal basis."""

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """When a clock applies at all: always, or only after a person has recorded a major event level."""

    ALWAYS = "always"
    MAJOR = "major"


class Start(StrEnum):
    """The moments of a matter from which clocks start; all are kept, which one counts is the rule's own."""

    OCCURRED = "occurred"
    DISCOVERED = "discovered"
    CONFIRMED = "confirmed"
    ASSIGNED = "assigned"

    @property
    def label(self) -> str:
        """The word in a calculation."""
        return _START_LABELS[self]


_START_LABELS = {
    Start.OCCURRED: "事发",
    Start.DISCOVERED: "发现",
    Start.CONFIRMED: "研判确认",
    Start.ASSIGNED: "交办",
}


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
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockRule:
    """One clock of a step: from which moment it starts and how long it runs under each regime.

    Either `starts_from` names a moment of the matter, or `before` names the step of another clock from whose
    end this one is counted back (倒排).
    """

    step: str
    title: str
    starts_from: Start | None = None
    before: str | None = None
    outward: bool
    when: Condition = Condition.ALWAYS
    terms: dict[Regime, Term]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One of the ways in which a step that decides may end; `reasoned` ones are only taken with written reasons."""

    id: str
    title: str
    reasoned: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step 环节 of a procedure: what is done, by whom, after what, and on which paper.

    `only_for` names the outcomes of an earlier step by which this one is called for; empty where it always is. Steps
    of `after` that are not called for need not be done.
    """

    id: str
    title: str
    who: str
    after: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """A whole procedure as `config/procedures/<id>.yaml` describes it."""

    id: str
    title: str
    version: str
    asked: str
    steps: tuple[Step, ...]
    clocks: tuple[ClockRule, ...]
