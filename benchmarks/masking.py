"""Masking on letters written by hand to measure it: recall and precision by span, per mark.

    python -m benchmarks.masking

A case writes what must go as ⟦mark|original⟧; all else must stay. A marked span is found where every letter and digit
of it went under that mark. What was masked is right where at least half of its letters and digits had to go under
that mark. `exact` is the share of cases whose masked text is the expected one, to the character.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from huiying.masking import MARKS, draft_of

SETS = Path(__file__).parent.parent / "tests" / "huiying" / "masking_letters"
_MARKED = re.compile("⟦([^|⟧]+)\\|([^⟧]*)⟧", re.DOTALL)
_DRAWS = 1000

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Letter:
    """One case: the text as its writer wrote it, the spans that must go, and the text as it should be masked."""

    text: str
    spans: tuple[Span, ...]
    masked: str


@dataclass(slots=True)
class Tally:
    """How the spans of one mark, or of all, fared in one letter or in many."""

    wanted: int = 0
    found: int = 0
    taken: int = 0
    right: int = 0

    def add(self, other: "Tally") -> None:
        """Count another tally too."""
        self.wanted += other.wanted
        self.found += other.found
        self.taken += other.taken
        self.right += other.right

    @property
    def recall(self) -> float:
        """Share of what must go that went."""
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        """Share of what went that had to."""
        return self.right / self.taken if self.taken else 1.0


@dataclass(slots=True)
class Outcome:
    """One letter, measured: a tally per mark, what stayed wrongly and what went wrongly."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    wrongly_taken: list[str] = field(default_factory=list)
    exact: bool = False

    @property
    def whole(self) -> Tally:
        """Over all marks."""
        return total(self.tallies.values())


def letters(name: str) -> list[Letter]:
    """The cases of a set: one a line, with line breaks written as \\n; lines that begin with # are headings."""
    lines = (SETS / name).read_text(encoding="utf-8").splitlines()
    return [letter_of(line.replace("\\n", "\n")) for line in lines if line and not line.startswith("# ")]


def letter_of(line: str) -> Letter:
    """The case that a line writes down."""
    parts: list[str] = []
    spans: list[Span] = []
    length = at = 0
    for marked in _MARKED.finditer(line):
        before = line[at : marked.start()]
        spans.append((length + len(before), length + len(before) + len(marked[2]), marked[1]))
        parts += [before, marked[2]]
        length += len(before) + len(marked[2])
        at = marked.end()
    parts.append(line[at:])
    return Letter("".join(parts), tuple(spans), _MARKED.sub(lambda marked: f"〔{marked[1]}〕", line))


def measure(letter: Letter) -> Outcome:
    """Mask a letter and compare."""
    draft = draft_of(letter.text)
    outcome = Outcome(exact=draft.masked() == letter.masked)
    taken = [(start, end, mark.shown.strip("〔〕")) for start, end, mark in draft.taken]
    for start, end, mark in letter.spans:
        tally = outcome.tallies.setdefault(mark, Tally())
        tally.wanted += 1
        if _covered(letter.text, (start, end, mark), taken) == _size(letter.text[start:end]):
            tally.found += 1
        else:
            outcome.missed.append(letter.text[start:end])
    for span in taken:
        tally = outcome.tallies.setdefault(span[2], Tally())
        tally.taken += 1
        if 2 * _covered(letter.text, span, letter.spans) >= _size(letter.text[span[0] : span[1]]):
            tally.right += 1
        else:
            outcome.wrongly_taken.append(letter.text[span[0] : span[1]])
    return outcome


def total(tallies: Iterable[Tally]) -> Tally:
    """The sum of many."""
    result = Tally()
    for tally in tallies:
        result.add(tally)
    return result


def interval(outcomes: Sequence[Outcome], what: str) -> tuple[float, float]:
    """95 % of bootstrap draws over letters, of `recall` or `precision`."""
    draw = random.Random(1)
    wholes = [outcome.whole for outcome in outcomes]
    values = sorted(getattr(total(draw.choices(wholes, k=len(wholes))), what) for _ in range(_DRAWS))
    return values[int(0.025 * _DRAWS)], values[int(0.975 * _DRAWS)]


def _covered(text: str, span: Span, others: Iterable[Span]) -> int:
    start, end, mark = span
    return sum(
        _size(text[max(start, other) : min(end, other_end)])
        for other, other_end, kind in others
        if kind == mark and other < end and other_end > start
    )


def _size(text: str) -> int:
    return sum(map(str.isalnum, text))


def main() -> None:
    """Print the figures of every set and what went wrong."""
    for name in sorted(path.name for path in SETS.glob("*.txt")):
        _print_set(name)


def _print_set(name: str) -> None:
    outcomes = [measure(letter) for letter in letters(name)]
    whole = total(outcome.whole for outcome in outcomes)
    exact = sum(outcome.exact for outcome in outcomes) / len(outcomes)
    print(f"{name}: {len(outcomes)} letters, {whole.wanted} spans, exact {exact:.3f}")
    for what in ("recall", "precision"):
        low, high = interval(outcomes, what)
        print(f"  {what:9} {getattr(whole, what):.3f} [{low:.3f}, {high:.3f}]")
    for shown in MARKS:
        mark = shown.strip("〔〕")
        tally = total(outcome.tallies.get(mark, Tally()) for outcome in outcomes)
        print(
            f"  {mark} recall {tally.recall:.3f} of {tally.wanted} precision {tally.precision:.3f} of {tally.taken}"
        )
    for outcome in outcomes:
        if outcome.missed or outcome.wrongly_taken:
            print("    ", "missed", outcome.missed, "wrongly taken", outcome.wrongly_taken)


if __name__ == "__main__":
    main()
