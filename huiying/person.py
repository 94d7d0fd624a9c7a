"""A person of the office: what they may do goes by their roles, and whose matters they may touch by their unit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody does in the office. A person may have several."""

    OFFICER = "officer"
    HANDLER = "handler"
    BUREAU_HEAD = "bureau-head"
    CHECKER = "checker"
    REVIEWER = "reviewer"
    SIGNER = "signer"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """What the role is called."""
        return _LABELS[self]

    @property
    def within_unit(self) -> bool:
        """Whether it reaches only the matters of the person's own bureau."""
        return self in (Role.HANDLER, Role.BUREAU_HEAD)


_LABELS = {
    Role.OFFICER: "舆情值班员",
    Role.HANDLER: "部门经办",
    Role.BUREAU_HEAD: "单位负责人",
    Role.CHECKER: "审核会签人员",
    Role.REVIEWER: "公开审查人员",
    Role.SIGNER: "签发人",
    Role.LEADER: "分管领导",
    Role.SUPERVISOR: "督办人员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.AUDITOR: "审计人员",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Who acts. `bureau` is the short name of their unit; None for those of the office itself.

    `only` are the actions for which a program comes in their name; None where they come themselves.
    """

    id: str
    name: str
    roles: frozenset[Role]
    bureau: str | None = None
    only: frozenset[str] | None = None


SYSTEM = Person(id="system", name="系统", roles=frozenset())
"""Who did it where no person did."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A person's name under something, as it stood then: who, in which role, for which unit, when."""

    person: str
    name: str
    role: Role | None
    bureau: str | None = None
    at: datetime
