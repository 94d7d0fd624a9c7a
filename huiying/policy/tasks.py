"""Reads `config/tasks.yaml`: how tasks are returned, reminded of and supervised, all the office's own."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from huiying.person import Role
from huiying.policy.reading import OfficeModel, read_office_file


class Occasion(StrEnum):
    """Why somebody is told of a task."""

    NOT_SIGNED_IN = "not-signed-in"
    NOT_BEGUN = "not-begun"
    NEARLY_LATE = "nearly-late"
    LATE = "late"

    @property
    def label(self) -> str:
        """The office's word."""
        return _LABELS[self]


_LABELS = {
    Occasion.NOT_SIGNED_IN: "未签收",
    Occasion.NOT_BEGUN: "未开始办理",
    Occasion.NEARLY_LATE: "将到期",
    Occasion.LATE: "已超时",
}
_TOLD = (Role.HANDLER, Role.BUREAU_HEAD, Role.OFFICER, Role.SUPERVISOR, Role.LEADER)


def _one_who_is_told(role: Role) -> Role:
    if role not in _TOLD:
        raise ValueError(f"to 应为以下之一：{'、'.join(each.value for each in _TOLD)}")
    return role


class Rung(OfficeModel):
    """So long after the occasion, this role is told."""

    after_minutes: float = Field(ge=0)
    to: Annotated[Role, AfterValidator(_one_who_is_told)]


def _climbing(rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
    if any(low.after_minutes > high.after_minutes for low, high in pairwise(rungs)):
        raise ValueError("提醒层级应从早到晚写，after_minutes 不减")
    if len({rung.to for rung in rungs}) != len(rungs):
        raise ValueError("同一情形下每个角色只能写一次")
    return rungs


Rungs = Annotated[tuple[Rung, ...], Field(min_length=1), AfterValidator(_climbing)]
Hours = Annotated[float, Field(gt=0, le=240)]


class TaskRules(OfficeModel):
    """Everything about tasks that the office sets itself."""

    return_hours: Hours
    least_hours: Mapping[str, Hours]
    begin_hours: Hours
    near_share: float = Field(gt=0, lt=1)
    near_minutes: float = Field(ge=0)
    supervision_hours: Hours
    instruction_near_hours: Hours
    rungs: Mapping[Occasion, Rungs]

    @model_validator(mode="after")
    def _every_occasion(self) -> Self:
        if missing := [each.value for each in Occasion if each not in self.rungs]:
            raise ValueError(f"rungs 缺少情形 {'、'.join(missing)}")
        return self


def read_tasks(config_dir: Path) -> TaskRules:
    """The office's rules for tasks; `Misconfigured` where the file has a mistake."""
    return read_office_file(config_dir / "tasks.yaml", TaskRules)
