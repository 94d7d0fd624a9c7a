"""Cleared wording 已审口径: sentences that were published before, and the office's own from its configuration."""

from collections.abc import Sequence
from dataclasses import dataclass

from huiying.register.register import Transaction

OWN = "本单位口径"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleared:
    """A sentence that went through review once, and the answer it stood in."""

    text: str
    where: str


def cleared_wording(tx: Transaction, own: Sequence[str], words: str, limit: int = 20) -> tuple[Cleared, ...]:
    """The sentences that have all of these words, the office's own first; without words, only the office's own."""
    wanted = words.split()
    found = {text: Cleared(text=text, where=OWN) for text in own if _has_all(text, wanted)}
    if wanted:
        for text in tx.clarifications.published_with(wanted):
            for sentence in text.sentences:
                if _has_all(sentence.text, wanted):
                    found.setdefault(sentence.text, Cleared(text=sentence.text, where=text.title))
    return tuple(found.values())[:limit]


def _has_all(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)
