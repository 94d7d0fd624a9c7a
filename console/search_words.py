"""What somebody types into a search field: words, "phrases in quotes", and -what is not to occur.

No other character is a command, and none of these can be wrong: an open quote ends at the end of the line.
"""

import re
from dataclasses import dataclass

LONGEST = 200
"""Characters of a search; what follows is left out, and the page says so."""

_QUOTES = '"“”„＂「」『』'
_PART = re.compile(
    f"(?:(?<!\\S)(?P<minus>[-－−]))?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]?|(?P<word>[^\\s{_QUOTES}]+))"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchWords:
    """The same, taken apart as the archive asks for it (`PostQuery`)."""

    words: str
    phrases: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def wanted(self) -> str:
        """Everything that is to occur, as plain words."""
        return " ".join((self.words, *self.phrases)).strip()


def read_search_words(typed: str) -> SearchWords:
    """The parts of what was typed."""
    words, phrases, without = list[str](), list[str](), list[str]()
    for part in _PART.finditer(typed[:LONGEST]):
        said = part["word"] if part["phrase"] is None else part["phrase"].strip()
        if not said:
            continue
        if part["minus"]:
            without.append(said)
        elif part["phrase"] is not None:
            phrases.append(said)
        else:
            words.append(said)
    return SearchWords(words=" ".join(words), phrases=tuple(phrases), without=tuple(without))
