"""What a sentence claims that must stand in its evidence: figures, days, bureaus, addresses, persons."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from huiying.bureau import Bureau
from huiying.masking import MARKS, mask
from responders.answers.drafts.numerals import Figure, figures

Names = Mapping[str, str]
"""The full name of each bureau by its short one."""

_LINK = re.compile(r"(?:https?://|www\.)[\w\-./?=&#%:~+]+", re.IGNORECASE | re.ASCII)


class ClaimKind(StrEnum):
    """What sort of thing is claimed."""

    FIGURE = "figure"
    BUREAU = "bureau"
    LINK = "link"
    PERSONAL = "personal"


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One thing that the evidence must bear out; `shown` is how the sentence writes it."""

    kind: ClaimKind
    shown: str
    figure: Figure | None = None
    bureau: str | None = None


class Claims:
    """Finds claims, and whether words bear them out, with the names of this office's bureaus."""

    def __init__(self, bureaus: Iterable[Bureau], plain_numbers: Sequence[str] = ()) -> None:
        names = [
            (name, bureau.id) for bureau in bureaus for name in (bureau.id, bureau.name, bureau.name_today) if name
        ]
        self._names = sorted(names, key=lambda named: -len(named[0]))
        self._plain = re.compile(
            "|".join(rf"(?<!\d){re.escape(number)}(?!\d)" for number in plain_numbers) or r"(?!)"
        )

    def of(self, sentence: str) -> tuple[Claim, ...]:
        """Everything that this sentence claims."""
        plain = unicodedata.normalize("NFKC", sentence)
        links = tuple(Claim(kind=ClaimKind.LINK, shown=link) for link in _LINK.findall(plain))
        counted = self._plain.sub("、", _LINK.sub(" ", plain))
        return (
            *(Claim(kind=ClaimKind.FIGURE, shown=figure.shown, figure=figure) for figure in figures(counted)),
            *(
                Claim(kind=ClaimKind.BUREAU, shown=name, bureau=bureau)
                for bureau, name in self._bureaus(plain).items()
            ),
            *links,
            *(Claim(kind=ClaimKind.PERSONAL, shown=mark) for mark in _personal(plain)),
        )

    def not_borne_out(self, sentence: str, words: Iterable[str]) -> tuple[Claim, ...]:
        """The claims of a sentence that stand in none of these words."""
        whole = "\n".join(words)
        plain = unicodedata.normalize("NFKC", whole)
        known, named = figures(plain), self._bureaus(plain)
        return tuple(claim for claim in self.of(sentence) if not _borne_out(claim, plain, known, named))

    def _bureaus(self, text: str) -> dict[str, str]:
        """The bureaus that a text names, each with the longest name it is called by."""
        found: dict[str, str] = {}
        for name, bureau in self._names:
            if name in text:
                found.setdefault(bureau, name)
                text = text.replace(name, "\0")
        return found


def _borne_out(claim: Claim, words: str, known: Sequence[Figure], named: dict[str, str]) -> bool:
    match claim.kind:
        case ClaimKind.FIGURE:
            return any(claim.figure is not None and claim.figure.agrees_with(each) for each in known)
        case ClaimKind.BUREAU:
            return claim.bureau in named
        case ClaimKind.LINK:
            return claim.shown in words
        case ClaimKind.PERSONAL:
            return False


def _personal(text: str) -> tuple[str, ...]:
    """The marks that masking would put in this sentence; the public is not told whom they stand for."""
    masked = mask(text)
    return tuple(mark for mark in MARKS if masked.count(mark) > text.count(mark))
