"""A procedure 办理程序: what must be done, in which order, by when, on what legal basis."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from huiying.failures import NotAllowed
from huiying.level import Level, OpinionLevel
from huiying.person import Role
from huiying.step_form import FormField


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


class Told(StrEnum):
    """As what something stands in the record of a matter 办理全程记录."""

    KNOWN = "known"
    DECIDED = "decided"
    DONE = "done"
    SIGNED = "signed"
    PUBLISHED = "published"
    CLOCK = "clock"

    @property
    def label(self) -> str:
        """The word in the record."""
        return _TOLD_LABELS[self]


_TOLD_LABELS = {
    Told.KNOWN: "知悉",
    Told.DECIDED: "决定",
    Told.DONE: "经办",
    Told.SIGNED: "签字",
    Told.PUBLISHED: "发布",
    Told.CLOCK: "时限",
}


class Unit(StrEnum):
    """How a clock counts: hours run nights and weekends, working days know 调休."""

    HOURS = "hours"
    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """How long a clock runs under one regime; `amount` None means “及时”, without a number.

    Inward clocks may run otherwise at a level of the alert, or at an 舆情等级, which goes before it.
    """

    amount: float | None
    unit: Unit
    basis: str
    mark: str
    link: str | None = None
    at_alert_level: Mapping[Level, float] = field(default_factory=dict)
    at_opinion_level: Mapping[OpinionLevel, float] = field(default_factory=dict)


class Effect(StrEnum):
    """What an interruption does to a clock: it stands still meanwhile, or begins anew afterwards."""

    PAUSES = "pauses"
    RESTARTS = "restarts"

    @property
    def label(self) -> str:
        """What the screen says of it."""
        return "停走，不计入时限" if self is Effect.PAUSES else "停走，恢复后重新起算"


@dataclass(frozen=True, kw_only=True, slots=True)
class Interruption:
    """One ground on which a clock may be interrupted, such as 征求第三方意见, with the clause that allows it."""

    id: str
    title: str
    effect: Effect
    basis: str
    mark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockRule:
    """One clock of a step: from which moment it starts and how long it runs under each regime.

    Either `starts_from` names a moment of the matter (`otherwise` the one that counts where that is not known), or
    `before` names the step of another clock from whose end this one is counted back (倒排). It is met when the step
    `ends_with` is done, or when a person records what `ends_when` says. `late` are the rungs to tell when it ran out.
    """

    step: str
    title: str
    starts_from: Start | None = None
    otherwise: Start | None = None
    before: str | None = None
    ends_with: str | None = None
    ends_when: str | None = None
    outward: bool
    when: Condition = Condition.ALWAYS
    interruptions: tuple[Interruption, ...] = ()
    late: tuple[Role, ...] = ()
    terms: Mapping[Regime, Term]


STEPS_WITH_MOVES = frozenset(
    (
        *("appraise", "designate", "assign", "find", "draft", "countersign"),
        *("review", "sign", "publish", "follow-up", "evaluate", "file"),
    )
)
"""Steps whose work is done on pages of their own, which write them down; a form on one would never be shown."""


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
    of `after` that are not called for need not be done. One that the office may take `ahead` does not wait for the
    step that decides whether it is called for. One that `marks` a moment of the matter fixes it when it is done.
    `form` is what has to be filled in, and `roles` are who may do it by hand, on the matter's page or at the desk.
    """

    id: str
    title: str
    who: str
    after: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    papers: tuple[str, ...] = ()
    ahead: bool = False
    marks: Start | None = None
    told_as: Told = Told.DONE
    form: tuple[FormField, ...] = ()
    roles: tuple[Role, ...] = (Role.OFFICER,)

    def filled_in(self, filled: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """What was filled in, each with the title of its field, in words."""
        return tuple((field.title, field.said(filled[field.id])) for field in self.form if field.id in filled)

    def must_allow(self, outcome: str | None, reasons: str) -> None:
        """`NotAllowed` unless the step may end in this outcome (None: it decides nothing), with these reasons."""
        known = {each.id: each for each in self.outcomes}
        if outcome not in known and (known or outcome is not None):
            allowed = "、".join(each.title for each in self.outcomes) or "没有去向可选"
            raise NotAllowed(f"“{self.title}”的去向应为以下之一：{allowed}")
        if outcome and known[outcome].reasoned and not reasons.strip():
            raise NotAllowed(f"去向“{known[outcome].title}”须写明理由")


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveTerm:
    """How long the file of a matter is kept 保管期限; `years` None is for ever."""

    id: str
    title: str
    years: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """A whole procedure as `config/procedures/<id>.yaml` describes it."""

    id: str
    title: str
    version: str
    asked: str
    steps: tuple[Step, ...]
    clocks: tuple[ClockRule, ...]
    archive_terms: tuple[ArchiveTerm, ...] = ()
