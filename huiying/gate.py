"""A gate 关: one of the three that a text passes before it is public, and a seat at it that a person fills."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from huiying.permission import Action


class Gate(StrEnum):
    """The three gates, in their order."""

    CONTENT = "content"
    RELEASE = "release"
    SIGNATURE = "signature"

    @property
    def label(self) -> str:
        """The office's word."""
        return _GATES[self][0]

    @property
    def step(self) -> str:
        """The step of the procedure that it is."""
        return _GATES[self][1]

    @property
    def action(self) -> Action:
        """What a person must be allowed to do for it."""
        return _GATES[self][2]

    @property
    def before(self) -> "tuple[Gate, ...]":
        """The gates that stand before it."""
        return tuple(Gate)[: tuple(Gate).index(self)]


_GATES = {
    Gate.CONTENT: ("审核会签", "countersign", Action.CHECK_CONTENT),
    Gate.RELEASE: ("公开审查（含保密审查）", "review", Action.REVIEW_RELEASE),
    Gate.SIGNATURE: ("签发", "sign", Action.SIGN),
}


class Conclusion(StrEnum):
    """How a seat of a gate ends."""

    AGREED = "agreed"
    PARTLY = "partly"
    RETURNED = "returned"
    REFUSED = "refused"
    REFERRED = "referred"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """The office's word, with the clause where a rule has it."""
        return _CONCLUSIONS[self]

    def called(self, gate: Gate) -> str:
        """The word at this gate: what is agreed to differs."""
        agreed = {Gate.CONTENT: "同意", Gate.RELEASE: "予以公开", Gate.SIGNATURE: "同意签发"}
        return agreed[gate] if self is Conclusion.AGREED else self.label


_CONCLUSIONS = {
    Conclusion.AGREED: "同意",
    Conclusion.PARTLY: "部分公开（区分处理）",
    Conclusion.RETURNED: "退回修改",
    Conclusion.REFUSED: "不予公开",
    Conclusion.REFERRED: "报有关主管部门或者保密行政管理部门确定",
    Conclusion.REVOKED: "撤回意见",
}

CONCLUSIONS: Mapping[Gate, tuple[Conclusion, ...]] = {
    Gate.CONTENT: (Conclusion.AGREED, Conclusion.RETURNED),
    Gate.RELEASE: (
        Conclusion.AGREED,
        Conclusion.PARTLY,
        Conclusion.RETURNED,
        Conclusion.REFUSED,
        Conclusion.REFERRED,
    ),
    Gate.SIGNATURE: (Conclusion.AGREED, Conclusion.RETURNED),
}
"""What a person may conclude at each gate; revoking is a move of its own."""


class Means(StrEnum):
    """How somebody gave their word."""

    SIGNED = "signed"
    TELEPHONE = "telephone"
    PAPER = "paper"

    @property
    def label(self) -> str:
        """The office's word."""
        return _MEANS[self]


_MEANS = {Means.SIGNED: "本人签署", Means.TELEPHONE: "电话同意", Means.PAPER: "纸质审批补录"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """A place at a gate that one person has to fill; `unit` where it must be somebody of this unit."""

    gate: Gate
    id: str
    title: str
    unit: str | None = None
