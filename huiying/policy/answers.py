"""Reads `config/answers/`: what each kind of answer must contain, cleared wording, on what terms a model may help."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from huiying.clarification import ClarificationKind
from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.wording import checked_words

BLANK = "＿＿"
"""What stands in a sentence where a person has to write something that nobody knows yet."""

_HOLDING_GAPS = {"heard": {"first", "title"}, "handling": {"sent", "bureau"}, "unassigned": set(), "next": set()}


class RequiredPart(OfficeModel):
    """One thing that an answer must say, the words by which it is seen, and the clause that asks for it."""

    id: str = Field(pattern=r"^[a-z-]+$")
    title: str = Field(min_length=1)
    cues: Annotated[tuple[str, ...], Field(min_length=1)]
    basis: str = Field(min_length=1)
    mark: Literal["P", "O", "N", "M", "U"]


class KindTemplate(OfficeModel):
    """What one kind of answer must contain, and the lines it is begun with."""

    required: Annotated[tuple[RequiredPart, ...], Field(min_length=1)]
    lines: tuple[str, ...] = ()


class DutyTemplate(OfficeModel):
    """What the notice wants said in an answer about one of its duties."""

    required: Annotated[tuple[RequiredPart, ...], Field(min_length=1)]


class SentenceRules(OfficeModel):
    """How sentences are looked at: their number and length, and which words call for which evidence."""

    most_sentences: int = Field(ge=1, le=500)
    most_characters: int = Field(ge=20, le=2000)
    plain_numbers: tuple[str, ...] = ()
    said_by_people: Annotated[tuple[str, ...], Field(min_length=1)]
    denials: Annotated[tuple[str, ...], Field(min_length=1)]
    likeness: float = Field(gt=0, le=1)
    negations: tuple[str, ...] = ()


class HoldingLines(OfficeModel):
    """The sentences of a first holding statement 首次回应口径."""

    heard: str
    handling: str
    unassigned: str
    next: str

    @model_validator(mode="after")
    def _gaps_are_known(self) -> Self:
        for name, known in _HOLDING_GAPS.items():
            gaps = {gap for _, gap, _, _ in Formatter().parse(getattr(self, name)) if gap is not None}
            if gaps - known:
                allowed = "、".join(f"{{{gap}}}" for gap in sorted(known)) or "没有"
                raise ValueError(f"{name} 里的{'、'.join(sorted(gaps - known))}填不了；可以用的：{allowed}")
        return self


class Confirmation(OfficeModel):
    """An administrator's written word on where the model runs: who, when, on which paper."""

    where: str = Field(min_length=2)
    by: str = Field(min_length=2)
    on: date
    paper: str = Field(min_length=1)


class AssistantRules(OfficeModel):
    """The terms on which a model may help; without a confirmation it may not."""

    confirmed: Confirmation | None = None
    seconds: float = Field(gt=0, le=300)
    most_bytes: int = Field(ge=1000, le=5_000_000)
    most_evidence: int = Field(ge=1, le=200)
    most_characters: int = Field(ge=50, le=5000)


class AnswerRules(OfficeModel):
    """Everything in `config/answers/`."""

    kinds: Mapping[ClarificationKind, KindTemplate]
    duties: Mapping[int, DutyTemplate]
    duty_least: float
    sentences: SentenceRules
    cleared: tuple[str, ...]
    holding: HoldingLines
    assistant: AssistantRules


class _Kinds(OfficeModel):
    kinds: dict[ClarificationKind, KindTemplate]


class _Duties(OfficeModel):
    least: float = Field(gt=0, le=1)
    duties: dict[Annotated[int, Field(ge=1)], DutyTemplate]


class _Wording(OfficeModel):
    cleared: tuple[str, ...] = ()
    holding: HoldingLines


def read_answers(config_dir: Path) -> AnswerRules:
    """The office's rules for its answers; `Misconfigured` names file and mistake."""
    folder = config_dir / "answers"
    kinds = read_office_file(folder / "kinds.yaml", _Kinds).kinds
    duties = read_office_file(folder / "duties.yaml", _Duties)
    wording = read_office_file(folder / "wording.yaml", _Wording)
    if missing := [kind.value for kind in ClarificationKind if kind not in kinds]:
        raise Misconfigured(f"{folder / 'kinds.yaml'}：缺少 {'、'.join(missing)}，请补上这几种回应稿必须写明的内容")
    _check_parts(folder / "kinds.yaml", {kind.value: template.required for kind, template in kinds.items()})
    _check_parts(folder / "duties.yaml", {str(number): duty.required for number, duty in duties.duties.items()})
    return AnswerRules(
        kinds=kinds,
        duties=duties.duties,
        duty_least=duties.least,
        sentences=read_office_file(folder / "sentences.yaml", SentenceRules),
        cleared=wording.cleared,
        holding=wording.holding,
        assistant=read_office_file(folder / "assistant.yaml", AssistantRules),
    )


def _check_parts(path: Path, required: Mapping[str, tuple[RequiredPart, ...]]) -> None:
    for where, parts in required.items():
        ids = [part.id for part in parts]
        if twice := {each for each in ids if ids.count(each) > 1}:
            raise Misconfigured(f"{path} {where}：{'、'.join(sorted(twice))} 写了两次，请删去一处")
        for part in parts:
            checked_words(part.cues, path=path, where=f"{where} {part.id}")
