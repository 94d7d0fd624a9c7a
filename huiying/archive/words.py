"""Words as the archive finds them. The embedded one indexes Chinese as pairs of characters, the rest as whole words:

    自来水管ABC → 自来 来水 水管 管 abc

Each run of Chinese ends in its last character alone, so that every character begins some token and a search for
one character is a search for tokens that begin with it. What is indexed here is what has to be taken out of the
index again, so a change of these rules needs a new index (`SCHEMA_VERSION` in `huiying/archive/sqlite.py`).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from operator import add

from huiying.archive.archive import Piece, PostQuery

_CHINESE = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(f"([{_CHINESE}]+)|([^\\W_{_CHINESE}]+)")
_CHINESE_CHARACTER = re.compile(f"[{_CHINESE}]")
_SNIPPET_BEFORE = 20
_SNIPPET_LENGTH = 120
_SEARCHED_FOR_SNIPPET = 50_000


def fold(text: str) -> str:
    """Full width and half width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def indexed(text: str) -> str:
    """The tokens of a text, separated by spaces."""
    return " ".join(_tokens(fold(text)))


def _tokens(folded: str) -> list[str]:
    tokens: list[str] = []
    for chinese, word in _RUN.findall(folded):
        if word:
            tokens.append(word)
        else:
            tokens.extend(_pairs(chinese))
            tokens.append(chinese[-1])
    return tokens


def _pairs(chinese: str) -> Iterator[str]:
    return map(add, chinese, chinese[1:])


def runs(text: str) -> list[str]:
    """The stretches of Chinese and the other words of a text, folded; what is asked for lies inside one of them."""
    return [chinese or word for chinese, word in _RUN.findall(fold(text))]


def phrases(words: str) -> Sequence[str]:
    """The parts of a query, folded, each of which must occur as it stands."""
    return tuple(dict.fromkeys(runs(words)))


def is_one_character(phrase: str) -> bool:
    """Whether this is a single Chinese character, which begins tokens but seldom is one."""
    return _CHINESE_CHARACTER.fullmatch(phrase) is not None


def phrase_query(phrase: str) -> str:
    """One part as FTS5 reads it. Parts consist of letters and digits, so quotes cannot be broken out of."""
    if is_one_character(phrase):
        return f'"{phrase}" *'
    if not _CHINESE_CHARACTER.match(phrase):
        return f'"{phrase}"'
    pairs = " ".join(_pairs(phrase))
    return f'"{pairs}"'


def all_of(parts: Sequence[str]) -> str:
    """A query for texts in which every part occurs."""
    return " AND ".join(map(phrase_query, parts))


def asked_for(query: PostQuery) -> Sequence[str]:
    """Every part that a query wants to occur, to be marked where it does."""
    return tuple(dict.fromkeys(part for each in (query.words, *query.phrases) for part in runs(each)))


def in_a_row(phrase: str) -> Sequence[str]:
    """The parts of a phrase in its order, folded; they must follow each other."""
    return tuple(runs(phrase))


def row_query(parts: Sequence[str]) -> str:
    """Parts that follow each other as FTS5 reads them: every run but the last is spelled out to its end."""
    if len(parts) == 1:
        return phrase_query(parts[0])
    tokens = [token for part in parts[:-1] for token in _tokens(part)]
    if is_one_character(parts[-1]):
        return f'"{" ".join([*tokens, parts[-1]])}" *'
    is_chinese = _CHINESE_CHARACTER.match(parts[-1])
    tokens += _pairs(parts[-1]) if is_chinese else [parts[-1]]
    return f'"{" ".join(tokens)}"'


def shared(parts: Sequence[str], limit: int = 200) -> list[str]:
    """The pairs of characters and the words that a text may share with the parts, some at most."""
    tokens = dict.fromkeys(
        token
        for part in parts
        for token in (_tokens(part) if len(part) > 1 else (part,))
        if len(token) > 1 or token == part
    )
    return list(tokens)[:limit]


def any_of(parts: Sequence[str]) -> str:
    """A query for texts that share any pair of characters, or word, with the parts."""
    return " OR ".join(map(phrase_query, shared(parts)))


def snippet(text: str, parts: Sequence[str]) -> tuple[Piece, ...]:
    """A short piece of the text around the first part found, the parts marked in it."""
    places = found_places(text[:_SEARCHED_FOR_SNIPPET], parts)
    begin = max(0, places[0][0] - _SNIPPET_BEFORE) if places else 0
    end = begin + _SNIPPET_LENGTH
    pieces: list[Piece] = []
    at = begin
    for first, last in places:
        if first >= end:
            break
        if first > at:
            pieces.append(Piece(text=text[at:first], found=False))
        if last > at:
            pieces.append(Piece(text=text[max(first, at) : min(last, end)], found=True))
            at = min(last, end)
    if at < min(end, len(text)):
        pieces.append(Piece(text=text[at:end], found=False))
    return tuple(pieces)


def found_places(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Where parts occur, as positions in the text as it was written, in order."""
    if not parts:
        return []
    folded = fold(text)
    origin: Sequence[int] = range(len(text))
    if len(folded) != len(text):
        folds = [fold(character) for character in text]
        folded = "".join(folds)
        origin = [place for place, each in enumerate(folds) for _ in each]
    pattern = re.compile("|".join(sorted(map(re.escape, parts), key=len, reverse=True)))
    return [(origin[match.start()], origin[match.end() - 1] + 1) for match in pattern.finditer(folded)]
