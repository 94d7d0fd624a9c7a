"""Reads `config/procedures/*.yaml`: steps and clocks, checked to be whole before anything runs by them."""

from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field

from huiying.failures import Misconfigured
from huiying.level import Level, OpinionLevel
from huiying.person import Role
from huiying.policy.clock_rules import clock_mistakes
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.step_order import order_mistakes, repeated
from huiying.procedure import (
    ArchiveTerm,
    ClockRule,
    Condition,
    Effect,
    Interruption,
    Outcome,
    Procedure,
    Regime,
    Start,
    Step,
    Term,
    Told,
    Unit,
)

ASKED_BLANKS = frozenset({"number", "title", "posts", "sources", "deadline"})
"""What `asked` may speak of; the tasking stage fills it in."""


_Mark = Literal["P", "O", "N", "M", "U"]
_Amount = Annotated[float, Field(gt=0, le=10_000)]


class _Term(OfficeModel):
    amount: _Amount | None = None
    unit: Unit
    basis: str = Field(min_length=1)
    mark: _Mark
    link: str | None = None
    at_alert_level: dict[Level, _Amount] = Field(default_factory=dict)
    at_opinion_level: dict[OpinionLevel, _Amount] = Field(default_factory=dict)


class _Interruption(OfficeModel):
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    effect: Effect
    basis: str = Field(min_length=1)
    mark: _Mark


class _Clock(OfficeModel):
    step: str = Field(min_length=1)
    title: str = Field(min_length=1)
    starts_from: Start | None = None
    otherwise: Start | None = None
    before: str | None = None
    ends_with: str | None = None
    ends_when: str | None = None
    outward: bool
    when: Condition = Condition.ALWAYS
    interruptions: tuple[_Interruption, ...] = ()
    late: tuple[Role, ...] = ()
    terms: dict[Regime, _Term]


class _Outcome(OfficeModel):
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    reasoned: bool = False


class _Step(OfficeModel):
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    who: str = Field(min_length=1)
    after: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    outcomes: tuple[_Outcome, ...] = ()
    papers: tuple[str, ...] = ()
    ahead: bool = False
    marks: Start | None = None
    told_as: Told = Told.DONE


class _ArchiveTerm(OfficeModel):
    id: str = Field(min_length=1)
    title: str = Field(min_length=1)
    years: int | None = Field(default=None, ge=1)


class _ProcedureFile(OfficeModel):
    id: str
    title: str
    version: str
    asked: str
    steps: tuple[_Step, ...] = Field(min_length=1)
    clocks: tuple[_Clock, ...]
    archive_terms: tuple[_ArchiveTerm, ...] = Field(min_length=1)


def read_procedures(config_dir: Path) -> dict[str, Procedure]:
    """Every procedure of the office by its id; `Misconfigured` lists what is wrong in all of the files."""
    paths = sorted((config_dir / "procedures").glob("*.yaml"))
    if not paths:
        raise Misconfigured(f"{config_dir / 'procedures'}：没有办理程序。至少要有 opinion-response.yaml。")
    files = [(path, read_office_file(path, _ProcedureFile)) for path in paths]
    mistakes = [f"{path}：{mistake}" for path, file in files for mistake in _mistakes(path, file)]
    if mistakes:
        raise Misconfigured("\n".join(mistakes))
    return {file.id: _procedure(file) for _, file in files}


def _mistakes(path: Path, file: _ProcedureFile) -> list[str]:
    found = []
    if file.id != path.stem:
        found.append(f"id 是“{file.id}”，应与文件名“{path.stem}”相同")
    procedure = _procedure(file)
    found += order_mistakes(procedure.steps)
    found += clock_mistakes(procedure)
    found += [f"保管期限 {twice} 写了不止一次" for twice in repeated(term.id for term in file.archive_terms)]
    found += _asked_mistakes(file.asked)
    return found


def _asked_mistakes(asked: str) -> list[str]:
    try:
        blanks = {name for _, name, _, _ in Formatter().parse(asked) if name is not None}
    except ValueError as error:
        return [f"asked 的花括号没有配对：{error}"]
    if unknown := sorted(blanks - ASKED_BLANKS):
        return [f"asked 里不认识 {'、'.join(unknown)}，可用：{'、'.join(sorted(ASKED_BLANKS))}"]
    return []


def _procedure(file: _ProcedureFile) -> Procedure:
    return Procedure(
        id=file.id,
        title=file.title,
        version=file.version,
        asked=file.asked,
        steps=tuple(_step(step) for step in file.steps),
        clocks=tuple(_rule(clock) for clock in file.clocks),
        archive_terms=tuple(ArchiveTerm(id=one.id, title=one.title, years=one.years) for one in file.archive_terms),
    )


def _step(step: _Step) -> Step:
    outcomes = tuple(Outcome(id=one.id, title=one.title, reasoned=one.reasoned) for one in step.outcomes)
    return Step(
        id=step.id,
        title=step.title,
        who=step.who,
        after=step.after,
        only_for=step.only_for,
        outcomes=outcomes,
        papers=step.papers,
        ahead=step.ahead,
        marks=step.marks,
        told_as=step.told_as,
    )


def _rule(clock: _Clock) -> ClockRule:
    grounds = (
        Interruption(id=one.id, title=one.title, effect=one.effect, basis=one.basis, mark=one.mark)
        for one in clock.interruptions
    )
    return ClockRule(
        step=clock.step,
        title=clock.title,
        starts_from=clock.starts_from,
        otherwise=clock.otherwise,
        before=clock.before,
        ends_with=clock.ends_with,
        ends_when=clock.ends_when,
        outward=clock.outward,
        when=clock.when,
        interruptions=tuple(grounds),
        late=clock.late,
        terms={regime: _term(term) for regime, term in clock.terms.items()},
    )


def _term(term: _Term) -> Term:
    return Term(
        amount=term.amount,
        unit=term.unit,
        basis=term.basis,
        mark=term.mark,
        link=term.link,
        at_alert_level=term.at_alert_level,
        at_opinion_level=term.at_opinion_level,
    )
