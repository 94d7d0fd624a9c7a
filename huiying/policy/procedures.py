"""Reads `config/procedures/*.yaml`: steps and clocks, checked to be whole before anything runs by them."""

from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from huiying.failures import Misconfigured
from huiying.level import Level, OpinionLevel
from huiying.permission import ALLOWED, Action
from huiying.person import Role
from huiying.policy.clock_rules import clock_mistakes
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.step_order import order_mistakes, repeated
from huiying.procedure import (
    STEPS_WITH_MOVES,
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
from huiying.step_form import LONGEST, FieldKind, FieldOption, FormField

ASKED_BLANKS = frozenset({"number", "title", "posts", "sources", "deadline"})
"""What `asked` may speak of; the tasking stage fills it in."""


_FIELD_ID = "^[a-z][a-z0-9-]{0,30}$"
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


class _FieldOption(OfficeModel):
    id: str = Field(pattern=_FIELD_ID)
    title: str = Field(min_length=1, max_length=60)


class _FormField(OfficeModel):
    id: str = Field(pattern=_FIELD_ID)
    title: str = Field(min_length=1, max_length=40)
    kind: FieldKind
    required: bool = False
    longest: int = Field(default=LONGEST, ge=1, le=LONGEST)
    help: str = Field(default="", max_length=100)
    options: tuple[_FieldOption, ...] = ()
    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind is FieldKind.CHOICE) != (len(self.options) > 1):
            raise ValueError("kind: choice 须有两个以上的 options，别的种类不写 options")
        if len({option.id for option in self.options}) < len(self.options):
            raise ValueError("options 里同一个 id 写了不止一次")
        if self.kind is not FieldKind.NUMBER and (self.least, self.most) != (None, None):
            raise ValueError("least、most 只用于 kind: number")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError("least 大于 most，什么数都填不进去")
        return self


def _each_once(form: tuple[_FormField, ...]) -> tuple[_FormField, ...]:
    if twice := repeated(field.id for field in form):
        raise ValueError(f"form 里 {'、'.join(twice)} 写了不止一次，请改名或删去一处")
    return form


def _who_does_steps(role: Role) -> Role:
    if role not in ALLOWED[Action.DO_STEP]:
        raise ValueError(f"{role.label}不办环节，roles 可用：{'、'.join(sorted(ALLOWED[Action.DO_STEP]))}")
    return role


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
    form: Annotated[tuple[_FormField, ...], AfterValidator(_each_once)] = ()
    roles: tuple[Annotated[Role, AfterValidator(_who_does_steps)], ...] = Field(default=(Role.OFFICER,), min_length=1)

    @field_validator("form")
    @classmethod
    def _shown_somewhere(cls, form: tuple[_FormField, ...], about: ValidationInfo) -> tuple[_FormField, ...]:
        if form and about.data.get("id") in STEPS_WITH_MOVES:
            raise ValueError(f"环节 {about.data['id']} 有自己的页面，那里不显示 form；请另设一个环节来填")
        return form


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
    if file.steps[-1].form:
        found.append(f"最后一个环节 {file.steps[-1].id} 在“归档”里办，那里不显示 form；请写在它之前的环节上")
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
        form=tuple(_form_field(field) for field in step.form),
        roles=step.roles,
    )


def _form_field(field: _FormField) -> FormField:
    return FormField(
        id=field.id,
        title=field.title,
        kind=field.kind,
        required=field.required,
        longest=field.longest,
        help=field.help,
        options=tuple(FieldOption(id=one.id, title=one.title) for one in field.options),
        least=field.least,
        most=field.most,
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
