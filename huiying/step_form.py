"""What a step of a procedure asks to be filled in, from one definition: its field in the page, and its check."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huiying.failures import NotAllowed

LONGEST = 2_000
"""Characters of a field that does not say how long it may be."""
_DIGITS = 15


class FieldKind(StrEnum):
    """What is filled in."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    UNIT = "unit"
    TICK = "tick"


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldOption:
    """One thing to choose."""

    id: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One field. `options` are of a choice; `longest` is of words; `least` and `most` are of a number."""

    id: str
    title: str
    kind: FieldKind
    required: bool = False
    longest: int = LONGEST
    help: str = ""
    options: tuple[FieldOption, ...] = ()
    least: float | None = None
    most: float | None = None

    def read(self, sent: str, units: Collection[str]) -> str:
        """What was sent, as it is kept; `NotAllowed` names the field, what is wrong and what to do."""
        value = sent.strip()
        if not value:
            if self.required:
                raise NotAllowed(f"还没有{'勾选' if self.kind is FieldKind.TICK else '填写'}：{self.title}")
            return ""
        if len(value) > self.longest:
            raise NotAllowed(f"“{self.title}”最多 {self.longest} 字，现有 {len(value)} 字，请缩短")
        if wrong := self._wrong(value, units):
            raise NotAllowed(f"“{self.title}”{wrong}")
        return value

    def said(self, value: str) -> str:
        """A kept value in words."""
        if self.kind is FieldKind.TICK:
            return "是"
        return next((option.title for option in self.options if option.id == value), value)

    def _wrong(self, value: str, units: Collection[str]) -> str:
        match self.kind:
            case FieldKind.CHOICE if value not in {option.id for option in self.options}:
                return f"应为以下之一：{'、'.join(option.title for option in self.options)}"
            case FieldKind.UNIT if value not in units:
                return "应为通讯录里的一个单位，请从列表里选定"
            case FieldKind.DATE if not _is_date(value):
                return "应为日期，如 2026-11-22"
            case FieldKind.NUMBER:
                return self._wrong_number(value)
            case FieldKind.TICK if value != "1":
                return "只能勾选或不勾选"
        return ""

    def _wrong_number(self, value: str) -> str:
        bare = value.removeprefix("-")
        if not bare.replace(".", "", 1).isdecimal() or not bare.isascii() or len(bare) > _DIGITS:
            return "应为数字，如 12 或 0.5"
        if self.least is not None and float(value) < self.least:
            return f"不小于 {self.least:g}"
        if self.most is not None and float(value) > self.most:
            return f"不大于 {self.most:g}"
        return ""


def read_form(form: tuple[FormField, ...], sent: Mapping[str, str], units: Collection[str]) -> Mapping[str, str]:
    """What was filled in, by field; what was left empty is left out, what the form does not ask is not taken."""
    read = {field.id: field.read(sent.get(field.id, ""), units) for field in form}
    return {name: value for name, value in read.items() if value}


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
