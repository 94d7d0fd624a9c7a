"""Reads `config/procedures/*.yaml`: steps and clocks, checked to be whole before anything runs by them."""

from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import Field

from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.step_order import order_mistakes, repeated
from huiying.procedure import ClockRule, Condition, Outcome, Procedure, Regime, Start, Step, Term, Unit

ASKED_BLANKS = frozenset({"number", "title", "posts", "sources", "deadline"})
"""What `asked` may speak of; the tasking stage fills it in."""

_OWN = "本单位自定"


class _Term(OfficeModel):
    amount: float | None = Field(default=None, gt=0, le=10_000)
    unit: Unit
    basis: str = Field(min_length=1)
    mark: Literal["P", "O", "N", "M", "U"]
    link: str | None = None


class _Clock(OfficeModel):
    step: str
    title: str
    starts_from: Start | None = None
    before: str | None = None
    outward: bool
    when: Condition = Condition.ALWAYS
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


class _ProcedureFile(OfficeModel):
    id: str
    title: str
    version: str
    asked: str
    steps: tuple[_Step, ...] = Field(min_length=1)
    clocks: tuple[_Clock, ...]


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
    found += order_mistakes([_step(step) for step in file.steps])
    found += [f"时限 {twice} 写了不止一次，请改名或删去一处" for twice in repeated(c.step for c in file.clocks)]
    counted_from_start = {clock.step for clock in file.clocks if clock.starts_from}
    for clock in file.clocks:
        found += [f"时限 {clock.step}：{mistake}" for mistake in _clock_mistakes(clock, counted_from_start)]
    found += _asked_mistakes(file.asked)
    return found


def _clock_mistakes(clock: _Clock, counted_from_start: set[str]) -> list[str]:
    found = []
    if (clock.starts_from is None) == (clock.before is None):
        found.append("starts_from 和 before 应当且只应写一个")
    if clock.before is not None and clock.before not in counted_from_start:
        found.append(f"before 指的“{clock.before}”不是本程序中有起点的时限")
    if clock.before is not None and clock.outward:
        found.append("倒排的时限只能是对内的，请写 outward: false")
    for regime in Regime:
        if regime not in clock.terms:
            found.append(f"缺少 {regime.value} 制度下的长度和依据")
    for regime, term in clock.terms.items():
        if term.unit is not Unit.HOURS and term.amount is not None and term.amount != int(term.amount):
            found.append(f"{regime.value} 制度下的天数应为整数")
        if clock.before is not None and term.unit is not Unit.HOURS:
            found.append("倒排的时限只能按小时写")
        if term.mark == "U" and _OWN not in term.basis:
            found.append(f"{regime.value} 制度下的依据标为 U，应写明“{_OWN}”")
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
    )


def _rule(clock: _Clock) -> ClockRule:
    terms = {
        regime: Term(amount=term.amount, unit=term.unit, basis=term.basis, mark=term.mark, link=term.link)
        for regime, term in clock.terms.items()
    }
    return ClockRule(
        step=clock.step,
        title=clock.title,
        starts_from=clock.starts_from,
        before=clock.before,
        outward=clock.outward,
        when=clock.when,
        terms=terms,
    )
