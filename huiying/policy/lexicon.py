"""Reads `config/lexicon/`: the words for tone, urgency, attention and kind."""

from pathlib import Path

from huiying.city import Lexicon, WordList
from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.policy.wording import WeightedWords, checked_words, place_of, weighted
from huiying.post import Kind, Tone


class _LexiconFile(OfficeModel):
    lists: dict[str, WeightedWords]
    traps: tuple[str, ...] = ()


_VALUES = {
    "tone": frozenset({Tone.NEGATIVE.value, Tone.POSITIVE.value}),
    "urgency": frozenset({"level1", "level2", "level3"}),
    "attention": frozenset({"attention"}),
    "kinds": frozenset(kind.value for kind in Kind),
}


def read_lexicon(config_dir: Path) -> Lexicon:
    """All word lists of the office."""
    lists = {name: _read_list(config_dir / "lexicon" / f"{name}.yaml", name) for name in _VALUES}
    return Lexicon(**lists)


def _read_list(path: Path, name: str) -> WordList:
    written = read_office_file(path, _LexiconFile)
    for value in written.lists:
        if value not in _VALUES[name]:
            raise Misconfigured(
                f"{place_of(path, value)} lists：“{value}”不认识，应为以下之一：{'、'.join(sorted(_VALUES[name]))}"
            )
    return WordList(
        name=name,
        words={value: weighted(words, path=path, where=value) for value, words in written.lists.items()},
        traps=checked_words(written.traps, path=path, where="traps"),
    )
