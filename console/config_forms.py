"""Reads a form of the configuration into what is to stand in its file, and shows what stands there."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from console.config_parts import Choice, Kind, Part, Section
from console.forms import Fields
from console.office import ConsoleOffice
from huiying.failures import NotAllowed, NotToBeKept
from huiying.policy.editing import entries_of, plain_file, value_at, with_entry, with_values, without_entry

_SPAN = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\s*(?:至|到|—|~|,|，|\s)\s*(\d{4}-\d{2}-\d{2}))?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Planned:
    """A change of a file: its whole new text, and in words what is changed."""

    text: str
    what: str
    removes: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldView:
    """One field of a form, with what stands in it."""

    name: str
    label: str
    kind: str
    hint: str
    required: bool
    fixed: bool
    value: str
    chosen: tuple[str, ...]
    choices: tuple[Choice, ...]
    begin: str = ""
    end: str = ""


def named(section: Section, entry: Mapping[str, Any]) -> str:
    """By what an entry is known."""
    return str(value_at(entry, section.called.path))


def place_of(section: Section, text: str, name: str) -> int:
    """Which entry of its list is called so; `NotAllowed` where none is."""
    names = [named(section, entry) for entry in entries_of(text, section.key)]
    if name not in names:
        raise NotAllowed(f"{section.file} 里没有{section.thing}“{name}”，可能刚被删去")
    return names.index(name)


def view_fields(office: ConsoleOffice, section: Section, entry: Mapping[str, Any], *, new: bool) -> list[FieldView]:
    """The fields of a section's form."""
    return [_view(office, section, part, value_at(entry, part.path), new) for part in section.parts]


def plan(section: Section, text: str, form: Fields) -> Planned:
    """What a form asks for; `NotAllowed` says which field cannot be read, and why."""
    if not section.key:
        values = _values(section, plain_file(text), form)
        return Planned(text=with_values(text, values), what=f"改{section.thing}：{_labels(section, values)}")
    was = form["was"]
    if not was:
        return _addition(section, text, form)
    place = place_of(section, text, was)
    if form["remove"]:
        return Planned(text=without_entry(text, section.key, place), what=f"删去{section.thing}“{was}”", removes=True)
    values = _values(section, entries_of(text, section.key)[place], form)
    values.pop(section.called.path, None)
    return Planned(
        text=with_entry(text, section.key, place, values),
        what=f"改{section.thing}“{was}”：{_labels(section, values)}",
    )


def shown(office: ConsoleOffice, part: Part, entry: Mapping[str, Any]) -> str:
    """A value in a list, in words."""
    value = value_at(entry, part.path)
    value = part.default if value is None else value
    words = dict(part.choices(office))
    if part.kind is Kind.TICK:
        return "是" if value else "否"
    if part.kind is Kind.CHOICES:
        return "、".join(words.get(str(one), str(one)) for one in value or ())
    if part.kind is Kind.CHOICE:
        return words.get(str(value or ""), str(value or "—"))
    if part.kind is Kind.HOURS:
        return f"{value['begin']}—{value['end']}" if isinstance(value, Mapping) else "—"
    if part.kind in (Kind.DATES, Kind.PAIRS):
        return _lines(part.kind, value).replace("\n", "；") or "—"
    return "—" if value is None else str(value)


def _addition(section: Section, text: str, form: Fields) -> Planned:
    values = _values(section, {}, form)
    name = str(values[section.called.path])
    if name in {named(section, entry) for entry in entries_of(text, section.key)}:
        raise NotAllowed(f"{section.thing}“{name}”已有，请换一个{section.called.label}，或去改那一个")
    return Planned(text=with_entry(text, section.key, None, values), what=f"新增{section.thing}“{name}”")


def _values(section: Section, entry: Mapping[str, Any], form: Fields) -> dict[tuple[str, ...], Any]:
    """What the form says differently from the file; None: nothing is to stand there."""
    found: dict[tuple[str, ...], Any] = {}
    for part in section.parts:
        value, present = _READ[part.kind](part, form), value_at(entry, part.path)
        if part.required and value in (None, [], {}):
            raise NotAllowed(f"请填“{part.label}”")
        if value in ([], {}) and present is None:
            value = None
        if value != present and not (present is None and value == part.default):
            found[part.path] = value
    return found


def _labels(section: Section, values: Mapping[tuple[str, ...], Any]) -> str:
    return "、".join(part.label for part in section.parts if part.path in values) or "没有改动"


def _text(part: Part, form: Fields) -> str | None:
    return form[part.name].strip() or None


def _secret_place(part: Part, form: Fields) -> str | None:
    value = form[part.name].strip()
    if "://" in value or "@" in value:
        raise NotToBeKept(f"“{part.label}”里只写环境变量名或文件路径。地址含口令，没有保留，请不要写在这里")
    return value or None


def _number(part: Part, form: Fields) -> float | int | None:
    written = form[part.name].strip()
    if not written:
        return None
    try:
        value = float(written)
    except ValueError:
        raise NotAllowed(f"“{part.label}”应为数字，现在是“{written[:40]}”") from None
    if not math.isfinite(value):
        raise NotAllowed(f"“{part.label}”应为数字，现在是“{written[:40]}”")
    return int(value) if value.is_integer() else value


def _tick(part: Part, form: Fields) -> bool:
    return bool(form[part.name])


def _choices(part: Part, form: Fields) -> list[str]:
    return list(form.all(part.name))


def _pairs(part: Part, form: Fields) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _written_lines(form[part.name]):
        name, colon, value = line.replace("：", ":", 1).partition(":")
        if not (colon and name.strip() and value.strip()):
            raise NotAllowed(f"“{part.label}”的“{line[:40]}”读不懂，每行应为 名称: 值")
        if name.strip() in found:
            raise NotAllowed(f"“{part.label}”里 {name.strip()} 写了两次，请只留一处")
        found[name.strip()] = value.strip()
    return found


def _dates(part: Part, form: Fields) -> list[dict[str, date]]:
    found = []
    for line in _written_lines(form[part.name]):
        match = _SPAN.fullmatch(line)
        if match is None:
            raise NotAllowed(f"“{part.label}”的“{line[:40]}”读不懂，每行应如 2026-10-01 至 2026-10-08")
        first, last = match[1], match[2] or match[1]
        found.append({"first": _date(part, first), "last": _date(part, last)})
    return found


def _hours(part: Part, form: Fields) -> dict[str, str] | None:
    begin, end = form[f"{part.name}.begin"].strip(), form[f"{part.name}.end"].strip()
    if bool(begin) != bool(end):
        raise NotAllowed(f"“{part.label}”的起和止要么都填，要么都不填")
    return {"begin": begin, "end": end} if begin else None


def _day(part: Part, form: Fields) -> date | None:
    written = form[part.name].strip()
    return _date(part, written) if written else None


def _date(part: Part, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotAllowed(f"“{part.label}”的“{written[:40]}”不是一个日子，应如 2026-10-01") from None


_READ: Mapping[Kind, Callable[[Part, Fields], Any]] = {
    Kind.TEXT: _text,
    Kind.SECRET_PLACE: _secret_place,
    Kind.NUMBER: _number,
    Kind.TICK: _tick,
    Kind.CHOICE: _text,
    Kind.CHOICES: _choices,
    Kind.PAIRS: _pairs,
    Kind.DATES: _dates,
    Kind.HOURS: _hours,
    Kind.DAY: _day,
}
"""How each kind of part is read."""


def _written_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _view(office: ConsoleOffice, section: Section, part: Part, present: Any, new: bool) -> FieldView:
    value = part.default if present is None else present
    hours = value if part.kind is Kind.HOURS and isinstance(value, Mapping) else {}
    return FieldView(
        name=part.name,
        label=part.label,
        kind=part.kind.name.lower(),
        hint=part.hint,
        required=part.required,
        fixed=bool(section.key) and part is section.called and not new,
        value=_lines(part.kind, value),
        chosen=tuple(str(one) for one in value or ()) if part.kind is Kind.CHOICES else (),
        choices=tuple(part.choices(office)),
        begin=str(hours.get("begin", "")),
        end=str(hours.get("end", "")),
    )


def _lines(kind: Kind, value: Any) -> str:
    """A value as it is written into a field."""
    if value is None or kind in (Kind.CHOICES, Kind.HOURS):
        return ""
    if kind is Kind.TICK:
        return "yes" if value else ""
    if kind is Kind.PAIRS and isinstance(value, Mapping):
        return "\n".join(f"{name}: {one}" for name, one in value.items())
    if kind is Kind.DATES and isinstance(value, list):
        return "\n".join(_span(one) for one in value)
    if kind is Kind.NUMBER and isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _span(away: Mapping[str, Any]) -> str:
    first, last = str(away["first"]), str(away["last"])
    return first if first == last else f"{first} 至 {last}"
