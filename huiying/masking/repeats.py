"""Names beside a name that was found, and names that the text repeats."""

import re

from huiying.masking.beside_names import holds_office
from huiying.masking.draft import Mark
from huiying.masking.name_shapes import is_name, name_from

_HAN = "\u4e00-\u9fa5"
_LIST_MARKS = frozenset("、，, 和与及")
_LIST_ENDS = _LIST_MARKS | frozenset(["", "。", "\n", "等", ")", ";", "；"])
_LIST = re.compile(f"{Mark.NAME.sign}[、，, 和与及](?=[{_HAN}])")
_IN_A_LIST = re.compile(rf"[{_HAN}]{{2,3}}(?=[、等)])")
_REPEATED = 40
"""So many different names of one text are looked for again."""


def listed(shadow: str) -> list[tuple[int, int]]:
    """陈展，周明玉、刘先国: the names that follow a name in a list."""
    places: list[tuple[int, int]] = []
    for first in _LIST.finditer(shadow):
        at = first.end()
        while (end := name_from(shadow, at, sure=False) or _enumerated(shadow, at)) is not None and not holds_office(
            shadow, at, end
        ):
            if shadow[end : end + 1] not in _LIST_ENDS and end - at < 3:
                break
            places.append((at, end))
            if shadow[end : end + 1] not in _LIST_MARKS:
                break
            at = end + 1
    return places


def _enumerated(shadow: str, start: int) -> int | None:
    """Between the marks of a list a rare surname is believed: 习小兵、米贵等."""
    found = _IN_A_LIST.match(shadow, start)
    return found.end() if found and is_name(found.group()) else None


def again(shadow: str, names: set[str]) -> list[tuple[int, int]]:
    """Full names that were found once, wherever else they stand; none that the text also names in office."""
    repeated = [name for name in sorted(names) if 3 <= len(name) <= 4 and is_name(name)][:_REPEATED]
    if not repeated:
        return []
    places = [found.span() for found in re.finditer("|".join(sorted(repeated, key=len, reverse=True)), shadow)]
    officials = {shadow[start:end] for start, end in places if holds_office(shadow, start, end)}
    return [(start, end) for start, end in places if shadow[start:end] not in officials]
