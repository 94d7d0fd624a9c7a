"""What differs between two versions of a file, line by line with some lines around it."""

from dataclasses import dataclass
from difflib import unified_diff

_AROUND = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceLine:
    """One line: `sign` is + for one that came, - for one that went, @ where lines are left out."""

    sign: str
    text: str


def difference(before: str, after: str) -> tuple[DifferenceLine, ...]:
    """Empty where both read alike."""
    lines = list(unified_diff(before.splitlines(), after.splitlines(), n=_AROUND, lineterm=""))[2:]
    if lines and lines[0].startswith(("@@ -0,", "@@ -1,", "@@ -1 ")):  # nothing is left out before the first line
        del lines[0]
    return tuple(DifferenceLine(sign=line[:1], text="…" if line.startswith("@") else line[1:]) for line in lines)
